"""What was promised to those who voted: no figure is protected more loosely than when they voted."""

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
    """The policy in force, with the strictest rules of publication of those that the votes came under."""
    policy = await policy_in_force(session, space, now)
    query = select(Vote.policy).join(Votable).where(Votable.consultation_id == consultation_id).distinct()
    names = set((await session.exec(query)).all())
    known = await policies_given_under(session, space)
    given = [known[name] for name in sorted(names & set(known))]
    return replace(policy, publication=publication_for(policy, given))
