"""`participate facilitator`: who runs a space's consultations."""

import click


@click.command()
@click.argument("address")
@click.option("--space", required=True, metavar="SLUG", help="The space they run.")
def facilitator(address: str, space: str) -> None:
    """Appoint whoever has the e-mail ADDRESS as a facilitator, and print a link that signs them in once.

    The link is good for 15 minutes; run the command again for another. It is a secret: send it to them alone.

    \b
    Example:
      participate facilitator fern@example.org --space riverside
    """
    import asyncio

    from participate.commands.at_work import with_database
    from participate.operating import appoint_facilitator

    link = asyncio.run(
        with_database(
            lambda database, settings, now: appoint_facilitator(database, settings, address, space, now=now)
        )
    )
    click.echo(link)
