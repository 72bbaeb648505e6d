"""Statements as anybody may read them: all of them, or page by page for programs."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from charters.states import StatementState
from deliberation.opinion.statements import Statement


@dataclass(frozen=True, slots=True)
class PublicStatement:
    """A published statement, or what is left of a removed one: its number and the rule, without the text."""

    number: int
    text: str
    language: str
    state: StatementState
    seed: bool
    removed_for: str | None
    written_at: datetime


async def public_statements(
    session: AsyncSession, consultation_id: int, *, after: int = 0, limit: int | None = None
) -> list[PublicStatement]:
    """Statements with numbers above `after`, by number, at most `limit`. Those that wait are not public."""
    query = (
        select(  # type: ignore[call-overload]
            Statement.number,
            Statement.text,
            Statement.language,
            Statement.state,
            Statement.seed,
            Statement.removed_for,
            Statement.created_at,
        )
        .where(
            Statement.consultation_id == consultation_id,
            Statement.number > after,
            Statement.state != StatementState.PENDING,
        )
        .order_by(col(Statement.number))
        .limit(limit)
    )
    return [
        PublicStatement(number, "" if state is StatementState.REMOVED else text, language, state, *rest)
        for number, text, language, state, *rest in await session.exec(query)
    ]
