"""`participate backup`: everything in one file."""

from pathlib import Path

import click


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(file: Path) -> None:
    """Keep the whole database, as it is at this moment, in FILE. Web and worker go on meanwhile.

    FILE holds everything people have said, so keep it where only you can read it. It holds no key: keep
    PARTICIPATE_PSEUDONYM_KEY elsewhere, for without it the backup cannot be restored.

    \b
    Example:
      participate backup kept/2031-05-01.participate
    """
    from participate.commands.progress import progress_bar
    from participate.keeping import backup as keep
    from participate.settings import from_environment

    with progress_bar("Keeping") as show:
        manifest = keep(from_environment(), file, progress=show)
    click.echo(f"{file} holds {sum(manifest.counts.values())} rows of {len(manifest.counts)} tables.")
