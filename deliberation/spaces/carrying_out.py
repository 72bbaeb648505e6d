"""What an agreement does, in the transaction in which it falls.

Each act asks the rules again: with both keys turned they let it through, but only as it was signed.
"""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from charters.actions import Action
from charters.agreements import Kind, text_of
from charters.enforcement import Facts
from charters.states import Attestation, Role, Standing
from deliberation.drafting.agreed import proposal_agreed, proposal_not_agreed, proposal_withdrawn
from deliberation.errors import EditConflict
from deliberation.people.memberships import appoint
from deliberation.publishing.record import Did, enter
from deliberation.spaces.attesting import change_attestation
from deliberation.spaces.charters import policy_in_force
from deliberation.spaces.closing import close_consultation, propose_last_day
from deliberation.spaces.consultations import Consultation, consultation_with_id
from deliberation.spaces.days import named_day
from deliberation.spaces.decisions import Decision, candidate_of
from deliberation.spaces.opening import open_consultation
from deliberation.spaces.spaces import Space
from deliberation.spaces.standing import require_in_space
from deliberation.spaces.subjects import opening_of


async def carry_out(session: AsyncSession, space: Space, decision: Decision, now: datetime) -> None:
    """Do what both sides have agreed. Raises Refused, Invalid, EditConflict where it cannot be any more."""
    act = EFFECTS.get(decision.kind)
    if act is not None:
        await act(session, space, decision, now)
        await session.flush()  # what the database refuses must show here


async def let_go(session: AsyncSession, decision: Decision) -> None:
    """Give free what waited for a decision that has ended without both keys."""
    if decision.kind is Kind.AGREE_PROPOSAL:
        await proposal_not_agreed(session, decision)


async def _adopt(session: AsyncSession, space: Space, decision: Decision, now: datetime) -> None:
    space.standing = Standing.PROVISIONAL


async def _ratify(session: AsyncSession, space: Space, decision: Decision, now: datetime) -> None:
    if (await policy_in_force(session, space, now)).digest != decision.text:
        raise EditConflict("Another charter is in force now.")
    space.standing = Standing.RATIFIED


async def _open(session: AsyncSession, space: Space, decision: Decision, now: datetime) -> None:
    consultation = await _consultation(session, decision)
    if text_of(decision.kind, opening_of(consultation)) != decision.text:
        raise EditConflict("The words or the days have moved.")
    await open_consultation(session, _id(decision), asking=_both(decision, now), now=now)


async def _move_last_day(session: AsyncSession, space: Space, decision: Decision, now: datetime) -> None:
    subject = _subject(decision)
    await _unmoved(session, decision)
    await propose_last_day(
        session,
        _id(decision),
        closes_at=datetime.fromisoformat(subject["closes"]),
        reason=subject["reason"],
        asking=_both(decision, now),
        now=now,
    )


async def _close(session: AsyncSession, space: Space, decision: Decision, now: datetime) -> None:
    await _unmoved(session, decision)
    await close_consultation(session, _id(decision), asking=_both(decision, now), now=now)


async def _attest(session: AsyncSession, space: Space, decision: Decision, now: datetime) -> None:
    subject = _subject(decision)
    await change_attestation(
        session,
        _id(decision),
        attested=[Attestation(one) for one in subject["attested"]],
        headline=[Attestation(one) for one in subject["headline"]],
        asking=_both(decision, now),
        now=now,
    )


async def _agree(session: AsyncSession, space: Space, decision: Decision, now: datetime) -> None:
    await proposal_agreed(session, decision)


async def _withdraw(session: AsyncSession, space: Space, decision: Decision, now: datetime) -> None:
    await proposal_withdrawn(session, decision, now)


async def _appoint(session: AsyncSession, space: Space, decision: Decision, now: datetime) -> None:
    candidate = await candidate_of(session, decision.id)
    if candidate is None:
        raise EditConflict("Whoever was to be appointed has withdrawn.")
    until = datetime.fromisoformat(_subject(decision)["until"])
    asking = _both(decision, now)
    await require_in_space(session, Action.APPOINT_FACILITATOR, space, asking, now, until=until)
    await appoint(session, decision.space_id, candidate.account_id, Role.FACILITATOR, since=now, until=until)
    words = f"Until {named_day(until)}, by both sides."
    enter(session, Did.FACILITATOR_APPOINTED, space_id=decision.space_id, words=words, now=now)


EFFECTS: Mapping[Kind, Callable[[AsyncSession, Space, Decision, datetime], Awaitable[None]]] = {
    Kind.ADOPT_CHARTER: _adopt,
    Kind.RATIFY_CHARTER: _ratify,
    Kind.OPEN_CONSULTATION: _open,
    Kind.EXTEND_CONSULTATION: _move_last_day,
    Kind.CLOSE_EARLY: _close,
    Kind.CHANGE_ATTESTATION: _attest,
    Kind.APPOINT_FACILITATOR: _appoint,
    Kind.AGREE_PROPOSAL: _agree,
    Kind.WITHDRAW_PROPOSAL: _withdraw,
}
"""A change of the charter needs no act of its own: its version counts as signed from then on."""


def _both(decision: Decision, now: datetime) -> Facts:
    """Nobody in particular acts: both sides have agreed to this very thing."""
    return Facts(now=now, agreed=frozenset({decision.kind}))


async def _unmoved(session: AsyncSession, decision: Decision) -> None:
    """Raises EditConflict where the last day is not any more the one that was signed for."""
    stands = (await _consultation(session, decision)).closes_at
    if (None if stands is None else stands.isoformat()) != _subject(decision)["before"]:
        raise EditConflict("The last day has moved.")


async def _consultation(session: AsyncSession, decision: Decision) -> Consultation:
    return (await consultation_with_id(session, _id(decision)))[1]


def _id(decision: Decision) -> int:
    assert decision.consultation_id is not None
    return decision.consultation_id


def _subject(decision: Decision) -> dict[str, Any]:
    assert decision.subject is not None
    return decision.subject
