"""Many processes that start at one moment on a new database: each starts, and what is made is made once."""

import asyncio
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from deliberation.running.jobs import beat, last_seen
from participate.db import Database
from participate.demonstration.making import make_if_empty
from participate.settings import Settings, demo_settings
from participate.starting import check_database
from tests.databases import empty_database
from tests.populate import structure

ROOT = Path(__file__).parent.parent.parent
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
STARTS = 12

MIGRATE = """
import sys
import deliberation.tables
from participate.starting import migrate
print("ready", flush=True)
sys.stdin.readline()
migrate(sys.argv[1])
"""


async def test_twelve_first_starts_at_once_all_succeed(settings: Settings) -> None:
    await asyncio.gather(*(check_database(settings) for _ in range(STARTS)))


def test_four_migrations_of_a_new_database_at_once_all_succeed(kind: str) -> None:
    url = empty_database(kind)
    together = [
        subprocess.Popen(
            [sys.executable, "-c", MIGRATE, url],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        for _ in range(4)
    ]
    try:
        for process in together:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
        for process in together:
            assert process.stdin is not None
            process.stdin.write("go\n")
            process.stdin.flush()
        ends = [process.communicate(timeout=120) for process in together]
    finally:
        for process in together:
            process.kill()
            process.communicate()
    assert [(process.returncode, words) for process, words in zip(together, ends, strict=True)] == [
        (0, ("", ""))
    ] * 4
    assert "space" in structure(url)


async def test_workers_that_beat_at_once_are_all_seen(settings: Settings) -> None:
    houses = [Database(settings.database_url) for _ in range(STARTS)]

    async def alive(house: Database) -> None:
        async with house.transaction() as session:
            await beat(session, "one name for all", now=NOW)

    await asyncio.gather(*map(alive, houses))
    async with houses[0].reading() as session:
        assert await last_seen(session) == NOW
    for house in houses:
        await house.close()


async def test_of_demonstrations_begun_at_once_one_is_made(settings: Settings) -> None:
    houses = [Database(settings.database_url) for _ in range(3)]

    async def fill(house: Database) -> bool:
        async with house.transaction() as session:
            return await make_if_empty(session, master=settings.pseudonym_master, now=NOW)

    assert sorted(await asyncio.gather(*map(fill, houses))) == [False, False, True]
    for house in houses:
        await house.close()


@pytest.mark.parametrize("attempt", range(5))
def test_demonstrations_begun_at_once_share_one_secret(tmp_path: Path, attempt: int) -> None:
    with ThreadPoolExecutor(STARTS) as threads:
        found = list(threads.map(lambda _: demo_settings({"PARTICIPATE_VAR": str(tmp_path)}), range(STARTS)))
    assert len({settings.secret_key for settings in found}) == 1
    assert len(found[0].secret_key) >= 32
    assert [path.name for path in tmp_path.iterdir()] == ["demo-secret"]
    assert (tmp_path / "demo-secret").stat().st_mode & 0o077 == 0
