"""Suggesting a wording for a clause: the form, the suggestion with what differs, and what each side says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from markupsafe import Markup
from pydantic import ValidationError
from quart import Blueprint, redirect, render_template, request, url_for
from quart.typing import ResponseReturnValue

from charters.actions import Action
from charters.enforcement import Refusal
from charters.states import StatementState
from charters.terms import proposal_notice
from deliberation.drafting.clauses import Clause, clause_numbered, standing_of, words_hash
from deliberation.drafting.comments import Comment
from deliberation.drafting.proposals import Proposal
from deliberation.drafting.suggesting import (
    Suggesting,
    answer_suggestion,
    rebase_suggestion,
    suggest,
)
from deliberation.drafting.suggestions import Suggested, SuggestionState, no_suggestion, suggestion_in
from deliberation.drafting.writing import Clash
from deliberation.errors import Invalid, NotFound
from deliberation.spaces.spaces import Space
from participate.access import here, permits
from participate.checking import Found
from participate.current import database, now
from participate.forms import LANGUAGES, Wrong, typed
from participate.languages import language, said
from participate.suggested import SuggestionShown, wrote_it
from participate.suggested import shown as shown_to
from participate.views.beginning import speaking
from participate.views.clauses import arrived, back_to, place_here
from participate.views.proposals import why_not
from participate.wording import (
    Draft,
    Look,
    checked,
    draft_of,
    first_look,
    reason_typed,
    typed_draft,
    wrong_with,
)

pages = Blueprint("suggesting", __name__, url_prefix="/spaces/<space>/proposals/<int:proposal>")


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestPage:
    """The form. `again` is the suggestion that is put onto newer words; None for a new one.

    `moved`: the clause has changed since the form was made.
    """

    space: Space
    proposal: Proposal
    clause: Clause
    draft: Draft
    notice: str
    again: Suggested | None = None
    moved: bool = False
    standing: Comment | None = None
    wrong: Sequence[Wrong] = ()
    preview: Markup | None = None
    found: Found | None = None
    languages: Mapping[str, str] = field(default_factory=lambda: LANGUAGES)


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestionPage:
    """One suggestion. `beside`: both texts stand beside each other. `refusal` says why one cannot answer."""

    space: Space
    proposal: Proposal
    shown: SuggestionShown
    hash: str
    beside: bool
    refusal: Refusal | None
    reason: str = ""
    moved: bool = False
    wrong: Sequence[Wrong] = ()


@pages.get("/clauses/<int:clause>/suggest")
@permits(Action.SUGGEST_WORDING)
async def begin(space: str, proposal: int, clause: int) -> ResponseReturnValue:
    """The form, which begins with the words that stand."""
    _, found = place_here()
    async with database().reading() as session:
        held = await clause_numbered(session, found, clause)
        standing = await standing_of(session, held)
    return await _form(held, draft_of(standing.words, standing.hash, found.language))


@pages.post("/clauses/<int:clause>/suggest")
@permits(Action.SUGGEST_WORDING, in_verb=True)
async def made(space: str, proposal: int, clause: int) -> ResponseReturnValue:
    """Make the suggestion, or show first how it reads."""
    stand, asking = await arrived(space, proposal, Action.SUGGEST_WORDING)
    place, found = place_here()
    draft = await typed_draft()
    async with database().reading() as session:
        held = await clause_numbered(session, found, clause)
    try:
        given = await _given(draft)
        if (look := await first_look(given.text, given.why)) is not None:
            return await _form(held, draft, look=look)
        async with database().transaction() as session:
            speaker = await speaking(session, place, stand.account_id)
            one = await suggest(
                session, place, proposal, clause, given, speaker=speaker, asking=asking, now=now()
            )
    except (ValidationError, Invalid) as error:
        return await _form(held, draft, wrong_with(error)), 422
    except Clash:
        return await _form(held, draft, moved=True), 409
    return _to(space, proposal, one.comment_id, "suggested")


@pages.get("/suggestions/<int:suggestion>")
@permits(Action.READ_PAGE)
async def show(space: str, proposal: int, suggestion: int) -> ResponseReturnValue:
    """The suggestion, what differs, what both sides said, and the way to say it."""
    return await _page(suggestion)


@pages.post("/suggestions/<int:suggestion>/answer")
@permits(Action.ANSWER_SUGGESTION, in_verb=True)
async def answered(space: str, proposal: int, suggestion: int) -> ResponseReturnValue:
    """Accept it for one's side, or reject it with a reason."""
    stand, asking = await arrived(space, proposal, Action.READ_PAGE)
    place, _ = place_here()
    await _one(suggestion)
    accepts, reason = await typed("answer") == "accept", await typed("reason")
    try:
        async with database().transaction() as session:
            one = await answer_suggestion(
                session,
                place,
                suggestion,
                accepts=accepts,
                reason=reason,
                shown=await typed("shown"),
                speaker=await speaking(session, place, stand.account_id),
                asking=asking,
                now=now(),
            )
            state = one.state
    except Invalid as error:
        return await _page(suggestion, reason=reason, wrong=wrong_with(error)), 422
    except Clash:
        return await _page(suggestion, reason=reason, moved=True), 409
    if state is SuggestionState.ACCEPTED:
        async with database().reading() as session:
            clause = (await suggestion_in(session, place_here()[1], suggestion)).standing.clause.number
        return back_to(space, proposal, "accepted", clause)
    return _to(space, proposal, suggestion, "said" if accepts else "rejected")


