"""Before a demonstration is served: a database at the newest migration, with the demonstration in it."""

import asyncio
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from participate.db import Database
from participate.demonstration.making import make_if_empty
from participate.engines import sqlite_file
from participate.settings import Settings
from participate.starting import NotReady, check_database, migrate


def prepare(settings: Settings) -> None:
    """Migrate the database and fill it if it is empty. Raises NotReady, WrongPseudonymKey."""
    migrate(settings.database_url)
    asyncio.run(_fill(settings))


async def _fill(settings: Settings) -> None:
    await check_database(settings)
    database = Database(settings.database_url)
    try:
        async with database.transaction() as session:
            await make_if_empty(session, master=settings.pseudonym_master, now=datetime.now(UTC))
    finally:
        await database.close()


def start_afresh(settings: Settings) -> Path | None:
    """Set an SQLite database aside under another name, which is returned; None if there is none.

    Raises NotReady for another kind of database, or one that is in use.
    """
    path = sqlite_file(settings.database_url)
    if path is None:
        raise NotReady("--fresh sets SQLite files aside only. Name an empty PostgreSQL database instead.")
    if not path.exists():
        return None
    with closing(sqlite3.connect(path, timeout=1)) as connection:
        try:
            # Needs to be alone with the file, and leaves no log beside it that belongs to the old one.
            connection.execute("PRAGMA journal_mode=DELETE")
        except sqlite3.OperationalError:
            raise NotReady(
                f"The database at {path} is in use. Stop what serves it, then try again."
            ) from None
    kept = path.with_name(f"{path.name}.before-{datetime.now(UTC):%Y%m%dT%H%M%S}")
    return path.rename(kept)
