"""Analyses: which consultations want one, and asking the worker for it.

Casting a vote asks for nothing and writes nothing here: the worker looks at the votes every few seconds.
"""

from datetime import datetime, timedelta
from enum import StrEnum, unique

from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from charters.states import Phase, Stage, StatementState
from deliberation.opinion.opinion_map import WorkingMap, removed_numbers
from deliberation.opinion.statements import Statement, Votable
from deliberation.opinion.voting import Vote
from deliberation.running import jobs
from deliberation.running.jobs import Job, JobState
from deliberation.spaces.consultations import Consultation, phase_of

ANALYSE = "analyse"
LET_GO = "votes were let go"
"""The signature of a working map whose votes have begun to leave for their age: its results stand."""
# A consultation is looked at again no sooner than this after its last analysis, or after one that failed.
REST = timedelta(minutes=1)
REST_AFTER_FAILURE = timedelta(hours=1)


@unique
class Cause(StrEnum):
    """Why an analysis is asked for. Only what is public anyway may be told apart from votes on a page."""

    VOTES = "votes"
    IMPORT = "import"
    MODERATION = "moderation"
    CLOSE = "close"


async def analysed_statements(session: AsyncSession, consultation_id: int) -> list[Statement]:
    """The statements that an analysis knows, by number: published and removed ones, never those that wait."""
    query = select(Statement).where(
        Statement.consultation_id == consultation_id, Statement.state != StatementState.PENDING
    )
    return list((await session.exec(query.order_by(col(Statement.number)))).all())


async def signature_of(session: AsyncSession, consultation_id: int) -> str:
    """A short text that changes when votes or removals do: counts, the newest vote, the sum of votes."""
    votes = (
        select(func.count(), func.max(col(Vote.cast_at)), func.coalesce(func.sum(col(Vote.value)), 0))
        .select_from(Vote)
        .join(Votable, col(Votable.id) == Vote.votable_id)
        .where(Votable.consultation_id == consultation_id)
    )
    count, newest, total = (await session.exec(votes)).one()
    removed = len(await removed_numbers(session, consultation_id))
    return f"{count} {newest.isoformat() if newest else '-'} {total} {removed}"


async def stale_consultations(session: AsyncSession, *, now: datetime) -> list[tuple[int, Cause]]:
    """The consultations whose votes, removals or closing the working map has not seen, and why.

    Nothing is written when a vote is cast: the votes themselves are looked at, at most once a minute for
    each consultation. One whose analysis is asked for already, or has just failed, is left out.
    """
    stale = []
    for consultation, working in await _with_working(session):
        assert consultation.id is not None
        cause = await _cause(session, consultation, working, now)
        if cause is not None and not await _resting(session, consultation.id, now):
            stale.append((consultation.id, cause))
    return stale


async def _with_working(session: AsyncSession) -> list[tuple[Consultation, WorkingMap | None]]:
    query = (
        select(Consultation, WorkingMap)
        .join(WorkingMap, col(WorkingMap.consultation_id) == Consultation.id, isouter=True)
        .where(Consultation.stage != Stage.FRAMING, col(Consultation.arriving).is_(False))
        .order_by(col(Consultation.id))
    )
    return [(consultation, working) for consultation, working in await session.exec(query)]


async def _cause(
    session: AsyncSession, consultation: Consultation, working: WorkingMap | None, now: datetime
) -> Cause | None:
    assert consultation.id is not None
    if working is not None and working.signature == LET_GO and is_settled(consultation, now):
        return None
    archived = consultation.stage is Stage.ARCHIVED
    if working is None:
        signature = await signature_of(session, consultation.id)
        if signature.startswith("0 "):
            return None
        return Cause.IMPORT if archived else Cause.VOTES
    if is_settled(consultation, now) != working.closed:
        return Cause.CLOSE
    if now - working.made_at < REST:
        return None
    signature = await signature_of(session, consultation.id)
    if signature == working.signature:
        return None
    removals_alone = signature.rsplit(" ", 1)[0] == working.signature.rsplit(" ", 1)[0]
    return Cause.MODERATION if removals_alone else Cause.VOTES


def is_over(consultation: Consultation, now: datetime) -> bool:
    """Whether no more votes can come: closed by date or by hand, or an archive."""
    return phase_of(consultation, now) in (Phase.CLOSED, Phase.ARCHIVED)


def is_settled(consultation: Consultation, now: datetime) -> bool:
    """Whether it is over for good: a close by hand that can still be undone makes no closing result."""
    undoable = consultation.reopen_until is not None and now < consultation.reopen_until
    return is_over(consultation, now) and not undoable


async def _resting(session: AsyncSession, consultation_id: int, now: datetime) -> bool:
    job = await newest_analysis(session, consultation_id)
    if job is None:
        return False
    if job.state is JobState.FAILED:
        return job.finished_at is not None and now - job.finished_at < REST_AFTER_FAILURE
    return job.state in (JobState.WAITING, JobState.RUNNING)


async def newest_analysis(session: AsyncSession, consultation_id: int) -> Job | None:
    """The analysis of this consultation that was asked for last."""
    return await jobs.newest(session, ANALYSE, str(consultation_id))


async def ask_for_analysis(
    session: AsyncSession, consultation_id: int, *, cause: Cause, now: datetime
) -> None:
    """Ask the worker for an analysis. Asking twice is asking once."""
    payload = {"consultation_id": consultation_id, "cause": cause.value}
    await jobs.enqueue(session, ANALYSE, str(consultation_id), payload=payload, run_at=now, now=now)
