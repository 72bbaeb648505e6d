"""`participate organisation`: what is known of one organisation, and which domains are its own."""

import click


@click.command()
@click.argument("code")
@click.option(
    "--domain", "domains", multiple=True, metavar="DOMAIN", help="List a domain, such as example.org."
)
@click.option("--no-domain", "unlisted", multiple=True, metavar="DOMAIN", help="Take a domain off the list.")
def organisation(code: str, domains: tuple[str, ...], unlisted: tuple[str, ...]) -> None:
    """Show the organisation with this CODE, and list the domains of its addresses.

    Whoever has an address in a listed domain, or in one below it, cannot join the people's side of a space.
    Never list a domain where anybody can have an address.

    \b
    Example:
      participate organisation XX1 --domain avonmere-trust.example
    """
    import asyncio

    from participate.commands.at_work import with_database
    from participate.operating import change_domains

    told = asyncio.run(
        with_database(lambda database, _settings, _now: change_domains(database, code, domains, unlisted))
    )
    click.echo(told)
