"""Real web processes that can be killed, and many who write in one clause of them all the same."""

import asyncio
import random
import signal
import subprocess
import sys
import urllib.request
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from quart.testing.connections import WebsocketDisconnectError

from charters.states import Role
from deliberation.drafting.beginning import Planned, begin_proposal
from deliberation.drafting.live.document import Document
from deliberation.drafting.live.keeping import stored_text
from deliberation.running.installation import hold_to_key
from participate.db import Database
from tests.both_sides import Cast, two_sides
from tests.charters.avonmere import NOON
from tests.deliberation.drafting.conftest import FIRST, SECOND, TITLE, Writers
from tests.kills.house import MASTER, ROOT, House
from tests.sharing import free_port
from tests.sockets import Socket, cookie_for
from tests.typing_together import HERE, Typist
from tests.waiting import until

MANY = 20


@dataclass
class Web:
    """One web process on a database."""

    database_url: str
    folder: Path
    port: int = field(default_factory=free_port)
    process: "subprocess.Popen[bytes] | None" = None

    def start(self) -> None:
        surroundings = House(self.database_url, self.folder, self.port)._environment()
        command = [sys.executable, "-m", "tests.kills.live_server", str(self.port)]
        with (self.folder / "output").open("ab") as output:
            self.process = subprocess.Popen(command, env=surroundings, cwd=ROOT, stdout=output, stderr=output)
        until(self._answers, "the web's answering")

    def stop(self, how: signal.Signals = signal.SIGKILL) -> int:
        assert self.process is not None
        self.process.send_signal(how)
        return self.process.wait(30)

    def _answers(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, (self.folder / "output").read_text(errors="replace")[-3000:]
        with suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5):
            return True
        return False


@dataclass
class Somebody:
    """Writes words that are nobody else's, and goes on after each lost connection as the page does."""

    number: int
    cookie: str
    ports: list[int]
    typist: Typist | None = None
    document: Document = field(default_factory=Document)
    generation: int = 0
    seen: bytes = b""
    acknowledged: list[str] = field(default_factory=list)
    lost: int = 0

    async def write(self, words: int, draw: random.Random, pause: float) -> None:
        await self.deliver()
        for word in (f"<{self.number}.{n}>" for n in range(words)):
            self.put(word, draw)
            await self.deliver()
            self.acknowledged.append(word)
            await asyncio.sleep(draw.random() * pause)

    def put(self, word: str, draw: random.Random) -> None:
        """As a key does: at one place, which is not within a word."""
        text = self.document.written.text
        places = [0, *(at for at, letter in enumerate(text, 1) if letter == ">")]
        self.document._text.insert(len(text[: draw.choice(places)].encode()), word)

    async def deliver(self) -> None:
        """Send what the other end lacks until it is acknowledged."""
        while True:
            try:
                if self.typist is None:
                    await self.connect()
                assert self.typist is not None
                await self.typist.send(self.document.since(self.seen))
                await self.typist.stored()
                self.seen = self.document.vector
                return
            except (OSError, WebsocketDisconnectError, TimeoutError):
                await self.leave()
                self.lost += 1
                await asyncio.sleep(0.1)

    async def connect(self) -> None:
        port = self.ports[self.number % len(self.ports)]
        socket = await Socket.open(port, f"{HERE}/1/live", self.cookie)
        typist = Typist(socket, document=self.document, generation=self.generation)
        try:
            await typist.greet()
        except BaseException:
            await socket.close()
            raise
        self.generation, self.seen, self.typist = typist.generation, typist.vector, typist
        self.document = typist.document

    async def leave(self) -> None:
        if self.typist is not None:
            await self.typist.socket.close()
            self.typist = None

    async def read_until(self, text: str) -> None:
        assert self.typist is not None
        await self.typist.until(lambda: self.document.written.text == text, 60)


async def people_of(database: Database, port: int, many: int = MANY) -> list[Somebody]:
    async with database.transaction() as session:
        await hold_to_key(session, MASTER.encode())
    cast = await two_sides(database)
    cast.master = MASTER.encode()
    await Writers(cast).do("maryam", begin_proposal, TITLE, [Planned(text=FIRST), Planned(text=SECOND)])
    return [
        Somebody(number, await cookie_for(database, await _writer(cast, number), NOON), [port])
        for number in range(many)
    ]


async def _writer(cast: Cast, number: int) -> int:
    return await cast.join(f"writer{number}", Role.MEMBER)


async def in_the_end(url: str) -> str:
    database = Database(url)
    async with database.reading() as session:
        text = Document((await stored_text(session, 1)).parts).written.text
    await database.close()
    return text
