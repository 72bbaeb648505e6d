"""`participate organisations`: a register of bodies and groups, from a file."""

from pathlib import Path

import click

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("file", type=FILE)
@click.option("--successors", type=FILE, metavar="FILE", help="Who followed whom: code,code,20261231.")
def organisations(file: Path, successors: Path | None) -> None:
    """Import organisations from FILE, a CSV of 27 columns without a header, as ODS publishes.

    Read are the columns 1 (code), 2 (name), 11 (open date) and 12 (close date). Nothing is imported unless
    every line is well. An organisation that is known already is brought up to date; none is ever deleted.

    \b
    Example:
      participate organisations etr.csv --successors succession.csv
    """
    import asyncio

    from participate.commands.at_work import with_database
    from participate.operating import import_organisations

    followed = successors.read_bytes() if successors is not None else b""
    told = asyncio.run(
        with_database(
            lambda database, _settings, _now: import_organisations(database, file.read_bytes(), followed)
        )
    )
    click.echo(told)
