"""Reports about comments: a timed case each, open until a facilitator has decided, as for statements."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import CheckConstraint, Connection, Index, text
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlmodel import Field, SQLModel, col, func, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from charters.actions import Action
from charters.enforcement import Facts, Reason, Refused, refusal
from charters.terms import Policy
from deliberation.columns import state as state_column
from deliberation.columns import table_of
from deliberation.drafting.comments import Comment, Discussion, comment_in
from deliberation.opinion.reports import (
    LONGEST_WORDS,
    MOST_OPEN,
    Decision,
    ReportReason,
    ReportState,
    ReportText,
)
from deliberation.opinion.taking_part import Visitor
from deliberation.people.participants import Participant
from deliberation.running.limits import count_newcomer
from deliberation.spaces.spaces import Space
from deliberation.spaces.standing import require_in_space

_OPEN = text("state = 'open'")


class CommentReport(SQLModel, table=True):
    __tablename__ = "comment_report"
    __table_args__ = (
        CheckConstraint("(state = 'decided') = (decided_at IS NOT NULL)", name="decided"),
        # One open report for each device and comment, also when two presses arrive at one moment.
        Index(
            "uq_comment_report_open",
            "comment_id",
            "by",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    comment_id: int = Field(foreign_key="comment.id", index=True)
    reason: ReportReason = state_column(ReportReason, ReportReason.OTHER)
    words: str = Field(default="", max_length=LONGEST_WORDS, description="Personal; erased with `by`")
    by: str = Field(max_length=64, description="Personal: the device's pseudonym within the space")
    made_at: datetime
    due_at: datetime
    state: ReportState = state_column(ReportState, ReportState.OPEN)
    decided_at: datetime | None = None
    decision: str | None = Field(default=None, max_length=20)
    act_id: int | None = Field(default=None, foreign_key="act.id", description="The act that decided it")


_reports, _participants = table_of(CommentReport), table_of(Participant)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportingComment:
    """Who reports which comment, and why."""

    visitor: Visitor
    comment_id: int
    text: ReportText


async def report_comment(
    session: AsyncSession, space: Space, reporting: ReportingComment, *, asking: Facts, now: datetime
) -> None:
    """Open a report; a second one of the same device about the same comment changes nothing.

    Raises Refused, NotFound.
    """
    assert space.id is not None
    comment, _ = await comment_in(session, space.id, reporting.comment_id)
    action, who = Action.REPORT_COMMENT, reporting.visitor
    policy = await require_in_space(session, action, space, asking, now, statement=comment.state)
    by = who.pseudonym(space.id)
    await session.run_sync(lambda plain: _require_few(plain.connection(), policy, space.id, who, by, now))
    insert = insert_sqlite if session.get_bind().dialect.name == "sqlite" else insert_postgresql
    made = insert(CommentReport).values(
        comment_id=comment.id,
        reason=reporting.text.reason,
        words=reporting.text.words,
        by=by,
        made_at=now,
        due_at=now + timedelta(days=policy.moderation.report_days),
        state=ReportState.OPEN,
    )
    await session.exec(made.on_conflict_do_nothing(index_elements=["comment_id", "by"], index_where=_OPEN))


def _require_few(
    on: Connection, policy: Policy, space_id: int | None, who: Visitor, by: str, now: datetime
) -> None:
    """As for reports about statements: so many at once, and a newcomer counts for their network."""
    mine = select(func.count()).select_from(_reports).where(_reports.c.by == by)
    if on.execute(mine.where(_reports.c.state == ReportState.OPEN)).scalar_one() >= MOST_OPEN:
        raise Refused(refusal(policy, Action.REPORT_COMMENT, "fair-limits", Reason.TOO_MANY_REPORTS))
    known = select(_participants.c.id).where(_participants.c.space_id == space_id, _participants.c.key == by)
    if on.execute(mine).scalar_one() == 0 and on.execute(known).first() is None:
        ends = count_newcomer(on, who.network, who.newcomers, now=now)
        if ends is not None:
            reason = Reason.TOO_MANY_NEWCOMERS
            raise Refused(refusal(policy, Action.REPORT_COMMENT, "fair-limits", reason, ends))


async def latest_comment_report(session: AsyncSession, comment_id: int, by: str) -> CommentReport | None:
    """What this device last reported about a comment: for them alone."""
    query = select(CommentReport).where(CommentReport.comment_id == comment_id, CommentReport.by == by)
    return (await session.exec(query.order_by(col(CommentReport.id).desc()))).first()


async def open_comment_reports(session: AsyncSession, space_id: int) -> list[CommentReport]:
    """A space's open reports about comments, oldest first: for its facilitators alone."""
    query = (
        select(CommentReport)
        .join(Comment, col(Comment.id) == CommentReport.comment_id)
        .join(Discussion, col(Discussion.id) == Comment.discussion_id)
        .where(Discussion.space_id == space_id, CommentReport.state == ReportState.OPEN)
        .order_by(col(CommentReport.made_at), col(CommentReport.id))
    )
    return list((await session.exec(query)).all())


async def decide_comment_reports(
    session: AsyncSession, comment_id: int, decision: Decision, *, act_id: int, now: datetime
) -> None:
    """Close the open reports about a comment by the act that decided them."""
    await session.exec(
        update(CommentReport)
        .where(col(CommentReport.comment_id) == comment_id, col(CommentReport.state) == ReportState.OPEN)
        .values(state=ReportState.DECIDED, decided_at=now, decision=decision.value, act_id=act_id)
    )


async def reopen_comment_reports(session: AsyncSession, comment_id: int, act_id: int) -> None:
    """Open again what an undone act had decided; where the device has reported anew, the new one stays."""
    again = select(CommentReport.by).where(
        CommentReport.comment_id == comment_id, CommentReport.state == ReportState.OPEN
    )
    taken = list((await session.exec(again)).all())
    await session.exec(
        update(CommentReport)
        .where(col(CommentReport.act_id) == act_id, col(CommentReport.by).not_in(taken))
        .values(state=ReportState.OPEN, decided_at=None, decision=None, act_id=None)
    )


async def forget_comment_reporters(
    session: AsyncSession, comment_ids: Iterable[int], before: datetime
) -> int:
    """Erase who reported, and their words, where the decision is older than `before`; the times stay."""
    done = await session.exec(
        update(CommentReport)
        .where(
            col(CommentReport.comment_id).in_(list(comment_ids)),
            col(CommentReport.decided_at) < before,
            col(CommentReport.by) != "",
        )
        .values(by="", words="")
    )
    return int(done.rowcount)
