"""Engines and the three lanes: reading(), transaction(), grouped().

Views, worker and command line choose the lane; verbs in `deliberation/` do not know theirs.
"""

import asyncio
import contextvars
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool
from sqlmodel.ext.asyncio.session import AsyncSession

from participate.engines import async_url, connect, empty_log, prepare_sqlite, told_when_away, transaction_on
from participate.groups import Outcome, Verb, Waiting, WritingDesk, write_together
from participate.handing import creator

GROUP_LIMIT = 200


class Database:
    """One per process. Call `close()` when done.

    `reading()` never takes the write lock; `transaction()` commits on return and rolls back on raise;
    `grouped()` answers after the commit that made the verb durable.
    """

    def __init__(self, url: str) -> None:
        self.url = async_url(url)
        self.sqlite = self.url.startswith("sqlite")
        self._desk: WritingDesk | None = None
        if self.sqlite:
            path = make_url(self.url).database or ""
            Path(path).parent.mkdir(parents=True, exist_ok=True)
            self._readers = create_async_engine(
                self.url,
                poolclass=AsyncAdaptedQueuePool,
                pool_size=4,
                max_overflow=4,
                async_creator=creator(path),
            )
            # One writer per process: more would only queue on SQLite's lock, and asleep.
            self._writer = create_async_engine(
                self.url,
                poolclass=AsyncAdaptedQueuePool,
                pool_size=1,
                max_overflow=0,
                pool_timeout=60,
                async_creator=creator(path),
            )
            prepare_sqlite(self._readers, "BEGIN")
            prepare_sqlite(self._writer, "BEGIN IMMEDIATE")
            self._desk = WritingDesk(self.url, path)
        else:
            self._readers = self._writer = create_async_engine(
                self.url, pool_size=8, max_overflow=8, pool_pre_ping=True
            )
        self._turn = asyncio.Lock()
        self._queue: asyncio.Queue[Waiting | None] = asyncio.Queue()
        self._consumer: asyncio.Task[None] | None = None

    @property
    def engine(self) -> AsyncEngine:
        """The writing engine, for migrations and backups."""
        return self._writer

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        """A consistent view for queries; anything written in it is rolled back."""
        with told_when_away():
            async with AsyncSession(self._readers, expire_on_commit=False, autoflush=False) as session:
                await connect(session)
                yield session

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """One unit of work: commits on return, rolls back on raise."""
        async with self._turn_to_write(), transaction_on(self._writer) as session:
            yield session

    @asynccontextmanager
    async def _turn_to_write(self) -> AsyncIterator[None]:
        # Two writers of one process would wait on SQLite's lock asleep; here they wait awake and in order.
        if not self.sqlite:
            yield
            return
        async with self._turn:
            yield

    async def grouped(self, verb: Verb, value: Any) -> Any:
        """Run a small frequent write in a shared transaction; returns once it is durable.

        A refusal fails alone: the others of its group are kept. The verb may run twice, so it must change
        nothing but the database. On SQLite it runs in a thread of its own. Raises whatever the verb raised.
        """
        if self._consumer is None or self._consumer.done():
            # An empty context: a verb that looked at somebody's request would see another's.
            self._consumer = asyncio.create_task(self._consume(), context=contextvars.Context())
        waiting = Waiting(verb, value, asyncio.get_running_loop().create_future())
        await self._queue.put(waiting)
        return await waiting.answer

    async def _consume(self) -> None:
        closing = False
        while not closing:
            taken = [await self._queue.get()]
            while len(taken) < GROUP_LIMIT and not self._queue.empty():
                taken.append(self._queue.get_nowait())
            batch = [waiting for waiting in taken if waiting is not None]
            closing = len(batch) < len(taken)
            if batch:
                await self._run(batch)

    async def _run(self, batch: list[Waiting]) -> None:
        try:
            results = await self._write(batch)
        except BaseException as failure:
            # The commit itself failed, or the program is stopping: nobody may be told that their act is kept.
            for waiting in batch:
                waiting.tell(None, failure)
            if not isinstance(failure, Exception):
                raise
            return
        for waiting, (value, error) in zip(batch, results, strict=True):
            waiting.tell(value, error)

    async def _write(self, batch: list[Waiting]) -> list[Outcome]:
        if self._desk is None:
            return await write_together(self._writer, batch)
        async with self._turn:
            return await self._desk.write(batch)

    async def forget_log(self) -> None:
        """Empty SQLite's log, which has pages as they were before something was erased.

        Whoever reads at this moment keeps the log; then it goes with the next writes.
        """
        if self.sqlite:
            path = make_url(self.url).database or ""
            async with self._turn:
                await asyncio.to_thread(empty_log, path)

    async def check(self) -> None:
        """Raises when the database does not answer."""
        async with self.reading() as session:
            await session.connection()
            await session.exec(text("SELECT 1"))  # type: ignore[call-overload]

    async def close(self) -> None:
        if self._consumer is not None and not self._consumer.done():
            # What was asked for is still written and answered; nothing is cut off halfway.
            await self._queue.put(None)
            await self._consumer
        desk, self._desk = self._desk, None
        if desk is not None:
            await desk.close()
        await self._readers.dispose()
        if self._writer is not self._readers:
            await self._writer.dispose()
