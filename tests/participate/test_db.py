"""The three lanes: what each promises, on both databases."""

import asyncio
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from deliberation.people.accounts import Account, account_for
from participate.db import Database
from participate.engines import PRAGMAS, DatabaseUrlError, TransactionLost, async_url
from participate.handing import HandingConnection

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


async def add(session: AsyncSession, address: str) -> str:
    session.add(Account(address=address, created_at=NOW))
    await session.flush()
    return address


async def count(database: Database) -> int:
    async with database.reading() as session:
        return (await session.exec(select(func.count()).select_from(Account))).one()


async def test_a_transaction_commits_on_return_and_rolls_back_on_raise(database: Database) -> None:
    async with database.transaction() as session:
        await add(session, "mair@example.org")
    with pytest.raises(RuntimeError, match="halfway"):
        async with database.transaction() as session:
            await add(session, "idris@example.org")
            raise RuntimeError("halfway")
    assert await count(database) == 1


async def test_what_is_written_while_reading_is_not_kept(database: Database) -> None:
    async with database.reading() as session:
        await add(session, "mair@example.org")
    assert await count(database) == 0


async def test_a_refusal_in_a_group_fails_alone(database: Database) -> None:
    addresses = ["a@example.org", "b@example.org", "a@example.org", "c@example.org"]
    answers = await asyncio.gather(*(database.grouped(add, a) for a in addresses), return_exceptions=True)
    assert [isinstance(answer, Exception) for answer in answers] == [False, False, True, False]
    assert await count(database) == 3


async def test_a_grouped_act_is_durable_when_it_is_answered(database: Database) -> None:
    await database.grouped(add, "a@example.org")
    other = Database(database.url)
    assert await count(other) == 1
    await other.close()


async def test_a_verb_that_ends_the_transaction_fails_alone(database: Database, kind: str) -> None:
    if kind == "sqlite":
        broken = "CREATE TEMP TRIGGER stop AFTER INSERT ON account BEGIN SELECT RAISE(ROLLBACK, 'no'); END"
    else:
        broken = "SELECT 1/0"

    async def breaks(session: AsyncSession, _value: None) -> None:
        await session.exec(text(broken))  # type: ignore[call-overload]
        await add(session, "x@example.org")

    answers = await asyncio.gather(
        database.grouped(add, "a@example.org"), database.grouped(breaks, None), return_exceptions=True
    )
    assert answers[0] == "a@example.org"
    assert isinstance(answers[1], Exception)
    assert await count(database) == 1


@pytest.mark.parametrize("kind", ["sqlite"], indirect=False)
async def test_a_commit_with_nothing_in_it_is_told_to_everybody(database: Database) -> None:
    async def loses(session: AsyncSession, _value: None) -> None:
        # What a full disk makes SQLite do by itself: the commit would succeed, with nothing in it.
        await session.exec(text("ROLLBACK"))  # type: ignore[call-overload]

    answers = await asyncio.gather(
        database.grouped(add, "a@example.org"), database.grouped(loses, None), return_exceptions=True
    )
    assert [type(answer) for answer in answers] == [TransactionLost, TransactionLost]
    assert await count(database) == 0


@pytest.mark.parametrize("kind", ["postgresql"], indirect=False)
async def test_groups_of_two_processes_that_need_each_others_rows_all_succeed(database: Database) -> None:
    async def touch(session: AsyncSession, number: int) -> int:
        account = (await session.exec(select(Account).where(Account.id == number).with_for_update())).one()
        account.name = str(number)
        return number

    for number in range(1, 11):
        await database.grouped(add, f"{number}@example.org")
    other = Database(database.url)
    rows = [*range(1, 11)] * 10
    acts = [database.grouped(touch, n) for n in rows] + [other.grouped(touch, n) for n in reversed(rows)]
    assert sorted(await asyncio.gather(*acts)) == sorted(rows * 2)
    await other.close()


