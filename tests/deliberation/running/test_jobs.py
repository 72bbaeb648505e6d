"""Jobs: asked for once per key, claimed under a lease, tried three times."""

import asyncio
from datetime import UTC, datetime, timedelta

from deliberation.running import jobs
from deliberation.running.jobs import Claim, JobState
from participate.db import Database
from participate.worker import HANDLERS

NOON = datetime(2031, 5, 1, 12, tzinfo=UTC)
LEASE = timedelta(minutes=1)
MOMENT = timedelta(seconds=1)


async def ask(
    database: Database, key: str = "1", *, now: datetime = NOON, wait: int = 0, **payload: int
) -> None:
    async with database.transaction() as session:
        run_at = now + timedelta(seconds=wait)
        await jobs.enqueue(session, "analyse", key, payload=payload, run_at=run_at, now=now)


async def take(database: Database, *, now: datetime = NOON) -> Claim | None:
    async with database.transaction() as session:
        return await jobs.claim(session, ["analyse"], lease=LEASE, now=now)


async def taken(database: Database, *, now: datetime = NOON) -> Claim:
    claim = await take(database, now=now)
    assert claim is not None
    return claim


async def complete(database: Database, claim: Claim, *, now: datetime = NOON) -> bool:
    async with database.transaction() as session:
        return await jobs.complete(session, claim, now=now)


async def fail(database: Database, claim: Claim, *, now: datetime = NOON, error: str = "It broke.") -> bool:
    async with database.transaction() as session:
        return await jobs.fail(session, claim, error=error, now=now)


async def counted(database: Database) -> dict[str, int]:
    async with database.reading() as session:
        return {state.value: number for state, number in (await jobs.counts(session)).items() if number}


async def newest(database: Database, key: str = "1") -> jobs.Job:
    async with database.reading() as session:
        job = await jobs.newest(session, "analyse", key)
    assert job is not None
    return job


async def test_a_job_is_run_by_whoever_claims_it_first_and_by_nobody_else(database: Database) -> None:
    await ask(database, statements=7)
    claim = await taken(database)
    assert (claim.kind, claim.key, claim.payload, claim.attempt) == ("analyse", "1", {"statements": 7}, 1)
    assert await take(database) is None
    assert await complete(database, claim)
    assert await counted(database) == {"done": 1}


async def test_jobs_of_kinds_nobody_knows_wait(database: Database) -> None:
    await ask(database)
    async with database.transaction() as session:
        assert await jobs.claim(session, ["digest"], lease=LEASE, now=NOON) is None
        assert not await jobs.any_due(session, ["digest"], now=NOON)
        assert await jobs.any_due(session, ["analyse"], now=NOON)


async def test_an_analysis_is_taken_before_a_landscape_that_has_waited_longer(database: Database) -> None:
    async with database.transaction() as session:
        for kind, minutes in (("landscape", 3), ("analyse", 1), ("analyse", 2)):
            asked = NOON - timedelta(minutes=minutes)
            await jobs.enqueue(session, kind, str(minutes), payload={}, run_at=asked, now=asked)
    async with database.transaction() as session:
        taken = [await jobs.claim(session, HANDLERS, lease=LEASE, now=NOON) for _ in range(3)]
    assert [claim and (claim.kind, claim.key) for claim in taken] == [
        ("analyse", "2"), ("analyse", "1"), ("landscape", "3")
    ]  # fmt: skip


async def test_two_claims_in_one_transaction_take_two_jobs(database: Database) -> None:
    await ask(database, "1")
    await ask(database, "2")
    async with database.transaction() as session:
        taken = [await jobs.claim(session, ["analyse"], lease=LEASE, now=NOON) for _ in range(3)]
    assert [claim and claim.key for claim in taken] == ["1", "2", None]


async def test_the_job_that_has_waited_longest_comes_first(database: Database) -> None:
    await ask(database, "late", wait=-5)
    await ask(database, "early", wait=-50)
    await ask(database, "later", wait=1)
    assert [(await taken(database)).key, (await taken(database)).key] == ["early", "late"]
    assert await take(database) is None


