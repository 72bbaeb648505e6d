"""Emptying rows that stay for what they are to others: a report, a body's vote, a removal and its appeal."""

import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import and_, col, delete, select, true, update
from sqlmodel.ext.asyncio.session import AsyncSession

from deliberation.drafting.comment_reports import CommentReport
from deliberation.drafting.suggestions import SuggestionAnswer
from deliberation.opinion.appeals import AppealVerdict, CommentRemoval, CommentVerdict, Removal
from deliberation.opinion.reports import Report
from deliberation.own_data.gone import GONE
from deliberation.spaces.decisions import KeyAnswer


def nobody() -> str:
    """A name that is nobody's. Each row gets one of its own: rows are told apart by it."""
    return f"{GONE}{secrets.token_hex(8)}"


def _by(column: Any, until: datetime | None) -> ColumnElement[bool]:
    return true() if until is None else column <= until


async def _empty_reports(session: AsyncSession, keys: Sequence[str], until: datetime | None) -> None:
    """What was reported is still looked at; who reported it, and in which words, is gone."""
    query = select(Report).where(col(Report.by).in_(keys)).with_for_update()
    for report in (await session.exec(query)).all():
        if until is None or report.made_at <= until:
            report.by, report.words = nobody(), ""
    await session.flush()


async def _empty_answers(session: AsyncSession, keys: Sequence[str], until: datetime | None) -> None:
    """An answer goes, and what it was counted in already stands; a body's vote stays with the body."""
    mine = and_(col(KeyAnswer.voter).in_(keys), _by(col(KeyAnswer.at), until))
    for decision_id, voter in await session.exec(
        select(KeyAnswer.decision_id, KeyAnswer.voter).where(mine, col(KeyAnswer.body).is_not(None))
    ):
        await session.exec(
            update(KeyAnswer)
            .where(col(KeyAnswer.decision_id) == decision_id, col(KeyAnswer.voter) == voter)
            .values(voter=nobody(), name="")
        )
    await session.exec(delete(KeyAnswer).where(mine, col(KeyAnswer.body).is_(None)))


async def _empty_removals(session: AsyncSession, keys: Sequence[str], until: datetime | None) -> None:
    """Who removed a statement is nobody's to know any more; that it was removed stands on the record."""
    mine = and_(col(Removal.removed_by).in_(keys), _by(col(Removal.removed_at), until))
    await session.exec(update(Removal).where(mine).values(removed_by=nobody()))


async def _empty_verdicts(session: AsyncSession, keys: Sequence[str], until: datetime | None) -> None:
    mine = and_(col(AppealVerdict.decider).in_(keys), _by(col(AppealVerdict.at), until))
    await session.exec(update(AppealVerdict).where(mine).values(decider=nobody()))


async def _empty_comment_reports(session: AsyncSession, keys: Sequence[str], until: datetime | None) -> None:
    query = select(CommentReport).where(col(CommentReport.by).in_(keys)).with_for_update()
    for report in (await session.exec(query)).all():
        if until is None or report.made_at <= until:
            report.by, report.words = nobody(), ""
    await session.flush()


async def _empty_comment_removals(session: AsyncSession, keys: Sequence[str], until: datetime | None) -> None:
    mine = and_(col(CommentRemoval.removed_by).in_(keys), _by(col(CommentRemoval.removed_at), until))
    await session.exec(update(CommentRemoval).where(mine).values(removed_by=nobody()))


async def _empty_comment_verdicts(session: AsyncSession, keys: Sequence[str], until: datetime | None) -> None:
    mine = and_(col(CommentVerdict.decider).in_(keys), _by(col(CommentVerdict.at), until))
    await session.exec(update(CommentVerdict).where(mine).values(decider=nobody()))


async def _empty_suggestion_answers(
    session: AsyncSession, keys: Sequence[str], until: datetime | None
) -> None:
    mine = and_(col(SuggestionAnswer.answerer).in_(keys), _by(col(SuggestionAnswer.at), until))
    await session.exec(update(SuggestionAnswer).where(mine).values(answerer=nobody(), name=""))


Empty = Callable[[AsyncSession, Sequence[str], datetime | None], Awaitable[None]]

EMPTYING: Mapping[str, Empty] = MappingProxyType(
    {
        "report": _empty_reports,
        "key_answer": _empty_answers,
        "removal": _empty_removals,
        "appeal_verdict": _empty_verdicts,
        "comment_report": _empty_comment_reports,
        "comment_removal": _empty_comment_removals,
        "comment_verdict": _empty_comment_verdicts,
        "suggestion_answer": _empty_suggestion_answers,
    }
)
"""How the tables are emptied whose rows stay and are found by a pseudonym."""
