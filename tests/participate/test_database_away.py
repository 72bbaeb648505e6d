"""A database server that goes away: nothing is kept, people are told to come back, later all is well."""

import asyncio
from collections.abc import Iterator

import pytest
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from deliberation.spaces.spaces import Space
from participate.app import create_app
from participate.db import Database
from participate.engines import DatabaseAway
from participate.migrations import upgrade
from participate.settings import Settings
from tests.kills.house import PostgresqlServer


@pytest.fixture
def server() -> Iterator[PostgresqlServer]:
    server = PostgresqlServer()
    upgrade(server.url)
    yield server
    server.stop()


async def read(session: AsyncSession, _value: object = None) -> int:
    return len(list(await session.exec(select(Space))))


async def test_every_lane_says_so_and_works_again_afterwards(server: PostgresqlServer) -> None:
    database = Database(server.url)

    async def reading() -> int:
        async with database.reading() as session:
            return await read(session)

    async def transaction() -> int:
        async with database.transaction() as session:
            return await read(session)

    async def grouped() -> int:
        return int(await database.grouped(read, None))

    lanes = (reading, transaction, grouped)
    assert [await lane() for lane in lanes] == [0, 0, 0]
    server.kill()
    for lane in lanes * 2:
        with pytest.raises(DatabaseAway):
            await lane()
    server.start()
    assert [await lane() for lane in lanes] == [0, 0, 0]
    await database.close()


async def test_a_connection_lost_in_the_middle_is_told_the_same_way(server: PostgresqlServer) -> None:
    database = Database(server.url)

    async def interrupted() -> None:
        async with database.transaction() as session:
            await read(session)
            server.kill()
            await read(session)

    with pytest.raises(DatabaseAway):
        await interrupted()
    await database.close()


async def test_a_connection_lost_in_a_group_is_nobodys_refusal(server: PostgresqlServer) -> None:
    """Whether one acts alone or many together, each is told that the database is away."""
    for together in (1, 5):
        database = Database(server.url)

        async def interrupted(session: AsyncSession, kill: bool) -> int:
            if kill:
                await read(session)
                server.kill()
            return await read(session)

        acts = [database.grouped(interrupted, number == 0) for number in range(together)]
        outcomes = await asyncio.gather(*acts, return_exceptions=True)
        assert [type(outcome) for outcome in outcomes] == [DatabaseAway] * together
        await database.close()
        server.start()


async def test_an_error_of_the_caller_is_left_as_it_is(server: PostgresqlServer) -> None:
    database = Database(server.url)
    for lane in (database.reading, database.transaction):
        with pytest.raises(FileNotFoundError):
            async with lane():
                raise FileNotFoundError("votes.csv")
    await database.close()


async def test_people_are_told_to_wait_a_moment(server: PostgresqlServer) -> None:
    assert issubclass(DatabaseAway, OperationalError), "the table of errors speaks of that one"
    app = create_app(Settings(database_url=server.url, secret_key="s" * 32))
    async with app.test_app() as serving:
        client = serving.test_client()
        assert (await client.get("/")).status_code == 200
        server.kill()
        for path in ("/", "/readyz"):
            assert (await client.get(path)).status_code == 503
        assert (await client.get("/healthz")).status_code == 200
        server.start()
        assert (await client.get("/readyz")).status_code == 200


async def test_a_server_cut_off_while_it_greets_is_away_too(
    server: PostgresqlServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = Database(server.url)

    async def cut_off(*_: object, **__: object) -> None:
        raise DBAPIError(None, None, ConnectionResetError("cut off"))

    monkeypatch.setattr(AsyncSession, "connection", cut_off)
    for lane in (database.reading, database.transaction):
        with pytest.raises(DatabaseAway):
            async with lane():
                pass
    with pytest.raises(DatabaseAway):
        await database.grouped(read, None)
    await database.close()
