"""Invitations: a secret nobody can read out of the database, a count of people, an end and a limit."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlmodel import select

from charters.enforcement import Facts, Reason, Refused
from charters.states import InvitationState
from deliberation.errors import Invalid
from deliberation.publishing.record import Act
from deliberation.spaces.closing import close_consultation
from deliberation.spaces.consultations import Consultation
from deliberation.spaces.invitations import (
    LENGTH,
    LETTERS,
    Entering,
    Invitation,
    InvitationEntry,
    InvitationText,
    Used,
    end_invitation,
    enter_by_invitation,
    hash_of,
    invitation_with,
    invitations_of,
    make_invitation,
    new_code,
)
from deliberation.spaces.pausing import pause_consultation
from participate.db import Database

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
WARD = InvitationText(label="Ward 3", most=2)
Do = Callable[..., Awaitable[Any]]
Acts = Callable[[], Awaitable[list[Act]]]


@pytest.fixture
async def code(opened: Consultation, do: Do, now: datetime) -> str:
    """The secret of a link for two people, good for a day."""
    _, code = await do(make_invitation, opened, WARD, ends_at=now + DAY)
    return str(code)


@pytest.fixture
def enter(database: Database, now: datetime) -> Do:
    """Somebody comes in by a link; the same name is the same device."""

    async def enter(code: str, who: str, moment: datetime = now, **otherwise: Any) -> None:
        entering = Entering(
            space="avonmere",
            consultation="opening-hours",
            code=code,
            secret=who.encode(),
            master=b"a pseudonym key for tests, long enough",
            now=moment,
            **otherwise,
        )
        async with database.transaction() as session:
            await enter_by_invitation(session, entering)

    return enter


async def used(database: Database, consultation: Consultation, now: datetime) -> Used:
    async with database.reading() as session:
        assert consultation.id is not None
        (one,) = await invitations_of(session, consultation.id, now=now)
    return one


def test_a_code_can_be_read_out_and_typed() -> None:
    code = new_code()
    assert len(code.replace("-", "")) == LENGTH
    assert set(code) <= {*LETTERS, "-"}
    assert not set("01lio") & set(LETTERS)
    assert len({new_code() for _ in range(50)}) == 50
    assert hash_of(code.upper().replace("-", " ")) == hash_of(code)
    assert hash_of(code[:-1]) != hash_of(code)


async def test_only_a_fingerprint_of_the_link_is_kept(
    code: str, opened: Consultation, database: Database, acts: Acts, now: datetime
) -> None:
    async with database.reading() as session:
        (row,) = (await session.exec(select(Invitation))).all()
        assert opened.id is not None
        found = await invitation_with(session, opened.id, code, now=now)
        assert await invitation_with(session, opened.id, new_code(), now=now) is None
    assert code.replace("-", "") not in str(row.model_dump())
    assert code not in str([act.model_dump() for act in await acts()])
    assert found is not None
    assert found.invitation.id == row.id
    assert (await acts())[-1].words == "A link for 2 at most, until 3 March 2026."


async def test_people_are_counted_once_and_come_again_whatever_the_limit(
    code: str, opened: Consultation, database: Database, enter: Do, now: datetime
) -> None:
    for who in ("ann", "ann", "ben"):
        await enter(code, who)
    spent = await used(database, opened, now)
    assert (spent.came, spent.state) == (2, InvitationState.SPENT)
    with pytest.raises(Refused) as refused:
        await enter(code, "cai")
    assert refused.value.reason is Reason.INVITATION_SPENT
    await enter(code, "ann")
    async with database.reading() as session:
        keys = {entry.key for entry in await session.exec(select(InvitationEntry))}
    assert len(keys) == 2
    assert all("ann" not in key and len(key) == 64 for key in keys)


async def test_of_many_who_come_at_once_no_more_are_let_in_than_the_limit(
    code: str, opened: Consultation, database: Database, enter: Do, now: datetime
) -> None:
    answers = await asyncio.gather(*(enter(code, f"person {n}") for n in range(8)), return_exceptions=True)
    assert sum(isinstance(answer, Refused) for answer in answers) == 6
    assert sum(answer is None for answer in answers) == 2
    assert (await used(database, opened, now)).came == 2


async def test_a_link_ends_on_its_day_or_when_a_facilitator_ends_it(
    code: str, opened: Consultation, database: Database, do: Do, enter: Do, acts: Acts, now: datetime
) -> None:
    with pytest.raises(Refused) as refused:
        await enter(code, "ann", now + DAY)
    assert refused.value.reason is Reason.INVITATION_EXPIRED
    number = (await used(database, opened, now)).invitation.id
    await do(end_invitation, opened, number)
    with pytest.raises(Refused) as refused:
        await enter(code, "ann")
    assert refused.value.reason is Reason.INVITATION_ENDED
    with pytest.raises(Refused) as refused:
        await do(end_invitation, opened, number)
    assert refused.value.reason is Reason.INVITATION_ENDED
    with pytest.raises(Refused) as refused:
        await do(end_invitation, opened, 99)
    assert refused.value.reason is Reason.NO_INVITATION
    assert [act.kind for act in await acts()][2:] == ["invitation-made", "invitation-ended"]


async def test_a_link_opens_no_door_that_is_shut(
    code: str, opened: Consultation, do: Do, enter: Do, now: datetime
) -> None:
    with pytest.raises(Refused) as refused:
        await enter(new_code(), "ann")
    assert refused.value.reason is Reason.NO_INVITATION
    with pytest.raises(Refused) as refused:
        await enter(code, "ann", limit_ends=now + HOUR)
    assert refused.value.reason is Reason.TOO_MANY
    await do(pause_consultation, opened, hours=1, reason="We are mending a fault.")
    with pytest.raises(Refused) as refused:
        await enter(code, "ann")
    assert refused.value.reason is Reason.PAUSED
    await do(close_consultation, opened)
    with pytest.raises(Refused) as refused:
        await enter(code, "ann")
    assert refused.value.reason is Reason.CLOSED
    with pytest.raises(Refused) as refused:
        await do(make_invitation, opened, WARD, ends_at=now + DAY)
    assert refused.value.reason is Reason.CLOSED


async def test_a_link_needs_an_end_that_is_still_to_come(
    opened: Consultation, do: Do, flo: Facts, now: datetime
) -> None:
    with pytest.raises(Invalid, match="has passed"):
        await do(make_invitation, opened, WARD, ends_at=now)
