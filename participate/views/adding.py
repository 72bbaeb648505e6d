"""A statement of one's own: hints while writing, a look before it becomes public, adding, changing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from pydantic import ValidationError
from quart import Blueprint, current_app, redirect, render_template, request, url_for
from quart.typing import ResponseReturnValue

from charters.actions import Action
from charters.enforcement import Reason, Refusal, Refused, first_state, require
from charters.policy import Policy, notice
from charters.states import StatementState
from deliberation.errors import Invalid, NotFound
from deliberation.opinion.cautions import cautions_in, without_identifiers
from deliberation.opinion.own_words import OwnWords, replace_statement, revise, withdraw
from deliberation.opinion.seeds import LANGUAGE
from deliberation.opinion.statements import LONGEST, StatementText, no_statement
from deliberation.opinion.submitting import Draft as Submission
from deliberation.opinion.submitting import submit_statement
from deliberation.spaces.consultations import Consultation
from deliberation.spaces.spaces import Space
from participate.access import arrive, consultation_here, here, permits
from participate.ballot import part_in
from participate.checking import Found, look_over
from participate.current import database, now
from participate.forms import Wrong, typed, wrong_in
from participate.languages import gettext
from participate.network import acting, visitor
from participate.views.voting_page import Asked, Done, Draft, back, languages_for, voting_page

pages = Blueprint("adding", __name__, url_prefix="/spaces/<space>/<consultation>/statements")

TOO_LATE = frozenset({Reason.STATEMENT_ANSWERED, Reason.STATEMENT_IN_RESULT})
SHORTEST_HINTED = 8
"""Letters. Before that nothing can be said of a text."""


@dataclass(frozen=True, slots=True)
class CheckPage:
    """What was found in a statement that is not added yet. `action` is where its form goes."""

    space: Space
    consultation: Consultation
    policy: Policy
    draft: Draft
    found: Found
    action: str
    again: str
    statement_notice: str

    @property
    def removed(self) -> str:
        """How it reads once each identifier is removed."""
        return without_identifiers(self.found.text)

    def waits(self, text: str) -> bool:
        """Whether a facilitator would read this text before others can."""
        first = first_state(self.policy, cautious=bool(cautions_in(text).spans))
        return first is StatementState.PENDING


@dataclass(frozen=True, slots=True)
class ChangePage:
    """One's own statement in a form. `replacing`: what is written becomes another one, in its place.

    `refused` says why the words themselves cannot be changed any more, once that was tried.
    """

    space: Space
    consultation: Consultation
    number: int
    draft: Draft
    wrong: list[Wrong]
    languages: Mapping[str, str]
    statement_notice: str
    again: str
    replacing: bool
    refused: Refusal | None


@pages.post("")
@permits(Action.ADD_STATEMENT)
async def add(space: str, consultation: str) -> ResponseReturnValue:
    """Add a statement of one's own. Where something was found in it, show that first and ask."""
    who, draft = acting(), await drafted()
    if await taken_back():
        page = await voting_page(Asked(draft=draft))
        return await render_template("voting/voting.html", page=page)
    try:
        text = await checked(draft)
        # Over the limit the verb refuses, which keeps the text; looking it over would only cost.
        if who.limit_ends is None and (found := await unseen(text)) is not None:
            return await check_page(draft, found, url_for(".add", space=space, consultation=consultation))
        submission = Submission(visitor=who, space=space, consultation=consultation, text=text, now=now())
        statement = await database().grouped(submit_statement, submission)
    except (ValidationError, Invalid) as error:
        page = await voting_page(Asked(draft=draft, wrong=wrong_with(error)))
        return await render_template("voting/voting.html", page=page), 422
    return redirect(back(space, consultation, Done.ADDED, statement.number), 303)


@pages.post("/hints")
@permits(Action.ADD_STATEMENT)
async def hints(space: str, consultation: str) -> ResponseReturnValue:
    """What is found in a text while it is written, as a piece of a page. Writes nothing.

    It comes by POST: an address is kept in many places, and this text may have somebody's number in it.
    """
    ends = current_app.extensions["hints"].count(visitor().secret, now())
    limited = replace(here().facts, limit_reached=ends is not None, limit_ends=ends)
    require(here().policy, Action.ADD_STATEMENT, limited)
    text = " ".join((await typed("text")).split())[:LONGEST]
    found = await look_over(text) if len(text) >= SHORTEST_HINTED else None
    again = url_for("voting.show", space=space, consultation=consultation)
    return await render_template("adding/hints.html", found=found, again=again)


@pages.get("/<int:number>/change")
@permits(Action.ADD_STATEMENT)
async def change(space: str, consultation: str, number: int) -> ResponseReturnValue:
    """One's own statement in a form, to change it or to withdraw it."""
    where, held, _ = consultation_here()
    async with database().reading() as session:
        part = await part_in(session, where, held)
    own = next((one for one in part.own if one.number == number and one.removed_for is None), None)
    if own is None:
        raise NotFound(no_statement(number))
    # Down to tens, as the draw counts them: that nobody or somebody has voted is told to nobody.
    answered = part.seen.get(number, 0) > 0
    return await _change_page(number, Draft(own.text, own.language), replacing=answered)


