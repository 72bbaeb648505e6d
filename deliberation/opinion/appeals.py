"""Removals that can be appealed, and what a decider from each side says about one.

A statement and a comment have a table each, with the same columns: a key that points to either would point to
nothing the database could hold on to.
"""

from datetime import datetime

from sqlalchemy import CheckConstraint
from sqlmodel import Field, SQLModel, col, delete, select
from sqlmodel.ext.asyncio.session import AsyncSession

from charters.appeals import AppealState
from charters.states import Side
from deliberation.columns import state as state_column

LONGEST_APPEAL = 500


def _kept() -> tuple[CheckConstraint, ...]:
    return (
        CheckConstraint("(appealed_at IS NULL) = (state IS NULL)", name="appealed"),
        CheckConstraint("decided_at IS NULL OR appealed_at IS NOT NULL", name="decided"),
    )


class Taken(SQLModel):
    """A removed text: since when, by whom, and the appeal against that. One row until it is undone."""

    act_id: int = Field(foreign_key="act.id")
    removed_at: datetime
    removed_by: str = Field(max_length=64, description="Personal: pseudonym of who removed it")
    appealed_at: datetime | None = None
    words: str = Field(default="", max_length=LONGEST_APPEAL, description="Personal: why its author appeals")
    decided_at: datetime | None = None


class Said(SQLModel):
    """What a decider says for their side."""

    decider: str = Field(max_length=64, description="Personal: a pseudonym in the space")
    stands: bool
    reason: str = Field(max_length=500, description="In public")
    at: datetime


class Removal(Taken, table=True):
    """A removed statement."""

    __table_args__ = _kept()

    statement_id: int = Field(primary_key=True, foreign_key="statement.id")
    state: AppealState | None = state_column(AppealState, None, nullable=True)


class AppealVerdict(Said, table=True):
    """What is said about one."""

    __tablename__ = "appeal_verdict"

    statement_id: int = Field(primary_key=True, foreign_key="removal.statement_id")
    side: Side = state_column(Side, Side.PEOPLE, primary_key=True)


class CommentRemoval(Taken, table=True):
    """A removed comment."""

    __tablename__ = "comment_removal"
    __table_args__ = _kept()

    comment_id: int = Field(primary_key=True, foreign_key="comment.id")
    state: AppealState | None = state_column(AppealState, None, nullable=True)


class CommentVerdict(Said, table=True):
    """What is said about one."""

    __tablename__ = "comment_verdict"

    comment_id: int = Field(primary_key=True, foreign_key="comment_removal.comment_id")
    side: Side = state_column(Side, Side.PEOPLE, primary_key=True)


async def note_removal(
    session: AsyncSession, statement_id: int, *, act_id: int, by: str, now: datetime
) -> None:
    """Remember a removal; what was said about an earlier one of the same statement is forgotten."""
    await forget_removal(session, statement_id)
    session.add(Removal(statement_id=statement_id, act_id=act_id, removed_at=now, removed_by=by))


async def forget_removal(session: AsyncSession, statement_id: int) -> None:
    """Forget a removal that was undone."""
    await session.exec(delete(AppealVerdict).where(col(AppealVerdict.statement_id) == statement_id))
    await session.exec(delete(Removal).where(col(Removal.statement_id) == statement_id))


async def removal_of(session: AsyncSession, statement_id: int) -> Removal | None:
    """The removal of a statement, held, so that of two simultaneous acts one sees the other."""
    query = select(Removal).where(Removal.statement_id == statement_id).with_for_update()
    return (await session.exec(query)).first()


async def verdicts_on(session: AsyncSession, statement_id: int) -> list[AppealVerdict]:
    """What the deciders have said, in the order in which they did."""
    query = select(AppealVerdict).where(AppealVerdict.statement_id == statement_id)
    return list((await session.exec(query.order_by(col(AppealVerdict.at), col(AppealVerdict.side)))).all())


async def note_comment_removal(
    session: AsyncSession, comment_id: int, *, act_id: int, by: str, now: datetime
) -> None:
    """As `note_removal`, of a comment."""
    await forget_comment_removal(session, comment_id)
    session.add(CommentRemoval(comment_id=comment_id, act_id=act_id, removed_at=now, removed_by=by))


async def forget_comment_removal(session: AsyncSession, comment_id: int) -> None:
    """Forget one that was undone."""
    await session.exec(delete(CommentVerdict).where(col(CommentVerdict.comment_id) == comment_id))
    await session.exec(delete(CommentRemoval).where(col(CommentRemoval.comment_id) == comment_id))


async def comment_removal(session: AsyncSession, comment_id: int) -> CommentRemoval | None:
    """As `removal_of`."""
    query = select(CommentRemoval).where(CommentRemoval.comment_id == comment_id).with_for_update()
    return (await session.exec(query)).first()


async def verdicts_on_comment(session: AsyncSession, comment_id: int) -> list[CommentVerdict]:
    """As `verdicts_on`."""
    query = select(CommentVerdict).where(CommentVerdict.comment_id == comment_id)
    return list((await session.exec(query.order_by(col(CommentVerdict.at), col(CommentVerdict.side)))).all())
