"""Rows for every table of a database, whatever its migration: made by chance until it agrees."""

import asyncio
import json
import random
import re
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Connection,
    Date,
    DateTime,
    Float,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    event,
    func,
    insert,
    inspect,
    select,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from deliberation.searching.published import PREFIX
from participate.engines import async_url

T = TypeVar("T")

NOON = datetime(2031, 5, 1, 12, tzinfo=UTC)
TRIES = 500
WORDS = ["prosyn", "meet", "where", "the", "ward", "is", "quiet", "llais", "claf", "病人的声音"]


def populate(url: str, rows: int = 4, seed: int = 1) -> dict[str, int]:
    """Put rows into every table but alembic's, obeying foreign keys, checks and uniqueness; the counts."""
    return _in_thread(url, lambda engine: _populate(engine, rows, random.Random(seed)))


def row_counts(url: str) -> dict[str, int]:
    """Rows per table, alembic's left out."""
    return _in_thread(url, _counts)


def rows_of(url: str, query: str) -> list[tuple[Any, ...]]:
    """What a query finds."""

    def ask(connection: Connection) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in connection.exec_driver_sql(query)]

    return _in_thread(url, lambda engine: _with_connection(engine, ask))


def structure(url: str) -> dict[str, Any]:
    """What a database says of its tables: columns, keys, constraints and indexes, all by name."""
    return _in_thread(url, lambda engine: _with_connection(engine, _structure))


def _in_thread(url: str, act: Callable[[AsyncEngine], Awaitable[T]]) -> T:
    async def run() -> T:
        engine = create_async_engine(async_url(url), poolclass=NullPool)
        if engine.dialect.name == "sqlite":
            event.listen(engine.sync_engine, "connect", _hold_to_keys)
        try:
            return await act(engine)
        finally:
            await engine.dispose()

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(lambda: asyncio.run(run())).result()


def _hold_to_keys(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA foreign_keys=ON").close()


async def _with_connection(engine: AsyncEngine, act: Callable[[Connection], T]) -> T:
    async with engine.begin() as connection:
        return await connection.run_sync(act)


async def _populate(engine: AsyncEngine, rows: int, chance: random.Random) -> dict[str, int]:
    def fill(connection: Connection) -> None:
        for table in _tables(connection):
            checks = [
                str(check["sqltext"]) for check in inspect(connection).get_check_constraints(table.name)
            ]
            for _ in range(rows):
                _insert(connection, table, checks, chance)

    await _with_connection(engine, fill)
    return await _counts(engine)


async def _counts(engine: AsyncEngine) -> dict[str, int]:
    def count(connection: Connection) -> dict[str, int]:
        return {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in _tables(connection)
        }

    return await _with_connection(engine, count)


def _tables(connection: Connection) -> Sequence[Table]:
    known = MetaData()
    known.reflect(connection, only=lambda name, _: _is_ours(name))
    return [table for table in known.sorted_tables if _is_ours(table.name)]


def _is_ours(table: str) -> bool:
    """Whether rows are put there by us: not by alembic, nor by what keeps the index of the search."""
    return table != "alembic_version" and not table.startswith(PREFIX)


def _insert(connection: Connection, table: Table, checks: list[str], chance: random.Random) -> None:
    for _ in range(TRIES):
        row = {column.name: _value(connection, column, checks, chance) for column in table.columns}
        row = {name: value for name, value in row.items() if value is not OMIT}
        try:
            with connection.begin_nested():
                connection.execute(insert(table).values(**row))
            return
        except IntegrityError:
            continue
    raise AssertionError(f"no row for {table.name} was agreed to in {TRIES} tries; its checks: {checks}")


OMIT = object()
"""The database counts this column itself."""


def _value(connection: Connection, column: "Column[Any]", checks: list[str], chance: random.Random) -> Any:
    if column.nullable and chance.random() < 0.4:
        return None
    if column.foreign_keys:
        target = next(iter(column.foreign_keys)).column
        known = connection.execute(select(target)).scalars().all()
        return chance.choice(known) if known else None
    if (column.primary_key and column.autoincrement is True) or _counts_itself(column):
        return OMIT
    if isinstance(column.type, Boolean):
        return chance.random() < 0.5
    if isinstance(column.type, Integer):
        return chance.randint(-1, 9)
    if isinstance(column.type, Float):
        return chance.random()
    if isinstance(column.type, Date):
        return (NOON + timedelta(days=chance.randrange(1000))).date()
    if isinstance(column.type, DateTime):
        moment = NOON + timedelta(minutes=chance.randint(0, 10**6))
        return moment if column.type.timezone else moment.replace(tzinfo=None)
    if isinstance(column.type, JSON):
        return {"words": chance.sample(WORDS, 3), "number": chance.randint(0, 99)}
    if isinstance(column.type, LargeBinary):
        return chance.randbytes(40)
    return _text(column, checks, chance)


def _counts_itself(column: "Column[Any]") -> bool:
    alone = len(column.table.primary_key.columns) == 1
    return bool(column.primary_key and alone and isinstance(column.type, Integer) and not column.foreign_keys)


def _text(column: "Column[Any]", checks: list[str], chance: random.Random) -> str:
    named = [check for check in checks if re.search(rf"\b{column.name}\b", check)]
    allowed = [
        word
        for check in named
        if " IN " in check or "ANY" in check
        for word in re.findall(r"'([^']*)'", check)
    ]
    if allowed:
        return chance.choice(allowed)
    length = getattr(column.type, "length", None) or 200
    return " ".join([str(chance.randint(0, 10**9)), *chance.sample(WORDS, 5)])[:length]


def _structure(connection: Connection) -> dict[str, Any]:
    look = inspect(connection)
    return {
        name: {
            "columns": {
                column["name"]: (_type(column["type"]), column["nullable"])
                for column in look.get_columns(name)
            },
            "primary key": look.get_pk_constraint(name),
            "foreign keys": sorted(map(_words, look.get_foreign_keys(name))),
            "unique": sorted(map(_words, look.get_unique_constraints(name))),
            "checks": sorted(map(_words, look.get_check_constraints(name))),
            "indexes": sorted(map(_words, look.get_indexes(name))),
        }
        for name in look.get_table_names()
        if _is_ours(name)
    }


def _words(part: Any) -> str:
    return json.dumps(part, default=str, sort_keys=True)


def _type(kind: Any) -> str:
    return f"{kind} WITH TIME ZONE" if getattr(kind, "timezone", False) else str(kind)
