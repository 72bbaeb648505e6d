"""What a decision has come to: asked after every answer and by the worker, stored once, then carried out."""

from dataclasses import replace
from datetime import datetime

from sqlmodel import func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from charters.agreements import Outcome, State, outcome
from charters.enforcement import Refused
from charters.panels import renewed_share
from charters.rules import Way
from charters.states import Role, Side
from charters.wording import Words
from deliberation.errors import EditConflict, Invalid
from deliberation.people.memberships import Membership, serves_at
from deliberation.spaces.carrying_out import carry_out, let_go
from deliberation.spaces.charters import policy_in_force
from deliberation.spaces.decisions import Decision, answers_to, locked
from deliberation.spaces.ending import store
from deliberation.spaces.spaces import Space

TOO_LATE = Words("Both keys were turned, but it could not be done any more.")
"""What the record says where what was agreed cannot be carried out as it was signed."""


async def settle_due(session: AsyncSession, space_id: int, decision_id: int, now: datetime) -> Decision:
    """Settle one decision; for the worker, one in each transaction. Raises NotFound."""
    return await settle(session, await locked(session, space_id, decision_id), now=now)


async def settle(session: AsyncSession, decision: Decision, *, now: datetime) -> Decision:
    """Store what a decision has come to, and carry it out. Whoever calls holds its row."""
    if decision.state is not State.OPEN:
        return decision
    assert decision.id is not None
    space = await session.get(Space, decision.space_id, populate_existing=True)
    assert space is not None
    given = [one.answer for one in await answers_to(session, decision.id)]
    electorate = await _electorate(session, decision, now)
    result = outcome(decision.agreement, given, now=now, electorate=electorate)
    if result.state is State.OPEN:
        await _show(session, space, decision, result, now)
    elif result.state is not State.AGREED or await _carried_out(session, space, decision, now):
        store(session, decision, result, now)
    else:
        store(session, decision, replace(result, state=State.LAPSED), now, words=TOO_LATE)
    if decision.state in (State.DECLINED, State.LAPSED):
        await let_go(session, decision)
    await session.flush()
    return decision


async def _carried_out(session: AsyncSession, space: Space, decision: Decision, now: datetime) -> bool:
    """Do what was agreed; nothing of it is left where any part cannot be done."""
    try:
        async with session.begin_nested():
            await carry_out(session, space, decision, now)
    except (Refused, Invalid, EditConflict):
        await session.refresh(decision)
        await session.refresh(space)
        return False
    return True


async def _show(
    session: AsyncSession, space: Space, decision: Decision, result: Outcome, now: datetime
) -> None:
    """Renew the share that everybody may see, where enough have voted since the last."""
    if decision.agreement.rule.way is not Way.DOUBLE_MAJORITY:
        return
    publication = (await policy_in_force(session, space, now)).publication
    shown = renewed_share(decision.shown, result.sums[Side.PEOPLE], publication)
    if shown is not None:
        decision.shown_voters, decision.shown_tenths = shown.voters, shown.tenths


async def _electorate(session: AsyncSession, decision: Decision, now: datetime) -> dict[Side, int]:
    """At most so many can answer: what ends a decision by signatures early must never be too few."""
    query = (
        select(func.count())
        .select_from(Membership)
        .where(
            Membership.space_id == decision.space_id,
            Membership.role == Role.MEMBER,
            serves_at(now),
            Membership.since <= decision.opened_at,
        )
    )
    if decision.agreement.founders_only:
        query = query.where(Membership.founder)
    people = (await session.exec(query)).one()
    return {Side.PEOPLE: people, Side.BODY: len(decision.agreement.bodies)}
