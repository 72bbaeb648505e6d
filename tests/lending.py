"""PostgreSQL databases that the tests of one process lend each other: emptying costs less than copying.

A database that a test gives back is put back to what its template has, and compared with it. One that still
differs, whose schema changed or that somebody is still connected to is never lent again. SQLite's files are
copied for each test: that costs a millisecond.
"""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property

import asyncpg

from tests.databases import ask, copied_database

LOANS = 60
"""How often one is lent: what was deleted stays in its files, and makes it slower."""

# Every catalogue that a change of the schema writes to, with the rows that are not PostgreSQL's own.
_CATALOGUES = (
    *("pg_class", "pg_attrdef", "pg_constraint", "pg_trigger", "pg_proc", "pg_type"),
    *("pg_namespace", "pg_extension", "pg_policy", "pg_rewrite", "pg_event_trigger"),
)
_SCHEMA = " UNION ALL ".join(
    [f"SELECT '{name} ' || oid || ' ' || xmin AS row FROM {name} WHERE oid >= 16384" for name in _CATALOGUES]
    + ["SELECT attrelid || ' ' || attnum || ' ' || xmin FROM pg_attribute WHERE attrelid >= 16384"]
    + ["SELECT indexrelid || ' ' || xmin FROM pg_index WHERE indexrelid >= 16384"]
    + ["SELECT seqrelid || ' ' || xmin FROM pg_sequence"]
)
_SCHEMA = f"SELECT count(*) || ' ' || sum(hashtextextended(row, 0)) FROM ({_SCHEMA}) AS rows"
_DIGEST = "count(*) || ' ' || coalesce(sum(hashtextextended(t::text, 0)), 0)"
_NAMES = (
    "SELECT oid::regclass::text FROM pg_class WHERE relkind = $1 AND relnamespace = 'public'::regnamespace"
)
_OTHERS = """SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"""


class Unfit(Exception):
    """A database that cannot be put back to what its template has."""


@dataclass(frozen=True)
class Content:
    """What a database has: the rows of each table that has any, as a digest, and where each sequence is."""

    tables: dict[str, str]
    sequences: dict[str, tuple[int, bool]]


class Lendable:
    """One database, what its template has, and how often it was lent."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.loans = 0
        self.original = ask(url, self._remember)

    async def _remember(self, connection: asyncpg.Connection) -> Content:
        self._tables = [name for (name,) in await connection.fetch(_NAMES, b"r")]
        self._sequences = [name for (name,) in await connection.fetch(_NAMES, b"S")]
        self._schema = await connection.fetchval(_SCHEMA)
        self._rows: dict[str, list[str]] = {}
        for name in self._tables:
            found = await connection.fetch(f"SELECT t::text FROM {name} AS t")
            self._rows[name] = [row for (row,) in found]
        return await self._content(connection)

    @cached_property
    def _digests(self) -> str:
        """Of tables that have rows in the template a digest; of others only whether they have any.

        Looking for one row costs a fortieth of a digest, and nearly all tables have none.
        """
        filled = {name for name, rows in self._rows.items() if rows}
        return " UNION ALL ".join(
            f"SELECT '{name}', {_DIGEST} FROM {name} AS t"
            if name in filled
            else f"SELECT '{name}', 'some' WHERE EXISTS (SELECT FROM {name})"
            for name in self._tables
        )

    @cached_property
    def _places(self) -> str:
        return " UNION ALL ".join(
            f"SELECT '{name}', last_value, is_called FROM {name}" for name in self._sequences
        )

    async def _content(self, connection: asyncpg.Connection) -> Content:
        tables = dict(list(await connection.fetch(self._digests)))
        sequences = {name: (at, called) for name, at, called in await connection.fetch(self._places)}
        return Content(tables, sequences)

    def content(self) -> Content:
        return ask(self.url, self._content)

    def restore(self) -> None:
        """Put it back to what its template has; raises Unfit where that cannot be."""
        try:
            ask(self.url, self._restore)
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as error:
            raise Unfit(self.url) from error

    async def _restore(self, connection: asyncpg.Connection) -> None:
        await self._await_leaving(connection)
        if await connection.fetchval(_SCHEMA) != self._schema:
            raise Unfit(f"{self.url}: its schema changed")
        found = await self._content(connection)
        if found == self.original:
            return
        async with connection.transaction():
            await self._undo(connection, found)
        if await self._content(connection) != self.original:
            raise Unfit(f"{self.url}: something is left")

    async def _undo(self, connection: asyncpg.Connection, found: Content) -> None:
        # Neither what guards rows that are only added to, nor what checks references.
        await connection.execute("SET LOCAL session_replication_role = replica")
        for name in self._tables:
            if found.tables.get(name) != self.original.tables.get(name):
                await self._refill(connection, name)
        for name, place in self.original.sequences.items():
            if place != found.sequences[name]:
                await connection.execute("SELECT setval($1::text::regclass, $2, $3)", name, *place)

    async def _refill(self, connection: asyncpg.Connection, name: str) -> None:
        await connection.execute(f"DELETE FROM {name}")
        for row in self._rows[name]:
            refill = f"INSERT INTO {name} OVERRIDING SYSTEM VALUE SELECT ($1::text::{name}).*"
            await connection.execute(refill, row)

    async def _await_leaving(self, connection: asyncpg.Connection) -> None:
        """Whoever has just closed a connection is seen a moment longer."""
        for _ in range(20):
            if not await connection.fetchval(_OTHERS):
                return
            await asyncio.sleep(0.005)
        raise Unfit(f"{self.url}: somebody is still connected")


_idle: dict[str, list[Lendable]] = {}


@contextmanager
def lent_database(kind: str, name: str, fill: Callable[[str], object]) -> Iterator[str]:
    """The address of a database as `copied_database` makes it; nobody may use it afterwards."""
    if kind == "sqlite":
        yield copied_database(kind, name, fill)
        return
    idle = _idle.setdefault(name, [])
    lendable = idle.pop() if idle else Lendable(copied_database(kind, name, fill))
    lendable.loans += 1
    yield lendable.url
    if lendable.loans < LOANS:
        give_back(lendable, idle)


def give_back(lendable: Lendable, idle: list[Lendable]) -> None:
    """Among those that wait for the next test, if it is as it was."""
    try:
        lendable.restore()
    except Unfit:
        return
    idle.append(lendable)
