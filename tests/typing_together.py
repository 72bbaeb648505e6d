"""Somebody who writes in a clause with others, as the page does: the same messages, without a browser."""

import asyncio
import json
from base64 import b64decode, b64encode
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol

from quart.testing.connections import WebsocketDisconnectError

from deliberation.drafting.live.document import Document, Written
from tests.people import Person

HERE = "/spaces/avonmere/proposals/1/clauses"


class Socket(Protocol):
    async def send(self, message: bytes | str) -> None: ...

    async def receive(self) -> bytes | str: ...


@dataclass
class Typist:
    """`acknowledged` is the number of the last update that is stored, `closed` why the other end closed."""

    socket: Any
    document: Document = field(default_factory=Document)
    generation: int = 0
    sent: int = 0
    acknowledged: int = 0
    vector: bytes = b""
    saved: str = ""
    here: list[dict[str, Any]] = field(default_factory=list)
    order: list[int] = field(default_factory=list)
    heard: list[bytes | str] = field(default_factory=list)
    closed: int = 0

    @property
    def text(self) -> str:
        return self.document.written.text

    async def greet(self) -> None:
        vector = b64encode(self.document.vector).decode()
        await self.socket.send(json.dumps({"generation": self.generation, "vector": vector}))
        self.vector = b""
        await self.until(lambda: self.vector != b"")

    async def type(self, text: str, heading: str | None = None) -> None:
        """Let the clause say this, and send what changed."""
        now = self.document.written
        await self.send(self.document.put(Written(now.heading if heading is None else heading, text)))

    async def add(self, words: str) -> None:
        await self.type(f"{self.text}{words}")

    async def send(self, update: bytes) -> None:
        self.sent += 1
        await self.socket.send(self.sent.to_bytes(4) + update)

    async def stored(self) -> None:
        """Wait until all that was sent is acknowledged."""
        await self.until(lambda: self.acknowledged == self.sent)

    async def until(self, true: Callable[[], bool], patience: float = 15) -> None:
        async with asyncio.timeout(patience):
            while not true():
                await self.hear()

    async def hear(self) -> None:
        try:
            message = await self.socket.receive()
        except WebsocketDisconnectError as error:
            self.closed = error.args[0]
            raise
        self.heard.append(message)
        if isinstance(message, bytes):
            self.document.take(message)
        else:
            self._told(json.loads(message))

    def _told(self, said: dict[str, Any]) -> None:
        if "begin" in said:
            self.vector = b64decode(said["vector"])
            if said["begin"] != self.generation:
                self.document, self.generation = Document(), said["begin"]
            self.document.take(b64decode(said["update"]))
        self.acknowledged = said.get("stored", self.acknowledged)
        self.saved = said.get("saved", self.saved)
        self.here = said.get("here", self.here)
        self.order = said.get("order", self.order)


@asynccontextmanager
async def typing(
    person: Person, clause: int = 1, *, origin: str = "http://localhost"
) -> AsyncIterator[Typist]:
    """Somebody with the clause open to write in it."""
    headers = {"Origin": origin}
    async with person.client.websocket(
        f"{HERE}/{clause}/live", headers=headers, scope_base={"client": (person.address, 40000)}
    ) as socket:
        typist = Typist(socket)
        await typist.greet()
        yield typist
