"""Talking by one connection: what comes is taken in order, what goes waits in a short line.

A connection that sends faster than can be stored, or reads more slowly than others write, is closed.
"""

import asyncio
import json
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Callable
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy.exc import OperationalError

from charters.enforcement import Refused
from deliberation.drafting.live.delivering import Came
from deliberation.drafting.live.document import Unfit
from deliberation.errors import NotFound
from participate.live.lines import MOST_WAITING, Dropped, Line, Message
from participate.live.rooms import LiveRoom

LARGEST = 64 * 1024
"""Bytes of one message."""
NUMBERED = 4
"""So many bytes before an update number it."""
TRIES = 3
SILENT = 120.0
"""Seconds without a word from the page, which says every 25 that it is there: then it is gone."""


class Socket(Protocol):
    """What is needed of a websocket."""

    async def receive(self) -> Any: ...

    async def send(self, data: Message) -> None: ...


class Talk:
    """One connection in a room."""

    def __init__(self, socket: Socket, room: LiveRoom, line: Line, clock: Callable[[], datetime]) -> None:
        self._socket, self._room, self._line, self._clock = socket, room, line, clock
        self._came: asyncio.Queue[Message] = asyncio.Queue(MOST_WAITING)

    async def go_on(self) -> Dropped:
        """Talk until the connection is to be closed; raises CancelledError where the other end closes it."""
        works = (self._read, self._answer, self._send, self._stay_allowed, self._line.over.wait)
        tasks = [asyncio.create_task(work()) for work in works]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        for task in done:
            if not task.cancelled() and (error := task.exception()) is not None:
                self._line.drop(_why(error))
        return self._line.dropped or Dropped.RESTARTED

    async def _read(self) -> None:
        while True:
            async with asyncio.timeout(SILENT):
                message = await self._socket.receive()
            if len(message) > LARGEST:
                return self._line.drop(Dropped.TOO_LONG)
            try:
                self._came.put_nowait(message)
            except asyncio.QueueFull:
                return self._line.drop(Dropped.TOO_FAST)

    async def _send(self) -> None:
        while True:
            await self._socket.send(await self._line.out.get())

    async def _stay_allowed(self) -> None:
        while True:
            await self._line.ask_again.wait()
            await self._ask()

    async def _ask(self) -> None:
        self._line.ask_again.clear()
        self._line.writer = await self._line.ask()
        self._line.asked_at = self._clock()

    async def _answer(self) -> None:
        while True:
            message = await self._came.get()
            if isinstance(message, bytes):
                await self._store(message)
            else:
                self._hear(json.loads(message))

    def _hear(self, said: Any) -> None:
        if "still" in said:
            return
        self._room.welcome(self._line, int(said["generation"]), b64decode(said["vector"], validate=True))

    async def _store(self, message: bytes) -> None:
        number, update = int.from_bytes(message[:NUMBERED]), message[NUMBERED:]
        for _ in range(TRIES):
            came = await self._room.write(self._line, self._line.writer, update, self._clock())
            if came is not Came.ASK_AGAIN:
                break
            await self._ask()
        if came is Came.STORED:
            self._line.say(stored=number)
        elif came is Came.ASK_AGAIN:
            self._line.drop(Dropped.REFUSED)


def _why(error: BaseException) -> Dropped:
    if isinstance(error, Refused):
        return Dropped.REFUSED
    if isinstance(error, NotFound):
        return Dropped.ABSENT
    if isinstance(error, Unfit):
        return Dropped.TOO_LONG
    if isinstance(error, KeyError | TypeError | ValueError | NotBase64):
        return Dropped.NOT_UNDERSTOOD
    if isinstance(error, OperationalError | TimeoutError):
        return Dropped.RESTARTED
    raise error
