"""SQLite in a thread of its own, to which each statement is handed once.

The driver's own connection hands over four times for each statement: to make a cursor, to run it, to fetch
its rows and to close it. Each time costs more than what most statements do. Here the rows come back with the
statement. Nothing here reads rows in parts: whoever asks for very many asks by `LIMIT`.
"""

import sqlite3
from collections.abc import Awaitable, Callable, Iterable, Sequence
from functools import partial
from typing import Any

import aiosqlite


class HandedCursor:
    """What SQLAlchemy asks of a cursor."""

    arraysize = 1

    def __init__(self, connection: "HandingConnection") -> None:
        self._connection = connection
        self._rows: list[Any] = []
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None

    async def __aenter__(self) -> "HandedCursor":
        return self

    async def execute(self, statement: str, parameters: Sequence[Any] = ()) -> "HandedCursor":
        await self._connection.hand(self._run, statement, parameters)
        return self

    async def executemany(self, statement: str, parameters: Iterable[Sequence[Any]]) -> "HandedCursor":
        await self._connection.hand(self._run_many, statement, parameters)
        return self

    def _run(self, statement: str, parameters: Sequence[Any]) -> None:
        self._keep(self._connection._conn.execute(statement, parameters))

    def _run_many(self, statement: str, parameters: Iterable[Sequence[Any]]) -> None:
        self._keep(self._connection._conn.executemany(statement, parameters))

    def _keep(self, cursor: sqlite3.Cursor) -> None:
        self.description, self.lastrowid = cursor.description, cursor.lastrowid
        self._rows = cursor.fetchall()
        self.rowcount = cursor.rowcount  # of what returns rows it is known when they are fetched
        cursor.close()

    async def fetchall(self) -> list[Any]:
        rows, self._rows = self._rows, []
        return rows

    async def close(self) -> None:
        self._rows = []


class HandingConnection(aiosqlite.Connection):
    """The driver's connection with its thread; only its cursors are others."""

    def cursor(self) -> HandedCursor:  # type: ignore[override]
        return HandedCursor(self)

    async def hand(self, act: Callable[..., None], *arguments: Any) -> None:
        """Have it done in the thread, and wait."""
        await self._execute(act, *arguments)  # type: ignore[no-untyped-call]


def creator(path: str) -> Callable[..., Awaitable[Any]]:
    """For `create_async_engine(..., async_creator=)`."""

    def connect(*_: Any, **__: Any) -> HandingConnection:
        connection = HandingConnection(partial(sqlite3.connect, path, check_same_thread=False), 64)
        connection._thread.daemon = True  # whoever forgets a connection can still end
        return connection

    return connect
