"""Databases that tests lend to each other: as new for each, or not lent again."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import pytest

from participate.db import Database
from participate.migrations import upgrade
from tests.databases import copied_database
from tests.founding import charter_brookside
from tests.lending import Lendable, Unfit, give_back, lent_database
from tests.participate.conftest import fill_with_cast

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def lendable() -> Lendable:
    return Lendable(copied_database("postgresql", "migrated", upgrade))


async def run(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


async def write_much(url: str) -> None:
    """Into the tables that are only added to as well."""
    database = Database(url)
    async with database.transaction() as session:
        await charter_brookside(session, NOW)
    await database.close()


def changed(lendable: Lendable) -> set[str]:
    found = lendable.content()
    return {name for name, _ in found.tables.items() ^ lendable.original.tables.items()}


async def test_what_a_test_wrote_is_gone_and_numbers_begin_again(lendable: Lendable) -> None:
    await write_much(lendable.url)
    assert {"act", "charter", "decision", "organisation"} <= changed(lendable)
    lendable.restore()
    new = Lendable(copied_database("postgresql", "migrated", upgrade))
    assert every_row(lendable) == every_row(new)
    assert lendable.content().sequences == new.content().sequences


def every_row(lendable: Lendable) -> dict[str, str]:
    return lendable.content().tables


async def test_rows_of_the_template_that_a_test_changed_or_removed_are_back(tmp_path: Path) -> None:
    def fill(url: str) -> None:
        fill_with_cast(tmp_path / "cookies", url)

    lendable = Lendable(copied_database("postgresql", "cast_to_lend", fill))
    assert lendable.original.tables["space"]
    await run(lendable.url, "UPDATE space SET title = 'Another'; DELETE FROM membership")
    assert changed(lendable) == {"space", "membership", "search_passage"}
    lendable.restore()
    new = Lendable(copied_database("postgresql", "cast_to_lend", fill))
    assert every_row(lendable) == every_row(new)
    assert lendable.content().sequences == new.content().sequences


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE space ADD COLUMN more text",
        "ALTER TABLE space ALTER COLUMN title DROP NOT NULL",
        "DROP INDEX ix_act_space_id",
        "CREATE TABLE another (id int)",
        "ALTER TABLE act DISABLE TRIGGER ALL",
        "CREATE SCHEMA another",
        "CREATE FUNCTION one() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    ],
)
async def test_one_with_another_schema_is_not_lent_again(lendable: Lendable, statement: str) -> None:
    await run(lendable.url, statement)
    with pytest.raises(Unfit):
        lendable.restore()
    idle: list[Lendable] = []
    give_back(lendable, idle)
    assert idle == []


async def test_one_that_somebody_is_connected_to_is_not_lent_again(lendable: Lendable) -> None:
    connection = await asyncpg.connect(lendable.url)
    with pytest.raises(Unfit, match="connected"):
        lendable.restore()
    await connection.close()
    lendable.restore()


async def test_one_that_something_is_left_in_is_not_lent_again(
    lendable: Lendable, monkeypatch: pytest.MonkeyPatch
) -> None:
    await write_much(lendable.url)

    async def nothing(connection: asyncpg.Connection, name: str) -> None:
        await asyncio.sleep(0)

    monkeypatch.setattr(lendable, "_refill", nothing)
    with pytest.raises(Unfit, match="left"):
        lendable.restore()


def test_the_next_is_lent_the_same() -> None:
    with lent_database("postgresql", "migrated", upgrade) as first:
        pass
    with (
        lent_database("postgresql", "migrated", upgrade) as second,
        lent_database("postgresql", "migrated", upgrade) as third,
    ):
        assert second == first != third
