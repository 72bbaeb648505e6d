"""Participants: one pseudonym for each person and space, made once."""

import asyncio
from datetime import datetime

import pytest
from sqlmodel import func, select

from deliberation.people.participants import (
    Participant,
    device_pseudonym,
    join,
    participant_if_any,
    space_key,
)
from deliberation.spaces.spaces import Space
from participate.db import Database

MASTER = b"a pseudonym key for tests, long enough"


def test_a_space_key_is_hkdf_of_the_master() -> None:
    # Made apart from this program: openssl kdf HKDF with digest SHA256, salt and info as there.
    key = space_key(MASTER, 7)
    assert len(key) == 32
    assert key.hex() == "89a034f8bfb61f492718ac8a58160003089a2f642c1afbace96d0531e2e1a6af"


def test_one_person_has_unlike_pseudonyms_in_two_spaces_and_under_two_masters() -> None:
    secret = b"one device"
    names = {
        device_pseudonym(space_key(master, space), secret)
        for master in (MASTER, b"another key")
        for space in (1, 2)
    }
    assert len(names) == 4
    assert device_pseudonym(space_key(MASTER, 1), secret) == device_pseudonym(space_key(MASTER, 1), secret)


async def test_joining_twice_is_joining_once(database: Database, space: Space, now: datetime) -> None:
    assert space.id is not None
    async with database.transaction() as session:
        first, new = await join(session, space.id, "anne", now)
        again, new_again = await join(session, space.id, "anne", now)
        bob, _ = await join(session, space.id, "bob", now)
    assert (new, new_again) == (True, False)
    assert first == again != bob


async def test_twelve_simultaneous_first_acts_make_one_participant(
    database: Database, space: Space, now: datetime
) -> None:
    async def come() -> tuple[int, bool]:
        assert space.id is not None
        async with database.transaction() as session:
            return await join(session, space.id, "anne", now)

    done = await asyncio.gather(*(come() for _ in range(12)))
    assert len({participant for participant, _ in done}) == 1
    assert sum(new for _, new in done) == 1
    async with database.reading() as session:
        assert (await session.exec(select(func.count()).select_from(Participant))).one() == 1


@pytest.mark.parametrize("kind", ["sqlite"])
async def test_nobody_is_made_by_looking(database: Database, space: Space) -> None:
    assert space.id is not None
    async with database.reading() as session:
        assert await participant_if_any(session, space.id, "anne") is None
