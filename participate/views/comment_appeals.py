"""A removed comment: its author reads why, and may appeal; one from each side answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from quart import Blueprint, redirect, render_template, url_for
from quart.typing import ResponseReturnValue

from charters.actions import Action
from charters.appeals import AppealState
from charters.policy import Policy, in_words
from charters.states import StatementState
from deliberation.drafting.comment_appeals import appeal_comment, decide_comment_appeal
from deliberation.drafting.comments import Comment, comment_in, no_comment
from deliberation.drafting.places import place_of
from deliberation.errors import Invalid, NotFound
from deliberation.opinion.appealing import Deciding, answers_due, may_appeal_until
from deliberation.opinion.appeals import (
    LONGEST_APPEAL,
    CommentRemoval,
    CommentVerdict,
    comment_removal,
    verdicts_on_comment,
)
from deliberation.opinion.cautions import HIDDEN
from deliberation.opinion.moderation import in_words as rule_in_words
from deliberation.spaces.spaces import Space
from participate.access import arrive, here, permits
from participate.current import database, now
from participate.forms import Wrong, typed
from participate.languages import said
from participate.network import visitor
from participate.saying import wrote
from participate.spoken_of import Place, place_shown
from participate.views.appealing import appeals_page

pages = Blueprint("comment_appeals", __name__, url_prefix="/spaces/<space>/comments/<int:comment>/appeal")


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnPage:
    """The author's own removed comment. `until`: the end of the time to appeal; `due`: of that to decide.

    `verdicts` are there when the appeal is settled. `sealed`: for how long a removed text is kept.
    """

    space: Space
    policy: Policy
    comment: Comment
    about: Place
    rule: str
    removal: CommentRemoval | None
    verdicts: Sequence[CommentVerdict]
    may_appeal: bool
    until: datetime | None
    due: datetime | None
    time: str
    sealed: str
    erased: bool
    most: int
    words: str
    wrong: Sequence[Wrong]


@pages.get("")
@permits(Action.READ_PAGE)
async def own(space: str, comment: int) -> ResponseReturnValue:
    return await _own_page(comment)


@pages.post("")
@permits(Action.APPEAL_COMMENT, in_verb=True)
async def ask(space: str, comment: int) -> ResponseReturnValue:
    """Without words nothing is sent, and what was typed is kept."""
    stand = await arrive(space=space)
    assert stand.space is not None
    words, key = await typed("words"), visitor().pseudonym(stand.space.id or 0)
    try:
        async with database().transaction() as session:
            await appeal_comment(session, stand.space, comment, words, key=key, asking=stand.facts, now=now())
    except Invalid as error:
        return await _own_page(comment, words, [Wrong(error.field, said(str(error)))]), 422
    return redirect(url_for(".own", space=space, comment=comment), 303)


@pages.post("/decide")
@permits(Action.DECIDE_APPEAL, in_verb=True)
async def answer(space: str, comment: int) -> ResponseReturnValue:
    """Without an answer or a reason nothing is decided, and what was typed is kept."""
    stand = await arrive(space=space)
    assert stand.space is not None
    chosen, reason = await typed("answer"), await typed("reason")
    try:
        deciding = Deciding(decider=visitor().pseudonym(stand.space.id or 0), answer=chosen, reason=reason)
        async with database().transaction() as session:
            ended = await decide_comment_appeal(
                session, stand.space, comment, deciding, asking=stand.facts, now=now()
            )
    except Invalid as error:
        wrong = [Wrong(error.field, said(str(error)))]
        return await appeals_page(f"comment-{comment}", chosen, reason, wrong), 422
    back = comment if ended is AppealState.RESTORED else None
    return redirect(url_for("appealing.waiting", space=space, done=ended.value, comment=back), 303)


async def _own_page(comment_id: int, words: str = "", wrong: Sequence[Wrong] = ()) -> str:
    """The page for the author alone; for anybody else there is no such page."""
    place, policy = here().space, here().policy
    assert place is not None
    assert place.id is not None
    async with database().reading() as session:
        comment, about = await comment_in(session, place.id, comment_id)
        about_what = await place_of(session, about)
        if comment.withdrawn or not await wrote(session, place.id, comment):
            raise NotFound(no_comment())
        removal = await comment_removal(session, comment_id)
        settled = removal is not None and removal.decided_at is not None
        verdicts = await verdicts_on_comment(session, comment_id) if settled else []
    until = may_appeal_until(policy, removal) if removal is not None else None
    appealed = removal is not None and removal.appealed_at is not None
    removed = comment.state is StatementState.REMOVED
    page = OwnPage(
        space=place,
        policy=policy,
        comment=comment,
        about=place_shown(place.slug, about_what, comment),
        rule=said(rule_in_words(comment.removed_for)) if comment.removed_for else "",
        removal=removal,
        verdicts=verdicts,
        may_appeal=removed and not appealed and until is not None and now() < until,
        until=until,
        due=answers_due(policy, removal) if removal is not None and appealed else None,
        time=said(in_words(policy.moderation.appeal_days)),
        sealed=said(in_words(policy.moderation.sealed_days)),
        erased=comment.text == HIDDEN,
        most=LONGEST_APPEAL,
        words=words,
        wrong=wrong,
    )
    return await render_template("commenting/appeal.html", page=page)
