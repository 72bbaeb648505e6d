"""What waits for a facilitator: statements to be read, and what somebody has reported, the urgent ones first.

A statement waits while it is pending. One that was shown at once waits too until a facilitator has read it;
what facilitators wrote themselves and what was imported does not.
"""

from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement
from sqlmodel import and_, col, func, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from charters.states import StatementState
from clustering.similarity import near_copies
from deliberation.opinion.cautions import Cautions, cautions_in
from deliberation.opinion.moderation import UNDO, UNDOABLE
from deliberation.opinion.reports import Report, ReportReason, ReportState, open_reports
from deliberation.opinion.statements import Statement
from deliberation.publishing.record import Act


@dataclass(frozen=True, slots=True)
class InLine:
    """A statement that waits: what was found in it, and the open reports about it, oldest first."""

    statement: Statement
    cautions: Cautions
    reports: tuple[Report, ...] = ()

    @property
    def unread(self) -> bool:
        """Whether a facilitator has still to read it."""
        one = self.statement
        if one.state is StatementState.PUBLISHED:
            return one.read_at is None and one.author_id is not None and not one.imported
        return one.state is StatementState.PENDING

    @property
    def since(self) -> datetime:
        """From when it waits: what nobody need read but for a report, from the first one."""
        reported = not self.unread and self.reports
        return self.reports[0].made_at if reported else self.statement.created_at

    @property
    def due(self) -> datetime | None:
        """By when a report about it is to be decided."""
        return min((report.due_at for report in self.reports), default=None)

    @property
    def danger(self) -> bool:
        """Whether somebody may come to harm, by its own words or by a report."""
        return self.cautions.urgent or self._said(ReportReason.DANGER)

    @property
    def unlawful(self) -> bool:
        """Whether somebody says that it is against the law."""
        return self._said(ReportReason.UNLAWFUL)

    def _said(self, reason: ReportReason) -> bool:
        return any(report.reason is reason for report in self.reports)

    @property
    def order(self) -> tuple[int, datetime, int]:
        """Urgent ones, reported ones, all others; each oldest first."""
        rank = 0 if self.danger or self.unlawful else 1 if self.reports else 2
        return rank, self.since, self.statement.number


def _waits() -> ColumnElement[bool]:
    """As `InLine.unread`, or reported."""
    unread = and_(
        Statement.state == StatementState.PUBLISHED,
        col(Statement.read_at).is_(None),
        col(Statement.author_id).is_not(None),
        col(Statement.imported).is_(False),
    )
    reported = select(Report.statement_id).where(Report.state == ReportState.OPEN)
    return or_(Statement.state == StatementState.PENDING, unread, col(Statement.id).in_(reported))


async def in_line(session: AsyncSession, consultation_id: int) -> list[InLine]:
    """All that waits in a consultation, in the order in which it should be read."""
    reports = defaultdict(list)
    for report in await open_reports(session, consultation_id):
        reports[report.statement_id].append(report)
    query = select(Statement).where(Statement.consultation_id == consultation_id, _waits())
    waiting = [
        InLine(statement, cautions_in(statement.text), tuple(reports[statement.id]))
        for statement in await session.exec(query)
    ]
    return sorted(waiting, key=lambda one: one.order)


async def counts_in_line(session: AsyncSession, consultation_ids: Collection[int]) -> dict[int, int]:
    """How many statements wait in each of these consultations."""
    query = (
        select(Statement.consultation_id, func.count())
        .where(col(Statement.consultation_id).in_(consultation_ids), _waits())
        .group_by(col(Statement.consultation_id))
    )
    return dict.fromkeys(consultation_ids, 0) | dict((await session.exec(query)).all())


async def statements_in(
    session: AsyncSession, consultation_id: int, state: StatementState
) -> list[Statement]:
    """A consultation's statements in one state, by number. Of removed ones too: for the facilitator only."""
    query = (
        select(Statement)
        .where(Statement.consultation_id == consultation_id, Statement.state == state)
        .order_by(col(Statement.number))
    )
    return list((await session.exec(query)).all())


async def counts_by_state(
    session: AsyncSession, consultation_ids: Collection[int]
) -> dict[int, Counter[StatementState]]:
    """How many statements each consultation has in each state."""
    counts: dict[int, Counter[StatementState]] = {id: Counter() for id in consultation_ids}
    query = (
        select(Statement.consultation_id, Statement.state, func.count())
        .where(col(Statement.consultation_id).in_(consultation_ids))
        .group_by(col(Statement.consultation_id), col(Statement.state))
    )
    for consultation_id, state, count in await session.exec(query):
        counts[consultation_id][StatementState(state)] = count
    return counts


async def copies_of(session: AsyncSession, statement: Statement) -> list[Statement]:
    """At most three statements very like this one, likest first: published, or waiting themselves."""
    query = select(Statement).where(
        Statement.consultation_id == statement.consultation_id,
        Statement.state != StatementState.REMOVED,
        Statement.id != statement.id,
    )
    others = {one.id: one for one in await session.exec(query.order_by(col(Statement.number)))}
    near = near_copies(statement.text, [(one.id, one.text) for one in others.values()])
    return [others[int(id)] for id, _ in near]


async def last_act(
    session: AsyncSession, consultation_id: int, now: datetime
) -> tuple[Act, Statement] | None:
    """The newest act on a statement here that can still be undone, and the statement."""
    query = (
        select(Act, Statement)
        .join(Statement, col(Act.statement_id) == Statement.id)
        .where(Act.consultation_id == consultation_id, col(Act.at) > now - UNDO)
        .order_by(col(Act.id).desc())
    )
    seen: set[int] = set()
    for act, statement in await session.exec(query):
        if statement.id not in seen and act.kind in UNDOABLE:
            return act, statement
        seen.add(statement.id)
    return None


async def act_here(session: AsyncSession, consultation_id: int, act_id: int) -> tuple[Act, Statement] | None:
    """An act on a statement of this consultation, and the statement; None for any other."""
    query = (
        select(Act, Statement)
        .join(Statement, col(Act.statement_id) == Statement.id)
        .where(Act.consultation_id == consultation_id, Act.id == act_id)
    )
    return (await session.exec(query)).first()


async def acts_on(session: AsyncSession, statement_id: int) -> list[Act]:
    """What was done to one statement, oldest first."""
    query = select(Act).where(Act.statement_id == statement_id).order_by(col(Act.id))
    return list((await session.exec(query)).all())
