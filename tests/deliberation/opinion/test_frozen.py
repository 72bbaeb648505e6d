"""Opinion groups are frozen with the closing analysis, and stay whatever is analysed afterwards."""

from datetime import datetime
from typing import Any

from sqlmodel import select

from deliberation.opinion.frozen import FrozenGroup, freeze_groups, frozen_groups, frozen_result
from deliberation.opinion.opinion_map import PublishedMap, WorkingMap
from deliberation.own_data.merging import merge_all
from deliberation.people.participants import Participant
from deliberation.spaces.consultations import Consultation
from deliberation.spaces.spaces import Space
from participate.db import Database


async def people(database: Database, space: Space, now: datetime) -> list[int]:
    async with database.transaction() as session:
        made = [Participant(space_id=space.id or 0, key=f"{n}" * 64, joined_at=now) for n in range(4)]
        session.add_all(made)
        await session.flush()
        return [one.id or 0 for one in made]


async def analysed(
    database: Database, consultation_id: int, membership: dict[int, int], now: datetime, *, closed: bool
) -> None:
    """What the worker stores of an analysis, and the freezing that goes with it."""
    async with database.transaction() as session:
        query = select(WorkingMap).where(WorkingMap.consultation_id == consultation_id)
        row = (await session.exec(query)).first()
        named = {str(person): group for person, group in membership.items()}
        if row is None:
            common: dict[str, Any] = {"votes": 4, "participants": 4, "commitment": "", "signature": ""}
            row = WorkingMap(
                consultation_id=consultation_id, made_at=now, content={}, membership=named, **common
            )
            session.add(row)
        row.membership, row.closed = named, closed
        await session.flush()
        await freeze_groups(session, consultation_id)


async def publish(database: Database, consultation_id: int, groups: str, now: datetime) -> None:
    async with database.transaction() as session:
        content = {"groups": [{"id": letter} for letter in groups]}
        session.add(
            PublishedMap(consultation_id=consultation_id, number=3, published_at=now, content=content)
        )


async def groups(database: Database, consultation_id: int) -> tuple[int | None, dict[int, int]]:
    async with database.reading() as session:
        return (
            await frozen_result(session, consultation_id),
            await frozen_groups(session, consultation_id),
        )


async def test_groups_are_kept_at_the_close_and_never_changed(
    database: Database, space: Space, voting: Consultation, now: datetime
) -> None:
    held = voting.id or 0
    a, b, c, d = await people(database, space, now)
    await publish(database, held, "AB", now)
    await analysed(database, held, {a: 0, b: 1}, now, closed=False)
    assert await groups(database, held) == (None, {})
    await analysed(database, held, {a: 0, b: 1, c: 1, d: 2}, now, closed=True)
    assert await groups(database, held) == (3, {a: 0, b: 1, c: 1}), "C is in no published group"
    await analysed(database, held, {a: 1, b: 1, c: 0}, now, closed=True)
    assert await groups(database, held) == (3, {a: 0, b: 1, c: 1})
    await analysed(database, held, {a: 1, b: 1, c: 0}, now, closed=False)
    assert await groups(database, held) == (None, {}), "it was opened again"


async def test_without_a_published_result_nothing_is_kept(
    database: Database, space: Space, voting: Consultation, now: datetime
) -> None:
    held = voting.id or 0
    a, *_ = await people(database, space, now)
    await analysed(database, held, {a: 0}, now, closed=True)
    assert await groups(database, held) == (None, {})


async def test_whoever_signs_in_stays_in_the_group(
    database: Database, space: Space, voting: Consultation, now: datetime
) -> None:
    held, space_id = voting.id or 0, space.id or 0
    a, b, c, d = await people(database, space, now)
    await publish(database, held, "AB", now)
    await analysed(database, held, {a: 0, b: 1, c: 1}, now, closed=True)
    async with database.transaction() as session:
        await merge_all(session, {space_id: ("0" * 64, "3" * 64)})
        await merge_all(session, {space_id: ("1" * 64, "2" * 64)})
    assert await groups(database, held) == (3, {d: 0, c: 1})
    async with database.reading() as session:
        assert len((await session.exec(select(FrozenGroup))).all()) == 2
