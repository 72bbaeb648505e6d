"""Hearing from other web processes, on PostgreSQL: messages carry the id of a clause, and nothing else."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from asyncpg import InterfaceError, PostgresError
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from deliberation.drafting.live.keeping import CHANNEL
from participate.engines import async_url

PAUSE = 1.0
"""Seconds before the database is asked again after it went away."""

log = logging.getLogger("participate")


class News:
    """`told` is called with the id of each clause that has news. Does nothing on SQLite."""

    def __init__(self, url: str, told: Callable[[int], Awaitable[None]]) -> None:
        self._url, self._told = async_url(url), told
        self._task: asyncio.Task[None] | None = None

    def listen(self) -> None:
        """Begin to listen, until `stop`."""
        if self._url.startswith("postgresql") and (self._task is None or self._task.done()):
            self._task = asyncio.create_task(self._listen())

    def stop(self) -> None:
        """Listen no longer."""
        if self._task is not None:
            self._task.cancel()

    async def _listen(self) -> None:
        while True:
            try:
                await self._hear()
            except (OSError, SQLAlchemyError, PostgresError, InterfaceError):
                log.warning("the database tells no news of live texts; asking again")
            await asyncio.sleep(PAUSE)

    async def _hear(self) -> None:
        """Until the connection goes: one of its own, made as all others are."""
        heard: asyncio.Queue[int | None] = asyncio.Queue()
        engine = create_async_engine(self._url, poolclass=NullPool)
        try:
            async with engine.connect() as connection:
                driver = (await connection.get_raw_connection()).driver_connection
                assert driver is not None
                driver.add_termination_listener(lambda _: heard.put_nowait(None))
                await driver.add_listener(CHANNEL, lambda *message: heard.put_nowait(int(message[3])))
                while (clause_id := await heard.get()) is not None:
                    await self._told(clause_id)
        finally:
            await engine.dispose()
