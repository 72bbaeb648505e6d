"""Handing over: never for longer than was agreed, on the record, without an address."""

from datetime import datetime, timedelta

import pytest

from charters.enforcement import Facts, Reason, Refused
from charters.states import Role
from deliberation.errors import Invalid
from deliberation.people.accounts import account_for
from deliberation.people.memberships import appoint, roles_in, serves_until
from deliberation.publishing.record import acts_of
from deliberation.spaces.handing_over import hand_over
from deliberation.spaces.spaces import Space
from participate.db import Database

DAY = timedelta(days=1)


@pytest.fixture
async def fern(database: Database, space: Space, now: datetime) -> int:
    """The account of somebody who facilitates the space for ninety days."""
    async with database.transaction() as session:
        account = await account_for(session, "fern@example.org", now=now)
        assert account.id is not None
        assert space.id is not None
        until = now + 90 * DAY
        await appoint(session, space.id, account.id, Role.FACILITATOR, since=now - DAY, until=until)
    return account.id


async def serves(database: Database, space: Space, address: str, now: datetime) -> datetime | bool | None:
    """Until when somebody facilitates; False where they do not."""
    async with database.transaction() as session:
        account = await account_for(session, address, now=now)
        assert account.id is not None
        assert space.id is not None
        if Role.FACILITATOR not in await roles_in(session, account_id=account.id, space_id=space.id, now=now):
            return False
        return await serves_until(session, account.id, space.id, now=now)


@pytest.mark.parametrize("stays", [True, False])
async def test_whoever_takes_over_serves_until_the_same_day(
    database: Database, space: Space, flo: Facts, fern: int, now: datetime, stays: bool
) -> None:
    async with database.transaction() as session:
        await hand_over(session, space, fern, " Rowan@Example.org ", stays=stays, asking=flo, now=now)
    assert await serves(database, space, "rowan@example.org", now) == now + 90 * DAY
    assert await serves(database, space, "fern@example.org", now) == (now + 90 * DAY if stays else False)
    async with database.reading() as session:
        assert space.id is not None
        acts = await acts_of(session, space.id)
    expected = ["facilitator-appointed"] + ([] if stays else ["facilitator-stopped"])
    assert [act.kind for act in acts] == expected
    assert "rowan" not in str([act.model_dump() for act in acts]).lower()


@pytest.mark.parametrize("address", ["", "rowan", "@", "a@b@c", "a b@c", "x" * 255 + "@example.org"])
async def test_what_is_no_address_changes_nothing(
    database: Database, space: Space, flo: Facts, fern: int, now: datetime, address: str
) -> None:
    with pytest.raises(Invalid, match=r"name@example\.org"):
        async with database.transaction() as session:
            await hand_over(session, space, fern, address, stays=False, asking=flo, now=now)
    assert await serves(database, space, "fern@example.org", now) == now + 90 * DAY


async def test_nobody_hands_over_to_one_who_serves_already_or_without_serving(
    database: Database, space: Space, flo: Facts, fern: int, now: datetime
) -> None:
    with pytest.raises(Invalid, match="already"):
        async with database.transaction() as session:
            await hand_over(session, space, fern, "fern@example.org", stays=False, asking=flo, now=now)
    with pytest.raises(Refused) as refused:
        async with database.transaction() as session:
            await hand_over(session, space, fern, "r@example.org", stays=True, asking=Facts(now=now), now=now)
    assert refused.value.reason is Reason.NEEDS_FACILITATOR
