"""Sixty people writing in one clause at once, from a key to another screen

Each writes two letters a second, every one a letter of its own, so that its coming is seen. The time runs
from before a letter is sent until another reader has it in the text, which is after it was stored. Writers
and reader share the machine's cores with the server, so the times are upper bounds; its CPU is its own.
"""

import asyncio
import json
import random
import statistics
import tempfile
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import psutil

from benchmarks.serving import SECRET, Server, cpu_of, server
from charters.states import Role, Side
from deliberation.drafting.beginning import Planned, begin_proposal
from deliberation.running.installation import hold_to_key
from deliberation.spaces.activity import note_act
from participate.db import Database
from tests.both_sides import Cast, two_sides
from tests.databases import migrated_database, postgresql_processes
from tests.deliberation.drafting.conftest import FIRST, TITLE, Writers
from tests.sockets import Socket, cookie_for
from tests.typing_together import HERE, Typist

WRITERS, TURNS, EVERY = 60, 40, 0.5
FIRST_LETTER = 0x4E00


@dataclass
class Watch:
    """When each letter was sent and when it was seen, and how long it took to be acknowledged."""

    sent: dict[str, float] = field(default_factory=dict)
    seen: dict[str, float] = field(default_factory=dict)
    stored: list[float] = field(default_factory=list)
    all_seen: asyncio.Event = field(default_factory=asyncio.Event)


def measure() -> list[dict[str, Any]]:
    return [_on(kind) for kind in ("sqlite", "postgresql")]


def _on(kind: str) -> dict[str, Any]:
    url = migrated_database(kind)
    cookies = asyncio.run(_people(url))
    with tempfile.TemporaryDirectory() as var, server(url, var) as running:
        processes = postgresql_processes() if kind == "postgresql" else []
        watch, took, web, database = asyncio.run(_written(running, cookies, processes))
        memory = running.megabytes
    times = [watch.seen[letter] - at for letter, at in watch.sent.items()]
    letters = len(watch.sent)
    return {
        "database": kind,
        "writers": WRITERS,
        "letters/s": round(letters / took),
        "cores used by the web": round(web / took, 2),
        "CPU ms a letter": round(web / letters * 1000, 2),
        "CPU ms in PostgreSQL": round(database / letters * 1000, 2),
        "stored p50 ms": _at(watch.stored, 0.5),
        "stored p99 ms": _at(watch.stored, 0.99),
        "key to other screen p50 ms": _at(times, 0.5),
        "key to other screen p99 ms": _at(times, 0.99),
        "MB": round(memory),
    }


async def _written(
    running: Server, cookies: list[str], processes: list[psutil.Process]
) -> tuple[Watch, float, float, float]:
    """What was seen, the seconds it took, and the CPU seconds of the web and of the database's server."""
    watch = Watch()
    reader = await _opened(running, cookies[-1])
    writers = [await _opened(running, cookie) for cookie in cookies[:-1]]
    reading = asyncio.create_task(_read(reader, watch))
    web, database = running.cpu, sum(map(cpu_of, processes))
    began = time.monotonic()
    await asyncio.gather(*(_write(n, one, watch) for n, one in enumerate(writers)))
    took = time.monotonic() - began
    web, database = running.cpu - web, sum(map(cpu_of, processes)) - database
    async with asyncio.timeout(60):
        await watch.all_seen.wait()
    reading.cancel()
    await asyncio.gather(reading, return_exceptions=True)
    for typist in (reader, *writers):
        await typist.socket.close()
    return watch, took, web, database


async def _people(url: str) -> list[str]:
    """A space with a clause to write in, and the cookies of its writers and of one more."""
    database, now = Database(url), datetime.now(UTC)
    async with database.transaction() as session:
        await hold_to_key(session, SECRET.encode())
    cast = await two_sides(database)
    cast.master = SECRET.encode()
    await Writers(cast).do("maryam", begin_proposal, TITLE, [Planned(text=FIRST)])
    async with database.transaction() as session:
        for side in Side:
            await note_act(session, cast.space.id or 0, side, now=now)
    cookies = [await _cookie(cast, database, number, now) for number in range(WRITERS + 1)]
    await database.close()
    return cookies


async def _cookie(cast: Cast, database: Database, number: int, now: datetime) -> str:
    return await cookie_for(database, await cast.join(f"writer{number}", Role.MEMBER), now)


async def _opened(running: Server, cookie: str) -> Typist:
    typist = Typist(await Socket.open(running.port, f"{HERE}/1/live", cookie))
    await typist.greet()
    return typist


async def _read(reader: Typist, watch: Watch) -> None:
    while len(watch.seen) < WRITERS * TURNS:
        await reader.hear()
        now = time.monotonic()
        for letter in reader.text:
            if ord(letter) >= FIRST_LETTER:
                watch.seen.setdefault(letter, now)
    watch.all_seen.set()


async def _write(number: int, writer: Typist, watch: Watch) -> None:
    heard = asyncio.Event()
    hearing = asyncio.create_task(_hear(writer, heard))
    await asyncio.sleep(random.Random(number).random() * EVERY)
    for turn in range(TURNS):
        began = time.monotonic()
        letter = chr(FIRST_LETTER + number * TURNS + turn)
        before = writer.document.vector
        writer.document._text.insert(0, letter)
        watch.sent[letter] = began
        heard.clear()
        await writer.send(writer.document.since(before))
        await asyncio.wait_for(heard.wait(), 60)
        watch.stored.append(time.monotonic() - began)
        await asyncio.sleep(max(0, began + EVERY - time.monotonic()))
    hearing.cancel()
    await asyncio.gather(hearing, return_exceptions=True)


async def _hear(writer: Typist, heard: asyncio.Event) -> None:
    """The letters of others are taken, and shown to nobody: reading for sixty would be what is measured."""
    while True:
        message = await writer.socket.receive()
        if isinstance(message, str) and json.loads(message).get("stored") == writer.sent:
            heard.set()


def _at(times: list[float], part: float) -> int:
    return round(statistics.quantiles(times, n=1000)[round(part * 1000) - 1] * 1000)
