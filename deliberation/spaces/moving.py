"""What is decided has changed while both sides decide: signatures fall away, and signers are asked again."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from charters.actions import Action
from charters.agreements import Kind, begin, fallen, moved, text_of
from charters.canonical import read
from charters.enforcement import Facts
from charters.states import Role
from charters.terms import Policy
from charters.versions import Change, changes
from charters.wording import Words
from deliberation.publishing.record import Did
from deliberation.spaces.charters import charter_with_id, keep_charter
from deliberation.spaces.consultations import Consultation
from deliberation.spaces.decisions import Decision, answers_to, locked, open_decisions, terms_of, text_before
from deliberation.spaces.putting import closing_moment, enter_decision, remember_text, role_of
from deliberation.spaces.putting_charters import check_first, check_next
from deliberation.spaces.spaces import Space
from deliberation.spaces.standing import require_in_space
from deliberation.spaces.subjects import about, opening_of

AGAIN = Words("The text has changed. Its signatures have fallen away, and its time begins anew.")


async def opening_moved(session: AsyncSession, consultation: Consultation, *, now: datetime) -> None:
    """After words or days have changed: where both sides are asked to open it, they are asked anew."""
    kind, space_id = Kind.OPEN_CONSULTATION, consultation.space_id
    for found in await open_decisions(session, space_id, about=about(consultation.id), kind=kind):
        assert found.id is not None
        decision = await locked(session, space_id, found.id)
        subject = opening_of(consultation)
        if text_of(kind, subject) != decision.text:
            decision.subject = subject
            await _move(session, decision, text_of(kind, subject), now)


async def replace_charter(
    session: AsyncSession, space: Space, decision_id: int, policy: Policy, *, asking: Facts, now: datetime
) -> Decision:
    """Put another text in place of the charter that is being signed. Raises Refused, Invalid, NotFound."""
    assert space.id is not None
    decision = await locked(session, space.id, decision_id)
    adopting = decision.kind is Kind.ADOPT_CHARTER
    action = Action.FOUND_CHARTER if adopting else Action.AMEND_CHARTER
    await require_in_space(session, action, space, asking, now)
    if adopting:
        check_first(policy)
        decision.terms = terms_of(begin(policy, decision.kind, policy.digest, now=now))
    else:
        await check_next(session, space, policy)
    if policy.digest != decision.text:
        decision.charter_id = (await keep_charter(session, space.id, policy, now=now)).id
        role = Role.MEMBER if asking.side is None else role_of(asking.side)
        await _move(session, decision, policy.digest, now, role)
    return decision


async def _move(
    session: AsyncSession, decision: Decision, text: str, now: datetime, role: Role = Role.FACILITATOR
) -> None:
    again = moved(decision.agreement, text, now=now)
    decision.text, decision.opened_at = text, now
    decision.closes_at = closing_moment(again, now)
    decision.shown_voters = decision.shown_tenths = None
    if await text_before(session, decision.id or 0, text) is None:
        remember_text(session, decision, now)
    enter_decision(session, Did.DECISION_MOVED, decision, role=role, words=AGAIN, now=now)


async def asked_again(session: AsyncSession, decision: Decision) -> frozenset[str]:
    """The pseudonyms of those whose signature has fallen away."""
    assert decision.id is not None
    given = [one.answer for one in await answers_to(session, decision.id)]
    return fallen(decision.agreement, given)


async def differences(session: AsyncSession, decision: Decision, shown: str) -> Sequence[Change] | None:
    """Where the text that stands now differs from the one with this hash; None where that never stood."""
    assert decision.id is not None
    before = await text_before(session, decision.id, shown)
    if before is None or shown == decision.text:
        return None
    if before.charter_id is not None and decision.charter_id is not None:
        old = await charter_with_id(session, before.charter_id)
        new = await charter_with_id(session, decision.charter_id)
        return changes(read(old.file), read(new.file))
    return changes(before.subject or {}, decision.subject or {})
