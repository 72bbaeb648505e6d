"""What waits for one person: the decisions for which they have a key, and to which they have said nothing."""

from dataclasses import replace
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from charters.actions import Action
from charters.enforcement import Facts, Permitted, decide
from charters.states import Role
from deliberation.people.memberships import roles_in
from deliberation.spaces.charters import policy_in_force
from deliberation.spaces.decisions import Decision, answers_to, open_decisions
from deliberation.spaces.spaces import Space
from deliberation.spaces.standing import facts_about, is_operator


async def awaiting(
    session: AsyncSession, space: Space, account_id: int, voter: str, *, now: datetime
) -> list[Decision]:
    """The open decisions of a space that wait for whoever has this account, and is called `voter` there.

    A body's answer is one, whoever of its delegates gave it.
    """
    assert space.id is not None
    undecided = await open_decisions(session, space.id)
    if not undecided:
        return []
    policy = await policy_in_force(session, space, now)
    roles = await roles_in(session, account_id=account_id, space_id=space.id, now=now)
    if await is_operator(session, account_id):
        roles |= {Role.OPERATOR}
    plain = Facts(now=now, roles=roles, signed_in=True, has_device=True)
    facts = await facts_about(session, plain, space, policy, account_id)
    body = facts.belonging.body if facts.belonging is not None else None
    found = []
    for one in undecided:
        asked = replace(facts, decision=one.agreement, decision_state=one.state, shown=one.text)
        if isinstance(decide(policy, Action.ANSWER_DECISION, asked), Permitted) and not await _answered(
            session, one, voter, body
        ):
            found.append(one)
    return found


async def _answered(session: AsyncSession, decision: Decision, voter: str, body: str | None) -> bool:
    """Whether they, or somebody of their body, have answered this very text."""
    assert decision.id is not None
    return any(
        answer.text == decision.text and (answer.voter == voter or (body is not None and answer.body == body))
        for answer in await answers_to(session, decision.id)
    )