async def test_asking_twice_makes_one_job_with_the_newest_payload_and_the_earlier_time(
    database: Database,
) -> None:
    await ask(database, wait=30, votes=1)
    await ask(database, wait=60, votes=2)
    assert await take(database, now=NOON + timedelta(seconds=29)) is None
    claim = await taken(database, now=NOON + timedelta(seconds=30))
    assert claim.payload == {"votes": 2}
    assert await complete(database, claim)
    assert await take(database, now=NOON + timedelta(hours=1)) is None


async def test_what_is_asked_for_while_it_runs_runs_once_more_at_its_time(database: Database) -> None:
    await ask(database, votes=1)
    claim = await taken(database)
    await ask(database, wait=30, votes=2)
    await ask(database, wait=90, votes=3)
    assert await take(database, now=NOON + MOMENT) is None
    assert await complete(database, claim)
    assert await counted(database) == {"waiting": 1, "done": 1}
    assert await take(database, now=NOON + timedelta(seconds=29)) is None
    again = await taken(database, now=NOON + timedelta(seconds=30))
    assert (again.payload, again.attempt) == ({"votes": 3}, 1)
    assert await complete(database, again)
    assert await counted(database) == {"done": 1}


async def test_a_request_that_commits_while_the_run_is_being_completed_is_not_lost(
    database: Database,
) -> None:
    await ask(database)
    claim = await taken(database)
    async with database.transaction() as session:
        await jobs.enqueue(session, "analyse", "1", payload={}, run_at=NOON, now=NOON)
        completing = asyncio.create_task(complete(database, claim))
        await asyncio.sleep(0.2)  # long enough for it to meet the uncommitted request
    assert await completing
    assert await counted(database) == {"waiting": 1, "done": 1}


async def test_a_failure_is_kept_in_words_and_tried_again_after_ten_seconds_and_a_minute(
    database: Database,
) -> None:
    await ask(database)
    now = NOON
    for wait in (10, 60):
        assert await fail(database, await taken(database, now=now), now=now, error=f"Broke before {wait} s.")
        assert (await newest(database)).error == f"Broke before {wait} s."
        assert await take(database, now=now + timedelta(seconds=wait - 1)) is None
        now += timedelta(seconds=wait)
    assert await fail(database, await taken(database, now=now), now=now, error="Broke for good.")
    failed = await newest(database)
    assert (failed.state, failed.error, failed.attempts) == (JobState.FAILED, "Broke for good.", 3)
    assert await take(database, now=now + timedelta(days=1)) is None


async def test_asking_again_does_not_cut_a_back_off_short(database: Database) -> None:
    await ask(database)
    await fail(database, await taken(database))
    await ask(database, votes=2)
    assert await take(database, now=NOON + timedelta(seconds=9)) is None
    claim = await taken(database, now=NOON + timedelta(seconds=10))
    assert (claim.attempt, claim.payload) == (2, {"votes": 2})


async def test_a_failed_job_can_be_asked_for_afresh(database: Database) -> None:
    await ask(database)
    for hour in range(3):
        await fail(database, await taken(database, now=NOON + timedelta(hours=hour)))
    await ask(database)
    assert await counted(database) == {"waiting": 1, "failed": 1}
    claim = await taken(database)
    assert claim.attempt == 1
    await complete(database, claim)
    assert await counted(database) == {"done": 1}, "a success clears the failures of its key"


async def test_a_lease_that_ran_out_is_claimed_again_and_its_first_holder_is_told(database: Database) -> None:
    await ask(database)
    first = await taken(database)
    assert await take(database, now=NOON + LEASE - MOMENT) is None
    second = await taken(database, now=NOON + LEASE)
    assert second.attempt == 2
    assert not await complete(database, first)
    assert not await fail(database, first)
    async with database.transaction() as session:
        assert not await jobs.release(session, first, now=NOON)
        assert not await jobs.extend_lease(session, first, lease=LEASE, now=NOON)
    assert await complete(database, second)


