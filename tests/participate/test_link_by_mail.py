"""Signing in by e-mail: one field, one letter, the same answer for all, limits that say when."""

import logging
import re
from dataclasses import replace
from typing import Any

import pytest
from quart import Quart
from sqlalchemy import event
from sqlmodel import select

from deliberation.people.accounts import Account, account_for
from deliberation.people.sessions import SignedIn, SignInLink
from deliberation.running.limits import LINKS_AN_ADDRESS
from deliberation.running.outbox import Letter
from participate.app import create_app
from participate.mailing import send_due
from participate.settings import Mode, Settings
from tests.people import Clock, Page, Person

LINK = re.compile(r"http://localhost(/sign-in/\S+)")
NETWORK = 8


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """An installation that can send letters."""
    return replace(
        settings,
        smtp_url="smtp://127.0.0.1:1",
        mail_sender="no-reply@example.org",
        sign_in_links_an_hour=NETWORK,
    )


async def ask(person: Person, address: str, path: str = "/sign-in", **how: Any) -> Page:
    return await person.send((await person.get(path)).form("/sign-in"), address=address, **how)


async def letters(app: Quart) -> list[Letter]:
    async with app.extensions["database"].reading() as session:
        return list((await session.exec(select(Letter).order_by(Letter.id))).all())  # type: ignore[arg-type]


async def links(app: Quart) -> list[str]:
    return [found[1] for letter in await letters(app) for found in LINK.finditer(letter.text)]


async def test_a_letter_brings_a_link_that_makes_the_account(app: Quart, person: Person) -> None:
    page = await ask(person, " Flo@example.org ")
    assert "Look in your e-mail" in page.text
    assert "It works once, for 15 minutes." in page.text
    (letter,) = await letters(app)
    assert letter.address == "flo@example.org"
    assert letter.subject == "Your link to sign in to Participate"
    async with app.extensions["database"].reading() as session:
        assert (await session.exec(select(Account))).all() == []
    (link,) = await links(app)
    other = Person(app)
    page = await other.send((await other.get(link)).forms()[0])
    assert page.path == "/me"
    assert "flo@example.org" in page.text
    async with app.extensions["database"].reading() as session:
        assert [one.address for one in await session.exec(select(Account))] == ["flo@example.org"]


async def test_signing_in_leads_back_to_where_one_was(app: Quart, person: Person) -> None:
    page = await person.get("/spaces/")
    way = re.search(r'href="(/sign-in\?next=[^"]*)"', page.html)
    assert way is not None
    await ask(person, "flo@example.org", way[1])
    (link,) = await links(app)
    assert (await person.send((await person.get(link)).forms()[0])).path == "/spaces/"
    assert (await person.get("/sign-in?next=/cookies")).headers["Location"] == "/cookies"


@pytest.mark.parametrize("next", ["https://evil.example/", "//evil.example", "/\\evil.example", "/a\nb"])
async def test_a_letter_leads_nowhere_else(app: Quart, person: Person, next: str) -> None:
    await ask(person, "flo@example.org", next=next)
    assert "evil" not in (await letters(app))[0].text
    assert "next" not in (await letters(app))[0].text


@pytest.mark.parametrize(
    "address",
    [
        "",
        "flo",
        "flo@",
        "a@b@example.org",
        "flo@example.org\r\nBcc: all@example.org",
        "flo@example.org, all@example.org",
        "Flo <flo@example.org>",
        "flo@example.org\x00",
        "f\u2028lo@example.org",
        "x" * 255 + "@example.org",
    ],
)
async def test_what_is_no_address_is_kept_and_nothing_is_sent(
    app: Quart, person: Person, address: str
) -> None:
    page = await ask(person, address)
    if address.endswith("\x00"):
        assert "Look in your e-mail" in page.text
        assert (await letters(app))[0].address == "flo@example.org"
        return
    assert page.status == 422
    assert "name@example.org" in page.text
    assert "Error:" in page.html.split("</title>")[0]
    assert "".join(page.form("/sign-in").fields["address"].split()) == "".join(address[:300].split())
    assert await letters(app) == []


async def test_known_and_unknown_addresses_get_the_same_bytes_by_the_same_statements(
    app: Quart, person: Person, clock: Clock
) -> None:
    database = app.extensions["database"]
    async with database.transaction() as session:
        account = await account_for(session, "flo@example.org", now=clock())
        session.add(
            SignedIn(
                token_hash="x",
                account_id=account.id or 0,
                created_at=clock(),
                last_seen_at=clock(),
                expires_at=clock(),
            )
        )
    await ask(person, "first@example.org")  # the key of the day is made
    form = (await person.get("/sign-in")).form("/sign-in")
    said: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        said.append(statement)

    engines = {database._writer.sync_engine, database._readers.sync_engine}
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    answers = []
    for address in ("flo@example.org", "gus@example.org"):
        said.clear()
        response = await person.client.post(
            form.action,
            form={**form.fields, "address": address},
            headers={"Origin": "http://localhost"},
            scope_base={"client": ("198.51.100.7", 40000)},
        )
        headers = {name: re.sub(r"nonce-[\w-]+", "", value) for name, value in response.headers.items()}
        answers.append((response.status_code, headers, await response.get_data(), list(said)))
    assert answers[0] == answers[1]
    assert answers[0][0] == 303
    assert len(answers[0][3]) > 3
    assert not any(re.search(r"\baccount\b", statement) for statement in answers[0][3])


