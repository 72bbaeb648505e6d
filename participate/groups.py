"""Groups of small frequent writes: many verbs, one transaction, each answered when it is durable."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeAlias

from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool
from sqlmodel.ext.asyncio.session import AsyncSession

from participate.engines import (
    BUSY_TIMEOUT_MS,
    DatabaseAway,
    DatabaseBusy,
    prepare_sqlite,
    told_when_away,
    transaction_on,
)
from participate.inline import creator

TRIES = 4
PAUSE = 0.02
"""Seconds at most, more with each try, before somebody who was given up for others is tried again."""

Verb = Callable[[AsyncSession, Any], Awaitable[Any]]
Outcome: TypeAlias = tuple[Any, Exception | None]


@dataclass
class Waiting:
    """A verb, its value, and whoever waits for the answer."""

    verb: Verb
    value: Any
    answer: asyncio.Future[Any]

    def tell(self, value: Any, error: BaseException | None) -> None:
        if self.answer.done():  # the person went away
            return
        if error is None:
            self.answer.set_result(value)
        else:
            self.answer.set_exception(error)


class _OneFailed(Exception):
    """A verb of the group raised, so nothing of the group is kept and each is run alone."""


async def write_together(engine: AsyncEngine, batch: list[Waiting]) -> list[Outcome]:
    """Run the verbs in one transaction; if one raises, each again in a transaction of its own.

    So a refusal fails alone, and the common case needs no savepoints. Raises what the commit raises, and
    DatabaseAway: then nobody's act is kept.
    """
    try:
        async with transaction_on(engine) as session:
            return [await _bravely(session, waiting) for waiting in batch]
    except _OneFailed as failed:
        error = failed.__cause__
        assert isinstance(error, Exception)
        if len(batch) == 1 and not isinstance(error, DatabaseBusy):
            return [(None, error)]
    return [await _alone(engine, waiting) for waiting in batch]


async def _bravely(session: AsyncSession, waiting: Waiting) -> Outcome:
    try:
        with told_when_away():
            return await waiting.verb(session, waiting.value), None
    except DatabaseAway:
        raise  # not this verb's fault: nobody's act is kept
    except Exception as error:
        raise _OneFailed from error


async def _alone(engine: AsyncEngine, waiting: Waiting) -> Outcome:
    """Tried again where it and somebody of another process held what the other needed."""
    for attempt in range(1, TRIES + 1):
        try:
            async with transaction_on(engine) as session:
                return await waiting.verb(session, waiting.value), None
        except DatabaseBusy as error:
            if attempt == TRIES:
                return None, error
            await asyncio.sleep(random.uniform(0, PAUSE) * attempt)  # noqa: S311  to part two that met
        except Exception as error:
            return None, error
    raise AssertionError("every try returns or is followed by another")


class WritingDesk:
    """Where groups are written on SQLite: one thread, one connection, each statement done at once in it.

    A statement takes microseconds, handing it to the driver's thread and back many more; so the whole
    group is handed over once.
    """

    def __init__(self, url: str, path: str) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="writing")
        self._runner = asyncio.Runner()
        self._engine = create_async_engine(
            url,
            poolclass=AsyncAdaptedQueuePool,
            pool_size=1,
            max_overflow=0,
            async_creator=creator(path, BUSY_TIMEOUT_MS / 1000),
        )
        prepare_sqlite(self._engine, "BEGIN IMMEDIATE")

    async def write(self, batch: list[Waiting]) -> list[Outcome]:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, self._write, batch)

    def _write(self, batch: list[Waiting]) -> list[Outcome]:
        return self._runner.run(write_together(self._engine, batch))

    async def close(self) -> None:
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(self._thread, self._close)
        self._thread.shutdown(wait=False)

    def _close(self) -> None:
        self._runner.run(self._engine.dispose())
        self._runner.close()