@pages.post("/<int:number>/change")
@permits(Action.ADD_STATEMENT)
async def revised(space: str, consultation: str, number: int) -> ResponseReturnValue:
    """Put other words in place of one's own, which are looked over as new ones are."""
    own, draft = _own(space, consultation, number), await drafted()
    if await taken_back():
        return await _change_page(number, draft)
    try:
        text = await checked(draft)
        if own.visitor.limit_ends is None and (found := await unseen(text, number)) is not None:
            return await check_page(draft, found, request.path)
        async with database().transaction() as session:
            await revise(session, own, text)
    except (ValidationError, Invalid) as error:
        return await _change_page(number, draft, wrong_with(error)), 422
    except Refused as error:
        if error.reason not in TOO_LATE:
            raise
        return await _change_page(number, draft, replacing=True, refused=error.refusal), 403
    return redirect(back(space, consultation, Done.CHANGED, number), 303)


@pages.post("/<int:number>/replace")
@permits(Action.REPLACE_STATEMENT, in_verb=True)
async def replaced(space: str, consultation: str, number: int) -> ResponseReturnValue:
    """Put a corrected statement in place of one's own, looked over as a new one is."""
    stand = await arrive(space=space, consultation=consultation)
    require(stand.policy, Action.ADD_STATEMENT, stand.facts)
    own, draft = _own(space, consultation, number), await drafted()
    if await taken_back():
        return await _change_page(number, draft, replacing=True)
    try:
        text = await checked(draft)
        if own.visitor.limit_ends is None and (found := await unseen(text, number)) is not None:
            return await check_page(draft, found, request.path)
        async with database().transaction() as session:
            new = await replace_statement(session, own, text)
    except (ValidationError, Invalid) as error:
        return await _change_page(number, draft, wrong_with(error), replacing=True), 422
    return redirect(back(space, consultation, Done.REPLACED, new.number), 303)


@pages.post("/<int:number>/withdraw")
@permits(Action.WITHDRAW_STATEMENT, in_verb=True)
async def withdrawn(space: str, consultation: str, number: int) -> ResponseReturnValue:
    """Take one's own statement back for good."""
    async with database().transaction() as session:
        await withdraw(session, _own(space, consultation, number))
    return redirect(back(space, consultation, Done.WITHDRAWN, number), 303)


def _own(space: str, consultation: str, number: int) -> OwnWords:
    return OwnWords(visitor=acting(), space=space, consultation=consultation, number=number, now=now())


async def _change_page(
    number: int,
    draft: Draft,
    wrong: Sequence[Wrong] = (),
    *,
    replacing: bool = False,
    refused: Refusal | None = None,
) -> str:
    space, consultation, _ = consultation_here()
    page = ChangePage(
        space=space,
        consultation=consultation,
        number=number,
        draft=draft,
        wrong=list(wrong),
        languages=languages_for(consultation),
        statement_notice=notice(here().policy, "statement").text,
        again=url_for("voting.show", space=space.slug, consultation=consultation.slug),
        replacing=replacing,
        refused=refused,
    )
    return await render_template("adding/change.html", page=page)


async def drafted() -> Draft:
    """The words and the language as they were typed."""
    return Draft(await typed("text"), await typed("language") or consultation_here()[1].language)


async def taken_back() -> bool:
    """Whether its author, having looked at it, would rather not add it: the words go back into their box."""
    return "back" in await request.form


async def checked(draft: Draft) -> StatementText:
    """The statement with its limits checked; with identifiers hidden where that was asked for.

    Raises ValidationError and Invalid.
    """
    if not LANGUAGE.fullmatch(draft.language) or len(draft.language) > 20:
        raise Invalid("language", gettext("Choose the language of your statement."))
    text = StatementText(text=draft.text, language=draft.language)
    if "hide" in await request.form:
        return StatementText(text=without_identifiers(text.text), language=text.language)
    return text


async def unseen(text: StatementText, but: int | None = None) -> Found | None:
    """What the author has not been shown yet of this very text; None where there is nothing.

    `but` is the number of the statement that it replaces.
    """
    form = await request.form
    shown_before = (await typed("seen")).split() == (await typed("text")).split()
    if shown_before and ("anyway" in form or "hide" in form):
        return None
    found = await look_over(text.text, but=but)
    return found if found.anything else None


async def check_page(draft: Draft, found: Found, action: str) -> str:
    space, consultation, _ = consultation_here()
    page = CheckPage(
        space=space,
        consultation=consultation,
        policy=here().policy,
        draft=draft,
        found=found,
        action=action,
        again=url_for("voting.show", space=space.slug, consultation=consultation.slug),
        statement_notice=notice(here().policy, "statement").text,
    )
    return await render_template("adding/check.html", page=page)


def wrong_with(error: ValidationError | Invalid) -> list[Wrong]:
    if isinstance(error, Invalid):
        return [Wrong(error.field, str(error))]
    return wrong_in(error, {"text": gettext("your statement"), "language": gettext("its language")})
