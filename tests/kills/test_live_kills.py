"""Many write in one clause of real servers, which are killed: what was acknowledged is there afterwards."""

import asyncio
import random
import signal
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from deliberation.drafting.live.purging import purge
from participate.db import Database
from tests.charters.avonmere import NOON
from tests.databases import migrated_database
from tests.deliberation.drafting.conftest import FIRST
from tests.kills.writers import MANY, Somebody, Web, in_the_end, people_of

pytestmark = [pytest.mark.prove, pytest.mark.timeout(600)]


@pytest.fixture
def web(kind: str, tmp_path: Path) -> Iterator[Web]:
    web = Web(migrated_database(kind), tmp_path)
    yield web
    if web.process is not None and web.process.poll() is None:
        web.stop()


@pytest.fixture
async def people(web: Web) -> AsyncIterator[list[Somebody]]:
    database = Database(web.database_url)
    people = await people_of(database, web.port)
    yield people
    for one in people:
        await one.leave()
    await database.close()


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
