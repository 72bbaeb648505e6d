"""Whether statements are drawn as if nobody had answered: noted with each analysis, told to the operator."""

from enum import StrEnum, unique

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from deliberation.opinion.opinion_map import WorkingMap


@unique
class Routing(StrEnum):
    """Whether the statements' priorities follow from how often they were answered."""

    FOLLOWS = "follows"
    EVEN = "even"
    """All are equal although the answers are not: something is broken."""


async def routing_of(session: AsyncSession, consultation_id: int) -> Routing:
    """What the newest analysis noted; FOLLOWS where it noted nothing."""
    noted = select(_NOTED).where(WorkingMap.consultation_id == consultation_id)
    return Routing((await session.exec(noted)).first() or Routing.FOLLOWS)


async def evenly_routed(session: AsyncSession) -> list[int]:
    """The consultations in which all priorities are equal although the answers are not, by number."""
    query = select(WorkingMap.consultation_id).where(Routing.EVEN.value == _NOTED)
    return list((await session.exec(query.order_by(col(WorkingMap.consultation_id)))).all())


_NOTED = col(WorkingMap.content)["routing"].as_string()
