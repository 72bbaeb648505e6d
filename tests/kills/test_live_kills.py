"""Many write in one clause of real servers, which are killed: what was acknowledged is there afterwards."""

import asyncio
import random
import signal
import subprocess
import sys
import urllib.request
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from quart.testing.connections import WebsocketDisconnectError

from charters.states import Role
from deliberation.drafting.beginning import Planned, begin_proposal
from deliberation.drafting.live.document import Document
from deliberation.drafting.live.keeping import stored_text
from deliberation.drafting.live.purging import purge
from deliberation.running.installation import hold_to_key
from participate.db import Database
from tests.both_sides import Cast, two_sides
from tests.charters.avonmere import NOON
from tests.databases import migrated_database
from tests.deliberation.drafting.conftest import FIRST, SECOND, TITLE, Writers
from tests.kills.house import MASTER, ROOT, House
from tests.sharing import free_port
from tests.sockets import Socket, cookie_for
from tests.typing_together import HERE, Typist
from tests.waiting import until

pytestmark = [pytest.mark.prove, pytest.mark.timeout(600)]

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


@pytest.fixture
def web(kind: str, tmp_path: Path) -> Iterator[Web]:
    web = Web(migrated_database(kind), tmp_path)
    yield web
    if web.process is not None and web.process.poll() is None:
        web.stop()


@pytest.fixture
async def people(web: Web) -> AsyncIterator[list[Somebody]]:
    database = Database(web.database_url)
    people = await _people(database, web.port)
    yield people
    for one in people:
        await one.leave()
    await database.close()


async def _people(database: Database, port: int) -> list[Somebody]:
    async with database.transaction() as session:
        await hold_to_key(session, MASTER.encode())
    cast = await two_sides(database)
    cast.master = MASTER.encode()
    await Writers(cast).do("maryam", begin_proposal, TITLE, [Planned(text=FIRST), Planned(text=SECOND)])
    return [
        Somebody(number, await cookie_for(database, await _writer(cast, number), NOON), [port])
        for number in range(MANY)
    ]


async def _writer(cast: Cast, number: int) -> int:
    return await cast.join(f"writer{number}", Role.MEMBER)


async def in_the_end(url: str) -> str:
    database = Database(url)
    async with database.reading() as session:
        text = Document((await stored_text(session, 1)).parts).written.text
    await database.close()
    return text


async def test_twenty_write_at_once_through_kills_and_nothing_acknowledged_is_lost(
    web: Web, people: list[Somebody]
) -> None:
    web.start()
    writing = asyncio.gather(*(one.write(12, random.Random(one.number), 1.0) for one in people))
    for _ in range(3):
        await asyncio.sleep(2.5)
        web.stop()
        await asyncio.to_thread(web.start)
    await asyncio.wait_for(writing, 300)
    assert sum(one.lost for one in people) >= MANY, "the kills were felt"
    text = await in_the_end(web.database_url)
    words = [word for one in people for word in one.acknowledged]
    assert len(words) == MANY * 12
    assert [word for word in words if text.count(word) != 1] == []
    for one in people:
        await one.deliver()
    text = await in_the_end(web.database_url)
    await asyncio.gather(*(one.read_until(text) for one in people))
    # Told to stop, it lets everybody go and ends at once.
    assert await asyncio.to_thread(web.stop, signal.SIGTERM) == 0


@pytest.mark.parametrize("kind", ["postgresql"])
async def test_two_web_processes_see_each_others_letters_and_a_purge(
    web: Web, people: list[Somebody], tmp_path: Path
) -> None:
    (tmp_path / "other").mkdir()
    other = Web(web.database_url, tmp_path / "other")
    try:
        web.start()
        other.start()
        for one in people:
            one.ports = [web.port, other.port]
        await asyncio.gather(*(one.write(8, random.Random(one.number), 0.5) for one in people))
        for one in people:
            await one.deliver()
        text = await in_the_end(web.database_url)
        assert all(word in text for one in people for word in one.acknowledged)
        await asyncio.gather(*(one.read_until(text) for one in people))
        database = Database(web.database_url)
        async with database.transaction() as session:
            await purge(session, 1, now=NOON)
        await database.close()
        for one in people:
            assert one.typist is not None
            typist = one.typist
            await typist.until(lambda typist=typist: typist.generation == 2)  # type: ignore[misc]
            assert typist.text == FIRST.text
    finally:
        if other.process is not None:
            other.stop()
