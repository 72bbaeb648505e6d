"""Limits: how acts and newcomers are counted, and that networks are forgotten."""

import asyncio
from datetime import UTC, datetime, timedelta
from re import fullmatch

from sqlmodel import select

from deliberation.running.limits import Acts, Counter, DailyKey, count_newcomer, forget_networks
from participate.db import Database

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


async def come(database: Database, network: str, now: datetime) -> datetime | None:
    """One more newcomer, where three may come in an hour."""
    async with database.transaction() as session:
        connection = await session.connection()
        return await connection.run_sync(count_newcomer, network, 3, now=now)


def test_the_fourth_act_of_a_minute_is_one_too_many_until_the_minute_is_over() -> None:
    acts = Acts(3)
    for _ in range(3):
        assert acts.count(b"anne", NOON + timedelta(seconds=5)) is None
    ends = NOON + timedelta(minutes=1)
    assert acts.count(b"anne", NOON + timedelta(seconds=59)) == ends
    assert acts.count(b"bob", NOON + timedelta(seconds=59)) is None
    assert acts.count(b"anne", ends) is None


def test_acts_of_minutes_gone_by_are_not_remembered() -> None:
    acts = Acts(3)
    for number in range(1_000):
        acts.count(b"device %d" % number, NOON)
    acts.count(b"anne", NOON + timedelta(minutes=1))
    assert list(acts._counts) == [b"anne"]


async def test_the_fourth_newcomer_of_an_hour_is_one_too_many_for_that_network_alone(
    database: Database,
) -> None:
    for minute in (0, 20, 59):
        assert await come(database, "a", NOON + timedelta(minutes=minute)) is None
    ends = NOON + timedelta(hours=1)
    assert await come(database, "a", NOON + timedelta(minutes=59)) == ends
    assert await come(database, "b", NOON + timedelta(minutes=59)) is None
    assert await come(database, "a", ends) is None


async def test_simultaneous_newcomers_are_all_counted(database: Database) -> None:
    done = await asyncio.gather(*(come(database, "a", NOON) for _ in range(12)))
    assert done.count(None) == 3


async def test_simultaneous_first_newcomers_share_one_key_of_the_day(database: Database) -> None:
    await asyncio.gather(*(come(database, "a", NOON) for _ in range(8)))
    async with database.reading() as session:
        assert len((await session.exec(select(DailyKey))).all()) == 1
        assert [row.count for row in await session.exec(select(Counter))] == [8]


async def test_no_address_is_stored_and_the_same_one_looks_different_the_next_day(
    database: Database,
) -> None:
    for days in (0, 1):
        await come(database, "198.51.100.7", NOON + timedelta(days=days))
    async with database.reading() as session:
        subjects = [row.subject for row in await session.exec(select(Counter))]
    assert len(set(subjects)) == 2
    assert all(fullmatch(r"[0-9a-f]{64}", subject) for subject in subjects)


async def test_networks_are_forgotten_after_48_hours_and_their_key_when_the_day_is_over(
    database: Database,
) -> None:
    await come(database, "a", NOON)

    async def forget(**later: float) -> tuple[int, int]:
        async with database.transaction() as session:
            await forget_networks(session, NOON + timedelta(**later))
            counters = (await session.exec(select(Counter))).all()
            keys = (await session.exec(select(DailyKey))).all()
            return len(counters), len(keys)

    assert await forget(hours=11) == (1, 1)
    assert await forget(hours=13) == (1, 0)
    assert await forget(hours=47, minutes=59) == (1, 0)
    assert await forget(hours=48) == (0, 0)


async def test_forgetting_says_how_many_rows_went(database: Database) -> None:
    await come(database, "a", NOON)
    async with database.transaction() as session:
        assert await forget_networks(session, NOON + timedelta(days=3)) == 2
        assert await forget_networks(session, NOON + timedelta(days=3)) == 0
