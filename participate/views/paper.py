"""Sheets of paper: a facilitator prints them, and enters what people answered, one after another."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from quart import Blueprint, redirect, render_template, request, url_for
from quart.typing import ResponseReturnValue

from charters.actions import Action
from charters.enforcement import Facts, Refusal, decide
from charters.states import Phase
from charters.wording import Words
from deliberation.errors import Invalid
from deliberation.opinion.paper import NOT_OURS, Sheet, enter_sheet, fits, paper_facts
from deliberation.opinion.statements import Statement, open_statements
from deliberation.opinion.voting import Answer
from deliberation.people.recovery_codes import WORDS, as_typed, stretched, unknown_words
from deliberation.spaces.consultations import Consultation
from deliberation.spaces.spaces import Space
from participate.access import consultation_here, here, permits
from participate.current import database, now, settings
from participate.forms import Wrong, typed
from participate.network import acting
from participate.views.voting_page import phase_of

pages = Blueprint("paper", __name__, url_prefix="/spaces/<space>/<consultation>/facilitate/paper")

MOST_COPIES = 40
"""How many sheets are printed at once: none of their words is kept, so nothing else ends it."""
DONE = {
    "entered": "The sheet is entered. Now the next.",
    "corrected": "The sheet is corrected. Now the next.",
}


@dataclass(frozen=True, slots=True)
class Typed:
    """`answers`: statement number -> what was chosen; none was left blank."""

    words: str = ""
    consent: bool = False
    correct: bool = False
    answers: Mapping[int, str] | None = None

    def answer(self, number: int) -> str:
        return (self.answers or {}).get(number, "")


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperPage:
    """`why` is there where no sheet can be entered now."""

    space: Space
    consultation: Consultation
    phase: Phase
    statements: Sequence[Statement]
    typed: Typed
    copies: str
    most: int
    why: Words | None
    done: str
    wrong: Sequence[Wrong]


@pages.get("")
@permits(Action.READ_QUEUE)
async def show(space: str, consultation: str) -> ResponseReturnValue:
    return await paper_page()


@pages.post("")
@permits(Action.ENTER_SHEET)
async def enter(space: str, consultation: str) -> ResponseReturnValue:
    """Enter a sheet, or correct one; what was typed stays where it cannot be taken."""
    filled = await _filled()
    helper, held_id = here().account_id, consultation_here()[2]
    assert helper is not None
    master = settings().pseudonym_master
    wrong = _wrong_in(filled.words, master, held_id)
    if wrong:
        return await paper_page(filled, wrong), 422
    sheet = Sheet(
        space=space,
        consultation=consultation,
        made=await asyncio.to_thread(stretched, filled.words, master),
        master=master,
        answers={number: Answer(one) for number, one in (filled.answers or {}).items()},
        consent=filled.consent,
        correcting=filled.correct,
        helper=helper,
        asking=_asking(),
        now=now(),
    )
    try:
        async with database().transaction() as session:
            await enter_sheet(session, sheet)
    except Invalid as error:
        return await paper_page(filled, [Wrong(error.field, str(error))]), 422
    done = "corrected" if filled.correct else "entered"
    return redirect(url_for("paper.show", space=space, consultation=consultation, done=done), 303)


def _asking() -> Facts:
    """Whoever enters it, with what their device did in this minute."""
    ends = acting().limit_ends
    return replace(here().facts, limit_reached=ends is not None, limit_ends=ends)


async def _filled() -> Typed:
    form = await request.form
    answers = {
        int(number): value
        for name, value in form.items()
        if (number := name.removeprefix("answer-")) != name
        and number.isascii()
        and number.isdigit()
        and len(number) < 10
        and value in list(Answer)
    }
    consent, correct = await typed("consent") == "yes", await typed("correct") == "yes"
    return Typed(await typed("words"), consent, correct, answers)


def _wrong_in(words: str, master: bytes, consultation_id: int) -> list[Wrong]:
    given = as_typed(words).split()
    if not given:
        return [Wrong("words", "Type the six words that stand on the sheet.")]
    if strange := unknown_words(words):
        return [Wrong("words", f"“{strange[0][:30]}” is on no sheet. Look at how it is spelled.")]
    if len(given) != WORDS:
        return [Wrong("words", f"You typed {len(given)} words. A sheet has six.")]
    return [] if fits(words, master, consultation_id) else [Wrong("words", NOT_OURS)]


async def paper_page(filled: Typed | None = None, wrong: Sequence[Wrong] = (), *, copies: str = "1") -> str:
    """The page, with what was typed."""
    place, held, held_id = consultation_here()
    async with database().reading() as session:
        statements = await open_statements(session, held_id)
    decision = decide(here().policy, Action.ENTER_SHEET, paper_facts(here().facts, held))
    page = PaperPage(
        space=place,
        consultation=held,
        phase=phase_of(place, held),
        statements=statements,
        typed=filled or Typed(),
        copies=copies,
        most=MOST_COPIES,
        why=decision.sentence if isinstance(decision, Refusal) else None,
        done=DONE.get(request.args.get("done", ""), ""),
        wrong=wrong,
    )
    return await render_template("facilitating/paper.html", page=page)
