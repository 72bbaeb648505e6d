"""How long reports wait for a decision: what the public is told of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from deliberation.drafting.comment_reports import CommentReport
from deliberation.drafting.comments import Comment, Discussion
from deliberation.opinion.reports import Report, ReportState
from deliberation.spaces.consultations import Consultation


@dataclass(frozen=True, slots=True)
class Promptness:
    """How long a decision took, and what waits.

    `cases` counts what was decided on, however many had reported it; its time runs from the first report.
    Half of them took `middle_days` or less. Days are rounded up, so that they point to nobody who reported.
    `overdue` counts what waits for longer than the charter promises.
    """

    cases: int
    middle_days: int | None
    longest_days: int | None
    waiting: int
    overdue: int


async def promptness(session: AsyncSession, space_id: int, now: datetime) -> Promptness:
    """How promptly the reports of a space are decided."""
    held = select(Consultation.id).where(Consultation.space_id == space_id)
    decided = (
        select(func.min(Report.made_at), func.max(Report.decided_at))
        .where(col(Report.consultation_id).in_(held), col(Report.act_id).is_not(None))
        .group_by(col(Report.act_id))
    )
    waiting = (
        select(func.min(Report.due_at))
        .where(col(Report.consultation_id).in_(held), Report.state == ReportState.OPEN)
        .group_by(col(Report.consultation_id), col(Report.about))
    )
    said = (
        select(Comment.id)
        .join(Discussion, col(Discussion.id) == Comment.discussion_id)
        .where(Discussion.space_id == space_id)
    )
    decided_comments = (
        select(func.min(CommentReport.made_at), func.max(CommentReport.decided_at))
        .where(col(CommentReport.comment_id).in_(said), col(CommentReport.act_id).is_not(None))
        .group_by(col(CommentReport.act_id))
    )
    waiting_comments = (
        select(func.min(CommentReport.due_at))
        .where(col(CommentReport.comment_id).in_(said), CommentReport.state == ReportState.OPEN)
        .group_by(col(CommentReport.comment_id))
    )
    times = [*await session.exec(decided), *await session.exec(decided_comments)]
    days = sorted(_whole_days(end - begun) for begun, end in times if end is not None)
    due = [*await session.exec(waiting), *await session.exec(waiting_comments)]
    return Promptness(
        cases=len(days),
        middle_days=days[(len(days) - 1) // 2] if days else None,
        longest_days=days[-1] if days else None,
        waiting=len(due),
        overdue=sum(by < now for by in due),
    )


def _whole_days(time: timedelta) -> int:
    return max(1, -(-time // timedelta(days=1)))