async def test_an_address_is_sent_few_links_and_the_page_says_when_to_ask_again(
    app: Quart, person: Person, clock: Clock
) -> None:
    clock.pass_(minutes=20)
    for _ in range(LINKS_AN_ADDRESS):
        assert (await ask(person, "flo@example.org")).status == 200
    page = await ask(Person(app, "203.0.113.9"), "FLO@example.org")
    assert page.status == 429
    assert "Too many links were asked for" in page.text
    assert "You can ask again in about 40 minutes." in page.text
    assert page.headers["Retry-After"] == "2400"
    assert page.form("/sign-in").fields["address"] == "FLO@example.org"
    assert (await ask(Person(app, "203.0.113.9"), "gus@example.org")).status == 200
    assert len(await letters(app)) == LINKS_AN_ADDRESS + 1
    clock.pass_(minutes=40)
    assert (await ask(person, "flo@example.org")).status == 200


async def test_a_network_asks_for_few_links(app: Quart, person: Person) -> None:
    for number in range(NETWORK):
        assert (await ask(person, f"person{number}@example.org")).status == 200
    page = await ask(person, "another@example.org")
    assert page.status == 429
    assert "You can ask again in about 60 minutes." in page.text
    assert (await ask(Person(app, "203.0.113.9"), "another@example.org")).status == 200


async def test_neither_link_nor_address_is_logged_nor_the_link_stored_once_the_letter_is_gone(
    app: Quart, person: Person, settings: Settings, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        await ask(person, "flo@example.org")
        (link,) = await links(app)
        clock.pass_(minutes=15)
        await send_due(app.extensions["database"], settings, clock=clock)
        await person.get(link)
    secret = link.rpartition("/")[2]
    assert secret not in caplog.text
    assert "flo@example.org" not in caplog.text
    async with app.extensions["database"].reading() as session:
        held = [*await session.exec(select(SignInLink)), *await session.exec(select(Letter))]
    assert secret not in str([row.model_dump() for row in held])


async def test_the_page_of_a_link_tells_no_log_where_a_click_came_from(app: Quart, person: Person) -> None:
    await ask(person, "flo@example.org")
    (link,) = await links(app)
    for path in (link, "/sign-in/spent"):
        assert (await person.get(path)).headers["Referrer-Policy"] == "strict-origin"
    head = await person.client.head(link)
    assert head.status_code == 200
    assert (await person.send((await person.get(link)).forms()[0])).status == 200


async def test_a_letter_is_in_the_language_of_the_page(app: Quart, person: Person) -> None:
    await person.get("/sign-in?lang=cy")
    await ask(person, "flo@example.org")
    (letter,) = await letters(app)
    assert letter.language == "cy"
    assert letter.subject == "Eich dolen i fewngofnodi i Participate"
    assert "15 munud" in letter.text


async def test_asking_needs_our_own_form_and_a_cookie(app: Quart, person: Person) -> None:
    await person.get("/sign-in")
    assert (await person.post("/sign-in", {"address": "flo@example.org"})).status == 403
    assert (await Person(app).post("/sign-in", {"address": "flo@example.org"})).status == 403
    assert await letters(app) == []


async def test_without_a_mail_server_the_page_says_so_and_how_to_mend_it(
    settings: Settings, clock: Clock
) -> None:
    app = create_app(replace(settings, smtp_url=""), clock=clock)
    person = Person(app)
    page = await person.get("/sign-in")
    assert page.status == 200
    assert "cannot send letters yet" in page.text
    assert "PARTICIPATE_SMTP_URL" in page.text
    assert 'name="address"' not in page.html
    told = await (await person.client.get("/readyz")).get_json()
    assert told["mail"].startswith("not set up: set PARTICIPATE_SMTP_URL")
    assert (await person.get("/outbox")).status == 404
    await app.extensions["database"].close()


async def test_a_demonstration_shows_its_letters_and_nobody_else_does(
    app: Quart, settings: Settings, clock: Clock
) -> None:
    assert (await Person(app).get("/outbox")).status == 404
    demo = create_app(replace(settings, mode=Mode.DEMO, smtp_url=""), clock=clock)
    person = Person(demo)
    assert "No letter has been written yet" in (await person.get("/outbox")).text
    page = await ask(person, "flo@example.org")
    assert 'href="/outbox"' in page.html
    for _ in range(2):
        page = await person.get("/outbox")
        assert "Your link to sign in" in page.text
        assert re.search(r'href="/sign-in/[\w-]{43}"', page.html)
        await send_due(demo.extensions["database"], demo.extensions["settings"], clock=clock)
    await demo.extensions["database"].close()


async def test_the_readiness_tells_of_letters_that_are_late_and_not_of_one_that_waits(
    app: Quart, person: Person, clock: Clock
) -> None:
    async def mail() -> str:
        return str((await (await person.client.get("/readyz")).get_json())["mail"])

    before = (await person.get("/readyz")).html
    await ask(person, "flo@example.org")
    assert (await person.get("/readyz")).html == before
    assert await mail() == "ok"
    clock.pass_(minutes=5)
    assert (await mail()).startswith("late")


async def test_the_header_shows_the_way_in_and_the_way_out(cast: Any) -> None:
    for path in ("/", "/spaces/avonmere", "/nowhere"):
        page = await cast.stranger.get(path)
        assert "Sign in" in page.text
        assert "My data" not in page.html.split("<main")[0]
        page = await cast.cai.get(path)
        assert 'href="/me"' in page.html
        assert page.form("/sign-out")
    assert "Facilitate" in (await cast.flo.get("/")).text
    assert "Facilitate" not in (await cast.cai.get("/")).html.split("<main")[0]
