"""The last day: moving it, closing by hand, and undoing that within the hour.

Where there are no sides, a facilitator's proposal takes effect at once. Where there are, it does when both
sides have agreed to it (`putting_consultations`, `carrying_out`).
"""

from datetime import datetime, timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from charters.actions import Action
from charters.enforcement import Facts
from charters.states import Stage
from deliberation.errors import Invalid
from deliberation.publishing.record import Did
from deliberation.spaces.consultations import Consultation, check_dates, enter_act, held, require_in
from deliberation.spaces.days import named_day
from deliberation.spaces.reasons import public_reason


async def propose_last_day(
    session: AsyncSession,
    consultation_id: int,
    *,
    closes_at: datetime,
    reason: str,
    asking: Facts,
    now: datetime,
) -> Consultation:
    """Propose that voting ends on another day, later or earlier, for a public reason.

    Raises Refused, and Invalid for a day that cannot be or a reason that is missing.
    """
    space, consultation = await held(session, consultation_id)
    await require_in(session, Action.MOVE_LAST_DAY, space, consultation, asking, now)
    said = check_last_day(consultation, closes_at, reason, now)
    _move_last_day(session, consultation, closes_at, said, now)
    return consultation


def check_last_day(consultation: Consultation, closes_at: datetime, reason: str, now: datetime) -> str:
    """The public reason. Raises Invalid where it is missing, or where voting cannot end on this day."""
    said = public_reason(reason)
    if closes_at == consultation.closes_at:
        raise Invalid("closes", "This is the last day already. Choose another.")
    check_dates(consultation.opens_at, closes_at, None, now)
    if consultation.answer_by is not None and consultation.answer_by <= closes_at:
        answer = named_day(consultation.answer_by)
        raise Invalid(
            "closes",
            f"The answer is announced for {answer}. Choose an earlier day, or move the answer first.",
        )
    return said


def _move_last_day(
    session: AsyncSession, consultation: Consultation, closes_at: datetime, reason: str, now: datetime
) -> None:
    """What a proposal of another last day does once it is agreed."""
    before, after = consultation.closes_at, named_day(closes_at)
    consultation.closes_at = closes_at
    moved = f"From {named_day(before)} to {after}" if before is not None else f"To {after}"
    enter_act(session, Did.LAST_DAY_MOVED, consultation, words=f"{moved}: {reason}", now=now)


async def close_consultation(
    session: AsyncSession, consultation_id: int, *, asking: Facts, now: datetime
) -> Consultation:
    """End the voting now. The announced dates stay, so that it can be undone. Raises Refused."""
    space, consultation = await held(session, consultation_id)
    policy = await require_in(session, Action.CLOSE_CONSULTATION, space, consultation, asking, now)
    consultation.stage, consultation.closed_at = Stage.CLOSED, now
    consultation.reopen_until = now + timedelta(minutes=policy.fairness.undo_close_minutes)
    enter_act(session, Did.CONSULTATION_CLOSED, consultation, now=now)
    return consultation


async def reopen_consultation(
    session: AsyncSession, consultation_id: int, *, asking: Facts, now: datetime
) -> Consultation:
    """Undo closing by hand, as if it had not been; the record keeps both. Raises Refused."""
    space, consultation = await held(session, consultation_id)
    await require_in(session, Action.REOPEN_CONSULTATION, space, consultation, asking, now)
    consultation.stage = Stage.VOTING
    consultation.closed_at = consultation.reopen_until = None
    enter_act(session, Did.CONSULTATION_REOPENED, consultation, now=now)
    return consultation
