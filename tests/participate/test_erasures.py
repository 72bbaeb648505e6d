"""What somebody has erased does not come back with a backup."""

import asyncio
import json
import stat
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from charters.states import Role, Stage, Standing, StatementState
from deliberation.opinion.statements import StatementText, add_statement
from deliberation.opinion.taking_part import Visitor
from deliberation.opinion.voting import Answer, Ballot, Vote, cast_vote
from deliberation.own_data.erasing import erase_parts
from deliberation.people.accounts import Account, account_for
from deliberation.people.memberships import Membership
from deliberation.people.participants import Participant, account_pseudonym, space_key
from deliberation.spaces.consultations import Consultation
from deliberation.spaces.spaces import SpaceText, found
from participate.db import Database
from participate.erasures import Erasure, ErasuresMissing, account_key, begin, erasures_file, note, read
from participate.keeping import backup, restore
from participate.keeping.erasures import apply_erasures
from participate.settings import Settings
from participate.starting import NotReady, check_database_now
from tests.databases import migrated_database

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
MOMENT = timedelta(seconds=2)


@pytest.fixture
def settings(kind: str, tmp_path: Path) -> Settings:
    return Settings(
        database_url=migrated_database(kind),
        secret_key="s" * 40,
        pseudonym_key="p" * 40,
        erasures=str(tmp_path / "erasures"),
    )


def on(settings: Settings, act: Callable[[Database], Awaitable[Any]]) -> Any:
    async def run() -> Any:
        database = Database(settings.database_url)
        try:
            return await act(database)
        finally:
            await database.close()

    return asyncio.run(run())


def device(settings: Settings, name: str) -> Visitor:
    return Visitor(secret=name.encode(), master=settings.pseudonym_master, network="198.51.100.7")


async def hold(database: Database) -> None:
    """An open consultation with a statement, and an account."""
    async with database.transaction() as session:
        text = SpaceText(slug="avonmere", title="Avonmere", host="Avonmere Voices")
        space = await found(session, text, standing=Standing.TRIAL, policy="open-health-space", now=NOON)
        held = Consultation(
            space_id=space.id or 0,
            slug="evenings",
            title="Evenings",
            question="When?",
            stage=Stage.VOTING,
            created_at=NOON,
        )
        session.add(held)
        await session.flush()
        given = StatementText(text="Open until eight.")
        await add_statement(session, held, given, state=StatementState.PUBLISHED, now=NOON)
        await account_for(session, "anne@example.org", now=NOON)


def vote(settings: Settings, name: str, at: datetime) -> None:
    ballot = Ballot(
        visitor=device(settings, name),
        space="avonmere",
        consultation="evenings",
        number=1,
        answer=Answer.AGREE,
        now=at,
    )
    on(settings, lambda database: database.grouped(cast_vote, ballot))


def erase(settings: Settings, name: str, at: datetime) -> None:
    """As the page of one's own data does it: noted first, then erased."""
    key = device(settings, name).pseudonym(1)
    note(settings, [Erasure(1, key, at)], now=at)

    async def act(database: Database) -> None:
        async with database.transaction() as session:
            await erase_parts(session, {1: [key]}, now=at)

    on(settings, act)


def voters(settings: Settings) -> set[str]:
    async def act(database: Database) -> set[str]:
        async with database.reading() as session:
            query = select(Participant.key).join(Vote)
            return set((await session.exec(query)).all())

    found_keys = on(settings, act)
    return {name for name in ("anne", "bob") if device(settings, name).pseudonym(1) in found_keys}


def begun(settings: Settings) -> None:
    """Served once, and voted in by anne and bob."""
    on(settings, hold)
    check_database_now(settings)
    vote(settings, "anne", datetime.now(UTC))
    vote(settings, "bob", datetime.now(UTC))


def test_whoever_left_after_the_backup_is_gone_after_a_restore(
    settings: Settings, kind: str, tmp_path: Path
) -> None:
    begun(settings)
    backup(settings, tmp_path / "kept")
    erase(settings, "anne", datetime.now(UTC) + MOMENT)
    elsewhere = replace(settings, database_url=migrated_database(kind))
    restore(elsewhere, tmp_path / "kept")
    assert voters(elsewhere) == {"anne", "bob"}
    with pytest.raises(NotReady, match="participate apply-erasures"):
        check_database_now(elsewhere)
    assert apply_erasures(elsewhere) == 1
    assert voters(elsewhere) == {"bob"}
    check_database_now(elsewhere)
    assert apply_erasures(elsewhere) is None


