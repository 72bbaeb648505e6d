"""Reporting a comment: anybody may, without an account; the page then shows what became of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from quart import Blueprint, redirect, render_template, request, url_for
from quart.typing import ResponseReturnValue

from charters.actions import Action
from charters.enforcement import require
from charters.policy import Policy, in_words
from charters.states import StatementState
from charters.wording import Words
from deliberation.drafting.comment_reports import (
    CommentReport,
    ReportingComment,
    latest_comment_report,
    report_comment,
)
from deliberation.drafting.comments import Comment, comment_in, no_comment
from deliberation.drafting.places import place_of
from deliberation.errors import Invalid, NotFound
from deliberation.opinion.reports import LONGEST_WORDS, WHY, ReportReason, report_text
from deliberation.spaces.spaces import Space
from participate.access import arrive, here, permits
from participate.current import database, device, now, remember_device
from participate.forms import Wrong, typed
from participate.languages import said
from participate.network import acting, visitor
from participate.spoken_of import Place, place_shown

pages = Blueprint("comment_reporting", __name__, url_prefix="/spaces/<space>/comments/<int:comment>/report")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportPage:
    """`kept` is how long a report stays; `sent` is what this device has reported already."""

    space: Space
    policy: Policy
    comment: Comment
    about: Place
    reasons: Mapping[ReportReason, Words]
    due: datetime
    kept: str
    most: int
    reason: str = ""
    words: str = ""
    wrong: Sequence[Wrong] = ()
    sent: CommentReport | None = None
    why: str = ""


@pages.get("")
@permits(Action.READ_PAGE)
async def show(space: str, comment: int) -> ResponseReturnValue:
    return await _page(comment)


@pages.post("")
@permits(Action.REPORT_COMMENT, in_verb=True)
async def send(space: str, comment: int) -> ResponseReturnValue:
    """Without a reason nothing is sent, and what was typed is kept."""
    stand, who = await arrive(space=space), acting()
    assert stand.space is not None
    asking = replace(stand.facts, limit_reached=who.limit_ends is not None, limit_ends=who.limit_ends)
    code, words = await typed("reason"), await typed("words")
    try:
        reporting = ReportingComment(visitor=who, comment_id=comment, text=report_text(code, words))
        async with database().transaction() as session:
            await report_comment(session, stand.space, reporting, asking=asking, now=now())
    except Invalid as error:
        return await _page(comment, code, words, [Wrong(error.field, said(str(error)))]), 422
    return redirect(url_for(".show", space=space, comment=comment), 303)


async def _page(comment_id: int, reason: str = "", words: str = "", wrong: Sequence[Wrong] = ()) -> str:
    """The form, or what became of the report that this device has made already."""
    place, moderation = here().space, here().policy.moderation
    assert place is not None
    assert place.id is not None
    async with database().reading() as session:
        comment, about = await comment_in(session, place.id, comment_id)
        about_what = await place_of(session, about)
        sent = None
        if device() is not None and not wrong:
            sent = await latest_comment_report(session, comment_id, visitor().pseudonym(place.id))
    if sent is not None and sent.decided_at is not None and "again" in request.args:
        sent = None
    if comment.state is StatementState.PENDING:
        raise NotFound(no_comment())
    if sent is None:
        # Whoever comes without a cookie gets one with this page.
        facts = replace(here().facts, has_device=True, statement=comment.state)
        require(here().policy, Action.REPORT_COMMENT, facts)
    remember_device()
    page = ReportPage(
        space=place,
        policy=here().policy,
        comment=comment,
        about=place_shown(place.slug, about_what, comment),
        reasons=WHY,
        due=now() + timedelta(days=moderation.report_days),
        kept=said(in_words(moderation.sealed_days)),
        most=LONGEST_WORDS,
        reason=reason,
        words=words,
        wrong=wrong,
        sent=sent,
        why=said(WHY[sent.reason]) if sent is not None else "",
    )
    return await render_template("commenting/report.html", page=page)
