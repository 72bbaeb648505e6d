"""`participate demo`: everything at once on this machine, with invented content."""

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from participate.settings import Settings


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen: this machine alone.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="On which port.")
@click.option("--fresh", is_flag=True, help="Start with a new database; the old one stays beside it.")
def demo(host: str, port: int, fresh: bool) -> None:
    """Start the web and a worker with an invented valley, its people and their opinions, until Ctrl-C.

    An empty database is filled with the demonstration; one that is not is served as it is. What is printed
    signs the invented facilitators in, so it is served to this machine alone.

    \b
    Examples:
      participate demo
      participate demo --port 8080 --fresh
    """
    import asyncio

    from participate.commands.together import serve_with_worker
    from participate.demonstration.beginning import prepare, start_afresh
    from participate.fit_to_serve import check_for_serving
    from participate.settings import demo_settings

    settings = demo_settings()
    check_for_serving(settings, host)
    if fresh and (kept := start_afresh(settings)) is not None:
        click.echo(f"The database that was here is kept at {kept}.")
    prepare(settings)
    _introduce(asyncio.run(_links(settings)), f"http://{f'[{host}]' if ':' in host else host}:{port}")
    serve_with_worker(settings, host, port)


def _introduce(links: list[tuple[str, str]], address: str) -> None:
    if not links:
        click.echo("The database has other content than the demonstration, so there is nobody to sign in as.")
        return
    click.echo("Everything in it is made up. Vote at once, or sign in as one of these, once with each link:")
    for who, path in links:
        click.echo(f"  {who}\n    {address}{path}")
    click.echo(f"Or as anybody, by a link to any address: its letter is shown at {address}/outbox.")


async def _links(settings: "Settings") -> list[tuple[str, str]]:
    from datetime import UTC, datetime

    from participate.db import Database
    from participate.demonstration.making import is_here
    from participate.demonstration.signing_in import sign_in_links

    database = Database(settings.database_url)
    try:
        async with database.transaction() as session:
            if not await is_here(session):
                return []
            links = await sign_in_links(session, now=datetime.now(UTC))
        return [(f"{one.name}, {one.part}", path) for one, path in links]
    finally:
        await database.close()
