"""Jobs: what the worker has to do, claimed with a lease; and when a worker was last seen.

A job is waiting, running under a lease, done or failed. There is one open job per kind and key. A lease that
runs out is claimed again, so whatever was asked for runs, even when a worker is killed in the middle of it.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Index, text
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlmodel import Field, SQLModel, case, col, delete, func, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from deliberation.columns import document, state

ATTEMPTS = 3
# How long a job waits after its first and its second failure.
BACK_OFF = (timedelta(seconds=10), timedelta(minutes=1))
ERROR_LENGTH = 1_000


class JobState(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


OPEN = text("state IN ('waiting', 'running')")


class Job(SQLModel, table=True):
    __table_args__ = (
        # One open job per kind and key, however often it is asked for.
        Index("uq_job_open", "kind", "key", unique=True, sqlite_where=OPEN, postgresql_where=OPEN),
        Index("ix_job_state_run_at", "state", "run_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    kind: str = Field(max_length=40)
    key: str = Field(max_length=120)
    state: JobState = state(JobState, JobState.WAITING)
    payload: dict[str, Any] = document()
    run_at: datetime
    lease_until: datetime | None = None
    asked_again: bool = Field(default=False, description="Asked for while running: runs once more")
    attempts: int = 0
    error: str | None = None
    created_at: datetime
    finished_at: datetime | None = None


class Heartbeat(SQLModel, table=True):
    """When a worker was last seen."""

    worker: str = Field(primary_key=True, max_length=120)
    seen_at: datetime


@dataclass(frozen=True)
class Claim:
    """One holder's right to run a job. `attempt` fences it: whoever claims next has a higher one."""

    id: int
    kind: str
    key: str
    payload: dict[str, Any]
    attempt: int
    lease_until: datetime


async def enqueue(
    session: AsyncSession, kind: str, key: str, *, payload: dict[str, Any], run_at: datetime, now: datetime
) -> None:
    """Ask for a job. While one of this kind and key waits, it is that one, with the newest payload and the
    earlier time; while one runs, it runs once more afterwards.
    """
    insert = insert_sqlite if session.get_bind().dialect.name == "sqlite" else insert_postgresql
    asked = insert(Job).values(
        kind=kind,
        key=key,
        state=JobState.WAITING,
        payload=payload,
        run_at=run_at,
        asked_again=False,
        attempts=0,
        created_at=now,
    )
    running = col(Job.state) == JobState.RUNNING
    # A running job's run_at is that of its next run. A job that waits after a failure keeps its back-off.
    first_to_ask_again = running & ~col(Job.asked_again)
    backing_off = ~running & (col(Job.attempts) > 0)
    earlier = asked.excluded.run_at < col(Job.run_at)
    await session.exec(
        asked.on_conflict_do_update(
            index_elements=["kind", "key"],
            index_where=OPEN,
            set_={
                "payload": asked.excluded.payload,
                "asked_again": running,
                "run_at": case(
                    (first_to_ask_again | (earlier & ~backing_off), asked.excluded.run_at),
                    else_=col(Job.run_at),
                ),
            },
        )
    )


def _claimable(kinds: Collection[str], now: datetime) -> ColumnElement[bool]:
    waiting = (col(Job.state) == JobState.WAITING) & (col(Job.run_at) <= now)
    # Whoever held it died or hangs; its attempt is over.
    expired = (col(Job.state) == JobState.RUNNING) & (col(Job.lease_until) <= now)
    return col(Job.kind).in_(kinds) & (waiting | expired)


def _rank(kinds: Collection[str]) -> ColumnElement[int]:
    return case({kind: place for place, kind in enumerate(kinds)}, value=col(Job.kind), else_=len(kinds))


async def any_due(session: AsyncSession, kinds: Collection[str], *, now: datetime) -> bool:
    """Whether a claim would find anything; needs no write lock."""
    return (await session.exec(select(Job.id).where(_claimable(kinds, now)).limit(1))).first() is not None


