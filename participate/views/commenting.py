"""Commenting on what is being decided: writing, a look before it becomes public, changing, taking back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from pydantic import ValidationError
from quart import Blueprint, redirect, render_template, request, url_for
from quart.typing import ResponseReturnValue
from sqlmodel.ext.asyncio.session import AsyncSession

from charters.actions import Action
from charters.enforcement import Facts, Reason, Refused, first_state
from charters.policy import Policy
from charters.states import StatementState
from charters.terms import comment_notice
from charters.wording import Words
from deliberation.drafting.commenting import (
    Saying,
    Speaker,
    revise_comment,
    stance_of,
    withdraw_comment,
    write_comment,
)
from deliberation.drafting.comments import (
    LONGEST,
    STANCES,
    Comment,
    CommentText,
    Stance,
    comment_in,
    has_replies,
    no_comment,
)
from deliberation.drafting.places import place_of
from deliberation.errors import Invalid, NotFound
from deliberation.opinion.cautions import cautions_in, without_identifiers
from deliberation.people.memberships import name_in
from deliberation.people.participants import participant_if_any
from deliberation.spaces.decisions import Decision, decision_with_id
from deliberation.spaces.spaces import Space
from participate.access import Here, arrive, here, permits
from participate.checking import Found
from participate.current import database, device, now
from participate.discussing import Draft
from participate.forms import LANGUAGES, Wrong, typed, wrong_in
from participate.languages import gettext, said
from participate.network import acting, visitor
from participate.spoken_of import place_shown
from participate.views.decision_page import decision_page

pages = Blueprint("commenting", __name__, url_prefix="/spaces/<space>")

MOVED = Words("The text changed while you wrote. Read it again, then keep your words.")
CALLED: Mapping[str, Words] = {"text": Words("your comment"), "language": Words("its language")}


@dataclass(frozen=True, slots=True)
class CheckPage:
    """What was found in a comment that is not added yet. `action` is where its form goes, `again` back."""

    space: Space
    policy: Policy
    draft: Draft
    found: Found
    action: str
    again: str
    notice: str
    most: int = LONGEST

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
    """One's own comment in a form. `answered`: somebody has replied, so it stays as it is."""

    space: Space
    decision: Decision
    comment: Comment
    draft: Draft
    answered: bool
    notice: str
    wrong: Sequence[Wrong] = ()
    stances: Mapping[Stance, Words] = field(default_factory=lambda: STANCES)
    languages: Mapping[str, str] = field(default_factory=lambda: LANGUAGES)


@pages.post("/decisions/<int:decision>/comments")
@permits(Action.WRITE_COMMENT, in_verb=True)
async def write(space: str, decision: int) -> ResponseReturnValue:
    """Say something about a decision. Where something was found in it, show that first and ask."""
    stand, draft = await arrive(space=space), await drafted()
    place, asking = _place(stand), _asking(stand.facts)
    if await _taken_back():
        return await decision_page(decision, draft=draft)
    try:
        saying = await _saying(stand, draft)
        if not asking.limit_reached and (found := await _unseen(saying.text)) is not None:
            return await _check_page(draft, found, decision)
        async with database().transaction() as session:
            comment = await write_comment(session, place, decision, saying, asking=asking, now=now())
            waits = comment.state is StatementState.PENDING
    except (ValidationError, Invalid) as error:
        return await decision_page(decision, draft=draft, wrong_in_draft=_wrong_with(error)), 422
    except Refused as error:
        if error.reason is not Reason.TEXT_MOVED:
            raise
        # What they typed stays in its box, for the text as it stands now.
        return await decision_page(decision, draft=replace(draft, shown=""), was_shown=draft.shown), 409
    return _to_decision(space, decision, "waits" if waits else "added", comment.id)


@pages.get("/comments/<int:comment>/change")
@permits(Action.READ_PAGE)
async def change(space: str, comment: int) -> ResponseReturnValue:
    """One's own comment in a form, to change it or to take it back."""
    own, decision = await _mine(comment)
    draft = Draft(own.text, own.language, own.stance.value if own.stance else "", 0, decision.text)
    return await _change_page(own, decision, draft)


@pages.post("/comments/<int:comment>/change")
@permits(Action.REVISE_COMMENT, in_verb=True)
async def revised(space: str, comment: int) -> ResponseReturnValue:
    """Put other words in place of one's own, which are looked over as new ones are."""
    stand, draft = await arrive(space=space), await drafted()
    place, asking = _place(stand), _asking(stand.facts)
    own, decision = await _mine(comment)
    if await _taken_back():
        return await _change_page(own, decision, draft)
    try:
        saying = await _saying(stand, draft, reply=own.parent_id is not None)
        if not asking.limit_reached and (found := await _unseen(saying.text)) is not None:
            return await _check_page(draft, found, decision.id or 0)
        async with database().transaction() as session:
            await revise_comment(session, place, comment, saying, asking=asking, now=now())
    except (ValidationError, Invalid) as error:
        return await _change_page(own, decision, draft, _wrong_with(error)), 422
    except Refused as error:
        if error.reason is not Reason.TEXT_MOVED:
            raise
        again = replace(draft, shown=decision.text)
        moved = [Wrong("text", said(MOVED))]
        return await _change_page(own, decision, again, moved), 409
    return _to_decision(space, decision.id or 0, "changed", comment)


