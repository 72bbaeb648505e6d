"""`participate import-polis`: a conversation that was held with Polis."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from deliberation.opinion.incoming import Incoming
    from participate.importing import Imported


@click.command("import-polis")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--space", required=True, metavar="SLUG", help="Where to; made if there is none of that name.")
@click.option("--title", metavar="TEXT", help="Its title, where the export's topic will not do.")
@click.option("--open", "open_", is_flag=True, help="Let people vote on it, in a trial space.")
@click.option("--language", metavar="TAG", default="und", help="The language of its statements, such as en.")
@click.option("--source", metavar="TEXT", help="Where it is from, shown with it; else what the export says.")
@click.option(
    "--licence", metavar="TEXT", help="What its publisher allows, such as CC-BY-4.0; shown with it."
)
@click.option("--attribution", metavar="TEXT", help="The words its licence asks for; shown with it.")
def import_polis(folder: Path, space: str, open_: bool, **said: Any) -> None:
    """Import the conversation that FOLDER holds as Polis exported it: comments.csv and votes.csv,
    summary.csv and format.json if there.

    It becomes an archive: its map and its data can be read, and nobody can vote in it; with --open it is a
    trial to vote on. The whole export is read and checked before anything is written, and nobody is shown
    anything before all of it is there. Importing the same files again changes nothing, or finishes what
    broke off.

    \b
    Examples:
      participate import-polis exports/parking --space archive --licence CC-BY-4.0
      participate import-polis exports/parking --space parking-again --open --language en
    """
    import asyncio

    from deliberation.opinion.incoming import prepare
    from participate.commands.progress import progress_bar
    from participate.importing import database_settings
    from participate.starting import check_database_now

    settings = database_settings()
    check_database_now(settings)
    with progress_bar("Reading") as show:
        incoming = prepare(
            folder,
            space=space,
            open=open_,
            progress=lambda rows, total: show(rows / max(total, 1)),
            **said,
        )
    with progress_bar("Writing") as show:
        imported = asyncio.run(_bring_in(settings, incoming, show))
    for warning in incoming.export.warnings:
        click.echo(f"Note: {warning}", err=True)
    if not incoming.provenance.licence:
        click.echo("Note: no licence is known for this conversation; say one with --licence.", err=True)
    _say_what_was_ignored(imported, said)
    click.echo(_told(incoming, imported))


def _say_what_was_ignored(imported: "Imported", said: dict[str, Any]) -> None:
    given = [f"--{name}" for name in ("licence", "attribution", "source") if said.get(name)]
    if imported.before and given:
        click.echo(
            f"Note: {' and '.join(given)} changed nothing, for what was published is never changed. "
            "Import into another --space to publish it with that.",
            err=True,
        )


async def _bring_in(settings: Any, incoming: "Incoming", show: Any) -> "Imported":
    import gc
    from datetime import UTC, datetime

    from participate.db import Database
    from participate.importing import bring_in

    # Looking through all that was read for garbage takes 0.1 s, with SQLite's write lock in hand.
    gc.freeze()
    database = Database(settings.database_url)
    try:
        return await bring_in(database, settings, incoming, now=datetime.now(UTC), progress=show)
    finally:
        await database.close()


def _told(incoming: "Incoming", imported: "Imported") -> str:
    if imported.before:
        return f"These files were imported before, at {imported.path}: nothing has changed."
    export, shown = incoming.export, sum(one.publishable for one in incoming.export.statements)
    people = len(set(export.votes.participant_ids))
    kind = "People can vote on it now" if incoming.open else "It is an archive"
    return (
        f"Imported {len(export.votes.values)} votes of {people} people on "
        f"{len(export.statements) + len(export.statements_without_row)} statements, {shown} of them shown, "
        f"to {imported.path}. {kind}; the worker draws its map."
    )
