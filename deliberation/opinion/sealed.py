"""What is kept sealed only for a while, and then erased: identifiers, removed texts, and who reported."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import col, func, or_, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from charters.appeals import AppealState
from charters.states import StatementState
from deliberation.drafting.comment_reports import forget_comment_reporters
from deliberation.drafting.comments import Comment, Discussion
from deliberation.drafting.versions import VersionClause
from deliberation.opinion.appeals import AppealVerdict, CommentRemoval, CommentVerdict, Removal
from deliberation.opinion.cautions import HIDDEN
from deliberation.opinion.moderation import UNDO
from deliberation.opinion.reports import forget_reporters
from deliberation.opinion.statements import Statement
from deliberation.publishing.record import Act, Did
from deliberation.spaces.charters import policy_to_read_by
from deliberation.spaces.consultations import Consultation
from deliberation.spaces.spaces import Space

HIDING = (Did.STATEMENT_REMOVED.value, Did.STATEMENT_REPLACED.value)


async def erase_sealed(session: AsyncSession, now: datetime) -> int:
    """Erase what has had its time; returns how many rows lost something. The worker calls it.

    An identifier that was hidden goes when hiding it can no longer be undone. `moderation.sealed_days` after
    a removal its text goes, unless an appeal is open, with the note and all that was said in an appeal but
    what is on the record; after a decision, who reported and in which words.
    """
    written = (
        update(Statement)
        .where(col(Statement.as_written).is_not(None), col(Statement.read_at) <= now - UNDO)
        .values(as_written=None)
    )
    erased = int((await session.exec(written)).rowcount)
    for space in (await session.exec(select(Space))).all():
        held = await session.exec(select(Consultation.id).where(Consultation.space_id == space.id))
        policy, verifies = await policy_to_read_by(session, space, now)
        if not verifies:
            continue  # nobody knows for how long
        sealed = timedelta(days=policy.moderation.sealed_days)
        places = [id for id in held if id is not None]
        erased += await forget_reporters(session, places, now - sealed)
        erased += await _erase_removed(session, places, now - sealed)
        erased += await _erase_comments(session, space.id, now - sealed)
    return erased


async def _erase_comments(session: AsyncSession, space_id: int | None, before: datetime) -> int:
    """As `_erase_removed`, of a space's comments, with who reported them."""
    there = select(Comment.id).join(Discussion, col(Discussion.id) == Comment.discussion_id)
    held = [one for one in await session.exec(there.where(Discussion.space_id == space_id)) if one]
    query = (
        select(Comment.id)
        .join(CommentRemoval, col(CommentRemoval.comment_id) == Comment.id)
        .where(
            col(Comment.id).in_(held),
            Comment.state == StatementState.REMOVED,
            Comment.text != HIDDEN,
            col(CommentRemoval.removed_at) <= before,
            or_(col(CommentRemoval.state).is_(None), col(CommentRemoval.state) != AppealState.OPEN),
        )
    )
    gone = list(await session.exec(query))
    which = col(Comment.id).in_(gone)
    await session.exec(update(Comment).where(which).values(text=HIDDEN, heading="", why="", removed_note=""))
    frozen = col(VersionClause.revision_id).in_(gone)
    await session.exec(update(VersionClause).where(frozen).values(heading="", text=""))
    removals = col(CommentRemoval.comment_id).in_(gone)
    await session.exec(update(CommentRemoval).where(removals).values(words="", removed_by=""))
    said = col(CommentVerdict.comment_id).in_(gone)
    await session.exec(update(CommentVerdict).where(said).values(decider=""))
    return len(gone) + await forget_comment_reporters(session, held, before)


async def _erase_removed(session: AsyncSession, consultation_ids: Sequence[int], before: datetime) -> int:
    """Erase the texts of these consultations that were removed by then; how many."""
    query = (
        select(Statement.id)
        .outerjoin(Removal, col(Removal.statement_id) == Statement.id)
        .where(
            col(Statement.consultation_id).in_(consultation_ids),
            Statement.state == StatementState.REMOVED,
            Statement.text != HIDDEN,
            func.coalesce(Removal.removed_at, _removed_at(), _imported_at()) <= before,
            or_(col(Removal.state).is_(None), col(Removal.state) != AppealState.OPEN),
        )
    )
    gone = list(await session.exec(query))
    which = col(Statement.id).in_(gone)
    await session.exec(update(Statement).where(which).values(text=HIDDEN, as_written=None, removed_note=""))
    appealed = col(Removal.statement_id).in_(gone)
    await session.exec(update(Removal).where(appealed).values(words="", removed_by=""))
    decided = col(AppealVerdict.statement_id).in_(gone)
    await session.exec(update(AppealVerdict).where(decided).values(decider=""))
    return len(gone)


def _removed_at() -> Any:
    """When a statement was last removed, where that was before removals were kept apart."""
    return (
        select(func.max(Act.at))
        .where(Act.statement_id == Statement.id, col(Act.kind).in_(HIDING))
        .correlate(Statement)
        .scalar_subquery()
    )


def _imported_at() -> Any:
    """When one came that had been removed elsewhere."""
    return (
        select(func.max(Act.at))
        .where(
            col(Statement.imported),
            Act.consultation_id == Statement.consultation_id,
            Act.kind == Did.CONSULTATION_IMPORTED.value,
        )
        .correlate(Statement)
        .scalar_subquery()
    )
