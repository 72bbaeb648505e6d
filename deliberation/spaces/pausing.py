"""Pausing: for hours, with a public reason, and never for longer in all than the policy allows."""

from datetime import datetime, timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from charters.actions import Action
from charters.enforcement import Facts
from deliberation.errors import Invalid
from deliberation.publishing.record import Did
from deliberation.spaces.consultations import Consultation, enter_act, facts_of, held, require_in
from deliberation.spaces.reasons import public_reason


async def pause_consultation(
    session: AsyncSession, consultation_id: int, *, hours: int, reason: str, asking: Facts, now: datetime
) -> Consultation:
    """Take no votes for some hours. Voting goes on by itself; the last day stays where it is.

    Raises Refused, and Invalid for a reason that is missing or for more hours than are left.
    """
    space, consultation = await held(session, consultation_id)
    policy = await require_in(session, Action.PAUSE_CONSULTATION, space, consultation, asking, now)
    facts = facts_of(asking, policy, space, consultation, now)
    said, left = public_reason(reason), int(facts.pause_left / timedelta(hours=1))
    if not 1 <= hours <= left:
        raise Invalid("hours", f"Choose a whole number of hours from 1 to {left}.")
    consultation.paused_before = _used(consultation)
    consultation.paused_at, consultation.paused_until = now, now + timedelta(hours=hours)
    consultation.pause_reason = said
    words = f"For {hours} {'hour' if hours == 1 else 'hours'}: {said}"
    enter_act(session, Did.CONSULTATION_PAUSED, consultation, words=words, now=now)
    return consultation


async def resume_consultation(
    session: AsyncSession, consultation_id: int, *, asking: Facts, now: datetime
) -> Consultation:
    """Let people vote again before the pause ends by itself. Raises Refused."""
    space, consultation = await held(session, consultation_id)
    await require_in(session, Action.RESUME_CONSULTATION, space, consultation, asking, now)
    consultation.paused_until = now
    enter_act(session, Did.CONSULTATION_RESUMED, consultation, now=now)
    return consultation


def _used(consultation: Consultation) -> int:
    """The seconds of every pause so far, now that the last one is over."""
    begun, until = consultation.paused_at, consultation.paused_until
    last = timedelta() if begun is None or until is None else until - begun
    return consultation.paused_before + int(last.total_seconds())
