"""Searching 50,000 statements

Milliseconds, 200 times each in turn, beside a read by primary key in the same run; and the page over HTTP,
beside the page with the empty form.
"""

import asyncio
import random
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from itertools import product
from statistics import quantiles
from typing import Any

from sqlmodel import select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from benchmarks.load import burst, request
from benchmarks.places import place
from benchmarks.serving import Server, server
from charters.states import Standing
from deliberation.opinion.loading import LoadedStatement, load_statements
from deliberation.opinion.statements import Statement
from deliberation.searching.searching import search
from deliberation.searching.typed import looked_for
from deliberation.spaces.consultations import Consultation
from deliberation.spaces.spaces import Space
from participate.batches import in_batches
from participate.db import Database

STATEMENTS, WORDS_EACH, VOCABULARY = 50_000, 14, 8_000
TIMES = 200
# The first words of the vocabulary stand in thousands of statements, its last in a few.
LOOKED = {
    "a rare word": lambda words: words[7_000],
    "a word in 1 of 100": lambda words: words[100],
    "a word in 1 of 6": lambda words: words[0],
    "two words": lambda words: f"{words[20]} {words[30]}",
    "nothing found": lambda _: "nowhere",
}

Act = Callable[[AsyncSession], Awaitable[object]]


def measure() -> list[dict[str, Any]]:
    words = vocabulary()
    rows = []
    for kind in ("sqlite", "postgresql"):
        url = place(kind, statements=1)
        asyncio.run(_say(url, words))
        rows += asyncio.run(_in_turn(url, kind, words))
        with tempfile.TemporaryDirectory() as var, server(url, var) as running:
            rows.append(_page(running, kind, "page: the empty form", "/search"))
            for name, word in LOOKED.items():
                query = word(words).replace(" ", "+")
                rows.append(_page(running, kind, f"page: {name}", f"/search?q={query}"))
    return rows


def vocabulary() -> list[str]:
    """Invented words, no two alike."""
    first, second = "bdfgklmnprstvz", "aeiou"
    syllables = [one + two for one in first for two in second]
    return ["".join(three) for three in product(syllables, repeat=3)][:: len(syllables) ** 3 // VOCABULARY][
        :VOCABULARY
    ]


async def _say(url: str, words: Sequence[str]) -> None:
    """Statements of words as common as words are: the second half as often as the first."""
    database, now, chance = Database(url), datetime.now(UTC), random.Random(2)
    async with database.transaction() as session:
        held = (await session.exec(select(Consultation.id))).one()
        await session.exec(update(Space).values(standing=Standing.ARCHIVE))
    often = [1 / (at + 10) for at in range(VOCABULARY)]
    said = [
        LoadedStatement(
            number=number,
            text=" ".join(chance.choices(words, often, k=WORDS_EACH)),
            language="en",
            created_at=now,
        )
        for number in range(2, STATEMENTS + 2)
    ]
    assert held is not None
    await in_batches(database, lambda session, part: load_statements(session, held, part), said)
    await database.close()


async def _in_turn(url: str, kind: str, words: Sequence[str]) -> list[dict[str, Any]]:
    database = Database(url)
    async with database.reading() as session:
        ids = (await session.exec(select(Statement.id))).all()
    chance = random.Random(3)

    async def by_key(session: AsyncSession) -> object:
        return (await session.exec(select(Statement).where(Statement.id == chance.choice(ids)))).one()

    def looking(typed: str) -> Act:
        return lambda session: search(session, None, looked_for(typed))

    rows = [await _timed(database, kind, "one row by its key", by_key)]
    for name, word in LOOKED.items():
        rows.append(await _timed(database, kind, name, looking(word(words))))
    await database.close()
    return rows


async def _timed(database: Database, kind: str, name: str, act: Act) -> dict[str, Any]:
    took, before = list[float](), time.process_time()
    for _ in range(TIMES):
        began = time.perf_counter()
        async with database.reading() as session:
            await act(session)
        took.append((time.perf_counter() - began) * 1e3)
    cpu = (time.process_time() - before) / TIMES * 1e3
    return _row(name, kind, cpu, quantiles(took, n=20)[9], quantiles(took, n=20)[18])


def _page(running: Server, kind: str, name: str, path: str) -> dict[str, Any]:
    asked = [request("GET", path, host=f"127.0.0.1:{running.port}", headers={})] * 100
    burst(running.port, asked[:10])
    before = running.cpu
    alone = burst(running.port, asked, 1)
    assert set(alone.statuses) == {200}, (name, alone.statuses)
    cpu = (running.cpu - before) / len(asked) * 1e3
    return _row(name, kind, cpu, alone.quantile(0.5), alone.quantile(0.95))


def _row(name: str, kind: str, cpu: float, middle: float, late: float) -> dict[str, Any]:
    """`cpu` is the program's own: PostgreSQL's is in the time alone."""
    return {
        "what": name,
        "database": kind,
        "CPU ms": round(cpu, 2),
        "p50 ms": round(middle, 2),
        "p95 ms": round(late, 2),
    }
