"""Counting votes on clauses: which proposals want it, what it needs, and publishing what may be published."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import col, func, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from charters.drafting import WRITTEN
from charters.policy import Policy
from charters.publication import may_publish
from charters.terms import Publication
from clustering.matrix import VoteMatrix
from deliberation.drafting.clause_questions import (
    Asked,
    ClauseBasis,
    ClauseQuestion,
    ClauseResult,
    ask_about,
    asked_in,
    results_of,
    unasked_versions,
)
from deliberation.drafting.clause_support import Counted
from deliberation.drafting.clause_votes import clause_matrix
from deliberation.drafting.clauses import Clause
from deliberation.drafting.proposals import Proposal
from deliberation.drafting.versions import Version, newest_version
from deliberation.opinion.analyses import is_settled, newest_analysis, stale_consultations
from deliberation.opinion.frozen import frozen_groups, frozen_result
from deliberation.opinion.promised import policy_protecting
from deliberation.opinion.voting import Vote
from deliberation.publishing.ballots import History
from deliberation.running import jobs
from deliberation.running.jobs import JobState
from deliberation.spaces.consultations import Consultation, consultation_with_id
from deliberation.spaces.spaces import Space

LET_GO = "votes were let go"
"""The signature of a proposal whose votes have begun to leave for their age: its results stand."""
TALLY = "tally"
REST = timedelta(minutes=1)
REST_AFTER_FAILURE = timedelta(hours=1)
"""How soon a proposal is counted again, at the earliest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Everything that counting needs. `over`: no more votes can come."""

    proposal_id: int
    space_id: int
    version: int
    votes: VoteMatrix
    counted: tuple[Counted, ...]
    groups: Mapping[int, int]
    groups_from: Mapping[str, Any] | None
    publication: Publication
    about: Mapping[str, Any]
    earlier: tuple[dict[str, Any], ...]
    history: History
    signature: str
    over: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What was counted: the document, the people it counts, how many have changed, and the new history."""

    content: dict[str, Any]
    participants: int
    changed: int | None
    history: History


async def ask_about_older(session: AsyncSession) -> int:
    """Make questions of the clauses of versions that were sealed before there were any; how many versions."""
    versions = await unasked_versions(session)
    for version in versions:
        await ask_about(session, version)
    return len(versions)


async def stale_proposals(session: AsyncSession, *, now: datetime) -> list[int]:
    """The proposals whose votes on clauses, newest version or groups are others than those counted last."""
    query = (
        select(Proposal, ClauseBasis)
        .join(ClauseBasis, col(ClauseBasis.proposal_id) == Proposal.id, isouter=True)
        .where(col(Proposal.id).in_(select(Version.proposal_id)))
        .order_by(col(Proposal.id))
    )
    stale = []
    for proposal, basis in (await session.exec(query)).all():
        assert proposal.id is not None
        over = proposal.state not in WRITTEN
        if basis is not None and (now - basis.counted_at < REST or (over and basis.signature == LET_GO)):
            continue
        signature = await _signature(session, proposal)
        seen = basis.signature if basis is not None else ""
        nothing = basis is None and signature.startswith("0 ")
        if signature == seen or nothing or await _resting(session, proposal.id, now):
            continue
        if not await _groups_are_coming(session, proposal, now):
            stale.append(proposal.id)
    return stale


async def _groups_are_coming(session: AsyncSession, proposal: Proposal, now: datetime) -> bool:
    """Whether the closing analysis of its question is still to be made: a result waits for its groups.

    One without groups would stand until ten more people have changed.
    """
    if proposal.consultation_id is None:
        return False
    _, consultation = await consultation_with_id(session, proposal.consultation_id)
    if not is_settled(consultation, now):
        return False
    job = await newest_analysis(session, proposal.consultation_id)
    if job is not None and job.state in (JobState.WAITING, JobState.RUNNING):
        return True
    return proposal.consultation_id in dict(await stale_consultations(session, now=now))


async def _resting(session: AsyncSession, proposal_id: int, now: datetime) -> bool:
    job = await jobs.newest(session, TALLY, str(proposal_id))
    if job is None:
        return False
    if job.state is JobState.FAILED:
        return job.finished_at is not None and now - job.finished_at < REST_AFTER_FAILURE
    return job.state in (JobState.WAITING, JobState.RUNNING)


async def ask_for_tally(session: AsyncSession, proposal_id: int, *, now: datetime) -> None:
    """Ask the worker to count. Asking twice is asking once."""
    payload = {"proposal_id": proposal_id}
    await jobs.enqueue(session, TALLY, str(proposal_id), payload=payload, run_at=now, now=now)


async def _signature(session: AsyncSession, proposal: Proposal) -> str:
    """A short text that changes when there is something else to count."""
    query = (
        select(func.count(), func.max(col(Vote.cast_at)), func.coalesce(func.sum(col(Vote.value)), 0))
        .select_from(Vote)
        .join(ClauseQuestion, col(ClauseQuestion.id) == Vote.votable_id)
        .join(Clause, col(Clause.id) == ClauseQuestion.clause_id)
        .where(Clause.proposal_id == proposal.id)
    )
    count, newest, total = (await session.exec(query)).one()
    version = await newest_version(session, proposal.id)
    groups = await frozen_result(session, proposal.consultation_id)
    over = "over" if proposal.state not in WRITTEN else "open"
    said = f"version {version.number if version else 0}, groups {groups}, {over}"
    return f"{count} {newest.isoformat() if newest else '-'} {total}; {said}"


