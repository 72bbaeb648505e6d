"""The days of a consultation: pausing, the last day, closing by hand and undoing it, the answer."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from pydantic import ValidationError
from quart import Blueprint, render_template
from quart.typing import ResponseReturnValue

from charters.actions import Action
from charters.enforcement import Facts, require
from charters.policy import Policy
from charters.sides import WITHOUT_SIDES
from charters.states import Phase
from deliberation.errors import Invalid
from deliberation.spaces.closing import close_consultation, propose_last_day, reopen_consultation
from deliberation.spaces.consultations import Consultation, phase_of
from deliberation.spaces.days import last_moment
from deliberation.spaces.pausing import pause_consultation, resume_consultation
from deliberation.spaces.putting_consultations import put_early_close, put_last_day
from deliberation.spaces.spaces import Space
from deliberation.spaces.telling import AnswerText, announce_answer
from participate.access import arrive, consultation_here, here, permits
from participate.current import database, now
from participate.deciding import DecisionShown, pending
from participate.forms import Wrong, day_typed, typed, wrong_in
from participate.framing import framing_of
from participate.views.facilitating import back, consultation_id

pages = Blueprint("timing", __name__, url_prefix="/spaces/<space>/<consultation>/facilitate")


@dataclass(frozen=True, slots=True, kw_only=True)
class DaysPage:
    """`typed` is what stood in the form that was sent; `hours_left` for how long it may still be paused."""

    space: Space
    consultation: Consultation
    policy: Policy
    phase: Phase
    may: frozenset[Action]
    hours_left: int
    typed: Mapping[str, str]
    wrong: Sequence[Wrong] = ()
    decisions: Sequence[DecisionShown] = ()

    @property
    def together(self) -> bool:
        """Whether both sides decide about the days, and no facilitator alone."""
        return self.space.held_by_both

    def asked(self, kind: str) -> bool:
        """Whether both sides are being asked for this."""
        return any(one.decision.kind == kind for one in self.decisions)


@pages.get("/days")
@permits(Action.READ_QUEUE)
async def show(space: str, consultation: str) -> ResponseReturnValue:
    return await _page({})


@pages.post("/pause")
@permits(Action.PAUSE_CONSULTATION)
async def pause(space: str, consultation: str) -> ResponseReturnValue:
    given = {"hours": await typed("hours"), "pause_reason": await typed("pause_reason")}
    try:
        async with database().transaction() as session:
            await pause_consultation(
                session,
                consultation_id(),
                hours=_whole(given["hours"]),
                reason=given["pause_reason"],
                asking=here().facts,
                now=now(),
            )
    except Invalid as error:
        return await _wrong(given, error, {"reason": "pause_reason"})
    return back("paused")


@pages.post("/resume")
@permits(Action.RESUME_CONSULTATION)
async def resume(space: str, consultation: str) -> ResponseReturnValue:
    async with database().transaction() as session:
        await resume_consultation(session, consultation_id(), asking=here().facts, now=now())
    return back("resumed")


@pages.post("/last-day")
@permits(Action.MOVE_LAST_DAY, in_verb=True)
async def move(space: str, consultation: str) -> ResponseReturnValue:
    """Propose another last day. Where there are no sides, that takes effect at once."""
    stand = await arrive(space=space, consultation=consultation)
    together = stand.facts.standing not in WITHOUT_SIDES
    require(stand.policy, Action.PUT_EXTENSION if together else Action.MOVE_LAST_DAY, stand.facts)
    given = {"closes": await typed("closes"), "move_reason": await typed("move_reason")}
    verb: Callable[..., Awaitable[object]] = put_last_day if together else propose_last_day
    try:
        day = _day("closes", given["closes"])
        async with database().transaction() as session:
            await verb(
                session,
                consultation_id(),
                closes_at=last_moment(day),
                reason=given["move_reason"],
                asking=here().facts,
                now=now(),
            )
    except Invalid as error:
        return await _wrong(given, error, {"reason": "move_reason"})
    return back("asked" if together else "moved")


@pages.post("/close")
@permits(Action.CLOSE_CONSULTATION, in_verb=True)
async def close(space: str, consultation: str) -> ResponseReturnValue:
    """Close it; where there are sides, ask both of them to."""
    stand = await arrive(space=space, consultation=consultation)
    if stand.facts.standing not in WITHOUT_SIDES:
        return await _ask_to_close(stand.facts)
    async with database().transaction() as session:
        await close_consultation(session, consultation_id(), asking=here().facts, now=now())
    return back("closed")


async def _ask_to_close(asking: Facts) -> ResponseReturnValue:
    given = {"close_reason": await typed("close_reason")}
    try:
        async with database().transaction() as session:
            await put_early_close(
                session, consultation_id(), reason=given["close_reason"], asking=asking, now=now()
            )
    except Invalid as error:
        return await _wrong(given, error, {})
    return back("asked")


@pages.post("/reopen")
@permits(Action.REOPEN_CONSULTATION)
async def reopen(space: str, consultation: str) -> ResponseReturnValue:
    async with database().transaction() as session:
        await reopen_consultation(session, consultation_id(), asking=here().facts, now=now())
    return back("reopened")


@pages.post("/answer")
@permits(Action.ANNOUNCE_ANSWER)
async def answer(space: str, consultation: str) -> ResponseReturnValue:
    given = {"answer": await typed("answer"), "answer_plan": await typed("answer_plan")}
    try:
        text = AnswerText.model_validate({"answer_plan": given["answer_plan"]})
        day = _day("answer", given["answer"])
        async with database().transaction() as session:
            await announce_answer(
                session,
                consultation_id(),
                text,
                answer_by=last_moment(day),
                asking=here().facts,
                now=now(),
            )
    except ValidationError as error:
        return await _page(given, wrong_in(error, {"answer_plan": "what happens next"})), 422
    except Invalid as error:
        return await _wrong(given, error, {})
    return back("answer")


def _whole(text: str) -> int:
    """The number of hours that was typed; 0 for anything else, which no pause may have."""
    return int(text) if text.isascii() and text.strip().isdigit() and len(text) < 6 else 0


def _day(field: str, text: str) -> date:
    try:
        day = day_typed(text)
    except ValueError as error:
        raise Invalid(field, str(error)) from None
    if day is None:
        raise Invalid(field, "Choose a day.")
    return day


async def _wrong(given: Mapping[str, str], error: Invalid, fields: Mapping[str, str]) -> ResponseReturnValue:
    """The page again, with the fault at its field; `fields` says which field means what the verb names."""
    return await _page(given, [Wrong(fields.get(error.field, error.field), str(error))]), 422


async def _page(given: Mapping[str, str], wrong: Sequence[Wrong] = ()) -> str:
    place, held, _ = consultation_here()
    kept = framing_of(held)
    standing = {"closes": kept.closes, "answer": kept.answer, "answer_plan": held.answer_plan}
    async with database().reading() as session:
        decisions = await pending(session, consultation_id=held.id)
    page = DaysPage(
        space=place,
        consultation=held,
        policy=here().policy,
        phase=phase_of(held, now()),
        may=frozenset(action for action in Action if here().may(action)),
        hours_left=int(here().facts.pause_left / timedelta(hours=1)),
        typed={"hours": "24", "pause_reason": "", "move_reason": "", "close_reason": "", **standing, **given},
        wrong=wrong,
        decisions=decisions,
    )
    return await render_template("facilitating/days.html", page=page)