@pages.post("/comments/<int:comment>/withdraw")
@permits(Action.WITHDRAW_COMMENT, in_verb=True)
async def withdrawn(space: str, comment: int) -> ResponseReturnValue:
    """Take one's own comment back for good."""
    stand = await arrive(space=space)
    place, asking = _place(stand), _asking(stand.facts)
    async with database().transaction() as session:
        key = visitor().pseudonym(place.id or 0)
        await withdraw_comment(session, place, comment, key, asking=asking, now=now())
        _, discussion = await comment_in(session, place.id or 0, comment)
        about = await place_of(session, discussion)
    return redirect(place_shown(space, about, done="withdrawn").address, 303)


def _to_decision(space: str, decision: int, said: str, comment: int | None = None) -> ResponseReturnValue:
    address = url_for("decisions.show", space=space, decision=decision, said=said)
    return redirect(f"{address}#{f'comment-{comment}' if comment else 'discussion'}", 303)


def _place(stand: Here) -> Space:
    assert stand.space is not None
    return stand.space


def _asking(facts: Facts) -> Facts:
    """The facts with the limit of the device: a comment is an act like any other."""
    ends = acting().limit_ends
    return replace(facts, limit_reached=ends is not None, limit_ends=ends)


async def drafted() -> Draft:
    """What was typed."""
    parent = await typed("parent")
    return Draft(
        text=await typed("text"),
        language=await typed("language"),
        stance=await typed("stance"),
        parent=int(parent) if parent.isascii() and parent.isdigit() and len(parent) < 10 else 0,
        shown=await typed("shown"),
    )


async def _saying(stand: Here, draft: Draft, *, reply: bool = False) -> Saying:
    """The comment with its limits checked; with identifiers hidden where that was asked for.

    Raises ValidationError and Invalid.
    """
    if draft.language not in LANGUAGES:
        raise Invalid("language", gettext("Choose the language of your comment."))
    text = CommentText(text=draft.text, language=draft.language)
    if "hide" in await request.form:
        text = CommentText(text=without_identifiers(text.text), language=text.language)
    reply = reply or bool(draft.parent)
    space = _place(stand)
    async with database().reading() as session:
        name = await name_in(session, stand.account_id, space.id or 0, now=now())
    return Saying(
        speaker=Speaker(key=visitor().pseudonym(space.id or 0), name=name),
        text=text,
        stance=None if reply else stance_of(draft.stance),
        parent=draft.parent or None,
        shown=draft.shown,
    )


async def _taken_back() -> bool:
    """Whether its author, having looked at it, would rather not add it: the words go back into their box."""
    return "back" in await request.form


async def _unseen(text: CommentText) -> Found | None:
    """What the author has not been shown yet of this very text; None where there is nothing."""
    form = await request.form
    shown_before = (await typed("seen")).split() == (await typed("text")).split()
    if shown_before and ("anyway" in form or "hide" in form):
        return None
    found = Found(text.text, cautions_in(text.text), ())
    return found if found.anything else None


async def _check_page(draft: Draft, found: Found, decision: int) -> str:
    place = here().space
    assert place is not None
    page = CheckPage(
        space=place,
        policy=here().policy,
        draft=draft,
        found=found,
        action=request.path,
        again=url_for("decisions.show", space=place.slug, decision=decision),
        notice=said(comment_notice(here().policy).text),
    )
    return await render_template("commenting/check.html", page=page)


async def _mine(comment: int) -> tuple[Comment, Decision]:
    """The reader's own comment, and what it is about. Raises NotFound for anybody else's."""
    place = here().space
    assert place is not None
    assert place.id is not None
    async with database().reading() as session:
        found, about = await comment_in(session, place.id, comment)
        elsewhere = about.decision_id is None  # a suggestion has a form of its own
        if elsewhere or found.removed_for is not None or not await wrote(session, place.id, found):
            raise NotFound(no_comment())
        return found, await decision_with_id(session, place.id, about.decision_id or 0)


async def wrote(session: AsyncSession, space_id: int, comment: Comment) -> bool:
    """Whether the reader wrote it."""
    if device() is None or comment.author_id is None:
        return False
    person = await participant_if_any(session, space_id, visitor().pseudonym(space_id))
    return person is not None and person.id == comment.author_id


async def _change_page(own: Comment, decision: Decision, draft: Draft, wrong: Sequence[Wrong] = ()) -> str:
    place = here().space
    assert place is not None
    async with database().reading() as session:
        answered = await has_replies(session, own.id)
    page = ChangePage(
        space=place,
        decision=decision,
        comment=own,
        draft=draft,
        answered=answered,
        notice=said(comment_notice(here().policy).text),
        wrong=wrong,
    )
    return await render_template("commenting/change.html", page=page)


def _wrong_with(error: ValidationError | Invalid) -> list[Wrong]:
    if isinstance(error, Invalid):
        return [Wrong(error.field, said(str(error)))]
    return wrong_in(error, CALLED)
