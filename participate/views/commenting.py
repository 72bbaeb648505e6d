"""Commenting on what is being decided: writing, a look before it becomes public, changing, taking back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from pydantic import ValidationError
from quart import Blueprint, redirect, render_template
from quart.typing import ResponseReturnValue

from charters.actions import Action
from charters.enforcement import Reason, Refused
from charters.states import StatementState
from charters.terms import comment_notice
from charters.wording import Words
from deliberation.drafting.clauses import clause_with_id, standing_of
from deliberation.drafting.commenting import revise_comment, withdraw_comment, write_comment
from deliberation.drafting.comments import (
    STANCES,
    Comment,
    Form,
    Stance,
    comment_in,
    has_replies,
    no_comment,
)
from deliberation.drafting.places import SpokenOf, place_of
from deliberation.errors import Invalid, NotFound
from deliberation.spaces.decisions import decision_with_id
from deliberation.spaces.spaces import Space
from participate.access import Here, arrive, here, permits
from participate.current import database, now
from participate.discussing import Draft
from participate.forms import LANGUAGES, Wrong
from participate.languages import said
from participate.network import visitor
from participate.saying import (
    check_page,
    drafted,
    saying_of,
    taken_back,
    unseen,
    wrong_with,
    wrote,
)
from participate.spoken_of import Place, place_shown
from participate.views.decision_page import decision_page
from participate.views.proposals import asking_now

pages = Blueprint("commenting", __name__, url_prefix="/spaces/<space>")

MOVED = Words("The text changed while you wrote. Read it again, then keep your words.")


@dataclass(frozen=True, slots=True)
class ChangePage:
    """One's own comment in a form. `answered`: somebody has replied, so it stays as it is."""

    space: Space
    about: Place
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
    place, asking = _place(stand), asking_now(stand.facts)
    if await taken_back():
        return await decision_page(decision, draft=draft)
    try:
        saying = await saying_of(stand, draft)
        if not asking.limit_reached and (found := await unseen(saying.text)) is not None:
            return await check_page(draft, found, place_shown(space, SpokenOf(decision=decision)))
        async with database().transaction() as session:
            comment = await write_comment(session, place, decision, saying, asking=asking, now=now())
            waits = comment.state is StatementState.PENDING
    except (ValidationError, Invalid) as error:
        return await decision_page(decision, draft=draft, wrong_in_draft=wrong_with(error)), 422
    except Refused as error:
        if error.reason is not Reason.TEXT_MOVED:
            raise
        # What they typed stays in its box, for the text as it stands now.
        return await decision_page(decision, draft=replace(draft, shown=""), was_shown=draft.shown), 409
    done = "waits" if waits else "added"
    return redirect(place_shown(space, SpokenOf(decision=decision), comment, done).address, 303)


@pages.get("/comments/<int:comment>/change")
@permits(Action.READ_PAGE)
async def change(space: str, comment: int) -> ResponseReturnValue:
    """One's own comment in a form, to change it or to take it back."""
    mine = await _mine(comment)
    own = mine.comment
    draft = Draft(own.text, own.language, own.stance.value if own.stance else "", 0, mine.text)
    return await _change_page(mine, draft)


@pages.post("/comments/<int:comment>/change")
@permits(Action.REVISE_COMMENT, in_verb=True)
async def revised(space: str, comment: int) -> ResponseReturnValue:
    """Put other words in place of one's own, which are looked over as new ones are."""
    stand, draft = await arrive(space=space), await drafted()
    place, asking = _place(stand), asking_now(stand.facts)
    mine = await _mine(comment)
    if await taken_back():
        return await _change_page(mine, draft)
    try:
        saying = await saying_of(stand, draft, reply=mine.comment.parent_id is not None)
        if not asking.limit_reached and (found := await unseen(saying.text)) is not None:
            return await check_page(draft, found, mine.about)
        async with database().transaction() as session:
            await revise_comment(session, place, comment, saying, asking=asking, now=now())
    except (ValidationError, Invalid) as error:
        return await _change_page(mine, draft, wrong_with(error)), 422
    except Refused as error:
        if error.reason is not Reason.TEXT_MOVED:
            raise
        again = replace(draft, shown=mine.text)
        moved = [Wrong("text", said(MOVED))]
        return await _change_page(mine, again, moved), 409
    return redirect(place_shown(space, mine.where, mine.comment, "changed").address, 303)


@pages.post("/comments/<int:comment>/withdraw")
@permits(Action.WITHDRAW_COMMENT, in_verb=True)
async def withdrawn(space: str, comment: int) -> ResponseReturnValue:
    """Take one's own comment back for good."""
    stand = await arrive(space=space)
    place, asking = _place(stand), asking_now(stand.facts)
    async with database().transaction() as session:
        key = visitor().pseudonym(place.id or 0)
        await withdraw_comment(session, place, comment, key, asking=asking, now=now())
        gone, discussion = await comment_in(session, place.id or 0, comment)
        about = await place_of(session, discussion)
    suggestion = gone if gone.form is Form.SUGGESTION else None
    return redirect(place_shown(space, about, suggestion, "withdrawn").address, 303)


def _place(stand: Here) -> Space:
    assert stand.space is not None
    return stand.space


@dataclass(frozen=True, slots=True, kw_only=True)
class Mine:
    """The reader's own comment: where it stands, and the hash of what it speaks of as that is now."""

    comment: Comment
    where: SpokenOf
    about: Place
    text: str


async def _mine(comment: int) -> Mine:
    """Raises NotFound for anybody else's, and for a wording, which has a form of its own."""
    place = here().space
    assert place is not None
    assert place.id is not None
    async with database().reading() as session:
        found, about = await comment_in(session, place.id, comment)
        gone = found.form is not Form.COMMENT or found.removed_for is not None
        if gone or not await wrote(session, place.id, found):
            raise NotFound(no_comment())
        if about.clause_id is not None:
            clause, _ = await clause_with_id(session, about.clause_id)
            text = (await standing_of(session, clause)).hash
        else:
            text = (await decision_with_id(session, place.id, about.decision_id or 0)).text
        where = await place_of(session, about)
    return Mine(comment=found, where=where, about=place_shown(place.slug, where, found), text=text)


async def _change_page(mine: Mine, draft: Draft, wrong: Sequence[Wrong] = ()) -> str:
    place = here().space
    assert place is not None
    async with database().reading() as session:
        answered = await has_replies(session, mine.comment.id)
    page = ChangePage(
        space=place,
        about=mine.about,
        comment=mine.comment,
        draft=draft,
        answered=answered,
        notice=said(comment_notice(here().policy).text),
        wrong=wrong,
    )
    return await render_template("commenting/change.html", page=page)