async def let_tallies_stand(session: AsyncSession, votables: Collection[int]) -> None:
    """Votes on these begin to leave for their age: what an ended proposal has published stands."""
    query = (
        select(Proposal.id)
        .join(Clause, col(Clause.proposal_id) == Proposal.id)
        .join(ClauseQuestion, col(ClauseQuestion.clause_id) == Clause.id)
        .where(col(ClauseQuestion.id).in_(votables), col(Proposal.state).not_in(WRITTEN))
        .distinct()
    )
    ended = (await session.exec(query)).all()
    await session.exec(
        update(ClauseBasis).where(col(ClauseBasis.proposal_id).in_(ended)).values(signature=LET_GO)
    )


async def read_tally(session: AsyncSession, proposal_id: int, now: datetime) -> Tally:
    """Everything that counting needs, in one look at the database."""
    proposal = (await session.exec(select(Proposal).where(Proposal.id == proposal_id))).one()
    space = (await session.exec(select(Space).where(Space.id == proposal.space_id))).one()
    # Read before the votes: a vote in between makes the tally look older than it is, never newer.
    signature = await _signature(session, proposal)
    version = await newest_version(session, proposal_id)
    asked = await asked_in(session, version) if version is not None else []
    basis = await session.get(ClauseBasis, proposal_id)
    ids = [one.question.id for one in asked]
    policy = await _policy(session, space, ids, now)
    return Tally(
        proposal_id=proposal_id,
        space_id=proposal.space_id,
        version=version.number if version is not None else 0,
        votes=await clause_matrix(session, ids),
        counted=tuple([await _counted(session, one, version) for one in asked]),
        groups=await frozen_groups(session, proposal.consultation_id),
        groups_from=await _groups_from(session, proposal),
        publication=policy.publication,
        about=_about(space, proposal, policy),
        earlier=tuple(row.content for row in await results_of(session, proposal_id)),
        history=basis.history if basis is not None else {},
        signature=signature,
        over=proposal.state not in WRITTEN,
    )


def _about(space: Space, proposal: Proposal, policy: Policy) -> dict[str, Any]:
    """What a result says about where it comes from, so that it can be read alone."""
    return {
        "space": {"slug": space.slug, "title": space.title, "host": space.host, "made_up": space.made_up},
        "proposal": {"number": proposal.number, "title": proposal.title, "language": proposal.language},
        "licence": policy.assets["aggregate"].licence or "",
        "policy": {
            "uid": policy.uid,
            "version": policy.version,
            "title": policy.title,
            "sha256": policy.digest,
        },
    }


async def _counted(session: AsyncSession, asked: Asked, version: Version | None) -> Counted:
    assert version is not None
    former = asked.earlier[0] if asked.earlier else None
    before_this = select(Vote.participant_id).where(
        Vote.votable_id == asked.question.id, col(Vote.cast_at) < version.sealed_at
    )
    stood = frozenset((await session.exec(before_this)).all())
    before = None
    if former is not None:
        on_former = select(Vote.participant_id).where(Vote.votable_id == former.id)
        before = frozenset((await session.exec(on_former)).all())
    return Counted(
        question_id=asked.question.id,
        number=asked.number,
        clause=asked.clause.number,
        hash=asked.clause.hash,
        stood=stood or None,
        before=before,
    )


async def _groups_from(session: AsyncSession, proposal: Proposal) -> dict[str, Any] | None:
    """Which result the opinion groups are those of."""
    result = await frozen_result(session, proposal.consultation_id)
    if result is None:
        return None
    query = select(Consultation.slug).where(Consultation.id == proposal.consultation_id)
    return {"consultation": (await session.exec(query)).one(), "result": result}


async def _policy(session: AsyncSession, space: Space, questions: Sequence[int], now: datetime) -> Policy:
    """The one that protects the votes on these questions."""
    query = select(Vote.policy).where(col(Vote.votable_id).in_(questions)).distinct()
    return await policy_protecting(session, space, (await session.exec(query)).all(), now)


async def record_tally(
    session: AsyncSession, tally: Tally, outcome: Outcome, *, now: datetime
) -> ClauseResult | None:
    """Note what was counted, and publish it under the next number where the charter's rule says so.

    None where it does not, and where another result was published since this one was worked out.
    """
    basis = await session.get(ClauseBasis, tally.proposal_id, with_for_update=True)
    if basis is None:
        basis = ClauseBasis(proposal_id=tally.proposal_id, history={}, counted_at=now)
        session.add(basis)
    basis.signature, basis.counted_at = tally.signature, now
    await session.flush()
    decision = may_publish(
        tally.publication,
        now=now,
        participants=outcome.participants,
        changed=outcome.changed,
        closed=tally.over,
    )
    version = await newest_version(session, tally.proposal_id)
    same = basis.number == len(tally.earlier) and version is not None and version.number == tally.version
    if not decision.publish or not same:
        return None
    basis.number += 1
    basis.history = outcome.history
    published = ClauseResult(
        proposal_id=tally.proposal_id,
        number=basis.number,
        published_at=now,
        content={
            **outcome.content,
            **tally.about,
            "groups_from": tally.groups_from,
            "version": tally.version,
            "number": basis.number,
            "published": now.date().isoformat(),
        },
    )
    session.add(published)
    await session.flush()
    return published
