"""Letters about what somebody follows: never unasked, never empty, once, and stopped by one press."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from quart import Quart
from sqlmodel import select, update

from deliberation.following.digests import choose_frequency, due_digests, last_round, stop_digests
from deliberation.people.accounts import Account, account_with_address
from deliberation.running.outbox import Cause, Letter
from participate.db import Database
from participate.digests import JOB, look_for_digests, stop_link, stopped_by, tell_due
from participate.mailing import message
from participate.settings import Settings
from participate.worker import Worker
from tests.participate.test_clauses import MINE, save
from tests.participate.test_clauses import ann as ann
from tests.participate.test_clauses import sided as sided
from tests.participate.test_following import CLAUSE, LIST, PROPOSAL, SPACE, press
from tests.participate.test_following import cai as cai
from tests.people import Clock, Person

ADDRESS = "cai@example.org"
DAY = timedelta(days=1)


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """With a mail server, which is not asked here."""
    return replace(settings, smtp_url="smtp://localhost", mail_sender="no-reply@participate.example.org")


@pytest.fixture
def database(app: Quart) -> Database:
    kept: Database = app.extensions["database"]
    return kept


async def chosen(cai: Person, often: str = "daily", *paths: str) -> None:
    """Cai follows these, and wants mail so often."""
    for path in paths or (PROPOSAL,):
        await press(cai, path)
    await cai.send((await cai.get(LIST)).form("/following/mail"), mail_frequency=often)
    cai.app.extensions["clock"].pass_(minutes=1)


async def letters(database: Database) -> list[Letter]:
    async with database.reading() as session:
        return list((await session.exec(select(Letter).where(Letter.cause == Cause.DIGEST))).all())


async def test_a_letter_tells_what_was_done_grouped_and_says_how_to_stop(
    cai: Person, ann: Person, database: Database, settings: Settings, clock: Clock
) -> None:
    await chosen(cai, "daily", SPACE, PROPOSAL, CLAUSE)
    await save(ann)
    await save(ann, clause=2, text="Another clause of it.")
    assert await tell_due(database, settings, clock() + DAY) == 1
    (letter,) = await letters(database)
    assert letter.address == ADDRESS
    assert letter.text.count("Words of a clause changed.") == 2, "each act once, whatever it stands within"
    assert "Going home with a plan\n- Words of a clause changed. Proposal 1, clause 2." in letter.text
    assert "== GP care in Avonmere ==" in letter.text
    assert f"http://localhost{PROPOSAL}\n" in letter.text
    assert MINE not in letter.text
    assert "Ann" not in letter.text
    assert stop_link(settings, await _account(database)) in letter.text
    assert "at most once a day" in letter.text


@pytest.mark.parametrize("often", ["none", "daily", "weekly"])
async def test_who_wants_no_mail_gets_none_and_nobody_gets_an_empty_letter(
    cai: Person, ann: Person, database: Database, settings: Settings, clock: Clock, often: str
) -> None:
    await chosen(cai, often)
    assert await tell_due(database, settings, clock() + 8 * DAY) == 0
    await save(ann)
    told = await tell_due(database, settings, clock() + 8 * DAY)
    assert told == 0, "what was done before that round is told of in it or never"
    clock.pass_(days=9)
    assert await tell_due(database, settings, clock()) == 0
    assert await letters(database) == []


async def test_who_follows_nothing_gets_no_letter(
    cai: Person, ann: Person, database: Database, settings: Settings, clock: Clock
) -> None:
    await chosen(cai)
    await cai.send((await cai.get(PROPOSAL)).form("/following/stop"))
    await save(ann)
    assert await tell_due(database, settings, clock() + DAY) == 0


async def test_of_two_workers_one_writes_the_letter(
    cai: Person, ann: Person, database: Database, settings: Settings, clock: Clock
) -> None:
    await chosen(cai)
    await save(ann)
    later = clock() + DAY
    told = await asyncio.gather(*(tell_due(database, settings, later) for _ in range(3)))
    assert sorted(told) == [0, 0, 1]
    assert await tell_due(database, settings, later + timedelta(hours=1)) == 0
    assert len(await letters(database)) == 1


async def test_a_weekly_letter_waits_for_monday_and_has_the_whole_week(
    cai: Person, ann: Person, database: Database, settings: Settings, clock: Clock
) -> None:
    await chosen(cai, "weekly")
    await save(ann)
    monday = last_round("weekly", clock()) + 7 * DAY
    assert await tell_due(database, settings, monday - timedelta(hours=2)) == 0
    assert await tell_due(database, settings, monday + timedelta(minutes=10)) == 1
    (letter,) = await letters(database)
    assert "at most once a week" in letter.text


async def test_the_worker_looks_and_writes(
    cai: Person, ann: Person, database: Database, settings: Settings, clock: Clock
) -> None:
    await chosen(cai)
    await save(ann)
    clock.pass_(days=1)
    await look_for_digests(database, clock())
    worker = Worker(database, settings, handlers={JOB: _at(clock)}, looks={look_for_digests: 1}, clock=clock)
    assert await worker.run_until_idle() == 1
    assert len(await letters(database)) == 1
    assert await worker.run_until_idle() == 0


def _at(clock: Clock) -> Any:
    async def handler(database: Database, settings: Settings, _payload: Any, _progress: Any) -> None:
        await tell_due(database, settings, clock())

    return handler


async def test_the_letter_is_in_the_language_of_the_account(
    cai: Person, ann: Person, database: Database, settings: Settings, clock: Clock
) -> None:
    await chosen(cai)
    await save(ann)
    async with database.transaction() as session:
        await session.exec(update(Account).where(Account.address == ADDRESS).values(language="cy"))
    await tell_due(database, settings, clock() + DAY)
    (letter,) = await letters(database)
    assert letter.language == "cy"
    assert "Geiriau cymal wedi'u newid." in letter.text
    assert "Words of" not in letter.text


async def test_the_letter_carries_the_headers_of_one_click(
    cai: Person, ann: Person, database: Database, settings: Settings, clock: Clock
) -> None:
    await chosen(cai)
    await save(ann)
    await tell_due(database, settings, clock() + DAY)
    (letter,) = await letters(database)
    stop = stop_link(settings, await _account(database))
    written = message(letter, settings, stop=stop)
    assert written["List-Unsubscribe"] == f"<{stop}>"
    assert written["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert written["Auto-Submitted"] == "auto-generated"
    assert "List-Unsubscribe" not in message(letter, settings)


async def test_a_mail_program_stops_them_by_one_post_without_cookie_or_token(
    app: Quart, cai: Person, ann: Person, database: Database, settings: Settings, clock: Clock
) -> None:
    await chosen(cai)
    await save(ann)
    await tell_due(database, settings, clock() + DAY)
    path = stop_link(settings, await _account(database)).removeprefix("http://localhost")
    response = await app.test_client().post(path, form={"List-Unsubscribe": "One-Click"})
    assert response.status_code == 200, "no redirect"
    assert await letters(database) == [], "what waits goes out to nobody"
    await save(ann, text="Other words.")
    assert await tell_due(database, settings, clock() + 3 * DAY) == 0
    assert "Going home with a plan" in (await cai.get(LIST)).text, "they follow it still"


async def test_somebody_signed_out_stops_them_by_a_button_and_opening_the_page_stops_nothing(
    person: Person, cai: Person, database: Database, settings: Settings
) -> None:
    await chosen(cai)
    path = stop_link(settings, await _account(database)).removeprefix("http://localhost")
    page = await person.get(path)
    assert page.headers["Referrer-Policy"] == "strict-origin"
    assert (await cai.get(LIST)).form("/following/mail").fields["mail_frequency"] == "daily"
    (form,) = [one for one in page.forms() if "Stop these letters" in one.html]
    page = await person.send(form)
    assert "Letters about what you follow are stopped." in page.text
    assert (await cai.get(LIST)).form("/following/mail").fields["mail_frequency"] == "none"


@pytest.mark.parametrize("link", ["1", "1.", "x.y", "1.0000", "٣.x", "99999999999999999999.x", ".", "é.é"])
async def test_a_link_that_nobody_gave_stops_nothing(
    person: Person, cai: Person, settings: Settings, link: str
) -> None:
    await chosen(cai)
    assert stopped_by(settings, link) is None
    assert (await person.get(f"/stop/{link}")).status == 404
    assert (await person.post(f"/stop/{link}", {})).status == 404
    assert (await cai.get(LIST)).form("/following/mail").fields["mail_frequency"] == "daily"


async def test_the_link_of_an_erased_account_says_the_same(
    person: Person, cai: Person, database: Database, settings: Settings
) -> None:
    await chosen(cai)
    path = stop_link(settings, await _account(database)).removeprefix("http://localhost")
    await cai.send((await cai.get("/me/erase")).form("/me/erase"))
    assert "Letters about what you follow are stopped." in (await person.post(path, {})).text


async def test_choosing_none_drops_what_waits_and_choosing_again_begins_anew(
    cai: Person, ann: Person, database: Database, settings: Settings, clock: Clock
) -> None:
    await chosen(cai)
    await save(ann)
    await tell_due(database, settings, clock() + DAY)
    mine = await _account(database)
    async with database.transaction() as session:
        await choose_frequency(session, mine, "none", now=clock())
    assert await letters(database) == []
    async with database.transaction() as session:
        await choose_frequency(session, mine, "daily", now=clock() + 5 * DAY)
    assert await tell_due(database, settings, clock() + 6 * DAY) == 0
    async with database.transaction() as session:
        await stop_digests(session, mine)
        assert await due_digests(session, now=clock() + 9 * DAY) == []


@pytest.mark.parametrize(
    ("often", "now", "until"),
    [
        ("daily", datetime(2026, 7, 1, 6, 4, tzinfo=UTC), datetime(2026, 6, 30, 6, tzinfo=UTC)),
        ("daily", datetime(2026, 7, 1, 6, 5, tzinfo=UTC), datetime(2026, 7, 1, 6, tzinfo=UTC)),
        ("daily", datetime(2026, 12, 1, 6, 59, tzinfo=UTC), datetime(2026, 11, 30, 7, tzinfo=UTC)),
        ("weekly", datetime(2026, 11, 29, 23, tzinfo=UTC), datetime(2026, 11, 23, 7, tzinfo=UTC)),
        ("weekly", datetime(2026, 11, 30, 7, 5, tzinfo=UTC), datetime(2026, 11, 30, 7, tzinfo=UTC)),
        ("weekly", datetime(2026, 3, 29, 12, tzinfo=UTC), datetime(2026, 3, 23, 7, tzinfo=UTC)),
    ],
)
def test_rounds_are_at_seven_in_london(often: str, now: datetime, until: datetime) -> None:
    assert last_round(often, now) == until


async def _account(database: Database) -> int:
    async with database.reading() as session:
        found = await account_with_address(session, ADDRESS)
    assert found is not None
    return found
