"""SQLite without a thread behind each statement, for work that has a thread of its own already.

The asynchronous driver hands every statement to a thread and back, which costs ten times what the statement
does. Here the same driver of SQLAlchemy is given a connection whose coroutines never wait. It must only be
used where blocking is harmless: in the writing thread of `participate.groups`.
"""

import sqlite3
from collections.abc import Callable, Sequence
from typing import Any


class InlineCursor:
    """What the driver asks of a cursor, done at once."""

    def __init__(self, cursor: sqlite3.Cursor) -> None:
        self._cursor = cursor

    async def __aenter__(self) -> "InlineCursor":
        return self

    @property
    def description(self) -> Any:
        return self._cursor.description

    @property
    def rowcount(self) -> int:
        return self._cursor.rowcount

    @property
    def lastrowid(self) -> int | None:
        return self._cursor.lastrowid

    @property
    def arraysize(self) -> int:
        return self._cursor.arraysize

    async def execute(self, statement: str, parameters: Sequence[Any] = ()) -> "InlineCursor":
        self._cursor.execute(statement, parameters)
        return self

    async def executemany(self, statement: str, parameters: Sequence[Sequence[Any]]) -> "InlineCursor":
        self._cursor.executemany(statement, parameters)
        return self

    async def fetchone(self) -> Any:
        return self._cursor.fetchone()

    async def fetchmany(self, size: int | None = None) -> list[Any]:
        return self._cursor.fetchmany(size or self.arraysize)

    async def fetchall(self) -> list[Any]:
        return self._cursor.fetchall()

    async def close(self) -> None:
        self._cursor.close()


class _AtOnce:
    """The driver changes a connection's isolation level by a task for its thread; here it is done at once."""

    def put_nowait(self, task: tuple[Any, Callable[[], Any]]) -> None:
        future, act = task
        future.set_result(act())


class InlineConnection:
    """What the driver asks of a connection, done at once. Belongs to the thread that made it."""

    def __init__(self, path: str, timeout: float) -> None:
        self._conn = sqlite3.connect(path, timeout=timeout, isolation_level=None)
        self._connection: sqlite3.Connection | None = self._conn
        self._tx = _AtOnce()

    @property
    def in_transaction(self) -> bool:
        return self._conn.in_transaction

    @property
    def isolation_level(self) -> str | None:
        return self._conn.isolation_level

    def cursor(self) -> InlineCursor:
        return InlineCursor(self._conn.cursor())

    async def create_function(self, *arguments: Any, **options: Any) -> None:
        self._conn.create_function(*arguments, **options)

    async def commit(self) -> None:
        self._conn.commit()

    async def rollback(self) -> None:
        self._conn.rollback()

    async def close(self) -> None:
        self.stop()

    def stop(self) -> None:
        self._conn.close()
        self._connection = None


def creator(path: str, timeout: float) -> Callable[..., Any]:
    """For `create_async_engine(..., async_creator=)`."""

    async def connect(*_: Any, **__: Any) -> InlineConnection:
        return InlineConnection(path, timeout)

    return connect