async def test_a_verb_sees_nobodys_request(database: Database) -> None:
    request: ContextVar[str] = ContextVar("request", default="nobody's")
    request.set("mine")

    async def looks(_session: AsyncSession, _value: None) -> str:
        return request.get()

    assert await database.grouped(looks, None) == "nobody's"


async def test_times_come_back_aware_and_in_utc(database: Database) -> None:
    async with database.transaction() as session:
        await account_for(session, " Mair@Example.org ", now=NOW)
    async with database.reading() as session:
        account = (await session.exec(select(Account))).one()
    assert account.created_at == NOW
    assert account.created_at.utcoffset() is not None
    assert account.address == "mair@example.org"


@pytest.mark.parametrize("kind", ["sqlite"], indirect=False)
async def test_every_sqlite_connection_has_the_pragmas(database: Database) -> None:
    async def check(session: AsyncSession, _value: None = None) -> None:
        for pragma, value in PRAGMAS.items():
            row = (await session.exec(text(f"PRAGMA {pragma}"))).one()  # type: ignore[call-overload]
            assert row[0] == value, pragma

    for lane in (database.reading, database.transaction):
        async with lane() as session:
            await check(session)
    await database.grouped(check, None)


@pytest.mark.parametrize("kind", ["sqlite"], indirect=False)
async def test_an_sqlite_statement_goes_to_its_thread_once(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    handed = []
    hand = HandingConnection._execute

    async def noted(self: HandingConnection, act: Any, *arguments: Any) -> Any:
        handed.append(act.__name__)
        return await hand(self, act, *arguments)

    async with database.transaction() as session:
        await add(session, "mair@example.org")
        monkeypatch.setattr(HandingConnection, "_execute", noted)
        query = text("UPDATE account SET operator = true RETURNING address")
        rows = await session.exec(query)  # type: ignore[call-overload]
        assert [tuple(row) for row in rows] == [("mair@example.org",)]
    assert handed[:1] == (["_run"] if database.sqlite else [])
    assert set(handed) <= {"_run", "commit", "rollback"}
    assert handed.count("_run") == len(handed[:1])


async def test_reading_goes_on_while_another_process_writes(database: Database) -> None:
    other = Database(database.url)
    async with other.transaction() as session:
        await add(session, "a@example.org")
        assert await count(database) == 0
    assert await count(database) == 1
    await other.close()


def test_a_database_address_that_cannot_be_used_says_what_to_write() -> None:
    with pytest.raises(DatabaseUrlError, match="Use sqlite or postgresql"):
        async_url("mysql://host/name")
    with pytest.raises(DatabaseUrlError, match="names no file"):
        async_url("sqlite://")
    with pytest.raises(DatabaseUrlError, match="cannot be read"):
        async_url("not an address")


async def test_acts_and_transactions_of_one_process_take_turns(database: Database) -> None:
    async def slowly(number: int) -> None:
        async with database.transaction() as session:
            await add(session, f"slow{number}@example.org")
            await asyncio.sleep(0.02)

    acts = [database.grouped(add, f"quick{n}@example.org") for n in range(30)]
    await asyncio.gather(*acts, *(slowly(n) for n in range(5)))
    assert await count(database) == 35


async def test_a_group_without_refusals_needs_no_savepoints(database: Database) -> None:
    calls: list[str] = []

    async def once(session: AsyncSession, name: str) -> bool:
        calls.append(name)
        return session.in_nested_transaction()

    answers = await asyncio.gather(*(database.grouped(once, name) for name in "abc"))
    assert answers == [False, False, False]
    assert calls == ["a", "b", "c"]


async def test_what_was_asked_for_is_answered_before_the_database_closes(database_url: str) -> None:
    database = Database(database_url)
    asked = asyncio.create_task(database.grouped(add, "a@example.org"))
    await asyncio.sleep(0)
    await database.close()
    answer = (await asyncio.gather(asked, return_exceptions=True))[0]
    other = Database(database_url)
    kept = await count(other)
    await other.close()
    assert kept == (0 if isinstance(answer, BaseException) else 1)
