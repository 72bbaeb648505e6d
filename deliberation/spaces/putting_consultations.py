"""What a facilitator puts to both sides: opening a consultation, moving its last day, closing it early."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from charters.actions import Action
from charters.agreements import Kind
from charters.enforcement import Facts
from charters.states import Attestation
from charters.wording import Words
from deliberation.errors import Invalid
from deliberation.spaces.attesting import checked_classes
from deliberation.spaces.closing import check_last_day
from deliberation.spaces.consultations import Consultation, held, require_in
from deliberation.spaces.decisions import Decision
from deliberation.spaces.opening import Promise, keep_promise
from deliberation.spaces.putting import Matter, matter, put
from deliberation.spaces.reasons import public_reason
from deliberation.spaces.subjects import about, attestation_of, closing_of, moving_of, opening_of

NO_ANSWER_DAY = Words("Say first when the answer comes. Then it can be closed early.")


async def put_opening(
    session: AsyncSession, consultation_id: int, *, promise: Promise | None, asking: Facts, now: datetime
) -> Decision:
    """Ask both sides to open a consultation, with all its words and days. Raises Refused, EditConflict."""
    space, consultation = await held(session, consultation_id)
    await keep_promise(session, space, consultation, promise, now)
    policy = await require_in(session, Action.PUT_OPENING, space, consultation, asking, now)
    what = _matter(Kind.OPEN_CONSULTATION, consultation, opening_of(consultation))
    return await put(session, space, policy, what, asking=asking, now=now)


async def put_last_day(
    session: AsyncSession,
    consultation_id: int,
    *,
    closes_at: datetime,
    reason: str,
    asking: Facts,
    now: datetime,
) -> Decision:
    """Ask both sides for another last day. Raises Refused, Invalid, EditConflict."""
    space, consultation = await held(session, consultation_id)
    policy = await require_in(session, Action.PUT_EXTENSION, space, consultation, asking, now)
    said = check_last_day(consultation, closes_at, reason, now)
    subject = moving_of(consultation, closes_at, said)
    what = _matter(Kind.EXTEND_CONSULTATION, consultation, subject, words=said)
    return await put(session, space, policy, what, asking=asking, now=now)


async def put_early_close(
    session: AsyncSession, consultation_id: int, *, reason: str, asking: Facts, now: datetime
) -> Decision:
    """Ask both sides to end the voting before its last day. Raises Refused, Invalid, EditConflict."""
    space, consultation = await held(session, consultation_id)
    policy = await require_in(session, Action.PUT_EARLY_CLOSE, space, consultation, asking, now)
    said = public_reason(reason, "close_reason")
    if consultation.answer_by is None:
        raise Invalid("answer", NO_ANSWER_DAY)
    what = _matter(Kind.CLOSE_EARLY, consultation, closing_of(consultation, said), words=said)
    return await put(session, space, policy, what, asking=asking, now=now)


async def put_attestation(
    session: AsyncSession,
    consultation_id: int,
    *,
    attested: Iterable[Attestation],
    headline: Iterable[Attestation],
    reason: str,
    asking: Facts,
    now: datetime,
) -> Decision:
    """Ask both sides who may vote and who counts for the headline. Raises Refused, Invalid, EditConflict."""
    space, consultation = await held(session, consultation_id)
    policy = await require_in(session, Action.PUT_ATTESTATION, space, consultation, asking, now)
    may, counts = checked_classes(attested, headline)
    said = public_reason(reason)
    subject = attestation_of(consultation, list(may), list(counts), said)
    what = _matter(Kind.CHANGE_ATTESTATION, consultation, subject, words=said)
    return await put(session, space, policy, what, asking=asking, now=now)


def _matter(kind: Kind, consultation: Consultation, subject: dict[str, Any], words: str = "") -> Matter:
    name = about(consultation.id)
    return matter(kind, name, subject, words=words, consultation_id=consultation.id)
