"""Links sign somebody in once; sessions end when idle or old; roles hold from one day to another."""

import asyncio
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest
from sqlmodel import select

from charters.states import Role, Standing
from deliberation.errors import Invalid
from deliberation.people.accounts import Account, account_for, address_of
from deliberation.people.memberships import appoint, end_service, roles_in
from deliberation.people.sessions import (
    ABSOLUTE,
    HANDLE,
    IDLE,
    LINK_LIFE,
    NOTED_EVERY,
    OVERLAP,
    LinkSpent,
    SessionState,
    SignedIn,
    SignInLink,
    end_session,
    end_sessions_of,
    forget_sign_ins,
    is_to_be_noted,
    look_at_link,
    offer_link,
    replace_token,
    seen,
    session_now,
    sessions_of,
    sign_in,
    sign_out,
)
from deliberation.spaces.spaces import SpaceText, found
from participate.db import Database

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
FLO = "flo@example.org"


async def offered(database: Database, link: str = "link", now: datetime = NOW) -> int:
    """The account of somebody who has been given a link."""
    async with database.transaction() as session:
        account = await account_for(session, FLO, now=now)
        assert account.id is not None
        await offer_link(session, FLO, link, now=now)
        return account.id


async def enter_by(database: Database, link: str, hash: str, now: datetime = NOW) -> int:
    async with database.transaction() as session:
        return await sign_in(session, link, hash, now=now)


async def is_in(database: Database, hash: str, now: datetime) -> bool:
    async with database.reading() as session:
        return await session_now(session, hash, now=now) is not None


async def test_a_link_signs_in_the_account_it_was_made_for(database: Database) -> None:
    account = await offered(database)
    assert await enter_by(database, "link", "one") == account
    async with database.reading() as session:
        signed_in = await session_now(session, "one", now=NOW)
        assert signed_in is not None
        assert signed_in.account_id == account


async def test_two_simultaneous_uses_of_one_link_make_one_session(database: Database) -> None:
    await offered(database)
    answers = await asyncio.gather(
        *(enter_by(database, "link", f"session {n}") for n in range(6)), return_exceptions=True
    )
    assert sum(isinstance(answer, LinkSpent) for answer in answers) == 5
    async with database.reading() as session:
        assert len((await session.exec(select(SignedIn))).all()) == 1


async def test_looking_at_a_link_spends_nothing(database: Database) -> None:
    await offered(database)
    for _ in range(3):
        async with database.reading() as session:
            assert await look_at_link(session, "link", now=NOW) == FLO
    await enter_by(database, "link", "one")
    async with database.reading() as session:
        with pytest.raises(LinkSpent):
            await look_at_link(session, "link", now=NOW)


async def test_used_expired_and_unknown_links_are_refused_in_the_same_words(database: Database) -> None:
    await offered(database, "used")
    await offered(database, "expired")
    await enter_by(database, "used", "one")
    words = set()
    for link in ("used", "expired", "unknown"):
        with pytest.raises(LinkSpent) as refused:
            await enter_by(database, link, "two", NOW + LINK_LIFE)
        words.add(str(refused.value))
    assert len(words) == 1
    assert not await is_in(database, "two", NOW + LINK_LIFE)


async def test_a_link_works_until_its_last_moment(database: Database) -> None:
    await offered(database)
    await enter_by(database, "link", "one", NOW + LINK_LIFE - SECOND)


async def test_a_session_that_nobody_uses_falls_idle(database: Database) -> None:
    await offered(database)
    await enter_by(database, "link", "one")
    assert await is_in(database, "one", NOW + IDLE - SECOND)
    assert not await is_in(database, "one", NOW + IDLE)
    async with database.transaction() as session:
        await seen(session, "one", now=NOW + IDLE - SECOND)
    assert await is_in(database, "one", NOW + IDLE)


async def test_a_session_in_daily_use_ends_all_the_same(database: Database) -> None:
    await offered(database)
    await enter_by(database, "link", "one")
    async with database.transaction() as session:
        await seen(session, "one", now=NOW + ABSOLUTE - SECOND)
    assert await is_in(database, "one", NOW + ABSOLUTE - SECOND)
    assert not await is_in(database, "one", NOW + ABSOLUTE)


