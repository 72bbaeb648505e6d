"""What the screen for unusual ballots said with the newest published result. For facilitators; protected.

It changes only when a result is published, so that no page tells of a vote just cast.
"""

from typing import Any

from sqlmodel import Field, SQLModel, col, delete
from sqlmodel.ext.asyncio.session import AsyncSession

from deliberation.columns import document


class Screening(SQLModel, table=True):
    """One row per consultation. `content`: see `deliberation.publishing.screened`."""

    consultation_id: int = Field(primary_key=True, foreign_key="consultation.id")
    number: int = Field(description="The published result it was made with")
    content: dict[str, Any] = document()


async def screening_of(session: AsyncSession, consultation_id: int) -> Screening | None:
    return await session.get(Screening, consultation_id)


async def replace_screening(
    session: AsyncSession, consultation_id: int, number: int, content: dict[str, Any] | None
) -> None:
    """Keep what was said with result `number` in place of what was said before; None keeps nothing."""
    await session.exec(delete(Screening).where(col(Screening.consultation_id) == consultation_id))
    if content is not None:
        session.add(Screening(consultation_id=consultation_id, number=number, content=content))
    await session.flush()
