"""Asking both sides to withdraw a proposal. Nobody withdraws one alone, whoever began it."""

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from charters.actions import Action
from charters.agreements import Kind
from charters.enforcement import Facts
from deliberation.drafting.proposals import about_proposal, co_author_with_key, proposal_numbered
from deliberation.drafting.writing import writing
from deliberation.spaces.decisions import Decision
from deliberation.spaces.putting import matter, put
from deliberation.spaces.reasons import public_reason
from deliberation.spaces.spaces import Space


async def put_withdrawal(
    session: AsyncSession,
    space: Space,
    number: int,
    reason: str,
    *,
    key: str,
    asking: Facts,
    now: datetime,
) -> Decision:
    """Ask both sides to withdraw a proposal; `key` is the pseudonym of who asks, `reason` is public.

    Raises Refused, NotFound, Invalid without a reason, EditConflict where both sides are asked already.
    """
    assert space.id is not None
    author = await co_author_with_key(session, await proposal_numbered(session, space.id, number), key)
    writes = author is not None and author.stopped_at is None
    proposal, policy = await writing(
        session, space, number, asking, now, Action.PUT_WITHDRAWAL, co_author=writes
    )
    what = matter(
        Kind.WITHDRAW_PROPOSAL,
        about_proposal(proposal.id),
        {"proposal": proposal.number, "title": proposal.title, "language": proposal.language},
        words=public_reason(reason),
        consultation_id=proposal.consultation_id,
    )
    return await put(session, space, policy, what, asking=asking, now=now)
