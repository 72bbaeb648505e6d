"""When people came to a consultation: the day of each person's first vote that still stands."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from deliberation.opinion.statements import Votable
from deliberation.opinion.voting import Vote
from deliberation.people.participants import Participant
from deliberation.spaces.days import day_in_london
from deliberation.spaces.paper_sheets import PaperSheet


@dataclass(frozen=True, slots=True)
class Arrivals:
    """Exact, so never shown: participant id -> day of the first vote, and the day of the newest vote."""

    first_days: Mapping[int, date]
    newest: date | None


async def arrivals(session: AsyncSession, consultation_id: int) -> Arrivals:
    """Of everybody who has voted in a consultation, as days in London."""
    query = (
        select(Vote.participant_id, func.min(col(Vote.cast_at)), func.max(col(Vote.cast_at)))
        .join(Votable, col(Votable.id) == Vote.votable_id)
        .where(Votable.consultation_id == consultation_id)
        .group_by(col(Vote.participant_id))
    )
    found = (await session.exec(query)).all()
    return Arrivals(
        {person: day_in_london(first) for person, first, _ in found},
        max((day_in_london(last) for *_, last in found), default=None),
    )


async def first_votes(session: AsyncSession, consultation_id: int) -> dict[int, float]:
    """When each person's first vote that still stands was cast, in seconds. Exact, so never shown.

    Without those whose answers came on paper: many sheets are entered one after the other.
    """
    on_paper = select(PaperSheet.key).where(
        PaperSheet.consultation_id == consultation_id, PaperSheet.key == Participant.key
    )
    query = (
        select(Vote.participant_id, func.min(col(Vote.cast_at)))
        .join(Votable, col(Votable.id) == Vote.votable_id)
        .join(Participant, col(Participant.id) == Vote.participant_id)
        .where(Votable.consultation_id == consultation_id, ~on_paper.exists())
        .group_by(col(Vote.participant_id))
    )
    return {person: first.timestamp() for person, first in (await session.exec(query)).all()}