def test_whoever_came_back_after_leaving_stays(settings: Settings, kind: str, tmp_path: Path) -> None:
    begun(settings)
    left = datetime.now(UTC)
    erase(settings, "anne", left)
    vote(settings, "anne", left + MOMENT)
    backup(settings, tmp_path / "kept")
    elsewhere = replace(settings, database_url=migrated_database(kind))
    restore(elsewhere, tmp_path / "kept")
    assert apply_erasures(elsewhere) == 1
    assert voters(elsewhere) == {"anne", "bob"}


@pytest.mark.parametrize(("later", "stays"), [(timedelta(), 0), (2 * MOMENT, 1)])
def test_who_left_a_side_is_not_on_it_again_unless_they_joined_anew(
    settings: Settings, kind: str, tmp_path: Path, later: timedelta, stays: int
) -> None:
    """They gave nothing but their membership, so no other row has their pseudonym."""
    begun(settings)
    at = datetime.now(UTC)

    async def join(database: Database) -> None:
        async with database.transaction() as session:
            session.add(Membership(space_id=1, account_id=1, role=Role.MEMBER, since=at + later))

    on(settings, join)
    key = account_pseudonym(space_key(settings.pseudonym_master, 1), 1)
    note(settings, [Erasure(1, key, at + MOMENT)], now=at)
    backup(settings, tmp_path / "kept")
    elsewhere = replace(settings, database_url=migrated_database(kind))
    restore(elsewhere, tmp_path / "kept")
    assert apply_erasures(elsewhere) == 1

    async def members(database: Database) -> int:
        async with database.reading() as session:
            return len((await session.exec(select(Membership))).all())

    assert on(elsewhere, members) == stays


def test_an_account_is_erased_again_too(settings: Settings, kind: str, tmp_path: Path) -> None:
    begun(settings)
    backup(settings, tmp_path / "kept")
    at = datetime.now(UTC)
    note(settings, [Erasure(0, account_key(settings, 1), at)], now=at)
    elsewhere = replace(settings, database_url=migrated_database(kind))
    restore(elsewhere, tmp_path / "kept")
    apply_erasures(elsewhere)

    async def accounts(database: Database) -> int:
        async with database.reading() as session:
            return len((await session.exec(select(Account))).all())

    assert on(elsewhere, accounts) == 0


@pytest.mark.parametrize("kind", ["sqlite"])
def test_without_the_file_nothing_is_served_and_the_words_say_what_to_do(
    settings: Settings, kind: str, tmp_path: Path
) -> None:
    begun(settings)
    backup(settings, tmp_path / "kept")
    elsewhere = replace(
        settings, database_url=migrated_database(kind), erasures=str(tmp_path / "not" / "here")
    )
    restore(elsewhere, tmp_path / "kept")
    with pytest.raises(ErasuresMissing, match=r"There is no file of erasures at .* --none"):
        apply_erasures(elsewhere)
    with pytest.raises(NotReady, match="erased since"):
        check_database_now(elsewhere)
    assert not erasures_file(elsewhere).exists()
    assert apply_erasures(elsewhere, none=True) == 0
    check_database_now(elsewhere)


@pytest.mark.parametrize("kind", ["sqlite"])
def test_a_file_that_begins_after_the_backup_is_not_enough(
    settings: Settings, kind: str, tmp_path: Path
) -> None:
    begun(settings)
    backup(settings, tmp_path / "kept")
    elsewhere = replace(settings, database_url=migrated_database(kind), erasures=str(tmp_path / "new"))
    begin(elsewhere, datetime.now(UTC) + MOMENT)
    restore(elsewhere, tmp_path / "kept")
    with pytest.raises(ErasuresMissing, match="erasures between are not in it"):
        apply_erasures(elsewhere)


@pytest.mark.parametrize("kind", ["sqlite"])
def test_the_file_is_for_its_owner_alone_and_an_unfinished_line_is_cut_off(settings: Settings) -> None:
    begin(settings, NOON)
    note(settings, [Erasure(1, "a", NOON)], now=NOON)
    file = erasures_file(settings)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with file.open("a") as torn:
        torn.write('{"space": 1, "key": "b')
    assert [one.key for one in read(settings).erasures] == ["a"]
    note(settings, [Erasure(2, "c", NOON)], now=NOON)
    assert [one.key for one in read(settings).erasures] == ["a", "c"]
    assert [json.loads(line) for line in file.read_text().splitlines()][1] == {
        "space": 1,
        "key": "a",
        "at": NOON.isoformat(),
    }


@pytest.mark.parametrize("kind", ["sqlite"])
def test_where_erasures_cannot_be_noted_nothing_is_served(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(NotReady, match="PARTICIPATE_ERASURES"):
        check_database_now(replace(settings, erasures=str(tmp_path / "folder")))
