"""The facts of an installation: whoever comes first writes them, everybody after compares."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest

from deliberation.running.installation import WrongPseudonymKey, hold_to_key
from participate.db import Database

STARTS = 12
KEY, OTHER = b"the key of this installation", b"the key of another"


@pytest.fixture
async def houses(database_url: str) -> AsyncIterator[list[Database]]:
    """As many processes would have: an engine each, connected already, so that they write in step."""
    async with AsyncExitStack() as stack:
        houses = []
        for _ in range(STARTS):
            houses.append(Database(database_url))
            stack.push_async_callback(houses[-1].close)
            async with houses[-1].transaction():
                pass
        yield houses


async def hold(house: Database, key: bytes) -> bool:
    """Whether the key is the one that is kept."""
    try:
        async with house.transaction() as session:
            await hold_to_key(session, key)
    except WrongPseudonymKey:
        return False
    return True


async def test_twelve_that_come_first_at_once_all_hold_to_their_key(houses: list[Database]) -> None:
    assert all(await asyncio.gather(*(hold(house, KEY) for house in houses)))
    assert await hold(houses[0], KEY)
    assert not await hold(houses[0], OTHER)


async def test_of_two_keys_that_come_at_once_one_is_kept(houses: list[Database]) -> None:
    held = await asyncio.gather(
        *(hold(house, KEY if number % 2 else OTHER) for number, house in enumerate(houses))
    )
    assert held in ([False, True] * (STARTS // 2), [True, False] * (STARTS // 2))
    assert await hold(houses[0], OTHER) == held[0]
    assert await hold(houses[0], KEY) == held[1]


async def test_a_key_that_was_not_committed_is_not_kept(houses: list[Database]) -> None:
    with pytest.raises(ZeroDivisionError):
        async with houses[0].transaction() as session:
            await hold_to_key(session, OTHER)
            raise ZeroDivisionError
    assert await hold(houses[1], KEY)
