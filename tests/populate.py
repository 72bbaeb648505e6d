"""Rows for every table of a database, whatever its migration: made by chance until it agrees."""

import asyncio
import json
import random
import re
from collections.abc import Callable, Sequence
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
    create_engine,
    event,
    insert,
    inspect,
    select,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from deliberation.searching.published import PREFIX
from participate.engines import async_url, sqlite_file

T = TypeVar("T")

NOON = datetime(2031, 5, 1, 12, tzinfo=UTC)
TRIES = 500
WORDS = ["prosyn", "meet", "where", "the", "ward", "is", "quiet", "llais", "claf", "病人的声音"]


def populate(url: str, rows: int = 4, seed: int = 1) -> dict[str, int]:
    """Put rows into every table but alembic's, obeying foreign keys, checks and uniqueness; the counts."""

    def fill(connection: Connection) -> dict[str, int]:
        chance = random.Random(seed)
        for table, checks in _tables(connection):
            _fill(connection, table, checks, rows, chance)
        return _counts(connection)

    return _on(url, fill)


def row_counts(url: str) -> dict[str, int]:
    """Rows per table, alembic's left out."""
    return _on(url, _counts)


def rows_of(url: str, query: str) -> list[tuple[Any, ...]]:
    """What a query finds."""
    return _on(url, lambda connection: [tuple(row) for row in connection.exec_driver_sql(query)])


def structure(url: str) -> dict[str, Any]:
    """What a database says of its tables: columns, keys, constraints and indexes, all by name."""
    return _on(url, _structure)


def _on(url: str, act: Callable[[Connection], T]) -> T:
    """Do something in one transaction: on SQLite without a loop, for which each statement would wait."""
    if path := sqlite_file(url):
        engine = create_engine(f"sqlite:///{path}", poolclass=NullPool)
        event.listen(engine, "connect", _hold_to_keys)
        with engine.begin() as connection:
            return act(connection)
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(lambda: asyncio.run(_on_postgresql(url, act))).result()


def _hold_to_keys(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA foreign_keys=ON").close()


async def _on_postgresql(url: str, act: Callable[[Connection], T]) -> T:
    engine = create_async_engine(async_url(url), poolclass=NullPool)
    async with engine.begin() as connection:
        return await connection.run_sync(act)


def _counts(connection: Connection) -> dict[str, int]:
    names = [name for name in inspect(connection).get_table_names() if _is_ours(name)]
    counts = " UNION ALL ".join(f"SELECT '{name}', count(*) FROM \"{name}\"" for name in names)
    return dict(connection.exec_driver_sql(counts).all()) if names else {}


def _tables(connection: Connection) -> Sequence[tuple[Table, list[str]]]:
    """The tables, each behind those it points to, with what their checks say."""
    known = MetaData()
    known.reflect(connection, only=lambda name, _: _is_ours(name))
    checks = inspect(connection).get_multi_check_constraints()
    return [
        (table, [str(check["sqltext"]) for check in checks.get((None, table.name), ())])
        for table in known.sorted_tables
        if _is_ours(table.name)
    ]


def _is_ours(table: str) -> bool:
    """Whether rows are put there by us: not by alembic, nor by what keeps the index of the search."""
    return table != "alembic_version" and not table.startswith(PREFIX)


def _fill(connection: Connection, table: Table, checks: list[str], rows: int, chance: random.Random) -> None:
    statement = insert(table).inline()
    for _ in range(rows):
        pointed = {column.name: _pointed(connection, column) for column in table.columns}
        for _ in range(TRIES):
            row = {column.name: _value(column, pointed, checks, chance) for column in table.columns}
            if _agreed(connection, statement, {k: value for k, value in row.items() if value is not OMIT}):
                break
        else:
            raise AssertionError(f"no row for {table.name} in {TRIES} tries; its checks: {checks}")


def _pointed(connection: Connection, column: "Column[Any]") -> Sequence[Any]:
    """What a foreign key may say now."""
    if not column.foreign_keys:
        return ()
    return connection.execute(select(next(iter(column.foreign_keys)).column)).scalars().all()


def _agreed(connection: Connection, statement: Any, row: dict[str, Any]) -> bool:
    try:
        with connection.begin_nested():
            connection.execute(statement, row)
    except IntegrityError:
        return False
    return True


OMIT = object()
"""The database counts this column itself."""


def _value(
    column: "Column[Any]", pointed: dict[str, Sequence[Any]], checks: list[str], chance: random.Random
) -> Any:
    if column.nullable and chance.random() < 0.4:
        return None
    if column.foreign_keys:
        return chance.choice(pointed[column.name]) if pointed[column.name] else None
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
    columns, keys = look.get_multi_columns(), look.get_multi_pk_constraint()
    foreign, unique = look.get_multi_foreign_keys(), look.get_multi_unique_constraints()
    checks, indexes = look.get_multi_check_constraints(), look.get_multi_indexes()
    return {
        at[1]: {
            "columns": {column["name"]: (_type(column["type"]), column["nullable"]) for column in found},
            "primary key": keys.get(at),
            "foreign keys": sorted(map(_words, foreign.get(at, ()))),
            "unique": sorted(map(_words, unique.get(at, ()))),
            "checks": sorted(map(_words, checks.get(at, ()))),
            "indexes": sorted(map(_words, indexes.get(at, ()))),
        }
        for at, found in columns.items()
        if _is_ours(at[1])
    }


def _words(part: Any) -> str:
    return json.dumps(part, default=str, sort_keys=True)


def _type(kind: Any) -> str:
    return f"{kind} WITH TIME ZONE" if getattr(kind, "timezone", False) else str(kind)
