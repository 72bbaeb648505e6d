"""Ending a decision of both sides: what it came to is stored once, with its sums, on the record."""

from dataclasses import replace
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from charters.agreements import Outcome, State, outcome
from charters.states import Side
from deliberation.publishing.record import Did
from deliberation.spaces.decisions import Decision, answers_to
from deliberation.spaces.putting import enter_decision

TOLD = {
    State.AGREED: Did.DECISION_AGREED,
    State.DECLINED: Did.DECISION_DECLINED,
    State.LAPSED: Did.DECISION_LAPSED,
}


def store(session: AsyncSession, decision: Decision, result: Outcome, now: datetime, words: str = "") -> None:
    """Store what a decision has come to. Whoever calls holds its row."""
    decision.state, decision.ended_at = result.state, result.at
    people, body = result.sums[Side.PEOPLE], result.sums[Side.BODY]
    decision.people_yes, decision.people_no = people.yes, people.no
    decision.body_yes, decision.body_no = body.yes, body.no
    enter_decision(session, TOLD[result.state], decision, words=words, now=now)


async def lapse(session: AsyncSession, decision: Decision, words: str, *, now: datetime) -> None:
    """End an open decision before its time, because what it was about is not asked any more.

    `words` say why, in public. Whoever calls holds its row.
    """
    assert decision.id is not None
    given = [one.answer for one in await answers_to(session, decision.id)]
    so_far = outcome(decision.agreement, given, now=now)
    store(session, decision, replace(so_far, state=State.LAPSED, at=now), now, words=words)
    await session.flush()