@pages.get("/suggestions/<int:suggestion>/change")
@permits(Action.SUGGEST_WORDING)
async def change(space: str, proposal: int, suggestion: int) -> ResponseReturnValue:
    """One's own suggestion in a form, for the words that stand now."""
    one = await _own(suggestion)
    draft = draft_of(one.words, one.standing.hash, one.words.language)
    return await _form(one.standing.clause, replace(draft, why=one.words.why), again=one)


@pages.post("/suggestions/<int:suggestion>/change")
@permits(Action.SUGGEST_WORDING, in_verb=True)
async def changed(space: str, proposal: int, suggestion: int) -> ResponseReturnValue:
    """Put it onto the words that stand now."""
    stand, asking = await arrived(space, proposal, Action.SUGGEST_WORDING)
    place, _ = place_here()
    one, draft = await _own(suggestion), await typed_draft()
    try:
        given = await _given(draft)
        if (look := await first_look(given.text, given.why)) is not None:
            return await _form(one.standing.clause, draft, look=look, again=one)
        async with database().transaction() as session:
            speaker = await speaking(session, place, stand.account_id)
            await rebase_suggestion(
                session, place, suggestion, given, speaker=speaker, asking=asking, now=now()
            )
    except (ValidationError, Invalid) as error:
        return await _form(one.standing.clause, draft, wrong_with(error), again=one), 422
    except Clash:
        return await _form(one.standing.clause, draft, moved=True, again=one), 409
    return _to(space, proposal, suggestion, "changed")


async def _given(draft: Draft) -> Suggesting:
    return Suggesting(text=await checked(draft), why=await reason_typed(draft), shown=draft.shown)


async def _one(suggestion: int) -> Suggested:
    """The suggestion as the reader may see it. Raises NotFound, also for one that waits and is not theirs."""
    _, proposal = place_here()
    async with database().reading() as session:
        one = await suggestion_in(session, proposal, suggestion)
        if one.words.state is StatementState.PENDING and not await wrote_it(session, one.words):
            raise NotFound(no_suggestion(suggestion))
    return one


async def _own(suggestion: int) -> Suggested:
    """The reader's own suggestion, that may still be changed. Raises NotFound for anybody else's."""
    one = await _one(suggestion)
    async with database().reading() as session:
        mine = await wrote_it(session, one.words)
    ended = one.suggestion.state is not SuggestionState.OPEN or one.words.removed_for is not None
    if not mine or ended:
        raise NotFound(no_suggestion(suggestion))
    return one


async def _form(
    clause: Clause,
    draft: Draft,
    wrong: Sequence[Wrong] = (),
    *,
    look: Look | None = None,
    moved: bool = False,
    again: Suggested | None = None,
) -> str:
    place, proposal = place_here()
    async with database().reading() as session:
        standing = await standing_of(session, clause)
    if moved:
        draft = replace(draft, shown=standing.hash)
    page = SuggestPage(
        space=place,
        proposal=proposal,
        clause=clause,
        draft=draft if draft.language else replace(draft, language=language()),
        notice=said(proposal_notice(here().policy).text),
        again=again,
        moved=moved,
        standing=standing.words,
        wrong=wrong,
        preview=look.html if look is not None else None,
        found=look.found if look is not None else None,
    )
    return await render_template("suggesting/form.html", page=page)


async def _page(
    suggestion: int, *, reason: str = "", wrong: Sequence[Wrong] = (), moved: bool = False
) -> str:
    place, proposal = place_here()
    one = await _one(suggestion)
    async with database().reading() as session:
        shown = await shown_to(session, one)
    waits = one.suggestion.state is SuggestionState.OPEN and one.words.state is StatementState.PUBLISHED
    page = SuggestionPage(
        space=place,
        proposal=proposal,
        shown=shown,
        hash=words_hash(one.words.heading, one.words.text, one.words.language),
        beside=request.args.get("view") == "beside",
        refusal=why_not(Action.ANSWER_SUGGESTION, suggestion_open=waits),
        reason=reason,
        moved=moved,
        wrong=wrong,
    )
    return await render_template("suggesting/suggestion.html", page=page)


def _to(space: str, proposal: int, suggestion: int, done: str) -> ResponseReturnValue:
    address = url_for("suggesting.show", space=space, proposal=proposal, suggestion=suggestion, said=done)
    return redirect(address, 303)
