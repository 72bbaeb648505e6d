"""Framing a consultation again, and opening it: only when the gates of fairness let it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

from sqlmodel.ext.asyncio.session import AsyncSession

from charters.actions import Action
from charters.enforcement import Facts
from charters.fairness import PRINCIPLES, SHORTFALLS, Gate, Verdict, findings
from charters.states import Stage
from deliberation.errors import EditConflict
from deliberation.publishing.record import Did
from deliberation.spaces.charters import policy_in_force
from deliberation.spaces.consultations import (
    Consultation,
    ConsultationText,
    check_dates,
    enter_act,
    framed_of,
    held,
    require_in,
)
from deliberation.spaces.moving import opening_moved
from deliberation.spaces.reasons import public_reason
from deliberation.spaces.spaces import Space


@dataclass(frozen=True, slots=True)
class Promise:
    """What is said publicly on opening: that nothing is decided, and why a gate falls short."""

    nothing_decided: bool = False
    departures: Mapping[Gate, str] = field(default_factory=dict)


async def revise_consultation(
    session: AsyncSession,
    consultation_id: int,
    text: ConsultationText,
    *,
    opens_at: datetime | None,
    closes_at: datetime | None,
    answer_by: datetime | None,
    seen: str | None = None,
    words: str = "",
    asking: Facts,
    now: datetime,
) -> Consultation:
    """Change the words and the dates before it is opened; its address stays, for it may be shared already.

    `seen` is the mark of what was changed, so that nobody writes over what they have not read; `words` are
    what the record says of it. Where both sides are asked to open it, they are asked anew.
    Raises Refused, Invalid for dates that cannot be, and EditConflict where something else stands there now.
    """
    space, consultation = await held(session, consultation_id)
    await require_in(session, Action.REVISE_CONSULTATION, space, consultation, asking, now)
    check_dates(opens_at, closes_at, answer_by, now)
    if seen is not None and seen != mark_of(consultation):
        raise EditConflict("Somebody else has changed the words or the days meanwhile.")
    for name, value in text.model_dump(exclude={"slug"}).items():
        setattr(consultation, name, value)
    consultation.opens_at, consultation.closes_at = opens_at, closes_at
    consultation.answer_by = answer_by
    enter_act(session, Did.CONSULTATION_REVISED, consultation, words=words, now=now)
    await opening_moved(session, consultation, now=now)
    return consultation


def mark_of(consultation: Consultation) -> str:
    """A mark of the words and days as they stand: another one as soon as any of them changes."""
    days = (consultation.opens_at, consultation.closes_at, consultation.answer_by)
    words = (consultation.title, consultation.question, consultation.background, consultation.language)
    return sha256(repr((words, [day and day.isoformat() for day in days])).encode()).hexdigest()[:32]


async def open_consultation(
    session: AsyncSession,
    consultation_id: int,
    *,
    promise: Promise | None = None,
    asking: Facts,
    now: datetime,
) -> Consultation:
    """Let people vote: at once, or from the opening day where one was announced that is still to come.

    Raises Refused where a gate of fairness holds it, and Invalid for a reason that is too short or too long.
    """
    space, consultation = await held(session, consultation_id)
    await keep_promise(session, space, consultation, promise, now)
    await require_in(session, Action.OPEN_CONSULTATION, space, consultation, asking, now)
    consultation.stage = Stage.VOTING
    consultation.opens_at = max(consultation.opens_at or now, now)
    enter_act(session, Did.CONSULTATION_OPENED, consultation, words=_said(consultation), now=now)
    return consultation


async def keep_promise(
    session: AsyncSession, space: Space, consultation: Consultation, promise: Promise | None, now: datetime
) -> None:
    """Keep what is promised; a reason for what does not fall short is not needed, and not kept."""
    if promise is None:
        return
    fairness = (await policy_in_force(session, space, now)).fairness
    consultation.nothing_decided = promise.nothing_decided
    short = [f.gate for f in findings(fairness, framed_of(consultation), now) if f.verdict is Verdict.SHORT]
    consultation.departures = {
        gate.value: public_reason(promise.departures[gate], gate.value)
        for gate in short
        if promise.departures.get(gate, "").strip()
    }


def _said(consultation: Consultation) -> str:
    """What the record keeps of the opening: the promise, and why something falls short."""
    lines = [f"{PRINCIPLES[Gate.FORMATIVE]}."] if consultation.nothing_decided else []
    departures = consultation.departures or {}
    lines += [f"{SHORTFALLS[gate]}: {departures[gate]}" for gate in SHORTFALLS if gate in departures]
    return "\n".join(lines)
