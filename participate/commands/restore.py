"""`participate restore`: a backup brought back."""

from pathlib import Path

import click


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help="Replace a database that is not empty.")
def restore(file: Path, force: bool) -> None:
    """Bring back what `participate backup` kept in FILE, whole or not at all.

    Stop web and worker first. The database must be of the same kind, SQLite or PostgreSQL, and empty, or
    --force replaces what is in it: an SQLite database then stays beside the new one under another name; of
    a PostgreSQL database nothing stays, so make a backup of it before.

    What people erased since the backup was made is erased again, by the file that PARTICIPATE_ERASURES names.
    Without that file nothing is served.

    \b
    Examples:
      participate restore kept/2031-05-01.participate
      participate restore --force kept/2031-05-01.participate
    """
    from participate.commands.progress import progress_bar
    from participate.importing import database_settings
    from participate.keeping import restore as bring_back
    from participate.keeping.erasures import apply_erasures
    from participate.starting import newest_revision

    settings = database_settings()
    with progress_bar("Restoring") as show:
        manifest, kept = bring_back(settings, file, force=force, progress=show)
    click.echo(f"Restored {sum(manifest.counts.values())} rows, as they were at {manifest.made_at}.")
    if kept is not None:
        click.echo(f"What was there is kept at {kept}; delete it once you are sure.")
    if manifest.revision != newest_revision(settings.database_url):
        click.echo("The backup is of an older program. Run: participate migrate, then: apply-erasures")
        return
    # What people erased since must not come back; without the file this fails, and nothing is served.
    click.echo(f"Applied {apply_erasures(settings) or 0} erasures that were made since.")
