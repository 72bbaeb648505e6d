"""The database's address, its engines, and what a connection must be and may say."""

import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, OperationalError, PendingRollbackError
from sqlalchemy.exc import TimeoutError as NoneFree
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel.ext.asyncio.session import AsyncSession

# Between processes SQLite's own lock arbitrates; no process may hold it for long, so 10 s is ample.
BUSY_TIMEOUT_MS = 10_000
PRAGMAS = {
    "journal_mode": "wal",
    "foreign_keys": 1,
    # FULL (2): an acknowledged vote survives a power cut. Group commit makes it free.
    "synchronous": 2,
    "busy_timeout": BUSY_TIMEOUT_MS,
    # What was erased is overwritten, so that the file has no trace of it.
    "secure_delete": 1,
}
# PostgreSQL chose this transaction to end a deadlock, or could not order it among the others.
CONTENDED = frozenset({"40P01", "40001"})


class DatabaseUrlError(ValueError):
    """The database address cannot be used; the message says how to mend it."""


class DatabaseAway(OperationalError):
    """The database cannot be reached just now, or went away in the middle: nothing was kept.

    It is one of SQLAlchemy's own, so that whoever is ready for a busy database is ready for this.
    """

    def __init__(self, cause: BaseException) -> None:
        super().__init__(None, None, cause)


class DatabaseBusy(OperationalError):
    """Others held what this needed, and it was given up: nothing was kept, and trying again may do."""

    def __init__(self, cause: BaseException) -> None:
        super().__init__(None, None, cause)


class TransactionLost(RuntimeError):
    """The database gave the transaction up before the commit; nothing in it was kept."""


def async_url(url: str) -> str:
    """The address with the driver this program uses. Raises DatabaseUrlError."""
    try:
        parsed = make_url(url)
    except Exception:
        raise DatabaseUrlError(
            "PARTICIPATE_DATABASE_URL cannot be read. "
            "Write sqlite:///PATH or postgresql://USER:PASSWORD@HOST/NAME."
        ) from None
    drivers = {
        "sqlite": "sqlite+aiosqlite",
        "postgresql": "postgresql+asyncpg",
        "postgres": "postgresql+asyncpg",
    }
    backend = parsed.drivername.split("+")[0]
    if backend not in drivers:
        raise DatabaseUrlError(f"PARTICIPATE_DATABASE_URL names {backend!r}. Use sqlite or postgresql.")
    if backend == "sqlite" and parsed.database in (None, "", ":memory:"):
        raise DatabaseUrlError("PARTICIPATE_DATABASE_URL names no file. Write sqlite:///PATH.")
    return parsed.set(drivername=drivers[backend]).render_as_string(hide_password=False)


def sqlite_file(url: str) -> Path | None:
    """Where an SQLite database lies; None for a PostgreSQL one."""
    parsed = make_url(url)
    is_file = parsed.drivername.startswith("sqlite") and parsed.database
    return Path(parsed.database) if is_file and parsed.database else None


def prepare_sqlite(engine: AsyncEngine, begin: str) -> None:
    """Pragmas are per connection; BEGIN is ours, since the driver would defer the lock."""

    @event.listens_for(engine.sync_engine, "connect")
    def connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma, value in PRAGMAS.items():
            cursor.execute(f"PRAGMA {pragma}={value}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def start(connection: Any) -> None:
        connection.exec_driver_sql(begin)

    @event.listens_for(engine.sync_engine, "commit")
    def commit(connection: Any) -> None:
        # A full disk makes SQLite roll back by itself; COMMIT would then succeed with nothing in it.
        if not connection.connection.driver_connection.in_transaction:
            raise TransactionLost("SQLite rolled the transaction back by itself: nothing was kept.")


def empty_log(path: str) -> None:
    """Write SQLite's log into the database, and empty it if nobody reads from it."""
    with closing(sqlite3.connect(path, timeout=1)) as alone:
        alone.execute("PRAGMA secure_delete=1")
        alone.execute("PRAGMA wal_checkpoint(TRUNCATE)")


async def connect(session: AsyncSession) -> None:
    """Connect at once, so that an error of the driver or the system here can only be about that."""
    try:
        await session.connection()
    except NoneFree as error:
        raise DatabaseAway(error) from error
    except OperationalError:
        raise
    except Exception as error:
        # Also a plain DBAPIError: a server that is killed while it greets is cut off in many ways.
        raise DatabaseAway(error) from error


@contextmanager
def told_when_away() -> Iterator[None]:
    """Raises DatabaseAway for the several errors that a connection lost in the middle can make.

    And DatabaseBusy for a transaction that was given up for others.
    """
    try:
        yield
    except PendingRollbackError as error:
        raise DatabaseAway(error) from error
    except DBAPIError as error:
        if error.connection_invalidated:
            raise DatabaseAway(error) from error
        if getattr(error.orig, "sqlstate", None) in CONTENDED:
            raise DatabaseBusy(error) from error
        raise


@asynccontextmanager
async def transaction_on(engine: AsyncEngine) -> AsyncIterator[AsyncSession]:
    with told_when_away():
        async with AsyncSession(engine, expire_on_commit=False) as session, session.begin():
            await connect(session)
            yield session
