"""Random histories of asking, claiming, failing and vanishing, against a model of what must hold."""

import asyncio
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import delete

from deliberation.running import jobs
from deliberation.running.jobs import Claim, JobState
from participate.db import Database

NOON = datetime(2031, 5, 1, 12, tzinfo=UTC)
LEASE = timedelta(seconds=30)
KEYS = ("a", "b")

steps = st.lists(
    st.one_of(
        st.tuples(st.just("ask"), st.integers(0, len(KEYS) - 1)),
        st.tuples(st.just("claim"), st.just(0)),
        st.tuples(
            st.sampled_from(["extend", "complete", "fail", "release", "vanish"]),
            st.integers(0, 3),
        ),
        st.tuples(st.just("wait"), st.sampled_from([1, 9, 10, 29, 30, 60])),
    ),
    min_size=5,
    max_size=40,
)


@dataclass
class History:
    """What the outside knows: who believes to hold what until when, what was asked, what each run saw."""

    database: Database
    now: datetime = NOON
    held: list[Claim] = field(default_factory=list)
    asked: dict[str, int] = field(default_factory=dict)
    seen: dict[str, int] = field(default_factory=dict)
    number: int = 0

    async def step(self, act: str, choice: int) -> None:
        if act == "ask":
            await self.ask(KEYS[choice])
        elif act == "claim":
            await self.claim()
        elif act == "wait":
            self.now += timedelta(seconds=choice)
        elif self.held:
            await self.end(act, self.held[choice % len(self.held)])

    async def ask(self, key: str) -> None:
        self.number += 1
        self.asked[key] = self.number
        async with self.database.transaction() as session:
            await jobs.enqueue(
                session, "run", key, payload={"number": self.number}, run_at=self.now, now=self.now
            )

    async def claim(self) -> Claim | None:
        async with self.database.transaction() as session:
            claim = await jobs.claim(session, ["run"], lease=LEASE, now=self.now)
        if claim is not None:
            valid = [other for other in self.held if other.key == claim.key and other.lease_until > self.now]
            assert valid == [], f"{claim} was handed out while {valid} still held it"
            self.held.append(claim)
            self.seen[claim.key] = claim.payload["number"]
        return claim

    async def end(self, act: str, claim: Claim) -> None:
        self.held.remove(claim)
        if act == "vanish":
            return
        replaced = any(other.key == claim.key for other in self.held if other.lease_until > claim.lease_until)
        async with self.database.transaction() as session:
            if act == "extend":
                kept = await jobs.extend_lease(session, claim, lease=LEASE, now=self.now)
                if kept:
                    until = max(claim.lease_until, self.now + LEASE)
                    self.held.append(Claim(**{**vars(claim), "lease_until": until}))
            elif act == "complete":
                kept = await jobs.complete(session, claim, now=self.now)
            elif act == "fail":
                kept = await jobs.fail(session, claim, error="By chance.", now=self.now)
            else:
                kept = await jobs.release(session, claim, now=self.now)
        assert not (kept and replaced), f"{claim} still counted after somebody else had claimed its job"
        assert kept or claim.lease_until <= self.now, f"{claim} was lost before its lease ran out"

    async def settle(self) -> None:
        """Time passes, every holder has vanished, and one steady worker does what is left."""
        self.held.clear()
        self.now += timedelta(hours=1)
        while (claim := await self.claim()) is not None:
            await self.end("complete", claim)

    async def check(self) -> None:
        async with self.database.reading() as session:
            for key, number in self.asked.items():
                job = await jobs.newest(session, "run", key)
                assert job is not None
                assert job.state in (JobState.DONE, JobState.FAILED), f"{key} was left {job.state}"
                assert self.seen[key] == number, f"no run of {key} began after request {number}"
                assert job.payload == {"number": number}
            counts = await jobs.counts(session)
        assert sum(counts.values()) == len(self.asked)


@pytest.fixture
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as runner:
        yield runner


def check_histories(database_url: str, runner: asyncio.Runner, examples: int) -> None:
    database = Database(database_url)

    @settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=[HealthCheck.too_slow],
    )
    @given(steps)
    def any_history(acts: list[tuple[str, int]]) -> None:
        runner.run(live(database, acts))

    any_history()
    runner.run(database.close())


async def live(database: Database, acts: list[tuple[str, int]]) -> None:
    async with database.transaction() as session:
        await session.exec(delete(jobs.Job))
    history = History(database)
    for act, choice in acts:
        await history.step(act, choice)
    await history.settle()
    await history.check()


def test_no_history_loses_a_request_or_gives_one_job_to_two(
    database_url: str, runner: asyncio.Runner
) -> None:
    check_histories(database_url, runner, examples=60)


@pytest.mark.prove
def test_no_long_search_finds_such_a_history_either(database_url: str, runner: asyncio.Runner) -> None:
    check_histories(database_url, runner, examples=int(os.environ.get("EXAMPLES", "2000")))