async def test_signing_out_ends_one_session_alone(database: Database) -> None:
    await offered(database, "first")
    await offered(database, "second")
    await enter_by(database, "first", "one")
    await enter_by(database, "second", "two")
    async with database.transaction() as session:
        await sign_out(session, "one")
        await sign_out(session, "never was")
    assert not await is_in(database, "one", NOW)
    assert await is_in(database, "two", NOW)


async def test_use_is_noted_once_an_hour() -> None:
    signed_in = SignedIn(
        token_hash="one", account_id=1, created_at=NOW, last_seen_at=NOW, expires_at=NOW + ABSOLUTE
    )
    assert not is_to_be_noted(signed_in, now=NOW + NOTED_EVERY - SECOND)
    assert is_to_be_noted(signed_in, now=NOW + NOTED_EVERY)


async def test_signing_in_forgets_what_has_ended(database: Database) -> None:
    await offered(database, "first")
    await enter_by(database, "first", "one")
    later = NOW + IDLE
    await offered(database, "second", later)
    await enter_by(database, "second", "two", later)
    async with database.reading() as session:
        assert [s.token_hash for s in await session.exec(select(SignedIn))] == ["two"]


async def test_dead_links_and_ended_sessions_of_everybody_are_forgotten(database: Database) -> None:
    async def forget(now: datetime) -> int:
        async with database.transaction() as session:
            return await forget_sign_ins(session, now=now)

    await offered(database)
    await offered(database, "unused")
    await enter_by(database, "link", "one")
    assert await forget(NOW + 2 * LINK_LIFE - SECOND) == 0
    assert await forget(NOW + 2 * LINK_LIFE) == 2
    assert await forget(NOW + IDLE - SECOND) == 0
    assert await forget(NOW + IDLE) == 1
    async with database.reading() as session:
        assert (await session.exec(select(SignInLink))).all() == []
        assert (await session.exec(select(SignedIn))).all() == []


async def test_a_link_makes_the_account_when_it_is_used_and_not_before(database: Database) -> None:
    async with database.transaction() as session:
        await offer_link(session, " Gus@Example.org", "link", now=NOW)
    async with database.reading() as session:
        assert (await session.exec(select(Account))).all() == []
    account = await enter_by(database, "link", "one")
    async with database.reading() as session:
        assert await address_of(session, account) == "gus@example.org"
        assert await address_of(session, account + 1) == ""


async def session_at(database: Database, hash: str, now: datetime = NOW) -> SignedIn:
    async with database.reading() as session:
        found = await session_now(session, hash, now=now)
    assert found is not None
    return found


async def test_sessions_are_listed_with_their_labels_the_last_used_first(database: Database) -> None:
    for number, label in enumerate(("Firefox on Android", "Safari on iPad")):
        account = await offered(database, f"link {number}")
        async with database.transaction() as session:
            await sign_in(session, f"link {number}", f"session {number}", now=NOW, label=label)
    async with database.transaction() as session:
        await seen(session, "session 0", now=NOW + SECOND)
        await offer_link(session, "gus@example.org", "other", now=NOW)
        await sign_in(session, "other", "other", now=NOW)
    async with database.reading() as session:
        listed = await sessions_of(session, account, now=NOW + SECOND)
        assert [one.label for one in listed] == ["Firefox on Android", "Safari on iPad"]
        listed = await sessions_of(session, account, now=NOW + IDLE)
        assert [one.label for one in listed] == ["Firefox on Android"]


