"""Migrations, on a connection of their own: SQLite rebuilds tables, so foreign keys rest while it does.

With `foreign_keys=ON`, dropping the old copy of a parent would delete its children. What keeps the index of
the search is taken away before a step and made afresh at the newest one.
"""

import asyncio
from typing import Any

from alembic import context
from sqlalchemy import Connection, create_engine, event
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool
from sqlmodel import SQLModel

import deliberation.tables  # noqa: F401  every table registers itself
from deliberation.running.installation import take_turn
from deliberation.searching import published
from participate.engines import async_url, sqlite_file
from participate.settings import from_environment


def _prepare(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA foreign_keys=OFF")
    cursor.execute("PRAGMA busy_timeout=600000")
    cursor.close()


def _is_ours(_object: Any, name: str | None, kind: str, _reflected: bool, _compared: Any) -> bool:
    """Whether the tables in code say what a table is: those of the index are the database's own."""
    return kind != "table" or not (name or "").startswith(published.PREFIX)


def migrate(connection: Connection) -> None:
    # All steps together. Alembic would make each of them a transaction of its own on SQLite, and somebody who
    # migrates at the same moment would come between two.
    connection.begin()
    take_turn(connection, "migrations")  # whoever comes second finds the tables made
    context.configure(
        connection=connection,
        target_metadata=SQLModel.metadata,
        render_as_batch=True,
        compare_type=True,
        include_object=_is_ours,
    )
    with context.begin_transaction():
        if moving := _is_moving():
            published.lay_aside(connection)
        context.run_migrations()
        if moving and _is_newest():
            published.install(connection)
        _check_foreign_keys(connection)
    connection.commit()


def _is_newest() -> bool:
    newest = context.script.get_heads()
    return bool(newest) and set(context.get_context().get_current_heads()) == set(newest)


def _is_moving() -> bool:
    """Whether a step is going to be taken, up or down."""
    here = context.get_context()
    to = here.opts.get("destination_rev")
    return to is not None and not (_is_newest() and to in ("head", *here.get_current_heads()))


def _check_foreign_keys(connection: Connection) -> None:
    if connection.dialect.name != "sqlite":
        return
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    if broken:
        raise RuntimeError(f"The migration left {len(broken)} rows pointing nowhere, first: {broken[0]}.")


def run() -> None:
    url = context.config.get_main_option("sqlalchemy.url") or from_environment().database_url
    path = sqlite_file(url)
    if path is None:
        asyncio.run(_run_on_server(url))
        return
    engine = create_engine(f"sqlite:///{path}", poolclass=NullPool)
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    with engine.connect() as connection:
        migrate(connection)


async def _run_on_server(url: str) -> None:
    engine = create_async_engine(async_url(url), poolclass=NullPool)
    async with engine.connect() as connection:
        await connection.run_sync(migrate)
    await engine.dispose()


run()
