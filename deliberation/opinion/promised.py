"""What was promised to those who voted: no figure is protected more loosely than when they voted."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from charters.policy import Policy
from charters.promises import publication_for
from deliberation.opinion.statements import Votable
from deliberation.opinion.voting import Vote
from deliberation.spaces.charters import policies_given_under, policy_in_force
from deliberation.spaces.spaces import Space


async def protecting_policy(
    session: AsyncSession, space: Space, consultation_id: int, now: datetime
) -> Policy:
    """As `policy_protecting`, for the votes of a consultation."""
    query = select(Vote.policy).join(Votable).where(Votable.consultation_id == consultation_id).distinct()
    return await policy_protecting(session, space, set((await session.exec(query)).all()), now)


async def policy_protecting(
    session: AsyncSession, space: Space, names: Collection[str], now: datetime
) -> Policy:
    """The policy in force, with the strictest rules of publication of those that votes came under.

    `names` are those policies, as votes name them.
    """
    policy = await policy_in_force(session, space, now)
    known = await policies_given_under(session, space)
    given = [known[name] for name in sorted(set(names) & set(known))]
    return replace(policy, publication=publication_for(policy, given))