async def test_a_handle_ends_a_session_of_its_owner_alone(database: Database) -> None:
    hashes = {name: sha256(name.encode()).hexdigest() for name in ("one", "two")}
    account = await offered(database, "first")
    await offered(database, "second")
    await enter_by(database, "first", hashes["one"])
    await enter_by(database, "second", hashes["two"])
    handle = (await session_at(database, hashes["one"])).handle

    async def end(whose: int, which: str) -> None:
        async with database.transaction() as session:
            await end_session(session, whose, which)

    await end(account + 1, handle)
    await end(account, "")
    await end(account, "%" * HANDLE)
    await end(account, hashes["one"])
    assert await is_in(database, hashes["one"], NOW)
    await end(account, handle)
    assert not await is_in(database, hashes["one"], NOW)
    assert await is_in(database, hashes["two"], NOW)


async def test_ending_all_others_leaves_one_which_gets_another_token(database: Database) -> None:
    for number in range(3):
        account = await offered(database, f"link {number}")
        await enter_by(database, f"link {number}", f"session {number}")
    async with database.transaction() as session:
        await end_sessions_of(session, account, but="session 1")
    assert [await is_in(database, f"session {number}", NOW) for number in range(3)] == [False, True, False]
    assert (await session_at(database, "session 1")).state is SessionState.TO_REPLACE


async def test_a_change_of_roles_replaces_tokens_once_with_a_moment_for_what_is_under_way(
    database: Database,
) -> None:
    account = await offered(database)
    await enter_by(database, "link", "old")
    async with database.transaction() as session:
        text = SpaceText(slug="here", title="Here", host="Nobody")
        space = await found(session, text, standing=Standing.TRIAL, policy="open-health-space", now=NOW)
        await appoint(session, space.id or 0, account, Role.FACILITATOR, since=NOW)
    old = await session_at(database, "old")
    assert old.state is SessionState.TO_REPLACE

    async def replace_by(new: str) -> bool:
        async with database.transaction() as session:
            return await replace_token(session, old, new, now=NOW)

    answers = await asyncio.gather(*(replace_by(f"new {number}") for number in range(4)))
    assert sorted(answers) == [False, False, False, True]
    new = f"new {answers.index(True)}"
    renewed = await session_at(database, new)
    assert (renewed.state, renewed.expires_at) == (SessionState.LIVE, old.expires_at)
    assert await is_in(database, "old", NOW + OVERLAP - SECOND)
    assert not await is_in(database, "old", NOW + OVERLAP)
    async with database.reading() as session:
        assert [one.token_hash for one in await sessions_of(session, account, now=NOW)] == [new]
    async with database.transaction() as session:
        await end_service(session, space.id or 0, account, Role.FACILITATOR, now=NOW + SECOND)
    assert (await session_at(database, new)).state is SessionState.TO_REPLACE


async def test_simultaneous_first_mentions_of_an_address_make_one_account(database: Database) -> None:
    async def mention() -> int | None:
        async with database.transaction() as session:
            return (await account_for(session, "Flo@example.org ", now=NOW)).id

    assert len(set(await asyncio.gather(*(mention() for _ in range(6))))) == 1
    async with database.reading() as session:
        assert [account.address for account in await session.exec(select(Account))] == ["flo@example.org"]


async def test_a_role_holds_from_its_first_moment_to_its_last(database: Database) -> None:
    account, end = await offered(database), NOW + timedelta(days=30)
    async with database.transaction() as session:
        text = SpaceText(slug="here", title="Here", host="Nobody")
        space = await found(session, text, standing=Standing.TRIAL, policy="open-health-space", now=NOW)
        assert space.id is not None
        await appoint(session, space.id, account, Role.FACILITATOR, since=NOW, until=end)

        async def roles(moment: datetime) -> frozenset[Role]:
            assert space.id is not None
            return await roles_in(session, account_id=account, space_id=space.id, now=moment)

        assert await roles(NOW - SECOND) == frozenset()
        assert await roles(NOW) == {Role.FACILITATOR}
        assert await roles(end - SECOND) == {Role.FACILITATOR}
        assert await roles(end) == frozenset()
        await appoint(session, space.id, account, Role.FACILITATOR, since=NOW)
        assert await roles(end) == {Role.FACILITATOR}
        with pytest.raises(Invalid, match="before it begins"):
            await appoint(session, space.id, account, Role.FACILITATOR, since=NOW, until=NOW)
