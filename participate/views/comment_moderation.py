"""The comments of a space that wait for a facilitator: publish, leave or take out by a rule, and undo."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from quart import Blueprint, redirect, render_template, request, url_for
from quart.typing import ResponseReturnValue

from charters.actions import Action
from charters.enforcement import Reason, Refused
from charters.policy import Policy
from charters.states import StatementState
from deliberation.drafting.comments import STANCES, Comment, Form, all_words
from deliberation.drafting.judging_comments import (
    RULES,
    CommentInLine,
    comments_in_line,
    keep_comment,
    last_comment_acts,
    publish_comment,
    remove_comment,
    rule_of,
    undo_comment_act,
)
from deliberation.errors import Invalid
from deliberation.opinion.moderation import REASONS, RemovalReason
from deliberation.opinion.reports import WHY
from deliberation.publishing.acts import kind_in_words
from deliberation.publishing.record import Act
from deliberation.spaces.spaces import Space
from participate.access import arrive, here, permits
from participate.current import database, now
from participate.discussing import who_wrote
from participate.forms import Wrong, typed
from participate.network import visitor
from participate.spoken_of import place_shown

pages = Blueprint("comment_moderation", __name__, url_prefix="/spaces/<space>/comments")

BEATEN = frozenset(
    {Reason.COMMENT_PENDING, Reason.COMMENT_PUBLISHED, Reason.COMMENT_REMOVED, Reason.CANNOT_UNDO}
)
"""Where two facilitators read at once, the second one's act finds the comment changed."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A comment that waits, with who wrote it, how they stand, and what was reported of it."""

    line: CommentInLine
    who: str
    stance: str
    pieces: Sequence[tuple[str, bool]]
    told: Sequence[tuple[str, str]]
    overdue: bool

    @property
    def place(self) -> str:
        """The address at which others read it, or will."""
        space = here().space
        slug = space.slug if space is not None else ""
        return place_shown(slug, self.line.about, self.line.comment).address

    @property
    def waits(self) -> bool:
        """Whether others cannot read it yet."""
        return self.line.comment.state is StatementState.PENDING


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuePage:
    """`at` is the comment whose form had something wrong, with the note that was typed there."""

    space: Space
    policy: Policy
    waiting: Sequence[Waiting]
    undo: Sequence[tuple[Act, Comment, str]]
    done: str = ""
    rules: Mapping[RemovalReason, str] = field(
        default_factory=lambda: {rule: REASONS[rule] for rule in RULES}
    )
    at: int = 0
    note: str = ""
    wrong: Sequence[Wrong] = ()


@pages.get("")
@permits(Action.READ_QUEUE)
async def show(space: str) -> ResponseReturnValue:
    return await _page()


@pages.post("/<int:comment>/publish")
@permits(Action.PUBLISH_COMMENT, in_verb=True)
async def publish(space: str, comment: int) -> ResponseReturnValue:
    return await _act(publish_comment, space, comment)


@pages.post("/<int:comment>/keep")
@permits(Action.KEEP_COMMENT, in_verb=True)
async def keep(space: str, comment: int) -> ResponseReturnValue:
    return await _act(keep_comment, space, comment)


@pages.post("/<int:comment>/remove")
@permits(Action.REMOVE_COMMENT, in_verb=True)
async def remove(space: str, comment: int) -> ResponseReturnValue:
    """Without a rule nothing is taken out, and what was typed is kept."""
    stand, note = await arrive(space=space), await typed("note")
    assert stand.space is not None
    try:
        rule = rule_of(await typed("reason"))
        by = visitor().pseudonym(stand.space.id or 0)
        return await _act(remove_comment, space, comment, reason=rule, note=note, by=by)
    except Invalid as error:
        if not here().may(Action.READ_QUEUE):
            raise
        return await _page(comment, note, [Wrong(error.field, str(error))]), 422


@pages.post("/<int:comment>/undo")
@permits(Action.UNDO_COMMENT, in_verb=True)
async def undo(space: str, comment: int) -> ResponseReturnValue:
    act = await typed("act")
    act_id = int(act) if act.isascii() and act.isdigit() and len(act) < 10 else 0
    return await _act(undo_comment_act, space, comment, act_id=act_id)


async def _act(
    verb: Callable[..., Awaitable[Act]], space: str, comment: int, **values: Any
) -> ResponseReturnValue:
    stand = await arrive(space=space)
    assert stand.space is not None
    try:
        async with database().transaction() as session:
            act = await verb(session, stand.space, comment, asking=stand.facts, now=now(), **values)
            done: dict[str, Any] = {"act": act.id}
    except Refused as refused:
        if refused.reason not in BEATEN:
            raise
        done = {"beaten": comment}
    return redirect(url_for(".show", space=space, **done), 303)


async def _page(at: int = 0, note: str = "", wrong: Sequence[Wrong] = ()) -> str:
    place, moment = here().space, now()
    assert place is not None
    assert place.id is not None
    async with database().reading() as session:
        lines = await comments_in_line(session, place.id)
        acts = await last_comment_acts(session, place.id, moment)
    page = QueuePage(
        space=place,
        policy=here().policy,
        waiting=[_waiting(line, moment) for line in lines],
        undo=[(act, comment, kind_in_words(act.kind)) for act, comment in acts],
        done=_done([act for act, _ in acts]),
        at=at,
        note=note,
        wrong=wrong,
    )
    return await render_template("commenting/queue.html", page=page)


def _waiting(line: CommentInLine, moment: datetime) -> Waiting:
    comment, text = line.comment, all_words(line.comment)
    pieces, end = [], 0
    for span in line.cautions.spans:
        if span.start >= end:
            pieces += [(text[end : span.start], False), (text[span.start : span.end], True)]
            end = span.end
    pieces.append((text[end:], False))
    return Waiting(
        line,
        who_wrote(comment, here().policy),
        _kind(comment),
        [piece for piece in pieces if piece[0]],
        [(WHY[report.reason], report.words) for report in line.reports],
        line.due is not None and line.due < moment,
    )


def _kind(comment: Comment) -> str:
    """What a facilitator has before them."""
    match comment.form:
        case Form.REVISION:
            return "The words of a clause"
        case Form.SUGGESTION:
            return "A suggested wording"
        case Form.PROMISE:
            return "A promise"
        case Form.TELLING:
            return "What became of a promise"
        case Form.ANSWER:
            return "What a body answers to a proposal"
    return STANCES[comment.stance] if comment.stance is not None else "A reply"


def _done(acts: Sequence[Act]) -> str:
    """What the address says was done counts only where the database says it too."""
    if "beaten" in request.args:
        return "Somebody else has acted on it before you. Here is what waits now."
    asked = request.args.get("act", type=int)
    return next((f"{kind_in_words(act.kind)}." for act in acts if act.id == asked), "")
