"""One PostgreSQL server per run, from a wheel; databases cloned from a migrated template."""

import asyncio
import atexit
import itertools
import os
import shutil
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import asyncpg
import psutil

from participate.migrations import upgrade
from tests import postgresql
from tests.sharing import SERVER, once, shared_folder

# Benchmarks measure what keeping costs; what tests write need not survive the machine.
DURABLE = "PYTEST_VERSION" not in os.environ

T = TypeVar("T")

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
    """Connections that this process keeps: making one costs more than emptying a small database."""

    def __init__(self) -> None:
        self._connections: dict[str, asyncpg.Connection] = {}
        self._loop = asyncio.new_event_loop()
        # A thread that may still run when this process ends: `_end` comes then.
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True, name="databases")
        self._thread.start()
        atexit.register(self._end)

    def ask(self, url: str, act: Callable[[asyncpg.Connection], Coroutine[Any, Any, T]]) -> T:
        return asyncio.run_coroutine_threadsafe(self._ask(url, act), self._loop).result()

    async def _ask(self, url: str, act: Callable[[asyncpg.Connection], Coroutine[Any, Any, T]]) -> T:
        if url not in self._connections or self._connections[url].is_closed():
            self._connections[url] = await asyncpg.connect(url)
        return await act(self._connections[url])

    def _end(self) -> None:
        for connection in self._connections.values():
            self._loop.call_soon_threadsafe(connection.terminate)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


@cache
def _administration() -> _Administration:
    return _Administration()


def ask(url: str, act: Callable[[asyncpg.Connection], Coroutine[Any, Any, T]]) -> T:
    """What `act` finds through the connection that this process keeps to a PostgreSQL database."""
    return _administration().ask(url, act)


def _run(statement: str) -> None:
    ask(_address("postgres"), lambda connection: connection.execute(statement))


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
    return copy_of_template(template(kind, name, fill))


@dataclass(frozen=True)
class Template:
    """A database of this run that is only ever copied."""

    kind: str
    name: str
    path: Path


def template(kind: str, name: str, fill: Callable[[str], object], of: Template | None = None) -> Template:
    """Made once per run, of an empty database or of a copy of another template."""

    def make_file(path: Path) -> None:
        if of is not None:
            shutil.copy(of.path, path)
        _in_thread(fill, f"sqlite:///{path}")

    def make(_path: Path) -> None:
        _run(f"CREATE DATABASE {name}" + (f" TEMPLATE {of.name} {COPYING}" if of else ""))
        _in_thread(fill, _address(name))

    if kind == "sqlite":
        return Template(kind, name, once(f"{name}.db", make_file))
    return Template(kind, name, once(f"{name}.{kind}", make))


# Copying files costs half of what writing a log of them does.
COPYING = "STRATEGY FILE_COPY"


def copy_of_template(template: Template) -> str:
    """The address of a new database that has what the template has."""
    copy = _new_name()
    if template.kind == "sqlite":
        path = shared_folder() / f"{copy}.db"
        shutil.copy(template.path, path)
        return f"sqlite:///{path}"
    _run(f"CREATE DATABASE {copy} TEMPLATE {template.name} {COPYING}")
    return _address(copy)
