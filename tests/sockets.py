"""A websocket to a server in another process, and sessions to open it with."""

import asyncio
import secrets
from collections import deque
from contextlib import suppress
from datetime import datetime
from hashlib import sha256

from quart.testing.connections import WebsocketDisconnectError
from wsproto import ConnectionType, WSConnection
from wsproto.events import (
    AcceptConnection,
    BytesMessage,
    CloseConnection,
    Event,
    Message,
    RejectConnection,
    Request,
    TextMessage,
)

from deliberation.people.sessions import begin_session
from participate.db import Database


class Socket:
    """Raises WebsocketDisconnectError where the server closes it, ConnectionError where it goes away."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self._connection = WSConnection(ConnectionType.CLIENT)
        self._came: deque[Event] = deque()
        self._parts: list[bytes] | list[str] = []

    @classmethod
    async def open(cls, port: int, path: str, cookie: str) -> "Socket":
        socket = cls(*await asyncio.open_connection("127.0.0.1", port))
        try:
            await socket._greet(port, path, cookie)
        except BaseException:  # a server that is killed meanwhile: nobody else could close it
            await socket.close()
            raise
        return socket

    async def _greet(self, port: int, path: str, cookie: str) -> None:
        headers = [(b"Cookie", cookie.encode()), (b"Origin", f"http://127.0.0.1:{port}".encode())]
        await self._send(Request(host=f"127.0.0.1:{port}", target=path, extra_headers=headers))
        answer = await self._next()
        if not isinstance(answer, AcceptConnection):
            raise ConnectionRefusedError(f"{answer}")

    async def send(self, message: bytes | str) -> None:
        await self._send(BytesMessage(message) if isinstance(message, bytes) else TextMessage(message))

    async def receive(self) -> bytes | str:
        parts: list[bytes | str] = []
        while True:
            event = await self._next()
            if isinstance(event, CloseConnection):
                raise WebsocketDisconnectError(event.code)
            if isinstance(event, RejectConnection):
                raise ConnectionRefusedError
            if isinstance(event, Message):
                parts.append(event.data)
                if event.message_finished:
                    return b"".join(parts) if isinstance(event, BytesMessage) else "".join(parts)  # type: ignore[arg-type]

    async def close(self) -> None:
        self._writer.close()
        with suppress(OSError):
            await self._writer.wait_closed()

    async def _send(self, event: Event) -> None:
        self._writer.write(self._connection.send(event))
        await self._writer.drain()

    async def _next(self) -> Event:
        while not self._came:
            data = await self._reader.read(65536)
            if not data:
                raise ConnectionResetError
            self._connection.receive_data(data)
            self._came.extend(self._connection.events())
        return self._came.popleft()


async def cookie_for(database: Database, account_id: int, now: datetime) -> str:
    """The cookie of a device on which somebody is signed in."""
    token = secrets.token_urlsafe(32)
    async with database.transaction() as session:
        await begin_session(session, account_id, sha256(token.encode()).hexdigest(), now=now)
    return f"participate={secrets.token_urlsafe(32)}.{token}"
