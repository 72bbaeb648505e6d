"""A comment as it is typed: its limits, a look before it becomes public, who says it."""

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import ValidationError
from quart import render_template, request
from sqlmodel.ext.asyncio.session import AsyncSession

from charters.enforcement import first_state
from charters.policy import Policy
from charters.states import StatementState
from charters.terms import comment_notice
from charters.wording import Words
from deliberation.drafting.commenting import Saying, Speaker, stance_of
from deliberation.drafting.comments import LONGEST, Comment, CommentText
from deliberation.errors import Invalid
from deliberation.opinion.cautions import cautions_in, without_identifiers
from deliberation.people.memberships import name_in
from deliberation.people.participants import participant_if_any
from deliberation.spaces.spaces import Space
from participate.access import Here, here
from participate.checking import Found
from participate.current import database, device, now
from participate.discussing import Draft
from participate.forms import LANGUAGES, Wrong, typed, wrong_in
from participate.languages import gettext, said
from participate.network import visitor
from participate.spoken_of import Place

CALLED: Mapping[str, Words] = {"text": Words("your comment"), "language": Words("its language")}


@dataclass(frozen=True, slots=True)
class CheckPage:
    """What was found in a comment that is not added yet. Its form goes to `action`; `again` leads back."""

    space: Space
    policy: Policy
    draft: Draft
    found: Found
    action: str
    again: Place
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


async def saying_of(stand: Here, draft: Draft, *, reply: bool = False) -> Saying:
    """The comment with its limits checked; with identifiers hidden where that was asked for.

    Raises ValidationError and Invalid.
    """
    if draft.language not in LANGUAGES:
        raise Invalid("language", gettext("Choose the language of your comment."))
    text = CommentText(text=draft.text, language=draft.language)
    if "hide" in await request.form:
        text = CommentText(text=without_identifiers(text.text), language=text.language)
    reply = reply or bool(draft.parent)
    space = stand.space
    assert space is not None
    async with database().reading() as session:
        name = await name_in(session, stand.account_id, space.id or 0, now=now())
    return Saying(
        speaker=Speaker(key=visitor().pseudonym(space.id or 0), name=name),
        text=text,
        stance=None if reply else stance_of(draft.stance),
        parent=draft.parent or None,
        shown=draft.shown,
    )


async def taken_back() -> bool:
    """Whether its author, having looked at it, would rather not add it: the words go back into their box."""
    return "back" in await request.form


async def unseen(text: CommentText) -> Found | None:
    """What the author has not been shown yet of this very text; None where there is nothing."""
    form = await request.form
    shown_before = (await typed("seen")).split() == (await typed("text")).split()
    if shown_before and ("anyway" in form or "hide" in form):
        return None
    found = Found(text.text, cautions_in(text.text), ())
    return found if found.anything else None


async def check_page(draft: Draft, found: Found, again: Place) -> str:
    place = here().space
    assert place is not None
    page = CheckPage(
        space=place,
        policy=here().policy,
        draft=draft,
        found=found,
        action=request.path,
        again=again,
        notice=said(comment_notice(here().policy).text),
    )
    return await render_template("commenting/check.html", page=page)


async def wrote(session: AsyncSession, space_id: int, comment: Comment) -> bool:
    """Whether the reader wrote it."""
    if device() is None or comment.author_id is None:
        return False
    person = await participant_if_any(session, space_id, visitor().pseudonym(space_id))
    return person is not None and person.id == comment.author_id


def wrong_with(error: ValidationError | Invalid) -> list[Wrong]:
    if isinstance(error, Invalid):
        return [Wrong(error.field, said(str(error)))]
    return wrong_in(error, CALLED)
