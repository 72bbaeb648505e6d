"""Moderating comments as statements are: published, kept or removed by a rule, on record, undone in time."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement
from sqlmodel import and_, col, func, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from charters.actions import Action
from charters.enforcement import Facts
from charters.states import StatementState
from charters.wording import Words
from deliberation.drafting.clauses import Clause
from deliberation.drafting.comment_reports import (
    CommentReport,
    decide_comment_reports,
    open_comment_reports,
    reopen_comment_reports,
)
from deliberation.drafting.comments import Comment, Discussion, all_words, comment_in, held_comment
from deliberation.drafting.live.purging import purge_live_text_of
from deliberation.drafting.places import SpokenOf, places_of
from deliberation.errors import Invalid
from deliberation.opinion.appeals import forget_comment_removal, note_comment_removal
from deliberation.opinion.cautions import Cautions, cautions_in
from deliberation.opinion.moderation import LONGEST_NOTE, UNDO, RemovalReason
from deliberation.opinion.reports import Decision as Decided
from deliberation.opinion.reports import ReportReason, ReportState
from deliberation.publishing.record import Act, Did, enter
from deliberation.spaces.spaces import Space
from deliberation.spaces.standing import require_in_space

RULES = (
    RemovalReason.IDENTIFYING,
    RemovalReason.ABUSIVE,
    RemovalReason.OFF_TOPIC,
    RemovalReason.UNLAWFUL,
)
"""The rules by which a comment is removed; the others are about what people vote on."""
UNDOABLE = frozenset({Did.COMMENT_PUBLISHED, Did.COMMENT_KEPT, Did.COMMENT_REMOVED})


def rule_of(code: str) -> RemovalReason:
    """The rule with this code. Raises Invalid for none, or for one that is not for comments."""
    found = next((rule for rule in RULES if rule.value == code), None)
    if found is None:
        raise Invalid("reason", Words("Choose the rule that the comment breaks."))
    return found


async def publish_comment(
    session: AsyncSession, space: Space, comment_id: int, *, asking: Facts, now: datetime
) -> Act:
    """Let everybody read a comment that waits. Raises Refused, NotFound."""
    comment = await _held(session, Action.PUBLISH_COMMENT, space, comment_id, asking, now)
    was, comment.state, comment.read_at = comment.state, StatementState.PUBLISHED, now
    return await _enter(session, Did.COMMENT_PUBLISHED, space, comment, was, now)


async def keep_comment(
    session: AsyncSession, space: Space, comment_id: int, *, asking: Facts, now: datetime
) -> Act:
    """Leave a comment where it is, having read it. Raises Refused, NotFound."""
    comment = await _held(session, Action.KEEP_COMMENT, space, comment_id, asking, now)
    comment.read_at = now
    act = await _enter(session, Did.COMMENT_KEPT, space, comment, comment.state, now)
    await decide_comment_reports(session, comment_id, Decided.KEPT, act_id=act.id or 0, now=now)
    return act


async def remove_comment(
    session: AsyncSession,
    space: Space,
    comment_id: int,
    *,
    reason: RemovalReason,
    note: str = "",
    by: str = "",
    asking: Facts,
    now: datetime,
) -> Act:
    """Take a comment away by a rule. The note is for its author; `by` is the pseudonym of who does it.

    Raises Refused, NotFound, Invalid for a note that is too long.
    """
    note = note.strip()
    if len(note) > LONGEST_NOTE:
        raise Invalid("note", f"The note has {len(note)} characters. Shorten it to {LONGEST_NOTE} or fewer.")
    comment = await _held(session, Action.REMOVE_COMMENT, space, comment_id, asking, now)
    was, comment.state, comment.read_at = comment.state, StatementState.REMOVED, now
    comment.removed_for, comment.removed_note = reason.value, note
    act = await _enter(session, Did.COMMENT_REMOVED, space, comment, was, now, reason=reason)
    await note_comment_removal(session, comment_id, act_id=act.id or 0, by=by, now=now)
    await decide_comment_reports(session, comment_id, Decided.REMOVED, act_id=act.id or 0, now=now)
    await purge_live_text_of(session, comment, now=now)
    return act


async def undo_comment_act(
    session: AsyncSession, space: Space, comment_id: int, *, act_id: int, asking: Facts, now: datetime
) -> Act:
    """Take back the last act on a comment; both stay on the record. Raises Refused, NotFound."""
    await comment_in(session, space.id or 0, comment_id)
    comment = await held_comment(session, comment_id)
    last = await session.get(Act, comment.act_id) if comment.act_id is not None else None
    can_be = last is not None and last.id == act_id and last.kind in UNDOABLE
    ends = last.at + UNDO if last is not None and can_be else None
    await require_in_space(session, Action.UNDO_COMMENT, space, replace(asking, undo_ends=ends), now)
    assert last is not None
    was, comment.state = comment.state, StatementState(last.was or StatementState.PENDING)
    comment.removed_for, comment.removed_note, comment.read_at = None, "", None
    await forget_comment_removal(session, comment_id)
    await reopen_comment_reports(session, comment_id, act_id)
    return await _enter(session, Did.MODERATION_UNDONE, space, comment, was, now, reason=last.kind)


async def _held(
    session: AsyncSession, action: Action, space: Space, comment_id: int, asking: Facts, now: datetime
) -> Comment:
    """The comment, held, where this may be done to it."""
    await comment_in(session, space.id or 0, comment_id)
    comment = await held_comment(session, comment_id)
    await require_in_space(session, action, space, asking, now, statement=comment.state)
    return comment


async def _enter(
    session: AsyncSession,
    kind: Did,
    space: Space,
    comment: Comment,
    was: StatementState,
    now: datetime,
    *,
    reason: str | None = None,
) -> Act:
    assert space.id is not None
    clause = await _clause_of(session, comment) if kind is Did.COMMENT_PUBLISHED else None
    act = enter(
        session,
        kind,
        space_id=space.id,
        proposal_id=clause.proposal_id if clause is not None else None,
        clause_id=clause.id if clause is not None else None,
        reason=reason,
        was=was,
        now=now,
    )
    await session.flush()  # the comment, its reports and whoever undoes it name the act
    comment.act_id = act.id
    return act


async def _clause_of(session: AsyncSession, comment: Comment) -> Clause | None:
    """The clause that a comment or a revision belongs to; None for one about a decision."""
    query = select(Clause).join(Discussion, col(Discussion.clause_id) == Clause.id)
    return (await session.exec(query.where(Discussion.id == comment.discussion_id))).first()


@dataclass(frozen=True, slots=True)
class CommentInLine:
    """A comment that waits for a facilitator: what was found in it, and the open reports about it."""

    comment: Comment
    about: SpokenOf
    cautions: Cautions
    reports: Sequence[CommentReport] = ()

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
        return rank, self.comment.created_at, self.comment.id or 0


def _waits() -> ColumnElement[bool]:
    """Not read by a facilitator yet, or reported."""
    unread = and_(
        Comment.state == StatementState.PUBLISHED,
        col(Comment.read_at).is_(None),
        col(Comment.author_id).is_not(None),
    )
    reported = select(CommentReport.comment_id).where(CommentReport.state == ReportState.OPEN)
    return or_(Comment.state == StatementState.PENDING, unread, col(Comment.id).in_(reported))


async def comments_in_line(session: AsyncSession, space_id: int) -> list[CommentInLine]:
    """All comments of a space that wait, in the order in which they should be read."""
    reports = defaultdict(list)
    for report in await open_comment_reports(session, space_id):
        reports[report.comment_id].append(report)
    query = (
        select(Comment)
        .join(Discussion, col(Discussion.id) == Comment.discussion_id)
        .where(Discussion.space_id == space_id, _waits())
    )
    found = (await session.exec(query)).all()
    places = await places_of(session, [one.discussion_id for one in found])
    waiting = [
        CommentInLine(
            one, places[one.discussion_id], cautions_in(all_words(one)), tuple(reports[one.id or 0])
        )
        for one in found
    ]
    return sorted(waiting, key=lambda one: one.order)


async def comments_waiting(session: AsyncSession, space_id: int) -> int:
    """How many comments of a space wait to be read."""
    query = (
        select(func.count())
        .select_from(Comment)
        .join(Discussion, col(Discussion.id) == Comment.discussion_id)
        .where(Discussion.space_id == space_id, _waits())
    )
    return (await session.exec(query)).one()


async def last_comment_acts(session: AsyncSession, space_id: int, now: datetime) -> list[tuple[Act, Comment]]:
    """The acts on comments of a space that can still be undone, newest first."""
    query = (
        select(Act, Comment)
        .join(Comment, col(Comment.act_id) == Act.id)
        .where(Act.space_id == space_id, col(Act.at) > now - UNDO, col(Act.kind).in_(UNDOABLE))
        .order_by(col(Act.id).desc())
    )
    return [(act, comment) for act, comment in await session.exec(query)]
