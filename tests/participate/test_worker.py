"""The worker: it does what is asked, tells what failed, keeps its leases, and stops cleanly."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import select

from charters.agreements import State
from deliberation.running import jobs, limits
from deliberation.running.jobs import Job, JobState
from deliberation.spaces.putting_people import put_facilitator
from participate import worker
from participate.db import Database
from participate.processes import Progress, run_limited
from participate.settings import Settings
from participate.worker import Handler, Worker
from tests.both_sides import two_sides
from tests.charters.avonmere import DAY, NOON
from tests.waiting import PATIENCE

SETTINGS = Settings(secret_key="s" * 32)


async def ask(database: Database, key: str = "1", kind: str = "count", **payload: Any) -> None:
    now = datetime.now(UTC)
    async with database.transaction() as session:
        await jobs.enqueue(session, kind, key, payload=payload, run_at=now, now=now)


async def newest(database: Database, key: str = "1") -> Job:
    async with database.reading() as session:
        job = await jobs.newest(session, "count", key)
    assert job is not None
    return job


async def eventually(holds: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not await holds():
            await asyncio.sleep(0.02)


def working(database: Database, handler: Handler, **values: Any) -> Worker:
    return Worker(
        database, SETTINGS, {"count": handler}, values.pop("looks", {}), poll=0.02, beat=0.05, **values
    )


@asynccontextmanager
async def at_work(worker: Worker) -> AsyncIterator[asyncio.Task[None]]:
    stop = asyncio.Event()
    task = asyncio.create_task(worker.run(stop))
    yield task
    stop.set()
    await task


async def test_a_job_is_done_with_its_payload_and_marked_so(database: Database) -> None:
    seen = []

    async def count(given: Database, settings: Settings, payload: dict[str, Any], progress: Progress) -> None:
        progress(0.5)
        seen.append((given is database, settings, payload))

    worker = working(database, count)
    assert not await worker.run_once()
    await ask(database, up_to=3)
    assert await worker.run_once()
    assert not await worker.run_once()
    assert seen == [(True, SETTINGS, {"up_to": 3})]
    assert (await newest(database)).state is JobState.DONE


async def test_a_failure_is_noted_with_its_words_and_waits_for_its_next_attempt(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    async def count(*_: Any) -> None:
        raise ValueError("There is nothing to count.")

    await ask(database)
    assert await working(database, count).run_once()
    job = await newest(database)
    assert (job.state, job.attempts) == (JobState.WAITING, 1)
    assert job.error == "ValueError: There is nothing to count."
    assert "count 1 failed" in caplog.text


async def test_work_in_a_process_of_its_own_that_takes_too_long_is_a_failure_in_words(
    database: Database,
) -> None:
    async def count(*_: Any) -> None:
        await run_limited(time.sleep, 60, seconds=1, megabytes=300)

    await ask(database)
    await working(database, count).run_once()
    assert (await newest(database)).error == "sleep was stopped: it took longer than 1 seconds."


async def test_a_running_worker_does_what_comes_in_and_keeps_on_after_a_failure(database: Database) -> None:
    seen: list[int] = []

    async def count(_db: Database, _s: Settings, payload: dict[str, Any], _p: Progress) -> None:
        seen.append(payload["number"])
        if payload["number"] == 1:
            raise ValueError

    async def all_seen() -> bool:
        return sorted(seen) == [0, 1, 2]

    async with at_work(working(database, count)):
        for number in range(3):
            await ask(database, str(number), number=number)
        await eventually(all_seen)


async def test_the_worker_looks_by_itself_for_what_is_to_be_done_and_goes_on_when_it_cannot(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    looked: list[datetime] = []
    done = asyncio.Event()

    async def count(*_: Any) -> None:
        done.set()

    async def look(given: Database, now: datetime) -> None:
        looked.append(now)
        if len(looked) == 1:
            raise ConnectionRefusedError("nobody answers")
        await ask(given)

    async with at_work(working(database, count, looks={look: 0.02})):
        await asyncio.wait_for(done.wait(), PATIENCE)
    assert "could not look for what is to be done" in caplog.text
    assert looked == sorted(looked)


async def test_until_idle_finds_and_does_all_that_is_due(database: Database) -> None:
    async def count(*_: Any) -> None:
        pass

    async def look(given: Database, now: datetime) -> None:
        for key in "ab":
            await ask(given, key)

    assert await working(database, count, looks={look: 60.0}).run_until_idle() == 2


async def test_every_worker_forgets_networks_whose_time_is_over(database: Database) -> None:
    now = datetime.now(UTC)
    for moment in (now - timedelta(hours=49), now):
        async with database.transaction() as session:
            connection = await session.connection()
            await connection.run_sync(limits.count_newcomer, "198.51.100.0", 300, now=moment)
    assert worker.forget_networks in worker.looks()
    await worker.forget_networks(database, now)
    async with database.reading() as session:
        kept = [counter.window for counter in await session.exec(select(limits.Counter))]
    assert len(kept) == 1
    assert kept[0] > now - timedelta(hours=1)


async def test_the_heart_beats_also_while_a_job_runs(database: Database) -> None:
    going = asyncio.Event()

    async def count(*_: Any) -> None:
        going.set()
        await asyncio.sleep(600)

    async def beats_after(moment: datetime) -> bool:
        async with database.reading() as session:
            seen = await jobs.last_seen(session)
        return seen is not None and seen > moment

    await ask(database)
    async with at_work(working(database, count)):
        await going.wait()
        now = datetime.now(UTC)
        await eventually(lambda: beats_after(now))


async def test_a_job_longer_than_its_lease_keeps_it(database: Database) -> None:
    enough = asyncio.Event()

    async def count(*_: Any) -> None:
        await enough.wait()

    async def lease() -> datetime | None:
        return (await newest(database)).lease_until

    async def extended() -> bool:
        return await lease() != first

    await ask(database)
    slow = working(database, count, lease=timedelta(seconds=1))
    doing = asyncio.create_task(slow.run_once())
    first = None
    await eventually(extended)
    first = await lease()
    await eventually(extended)
    assert first is not None
    async with database.transaction() as session:
        over = first + timedelta(milliseconds=1)
        assert await jobs.claim(session, ["count"], lease=slow.lease, now=over) is None
    enough.set()
    assert await doing
    job = await newest(database)
    assert (job.state, job.attempts) == (JobState.DONE, 1)


async def test_work_whose_lease_was_lost_is_stopped_and_left_to_its_new_holder(database: Database) -> None:
    going, ended = asyncio.Event(), asyncio.Event()

    async def count(*_: Any) -> None:
        going.set()
        try:
            await asyncio.sleep(600)
        finally:
            ended.set()

    await ask(database)
    doing = asyncio.create_task(working(database, count, lease=timedelta(seconds=0.4)).run_once())
    await going.wait()
    later = datetime.now(UTC) + timedelta(hours=1)  # another worker finds it long expired
    async with database.transaction() as session:
        other = await jobs.claim(session, ["count"], lease=timedelta(hours=1), now=later)
    assert await doing
    assert ended.is_set()
    assert other is not None
    async with database.transaction() as session:
        assert await jobs.complete(session, other, now=later)


async def test_stopping_ends_the_work_and_gives_the_job_back(database: Database) -> None:
    going, ended = asyncio.Event(), asyncio.Event()

    async def count(*_: Any) -> None:
        going.set()
        try:
            await asyncio.sleep(600)
        finally:
            ended.set()

    await ask(database)
    async with at_work(working(database, count)):
        await going.wait()
    assert ended.is_set()
    job = await newest(database)
    assert (job.state, job.attempts, job.lease_until) == (JobState.WAITING, 0, None)


async def test_stopping_lets_a_statement_under_way_end(database: Database) -> None:
    begun, may_end, ended = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def look(*_: Any) -> None:
        begun.set()
        await may_end.wait()
        ended.set()

    stop = asyncio.Event()
    running = asyncio.create_task(working(database, _nothing, looks={look: 600.0}).run(stop))
    await begun.wait()
    stop.set()
    await asyncio.sleep(0)
    may_end.set()
    await running
    assert ended.is_set(), "it was cut off"


async def test_what_does_not_end_in_time_is_cut_off(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("participate.worker.PATIENCE", 0.05)
    begun = asyncio.Event()

    async def look(*_: Any) -> None:
        begun.set()
        await asyncio.sleep(600)

    async with at_work(working(database, _nothing, looks={look: 600.0})) as running:
        await begun.wait()
    assert running.done()


async def _nothing(*_: Any) -> None: ...


async def test_a_database_that_goes_away_does_not_end_the_worker(
    database: Database, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = asyncio.Event()

    async def count(*_: Any) -> None:
        done.set()

    def away() -> None:
        raise ConnectionRefusedError("nobody answers")

    async with at_work(working(database, count)):
        with monkeypatch.context() as broken:
            broken.setattr(database, "reading", away)
            await eventually(lambda: asyncio.sleep(0, "nobody answers" in caplog.text))
        await ask(database)
        await asyncio.wait_for(done.wait(), PATIENCE)


def test_the_worker_knows_the_kinds_whose_module_is_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        worker,
        "HANDLERS",
        {"describe": "participate.worker:described", "fly": "participate.no_such_module:fly"},
    )
    assert worker.handlers() == {"describe": worker.described}
    monkeypatch.setattr(worker, "LOOKS", {"participate.no_such_module:look": 1.0})
    assert worker.looks() == {}


async def test_decisions_of_both_sides_end_when_their_time_is_over(database: Database) -> None:
    cast = await two_sides(database)
    decisions = []
    for name in ("a", "b"):
        asked = {"name": name * 3, "until": NOON + 300 * DAY, "reason": "She has done this well before."}
        decisions.append(
            await cast.do("ann", put_facilitator, cast.space, f"{name}@example.org", **asked, now=NOON)
        )
    await worker.settle_decisions(database, decisions[0].closes_at - timedelta(seconds=1))
    assert {(await cast.kept(one)).state for one in decisions} == {State.OPEN}
    await worker.settle_decisions(database, decisions[0].closes_at)
    assert {(await cast.kept(one)).state for one in decisions} == {State.LAPSED}
