"""Removals that can be appealed, and what a decider from each side says about one."""

from datetime import datetime

from sqlalchemy import CheckConstraint
from sqlmodel import Field, SQLModel, col, delete, select
from sqlmodel.ext.asyncio.session import AsyncSession

from charters.appeals import AppealState
from charters.states import Side
from deliberation.columns import state as state_column

LONGEST_APPEAL = 500


class Removal(SQLModel, table=True):
    """A removed statement: since when, by whom, and the appeal against that. One row until it is undone."""

    __table_args__ = (
        CheckConstraint("(appealed_at IS NULL) = (state IS NULL)", name="appealed"),
        CheckConstraint("decided_at IS NULL OR appealed_at IS NOT NULL", name="decided"),
    )

    statement_id: int = Field(primary_key=True, foreign_key="statement.id")
    act_id: int = Field(foreign_key="act.id")
    removed_at: datetime
    removed_by: str = Field(max_length=64, description="Personal: pseudonym of who removed it")
    appealed_at: datetime | None = None
    words: str = Field(default="", max_length=LONGEST_APPEAL, description="Personal: why its author appeals")
    state: AppealState | None = state_column(AppealState, None, nullable=True)
    decided_at: datetime | None = None


class AppealVerdict(SQLModel, table=True):
    """What a decider says for their side."""

    __tablename__ = "appeal_verdict"

    statement_id: int = Field(primary_key=True, foreign_key="removal.statement_id")
    side: Side = state_column(Side, Side.PEOPLE, primary_key=True)
    decider: str = Field(max_length=64, description="Personal: a pseudonym in the space")
    stands: bool
    reason: str = Field(max_length=500, description="In public")
    at: datetime


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
