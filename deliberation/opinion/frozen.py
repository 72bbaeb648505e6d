"""Opinion groups as they were when voting on statements closed: what votes on clauses are counted by.

An analysis after the close, because of an erasure or a removal, may group people anew; these stay.
"""

from sqlmodel import Field, SQLModel, col, delete, select
from sqlmodel.ext.asyncio.session import AsyncSession

from deliberation.opinion.opinion_map import newest_published, working_map
from deliberation.publishing.map_parts import published_groups


class FrozenGroup(SQLModel, table=True):
    """The opinion group of one person at the close. Never shown."""

    __tablename__ = "frozen_group"

    participant_id: int = Field(primary_key=True, foreign_key="participant.id")
    consultation_id: int = Field(primary_key=True, foreign_key="consultation.id", index=True)
    opinion_group: int = Field(description="0 for the group that is called A")
    result: int = Field(description="The published result that shows these groups")


async def freeze_groups(session: AsyncSession, consultation_id: int) -> None:
    """Keep the groups of the closing analysis, of those that its published result shows; once.

    While voting is not over nothing is kept. Called in the transaction that stores an analysis.
    """
    working = await working_map(session, consultation_id)
    if working is None or not working.closed:
        await session.exec(delete(FrozenGroup).where(col(FrozenGroup.consultation_id) == consultation_id))
        return
    published = await newest_published(session, consultation_id)
    if published is None or await frozen_result(session, consultation_id) is not None:
        return
    session.add_all(
        FrozenGroup(
            participant_id=person,
            consultation_id=consultation_id,
            opinion_group=group,
            result=published.number,
        )
        for person, group in published_groups(published.content, working.membership).items()
    )
    await session.flush()


async def frozen_result(session: AsyncSession, consultation_id: int | None) -> int | None:
    """The number of the published result whose groups are kept; None where none are."""
    query = select(FrozenGroup.result).where(FrozenGroup.consultation_id == consultation_id).limit(1)
    return (await session.exec(query)).first()


async def frozen_groups(session: AsyncSession, consultation_id: int | None) -> dict[int, int]:
    """The group of each person who was in one at the close, by participant id."""
    query = select(FrozenGroup.participant_id, FrozenGroup.opinion_group).where(
        FrozenGroup.consultation_id == consultation_id
    )
    return dict((await session.exec(query)).all())
