"""What must hold before the web or the worker may start: the database answers, is migrated, and is ours."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from asyncpg import PostgresError
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from deliberation.running.installation import erasures_missing_since, hold_to_key
from participate.db import Database
from participate.engines import sqlite_file
from participate.erasures import begin, erasures_file
from participate.migrations import configuration, upgrade
from participate.settings import Settings, SettingsError


class NotReady(RuntimeError):
    """The program cannot start as things stand; the message says how to mend that."""


def check_keys(settings: Settings) -> None:
    """Refuse to go near anybody's pseudonym without a key. Raises SettingsError."""
    if not settings.pseudonym_key and len(settings.secret_key.encode()) < 32:
        raise SettingsError(
            f"PARTICIPATE_SECRET_KEY has {len(settings.secret_key.encode())} bytes; at least 32 are needed, "
            "the same as for `participate serve`."
        )


async def check_database(settings: Settings) -> None:
    """Raises NotReady, SettingsError, or WrongPseudonymKey."""
    check_keys(settings)
    _check_file(settings.database_url)
    database = Database(settings.database_url)
    try:
        with answering(settings.database_url):
            _compare(await revision_of(database), newest_revision(settings.database_url))
            async with database.transaction() as session:
                await hold_to_key(session, settings.pseudonym_master)
                since = await erasures_missing_since(session)
    finally:
        await database.close()
    if since is not None:
        raise NotReady(
            f"This database was restored from a backup of {since:%d %B %Y, %H:%M} UTC, and what people have "
            "erased since is in it again. Run: participate apply-erasures"
        )
    _check_erasures(settings)


def _check_erasures(settings: Settings) -> None:
    """An erasure must never fail because it cannot be noted."""
    try:
        begin(settings, datetime.now(UTC))
    except OSError as error:
        raise NotReady(
            f"Erasures cannot be noted in {erasures_file(settings)}: {error.strerror}. "
            "Set PARTICIPATE_ERASURES to a file that can be written."
        ) from error


def check_database_now(settings: Settings) -> None:
    """The same, from plain code, whether or not an event loop runs."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(lambda: asyncio.run(check_database(settings))).result()


def migrate(url: str) -> str | None:
    """Bring a database to the newest migration, making an SQLite file if there is none. Raises NotReady."""
    path = sqlite_file(url)
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)  # it holds pseudonyms and addresses
    with answering(url):
        upgrade(url)
    return newest_revision(url)


def newest_revision(url: str) -> str | None:
    """The migration that this program was written for."""
    return ScriptDirectory.from_config(configuration(url)).get_current_head()


def knows_revision(url: str, revision: str) -> bool:
    """Whether a migration is among those of this program."""
    scripts = ScriptDirectory.from_config(configuration(url)).walk_revisions()
    return any(script.revision == revision for script in scripts)


@contextmanager
def answering(url: str) -> Iterator[None]:
    """Turn a database that does not answer into NotReady, in words."""
    try:
        yield
    except (OSError, SQLAlchemyError, PostgresError) as error:
        raise NotReady(
            f"The database at {shown(url)} does not answer: {first_line(error)}. "
            "Check PARTICIPATE_DATABASE_URL, and that its server runs."
        ) from error


def shown(url: str) -> str:
    """The address of a database without its password."""
    return make_url(url).render_as_string(hide_password=True)


def first_line(error: BaseException) -> str:
    """What went wrong, in one line without a full stop."""
    cause = getattr(error, "orig", None) or error
    return (str(cause).splitlines() or [type(cause).__name__])[0].rstrip(".")


def _check_file(url: str) -> None:
    path = sqlite_file(url)
    if path is not None and not path.exists():
        raise NotReady(f"There is no database at {path} yet. Make it with: participate migrate")


async def revision_of(database: Database) -> str | None:
    """The migration that a database is at."""
    async with database.reading() as session:
        connection = await session.connection()
        return await connection.run_sync(
            lambda synchronous: MigrationContext.configure(synchronous).get_current_revision()
        )


def _compare(found: str | None, newest: str | None) -> None:
    if found == newest:
        return
    if found is not None and newest is not None and found > newest:
        raise NotReady(
            f"The database is at migration {found}, newer than this program, which knows {newest}. "
            "Start the program that made it."
        )
    raise NotReady(
        f"The database is at migration {found or 'none'} and this program needs {newest}. "
        "Run: participate migrate"
    )
