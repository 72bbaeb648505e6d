"""Where what was found stands, so that a page can lead there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from deliberation.drafting.clauses import Clause
from deliberation.drafting.comments import Comment
from deliberation.drafting.places import places_of
from deliberation.drafting.proposals import Proposal
from deliberation.opinion.statements import Statement
from deliberation.searching.searching import Kind, Passage
from deliberation.spaces.consultations import Consultation
from deliberation.spaces.spaces import Space


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """The numbers that lead to it. Which are there depends on its kind."""

    consultation: str = ""
    statement: int = 0
    decision: int | None = None
    proposal: int = 0
    clause: int = 0


@dataclass(frozen=True, slots=True)
class Hit:
    """What was found, the space it is in, and where there."""

    passage: Passage
    space: Space
    spot: Spot


async def hits(session: AsyncSession, passages: Sequence[Passage]) -> list[Hit]:
    """The same passages in the same order, each with its place."""
    spaces = {one.id: one for one in await _spaces(session, [one.space_id for one in passages])}
    spots = {kind: await _spots(session, kind, passages) for kind in Kind}
    return [
        Hit(one, spaces[one.space_id], spots[one.kind][one.subject_id])
        for one in passages
        if one.space_id in spaces and one.subject_id in spots[one.kind]
    ]


async def _spaces(session: AsyncSession, ids: Sequence[int]) -> Sequence[Space]:
    return (await session.exec(select(Space).where(col(Space.id).in_(ids)))).all()


async def _spots(session: AsyncSession, kind: Kind, passages: Sequence[Passage]) -> Mapping[int, Spot]:
    ids = [one.subject_id for one in passages if one.kind is kind]
    match kind:
        case _ if not ids:
            return {}
        case Kind.SPACE:
            return {one: Spot() for one in ids}
        case Kind.CONSULTATION:
            slugs = select(Consultation.id, Consultation.slug).where(col(Consultation.id).in_(ids))
            return {one or 0: Spot(consultation=slug) for one, slug in await session.exec(slugs)}
        case Kind.STATEMENT:
            numbers = (
                select(Statement.id, Statement.number, Consultation.slug)
                .join(Consultation, col(Consultation.id) == Statement.consultation_id)
                .where(col(Statement.id).in_(ids))
            )
            found = (await session.exec(numbers)).all()
            return {one: Spot(consultation=slug, statement=number) for one, number, slug in found}
        case Kind.PROPOSAL:
            proposals = select(Proposal.id, Proposal.number).where(col(Proposal.id).in_(ids))
            return {one or 0: Spot(proposal=number) for one, number in await session.exec(proposals)}
        case Kind.CLAUSE:
            return await _clauses(session, ids)
        case Kind.COMMENT | Kind.SUGGESTION:
            return await _comments(session, ids)
    return {}


async def _clauses(session: AsyncSession, ids: Sequence[int]) -> dict[int, Spot]:
    query = (
        select(Clause.id, Clause.number, Proposal.number)
        .join(Proposal, col(Proposal.id) == Clause.proposal_id)
        .where(col(Clause.id).in_(ids))
    )
    found = (await session.exec(query)).all()
    return {one or 0: Spot(proposal=proposal, clause=clause) for one, clause, proposal in found}


async def _comments(session: AsyncSession, ids: Sequence[int]) -> dict[int, Spot]:
    query = select(Comment.id, Comment.discussion_id).where(col(Comment.id).in_(ids))
    discussions = dict((await session.exec(query)).all())
    places = await places_of(session, list(discussions.values()))
    return {
        one or 0: Spot(
            decision=places[discussion].decision,
            proposal=places[discussion].proposal or 0,
            clause=places[discussion].clause or 0,
        )
        for one, discussion in discussions.items()
    }
