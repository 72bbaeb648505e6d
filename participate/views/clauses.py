"""Writing in a proposal by form: changing a clause, adding one, a look before, a clash that loses nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from markupsafe import Markup
from pydantic import ValidationError
from quart import Blueprint, redirect, render_template, request, url_for
from quart.typing import ResponseReturnValue

from charters.actions import Action
from charters.enforcement import Facts, require
from charters.states import StatementState
from charters.terms import proposal_notice
from deliberation.drafting.clauses import Clause, clause_numbered, order_of, standing_of
from deliberation.drafting.comments import Comment
from deliberation.drafting.differences import Part, differences
from deliberation.drafting.live.saving import settle
from deliberation.drafting.proposals import Proposal
from deliberation.drafting.writing import Clash, add_clause, revise_clause
from deliberation.errors import Invalid
from deliberation.spaces.spaces import Space
from participate.access import Here, arrive, here, permits
from participate.checking import Found
from participate.current import database, now
from participate.drafts import ClauseCard, clause_card
from participate.forms import LANGUAGES, Wrong
from participate.languages import language, said
from participate.live.house import house
from participate.live.offering import offers_live_text, was_written
from participate.views.beginning import speaking
from participate.views.proposals import asking_now
from participate.wording import (
    Draft,
    as_one,
    checked,
    draft_of,
    first_look,
    first_sent,
    number_in,
    typed_draft,
    wrong_with,
)

pages = Blueprint("clauses", __name__, url_prefix="/spaces/<space>/proposals/<int:proposal>/clauses")


@dataclass(frozen=True, slots=True, kw_only=True)
class ClausePage:
    """The form of a clause, or of a new one, where `clause` is None.

    `preview` is how it would read; `found` what may point to a person and is not saved yet. `live` says that
    others may write in it at the same time; `order` are the numbers of the clauses as they stand.
    """

    space: Space
    proposal: Proposal
    clause: Clause | None
    draft: Draft
    notice: str
    wrong: Sequence[Wrong] = ()
    preview: Markup | None = None
    found: Found | None = None
    live: bool = False
    order: Sequence[int] = ()
    languages: Mapping[str, str] = field(default_factory=lambda: LANGUAGES)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClashPage:
    """Both texts: what stands `now`, and what was typed. `parts` are what differs, from now to theirs."""

    space: Space
    proposal: Proposal
    clause: Clause
    draft: Draft
    now: ClauseCard
    parts: Sequence[Part]
    notice: str
    languages: Mapping[str, str] = field(default_factory=lambda: LANGUAGES)

    @property
    def taken_out(self) -> bool:
        """Whether the clause is in the draft no more."""
        return self.clause.taken_out_at is not None


@pages.get("/<int:clause>/change")
@permits(Action.WRITE_CLAUSE)
async def change(space: str, proposal: int, clause: int) -> ResponseReturnValue:
    """The form, made from the words that stand now."""
    _, found = place_here()
    async with database().reading() as session:
        held = await clause_numbered(session, found, clause)
        standing = await standing_of(session, held)
    draft = draft_of(standing.words, standing.hash, found.language)
    if held.taken_out_at is not None:
        return await _clash(clause, draft)
    return await _form(held, draft, live=offers_live_text(here().policy))


@pages.post("/<int:clause>/change")
@permits(Action.WRITE_CLAUSE, in_verb=True)
async def changed(space: str, proposal: int, clause: int) -> ResponseReturnValue:
    """Save other words, or show first how they read."""
    stand, asking = await arrived(space, proposal)
    draft = await typed_draft()
    place, found = place_here()
    async with database().reading() as session:
        held = await clause_numbered(session, found, clause)
    try:
        text = await checked(draft)
        if (look := await first_look(text)) is not None:
            return await _form(held, first_sent(draft), preview=look.html, found=look.found)
        async with database().transaction() as session:
            speaker = await speaking(session, place, stand.account_id)
            revision = await revise_clause(
                session, place, proposal, clause, text,
                shown=draft.shown, speaker=speaker, asking=asking, now=now(),
            )  # fmt: skip
            if draft.live:
                await settle(session, held.id or 0, draft.live, was=was_written(draft), now=now())
            done = "same"
            if revision is not None:
                done = _done(await session.get(Comment, revision.comment_id), "changed")
    except (ValidationError, Invalid) as error:
        return await _form(held, first_sent(draft), wrong_with(error)), 422
    except Clash:
        return await _clash(clause, first_sent(draft)), 409
    await house().hear_of(held.id or 0)
    return back_to(space, proposal, done, clause)


@pages.get("/add")
@permits(Action.WRITE_CLAUSE)
async def add(space: str, proposal: int) -> ResponseReturnValue:
    """The form of a new clause; `?after=` names the one it comes behind."""
    draft = Draft(language=place_here()[1].language, after=number_in(request.args.get("after", "")))
    return await _form(None, draft)


@pages.post("/add")
@permits(Action.WRITE_CLAUSE, in_verb=True)
async def added(space: str, proposal: int) -> ResponseReturnValue:
    """Add it, or show first how it reads."""
    stand, asking = await arrived(space, proposal)
    draft = await typed_draft()
    place, _ = place_here()
    try:
        text = await checked(draft)
        if (look := await first_look(text)) is not None:
            return await _form(None, draft, preview=look.html, found=look.found)
        async with database().transaction() as session:
            speaker = await speaking(session, place, stand.account_id)
            clause = await add_clause(
                session, place, proposal, text, after=draft.after, speaker=speaker, asking=asking, now=now()
            )
            words = (await standing_of(session, clause)).words
            done = "added" if words is not None else "waits"
    except (ValidationError, Invalid) as error:
        return await _form(None, draft, wrong_with(error)), 422
    return back_to(space, proposal, done, clause.number)


async def arrived(space: str, proposal: int, action: Action = Action.WRITE_CLAUSE) -> tuple[Here, Facts]:
    """Where a request to write stands. Raises Refused before anybody looks at what was typed."""
    stand = await arrive(space=space, proposal=proposal)
    asking = asking_now(stand.facts)
    require(stand.policy, action, asking)
    return stand, asking


def place_here() -> tuple[Space, Proposal]:
    """The space and the proposal of the present address."""
    place, proposal = here().space, here().proposal
    assert place is not None
    assert proposal is not None
    return place, proposal


def back_to(space: str, proposal: int, done: str, clause: int = 0) -> ResponseReturnValue:
    """To the proposal, which says what was done."""
    address = url_for("proposals.show", space=space, proposal=proposal, said=done)
    return redirect(f"{address}#clause-{clause}" if clause else address, 303)


def _done(words: Comment | None, done: str) -> str:
    return done if words is not None and words.state is StatementState.PUBLISHED else "waits"


async def _form(
    clause: Clause | None,
    draft: Draft,
    wrong: Sequence[Wrong] = (),
    *,
    preview: Markup | None = None,
    found: Found | None = None,
    live: bool = False,
) -> str:
    place, proposal = place_here()
    async with database().reading() as session:
        order = await order_of(session, proposal.id)
    page = ClausePage(
        space=place,
        proposal=proposal,
        clause=clause,
        draft=draft if draft.language else replace(draft, language=language()),
        notice=said(proposal_notice(here().policy).text),
        wrong=wrong,
        preview=preview,
        found=found,
        live=live,
        order=order,
    )
    return await render_template("drafting/clause_form.html", page=page)


async def _clash(number: int, draft: Draft) -> str:
    place, proposal = place_here()
    async with database().reading() as session:
        clause = await clause_numbered(session, proposal, number)
        standing = await standing_of(session, clause)
    before = as_one(standing.words) if standing.words is not None else ""
    page = ClashPage(
        space=place,
        proposal=proposal,
        clause=clause,
        draft=replace(draft, shown=standing.hash),
        now=clause_card(standing, proposal),
        parts=differences(before, as_one(draft)),
        notice=said(proposal_notice(here().policy).text),
    )
    return await render_template("drafting/clash.html", page=page)
