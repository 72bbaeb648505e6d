"""`participate migrate`: the database's shape."""

import click


@click.command()
def migrate() -> None:
    """Bring the database to the newest shape, making it if there is none.

    Stop web and worker first, and keep a backup: `participate backup FILE`.

    \b
    Example:
      participate migrate
    """
    from participate.settings import from_environment
    from participate.starting import migrate as bring_to_newest

    settings = from_environment()
    click.echo(f"The database is at migration {bring_to_newest(settings.database_url)}.")
