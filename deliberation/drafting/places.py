"""Where something was said: under a decision, in a clause of a proposal, or about an agreed one."""

from dataclasses import dataclass

from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from deliberation.drafting.clauses import Clause
from deliberation.drafting.comments import Discussion
from deliberation.drafting.proposals import Proposal


@dataclass(frozen=True, slots=True, kw_only=True)
class SpokenOf:
    """A decision by its id, a proposal by its number, a clause by its own and that of its proposal."""

    decision: int | None = None
    proposal: int | None = None
    clause: int | None = None


async def place_of(session: AsyncSession, discussion: Discussion) -> SpokenOf:
    """What a discussion is about."""
    return (await places_of(session, [discussion.id or 0]))[discussion.id or 0]


async def places_of(session: AsyncSession, discussion_ids: list[int]) -> dict[int, SpokenOf]:
    """What each of these discussions is about."""
    query = (
        select(Discussion.id, Discussion.decision_id, Proposal.number, Clause.number)
        .outerjoin(Clause, col(Clause.id) == Discussion.clause_id)
        .outerjoin(Proposal, col(Proposal.id) == func.coalesce(Clause.proposal_id, Discussion.proposal_id))
        .where(col(Discussion.id).in_(discussion_ids))
    )
    return {
        discussion or 0: SpokenOf(decision=decision, proposal=proposal, clause=clause)
        for discussion, decision, proposal, clause in await session.exec(query)
    }
