"""`participate operator`: who runs the installation by its pages."""

import click


@click.command()
@click.argument("address")
@click.option("--end", is_flag=True, help="They run it no longer, and are signed out.")
def operator(address: str, end: bool) -> None:
    """Let whoever has the e-mail ADDRESS run this installation, and print a link that signs them in once.

    They found spaces and list organisations at /operating. They have no key, and no say over results or
    wording. The link is good for 15 minutes, and is a secret: send it to them alone.

    \b
    Example:
      participate operator olu@example.org
    """
    import asyncio

    from participate.commands.at_work import with_database
    from participate.operating import appoint_operator, end_operator

    if end:
        asyncio.run(with_database(lambda database, _settings, _now: end_operator(database, address)))
        click.echo("They run this installation no longer, and are signed out everywhere.")
        return
    link = asyncio.run(
        with_database(lambda database, settings, now: appoint_operator(database, settings, address, now=now))
    )
    click.echo(link)
