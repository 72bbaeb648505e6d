"""A web process that runs while its database is brought to another shape: nothing is lost, people wait."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from quart import Quart
from sqlalchemy import text

from deliberation.opinion.voting import Vote
from deliberation.spaces.consultations import Consultation
from participate.db import Database
from participate.migrations import downgrade, upgrade
from participate.settings import Settings
from participate.starting import newest_revision
from tests.people import Person

NEWEST = newest_revision("sqlite:///unused.db") or ""
HERE = "/spaces/avonmere/evenings"
TITLE = "We are putting in a new version"
WAIT = "Nothing is lost. Try again in a few minutes."


def meanwhile(act: Callable[..., None], *arguments: str) -> None:
    """Alembic runs a loop of its own."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(act, *arguments).result()


async def put_in(database: Database, *changes: str, revision: str = "9999") -> None:
    """What a newer program would do to the database."""
    async with database.transaction() as session:
        for change in changes:
            await session.exec(text(change))  # type: ignore[call-overload]
        await session.exec(text(f"UPDATE alembic_version SET version_num = '{revision}'"))  # type: ignore[call-overload]


async def test_pages_and_programs_are_told_to_wait_while_the_database_is_older(
    settings: Settings, person: Person, voting: Consultation
) -> None:
    assert (await person.get(HERE)).status == 200
    meanwhile(downgrade, settings.database_url, "0003")
    page = await person.get(HERE)
    assert page.status == 503
    assert TITLE in page.text
    assert WAIT in page.text
    assert page.headers["Retry-After"] == "120"
    welsh = await person.get(f"{HERE}?lang=cy")
    assert "fersiwn newydd" in welsh.text
    response = await person.client.get("/api/v1/spaces/avonmere/evenings")
    assert response.status_code == 503
    assert await response.get_json() == {"error": {"code": "migrating", "message": WAIT}}
    assert response.headers["Retry-After"] == "120"
    meanwhile(upgrade, settings.database_url)
    assert (await person.get(HERE)).status == 200


async def test_an_answer_that_meets_a_newer_database_is_kept_on_the_page(
    person: Person, voting: Consultation, stored: Any
) -> None:
    form = (await person.get(HERE)).form("/vote")
    await put_in(stored.database, "ALTER TABLE vote RENAME COLUMN value TO answer")
    told = await person.send(form, vote="disagree")
    assert told.status == 503
    assert TITLE in told.text
    assert "You sent: Disagree" in told.text
    await put_in(stored.database, "ALTER TABLE vote RENAME COLUMN answer TO value", revision=NEWEST)
    assert (await person.send(told.forms()[-1])).status == 200
    assert [value for _, value in await stored.votes()] == [-1]
    assert await stored.count(Vote) == 1


@pytest.mark.parametrize("revision", [NEWEST, "9999"])
async def test_what_fails_for_another_reason_is_told_only_at_the_same_migration(
    app: Quart, person: Person, stored: Any, revision: str
) -> None:
    async def broken() -> None:
        raise KeyError("a state that this program does not know")

    app.view_functions["front.front"] = broken
    await put_in(stored.database, revision=revision)
    page = await person.get("/")
    assert (page.status, TITLE in page.text) == ((500, False) if revision == NEWEST else (503, True))