async def claim(
    session: AsyncSession, kinds: Collection[str], *, lease: timedelta, now: datetime
) -> Claim | None:
    """Take the job that has waited longest, for as long as the lease. None when nothing is due.

    Kinds come in the order of `kinds`: what is named later is taken only when nothing named before it is due.

    A job whose holders all vanished without a word fails here, so that none can end worker after worker.
    """
    query = (
        select(Job)
        .where(_claimable(kinds, now))
        .order_by(_rank(kinds), col(Job.run_at), col(Job.id))
        .limit(1)
        # Other workers pass over it. SQLite has no row locks: there the transaction holds the write lock.
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    while job := (await session.exec(query)).first():
        if job.attempts < ATTEMPTS:
            job.state, job.attempts, job.lease_until = JobState.RUNNING, job.attempts + 1, now + lease
            if job.asked_again:  # this attempt begins after that request, so it answers it
                job.asked_again = False
            await session.flush()  # a second claim in this transaction must see it taken
            assert job.id is not None
            return Claim(job.id, job.kind, job.key, job.payload, job.attempts, job.lease_until)
        held = Claim(job.id or 0, job.kind, job.key, job.payload, job.attempts, job.lease_until or now)
        await _finish(session, held, JobState.FAILED, f"The worker stopped {ATTEMPTS} times during it.", now)
    return None


def _held(claim: Claim) -> tuple[ColumnElement[bool], ...]:
    return (
        col(Job.id) == claim.id,
        col(Job.state) == JobState.RUNNING,
        col(Job.attempts) == claim.attempt,
    )


async def _change(session: AsyncSession, claim: Claim, **values: Any) -> bool:
    """Change a job if it is still held by this claim; says whether it was."""
    statement = update(Job).where(*_held(claim)).values(**values)
    changed = await session.exec(statement.execution_options(synchronize_session=False))
    return changed.rowcount == 1


async def extend_lease(session: AsyncSession, claim: Claim, *, lease: timedelta, now: datetime) -> bool:
    """Hold a job longer. False when another holder has it by now: stop working on it."""
    return await _change(session, claim, lease_until=now + lease)


async def complete(session: AsyncSession, claim: Claim, *, now: datetime) -> bool:
    """Mark a job done, and let it run once more if it was asked for meanwhile.

    False when the lease was lost: another holder answers for it.
    """
    return await _finish(session, claim, JobState.DONE, None, now)


async def fail(session: AsyncSession, claim: Claim, *, error: str, now: datetime) -> bool:
    """Let a job wait for its next attempt, or mark it failed after the last. False as for `complete`."""
    if claim.attempt >= ATTEMPTS:
        return await _finish(session, claim, JobState.FAILED, error, now)
    return await _change(
        session,
        claim,
        state=JobState.WAITING,
        asked_again=False,  # the next attempt answers that too
        run_at=now + BACK_OFF[claim.attempt - 1],
        lease_until=None,
        error=error[:ERROR_LENGTH],
    )


async def release(session: AsyncSession, claim: Claim, *, now: datetime) -> bool:
    """Give a job back unfinished and unblamed, because the worker is stopping. False as for `complete`."""
    return await _change(
        session,
        claim,
        state=JobState.WAITING,
        asked_again=False,
        run_at=now,
        lease_until=None,
        attempts=claim.attempt - 1,
    )


async def _finish(
    session: AsyncSession, claim: Claim, end: JobState, error: str | None, now: datetime
) -> bool:
    query = select(Job).where(*_held(claim)).with_for_update().execution_options(populate_existing=True)
    job = (await session.exec(query)).first()
    if job is None:
        return False
    job.state, job.finished_at, job.lease_until = end, now, None
    job.error = error[:ERROR_LENGTH] if error else None
    await session.flush()  # it must be closed before the next one of its key is opened
    earlier = (col(Job.kind) == job.kind, col(Job.key) == job.key, col(Job.id) < claim.id)
    await session.exec(delete(Job).where(*earlier).execution_options(synchronize_session=False))
    if job.asked_again:
        await enqueue(session, job.kind, job.key, payload=job.payload, run_at=job.run_at, now=now)
    return True


async def newest(session: AsyncSession, kind: str, key: str) -> Job | None:
    """The job of this kind and key that was asked for last, open or ended."""
    query = select(Job).where(Job.kind == kind, Job.key == key).order_by(col(Job.id).desc()).limit(1)
    return (await session.exec(query)).first()


async def counts(session: AsyncSession) -> dict[JobState, int]:
    """How many jobs are in each state; ended ones count once per kind and key."""
    query = select(Job.state, func.count()).group_by(col(Job.state))
    found = {JobState(state): number for state, number in await session.exec(query)}
    return {state: found.get(state, 0) for state in JobState}


async def beat(session: AsyncSession, worker: str, *, now: datetime) -> None:
    """Say that a worker is alive. Workers not seen for a day are forgotten."""
    insert = insert_sqlite if session.get_bind().dialect.name == "sqlite" else insert_postgresql
    seen = insert(Heartbeat).values(worker=worker, seen_at=now)
    await session.exec(
        seen.on_conflict_do_update(index_elements=["worker"], set_={"seen_at": seen.excluded.seen_at})
    )
    await session.exec(delete(Heartbeat).where(col(Heartbeat.seen_at) < now - timedelta(days=1)))


async def last_seen(session: AsyncSession) -> datetime | None:
    """When any worker was last seen; None when none ever was."""
    query = select(Heartbeat.seen_at).order_by(col(Heartbeat.seen_at).desc()).limit(1)
    return (await session.exec(query)).first()
