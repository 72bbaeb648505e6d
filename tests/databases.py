"""One PostgreSQL server per run, from a wheel; databases cloned from a migrated template."""

import asyncio
import atexit
import itertools
import os
import shutil
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

import asyncpg
import psutil

from participate.migrations import upgrade
from tests import postgresql
from tests.sharing import SERVER, once, shared_folder

# Benchmarks measure what keeping costs; what tests write need not survive the machine.
DURABLE = "PYTEST_VERSION" not in os.environ

_numbers = itertools.count(1)


def _start(folder: Path) -> None:
    postgresql.make_server(folder, durable=DURABLE)
    postgresql.start(folder)


@cache
def _server() -> Path:
    """The folder of this run's server, which runs."""
    return once(SERVER, _start)


def postgresql_processes() -> list[psutil.Process]:
    """The server's first process; the others are its children."""
    return [postgresql.process(_server())]


def _in_thread(act: Callable[..., object], *arguments: object) -> None:
    """Fixtures may be asked for inside a running event loop, where asyncio.run is refused."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(act, *arguments).result()


class _Administration:
    """A connection that this process keeps: making one costs more than copying a small database."""

    def __init__(self) -> None:
        self._connection: asyncpg.Connection | None = None
        self._loop = asyncio.new_event_loop()
        # A thread that may still run when this process ends: `_end` comes then.
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True, name="databases")
        self._thread.start()
        atexit.register(self._end)

    def run(self, statement: str) -> None:
        asyncio.run_coroutine_threadsafe(self._run(statement), self._loop).result()

    async def _run(self, statement: str) -> None:
        if self._connection is None or self._connection.is_closed():
            self._connection = await asyncpg.connect(_address("postgres"))
        await self._connection.execute(statement)

    def _end(self) -> None:
        if self._connection is not None:
            self._loop.call_soon_threadsafe(self._connection.terminate)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


@cache
def _administration() -> _Administration:
    return _Administration()


def _run(statement: str) -> None:
    _administration().run(statement)


def _address(name: str) -> str:
    return postgresql.address(_server(), name)


def _new_name() -> str:
    return f"test_{os.getpid()}_{next(_numbers)}"


def empty_database(kind: str) -> str:
    """The address of a new database without any table."""
    name = _new_name()
    if kind == "sqlite":
        return f"sqlite:///{shared_folder() / name}.db"
    _run(f"CREATE DATABASE {name}")
    return _address(name)


def migrated_database(kind: str) -> str:
    """The address of a new database at the newest migration."""
    return copied_database(kind, "migrated", upgrade)


def copied_database(kind: str, name: str, fill: Callable[[str], object]) -> str:
    """The address of a new database, copied from one that `fill` has made of an empty one, once per run.

    `fill` is given its address, and leaves no connection open.
    """
    if kind == "sqlite":
        filled = once(f"{name}.db", lambda path: _in_thread(fill, f"sqlite:///{path}"))
        path = shared_folder() / f"{_new_name()}.db"
        shutil.copy(filled, path)
        return f"sqlite:///{path}"

    def make(_path: Path) -> None:
        _run(f"CREATE DATABASE {name}")
        _in_thread(fill, _address(name))

    once(f"{name}.{kind}", make)
    copy = _new_name()
    # Copying files costs half of what writing a log of them does.
    _run(f"CREATE DATABASE {copy} TEMPLATE {name} STRATEGY FILE_COPY")
    return _address(copy)
