"""Reporting a statement, or the words of a question: a short form, and afterwards what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from quart import Blueprint, redirect, render_template, request, url_for
from quart.typing import ResponseReturnValue

from charters.actions import Action
from charters.enforcement import require
from charters.policy import Policy, in_words
from charters.states import StatementState
from charters.wording import Words
from deliberation.errors import Invalid
from deliberation.opinion.moderation import in_public
from deliberation.opinion.reports import (
    LONGEST_WORDS,
    WHY,
    Report,
    Reporting,
    ReportReason,
    latest_report,
    report,
    report_text,
)
from deliberation.opinion.statements import Statement
from deliberation.spaces.consultations import Consultation
from deliberation.spaces.spaces import Space
from participate.access import arrive, consultation_here, here, permits
from participate.current import database, device, now, remember_device
from participate.forms import Wrong, typed
from participate.languages import said
from participate.network import acting, visitor

pages = Blueprint("reporting", __name__, url_prefix="/spaces/<space>/<consultation>")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportPage:
    """`statement` is None where the words of the question are reported; `kept` is how long a report stays."""

    space: Space
    consultation: Consultation
    policy: Policy
    statement: Statement | None
    reasons: Mapping[ReportReason, Words]
    due: datetime
    kept: str
    most: int
    reason: str
    words: str
    wrong: list[Wrong]


@dataclass(frozen=True, slots=True, kw_only=True)
class SentPage:
    """What somebody has reported, and what became of it. `statement` is there while it is public."""

    space: Space
    consultation: Consultation
    number: int
    statement: Statement | None
    report: Report
    why: str
    again: str


@pages.get("/statements/<int:statement>/report")
@permits(Action.READ_PAGE)
async def statement(space: str, consultation: str, statement: int) -> ResponseReturnValue:
    return await _show()


@pages.post("/statements/<int:statement>/report")
@permits(Action.REPORT_STATEMENT, in_verb=True)
async def report_statement(space: str, consultation: str, statement: int) -> ResponseReturnValue:
    await arrive(space=space, consultation=consultation, statement=statement)
    return await _send()


@pages.get("/question/report")
@permits(Action.READ_PAGE)
async def question(space: str, consultation: str) -> ResponseReturnValue:
    return await _show()


@pages.post("/question/report")
@permits(Action.REPORT_QUESTION, in_verb=True)
async def report_question(space: str, consultation: str) -> ResponseReturnValue:
    await arrive(space=space, consultation=consultation)
    return await _send()


async def _show() -> str:
    """The form, or what became of the report that this device has made already."""
    mine = await _mine()
    if mine is not None and (mine.decided_at is None or "again" not in request.args):
        return await _sent_page(mine)
    return await _form_page()


async def _send() -> ResponseReturnValue:
    """Without a reason nothing is sent, and what was typed is kept."""
    space, consultation, _ = consultation_here()
    about = here().statement
    if about is not None:
        in_public(about)
    code, words = await typed("reason"), await typed("words")
    try:
        reporting = Reporting(
            visitor=acting(),
            space=space.slug,
            consultation=consultation.slug,
            number=None if about is None else about.number,
            text=report_text(code, words),
            now=now(),
        )
        await database().grouped(report, reporting)
    except Invalid as error:
        return await _form_page(code, words, [Wrong(error.field, str(error))]), 422
    return redirect(_address(), 303)


async def _mine() -> Report | None:
    """The last report of this device about what the address names."""
    if device() is None:
        return None
    space, _, consultation_id = consultation_here()
    assert space.id is not None
    number = here().statement.number if here().statement is not None else None  # type: ignore[union-attr]
    async with database().reading() as session:
        return await latest_report(session, consultation_id, number, visitor().pseudonym(space.id))


async def _form_page(reason: str = "", words: str = "", wrong: list[Wrong] | None = None) -> str:
    space, consultation, _ = consultation_here()
    about, moderation = here().statement, here().policy.moderation
    if about is not None:
        in_public(about)
        # Whoever comes without a cookie gets one with this page.
        require(here().policy, Action.REPORT_STATEMENT, replace(here().facts, has_device=True))
    remember_device()
    page = ReportPage(
        space=space,
        consultation=consultation,
        policy=here().policy,
        statement=about,
        reasons=WHY,
        due=now() + timedelta(days=moderation.report_days),
        kept=said(in_words(moderation.sealed_days)),
        most=LONGEST_WORDS,
        reason=reason,
        words=words,
        wrong=wrong or [],
    )
    return await render_template("reporting/report.html", page=page)


async def _sent_page(mine: Report) -> str:
    space, consultation, _ = consultation_here()
    about = here().statement
    page = SentPage(
        space=space,
        consultation=consultation,
        number=mine.about,
        statement=about if about is not None and about.state is StatementState.PUBLISHED else None,
        report=mine,
        why=said(WHY[mine.reason]),
        again=_address(again="yes"),
    )
    return await render_template("reporting/sent.html", page=page)


def _address(**asked: Any) -> str:
    space, consultation, _ = consultation_here()
    about = here().statement
    place: dict[str, Any] = {"space": space.slug, "consultation": consultation.slug}
    if about is None:
        return url_for("reporting.question", **place, **asked)
    return url_for("reporting.statement", **place, statement=about.number, **asked)
