"""A consultation as lists show it: how far it is, how long it stays open, how many took part."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from charters.states import Phase, Standing
from deliberation.opinion.opinion_map import removed_numbers
from deliberation.spaces.consultations import Consultation, phase_of
from deliberation.spaces.days import day_in_london
from deliberation.spaces.spaces import Space
from participate.published import newest_result


@dataclass(frozen=True, slots=True)
class Entry:
    """One consultation as a list shows it. `days_left` counts whole days after today: 0 on the last one.

    Where a page asked for them: `people` is how many took part, as it was published, and `agreed` the text
    and language of what all groups agree on most.
    """

    space: Space
    consultation: Consultation
    phase: Phase
    days_left: int | None
    people: int | None = None
    agreed: tuple[str, str] | None = None


def entry(space: Space, consultation: Consultation, moment: datetime) -> Entry:
    phase = Phase.ARCHIVED if space.standing is Standing.ARCHIVE else phase_of(consultation, moment)
    left = None
    if phase in (Phase.OPEN, Phase.PAUSED) and consultation.closes_at is not None:
        left = (day_in_london(consultation.closes_at) - day_in_london(moment)).days
    return Entry(space, consultation, phase, left)


async def with_results(session: AsyncSession, entries: Iterable[Entry]) -> list[Entry]:
    """The same, with what is published of each."""
    return [await _with_result(session, one) for one in entries]


async def _with_result(session: AsyncSession, one: Entry) -> Entry:
    assert one.consultation.id is not None
    result = await newest_result(session, one.consultation.id)
    if result is None:
        return one
    gone = await removed_numbers(session, one.consultation.id)
    said = next((result.statements[number] for number in result.agree if number not in gone), None)
    agreed = (said["text"], said["language"]) if said is not None and said["text"] else None
    return replace(one, people=result.participants, agreed=agreed)
