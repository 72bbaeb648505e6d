"""Hearing from other web processes, on PostgreSQL: messages carry the id of a clause, and nothing else."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress

import asyncpg
from sqlalchemy.engine import make_url

from deliberation.drafting.live.keeping import CHANNEL

PAUSE = 1.0
"""Seconds before the database is asked again after it went away."""

log = logging.getLogger("participate")


class News:
    """`told` is called with the id of each clause that has news. Does nothing on SQLite."""

    def __init__(self, url: str, told: Callable[[int], Awaitable[None]]) -> None:
        address = make_url(url)
        self._postgresql = address.drivername.startswith("postgresql")
        self._url = address.set(drivername="postgresql").render_as_string(hide_password=False)
        self._told = told
        self._task: asyncio.Task[None] | None = None

    def listen(self) -> None:
        """Begin to listen, until `stop`."""
        if self._postgresql and (self._task is None or self._task.done()):
            self._task = asyncio.create_task(self._listen())

    def stop(self) -> None:
        """Listen no longer."""
        if self._task is not None:
            self._task.cancel()

    async def _listen(self) -> None:
        while True:
            try:
                await self._hear()
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
                log.warning("the database tells no news of live texts; asking again")
            await asyncio.sleep(PAUSE)

    async def _hear(self) -> None:
        heard: asyncio.Queue[int | None] = asyncio.Queue()
        connection = await asyncpg.connect(self._url)
        try:
            connection.add_termination_listener(lambda _: heard.put_nowait(None))
            await connection.add_listener(CHANNEL, lambda *message: heard.put_nowait(int(message[3])))
            while (clause_id := await heard.get()) is not None:
                await self._told(clause_id)
        finally:
            with suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
                await connection.close(timeout=1)