async def test_an_extended_lease_holds(database: Database) -> None:
    await ask(database)
    claim = await taken(database)
    async with database.transaction() as session:
        assert await jobs.extend_lease(session, claim, lease=LEASE, now=NOON + LEASE - MOMENT)
    assert await take(database, now=NOON + LEASE + MOMENT) is None
    assert await complete(database, claim)


async def test_a_job_that_ends_worker_after_worker_fails_and_says_so(database: Database) -> None:
    await ask(database)
    for attempt in range(3):
        await taken(database, now=NOON + attempt * LEASE)
    assert await take(database, now=NOON + 3 * LEASE) is None
    failed = await newest(database)
    assert (failed.state, failed.error) == (JobState.FAILED, "The worker stopped 3 times during it.")


async def test_a_job_given_back_by_a_stopping_worker_is_not_counted_against_it(database: Database) -> None:
    await ask(database)
    for _ in range(5):
        claim = await taken(database)
        assert claim.attempt == 1
        async with database.transaction() as session:
            assert await jobs.release(session, claim, now=NOON)


async def test_an_act_that_is_rolled_back_asked_for_nothing(database: Database) -> None:
    async def refused() -> None:
        async with database.transaction() as session:
            await jobs.enqueue(session, "analyse", "1", payload={}, run_at=NOON, now=NOON)
            raise LookupError

    (outcome,) = await asyncio.gather(refused(), return_exceptions=True)
    assert isinstance(outcome, LookupError)
    assert await counted(database) == {}


async def test_many_workers_and_many_askers_at_once_lose_nothing_and_share_nothing(
    database: Database,
) -> None:
    """Every request is followed by a whole run that began after it; no key runs twice at once."""
    asked: dict[str, int] = dict.fromkeys("abc", 0)
    seen: dict[str, int] = dict.fromkeys("abc", 0)
    running: set[str] = set()
    overlaps: list[str] = []

    async def asker(key: str) -> None:
        for _ in range(15):
            asked[key] += 1
            await ask(database, key, number=asked[key])
            await asyncio.sleep(0.002)

    async def worker(until: asyncio.Event) -> None:
        while True:
            stop = until.is_set()  # read before looking, so that the last look comes after the last request
            claim = await take(database)
            if claim is None:
                if stop:
                    return
                await asyncio.sleep(0.001)
                continue
            overlaps.extend({claim.key} & running)
            running.add(claim.key)
            seen[claim.key] = max(seen[claim.key], claim.payload["number"])
            await asyncio.sleep(0.003)
            running.discard(claim.key)
            assert await complete(database, claim)

    all_asked = asyncio.Event()
    workers = [asyncio.create_task(worker(all_asked)) for _ in range(4)]
    await asyncio.gather(*(asker(key) for key in "abc"))
    all_asked.set()
    await asyncio.gather(*workers)
    while (claim := await take(database)) is not None:  # asked again in the last run of the last worker
        seen[claim.key] = max(seen[claim.key], claim.payload["number"])
        await complete(database, claim)
    assert overlaps == []
    assert seen == asked == dict.fromkeys("abc", 15)
    assert await counted(database) == {"done": 3}


async def test_the_heartbeat_is_that_of_the_worker_seen_last(database: Database) -> None:
    async def last() -> datetime | None:
        async with database.reading() as session:
            return await jobs.last_seen(session)

    assert await last() is None
    for worker, minutes in (("one", 0), ("two", 5), ("one", 3)):
        async with database.transaction() as session:
            await jobs.beat(session, worker, now=NOON + timedelta(minutes=minutes))
    assert await last() == NOON + timedelta(minutes=5)


async def test_a_worker_not_seen_for_a_day_is_forgotten(database: Database) -> None:
    for worker, hours in (("gone", 0), ("here", 25)):
        async with database.transaction() as session:
            await jobs.beat(session, worker, now=NOON + timedelta(hours=hours))
    async with database.reading() as session:
        assert await session.get(jobs.Heartbeat, "gone") is None
        assert await session.get(jobs.Heartbeat, "here") is not None
