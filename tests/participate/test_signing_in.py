"""Signing in: a link opened spends nothing, a button pressed spends it once."""

import asyncio
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest
from quart import Quart
from sqlmodel import select

from deliberation.people.sessions import ABSOLUTE, IDLE, LINK_LIFE, SignedIn, SignInLink
from participate.signin.links import local_path
from tests.people import Clock, Page, Person

SPENT = "This link does not work any more"


def cookie(somebody: Person) -> tuple[str, str]:
    """The two parts of the cookie: the device's secret and the session's token."""
    (held,) = somebody.client.cookie_jar
    secret, session = held.value.split(".")
    return secret, session


async def sessions(app: Quart) -> list[SignedIn]:
    async with app.extensions["database"].reading() as session:
        return list((await session.exec(select(SignedIn))).all())


async def sign_in(somebody: Person, link: str, **fields: Any) -> Page:
    return await somebody.send((await somebody.get(link)).forms()[0], **fields)


async def test_opening_a_link_shows_one_button_and_spends_nothing(
    app: Quart, person: Person, link_for: Any
) -> None:
    link = await link_for("flo@example.org")
    for _ in range(3):
        page = await person.get(link)
        assert page.status == 200
        assert page.html.count("<button") == 1
        assert "as flo@example.org" in page.text
        assert "Sign out" not in page.text
    assert await sessions(app) == []
    assert (await sign_in(person, link)).status == 200
    assert len(await sessions(app)) == 1


async def test_neither_the_link_nor_the_session_is_stored_as_it_is(
    app: Quart, person: Person, link_for: Any
) -> None:
    link = await link_for("flo@example.org")
    await sign_in(person, link)
    secret = link.rpartition("/")[2]
    async with app.extensions["database"].reading() as session:
        stored = (await session.exec(select(SignInLink))).one()
    assert stored.token_hash == sha256(secret.encode()).hexdigest()
    (signed_in,) = await sessions(app)
    assert signed_in.token_hash == sha256(cookie(person)[1].encode()).hexdigest()


async def test_signing_in_keeps_the_device_and_signing_out_replaces_it(
    app: Quart, person: Person, link_for: Any
) -> None:
    link = await link_for("flo@example.org")
    await person.get(link)
    device, no_session = cookie(person)
    assert no_session == ""
    page = await sign_in(person, link)
    same_device, session = cookie(person)
    assert same_device == device
    assert len(session) == 43
    assert "Sign out" in page.text
    page = await person.send(page.form("/sign-out"))
    assert "You are signed out" in page.text
    assert "starts afresh" in page.text
    assert "Sign out" not in page.text
    other_device, no_session = cookie(person)
    assert other_device != device
    assert no_session == ""
    assert await sessions(app) == []


async def test_an_ended_session_does_not_come_back_with_its_old_cookie(
    app: Quart, person: Person, link_for: Any
) -> None:
    page = await sign_in(person, await link_for("flo@example.org"))
    kept = ".".join(cookie(person))
    await person.send(page.form("/sign-out"))
    person.client.set_cookie("localhost", "participate", kept)
    assert (await person.get("/facilitate")).status == 403


async def test_signing_in_again_rotates_the_session(app: Quart, person: Person, link_for: Any) -> None:
    await sign_in(person, await link_for("flo@example.org"))
    first = cookie(person)[1]
    link = await link_for("flo@example.org")
    page = await person.get(link)
    await person.send(page.form(link))
    assert cookie(person)[1] != first
    assert len(await sessions(app)) == 1


async def test_two_simultaneous_presses_sign_in_once(app: Quart, link_for: Any) -> None:
    link = await link_for("flo@example.org")
    people = [Person(app) for _ in range(5)]
    forms = [(await somebody.get(link)).forms()[0] for somebody in people]
    pages = await asyncio.gather(
        *(somebody.send(form, follow=False) for somebody, form in zip(people, forms, strict=True))
    )
    assert sorted(page.status for page in pages) == [303, 410, 410, 410, 410]
    assert len(await sessions(app)) == 1


async def test_used_expired_and_unknown_links_get_the_same_page_that_says_what_to_do(
    app: Quart, clock: Clock, link_for: Any
) -> None:
    used, expired = await link_for("flo@example.org"), await link_for("flo@example.org")
    await sign_in(Person(app), used)
    waiting = Person(app)
    late = (await waiting.get(expired)).forms()[0]
    clock.time += LINK_LIFE
    pages = [await Person(app).get(link) for link in (used, expired, "/sign-in/unknown", "/sign-in/é")]
    pages.append(await waiting.send(late))
    assert {page.status for page in pages} == {410}
    assert len({page.text for page in pages}) == 1
    assert SPENT in pages[0].text
    assert "Ask for another link" in pages[0].text


@pytest.mark.parametrize(
    ("wanted", "reached"),
    [
        ("/spaces/?a=b", "/spaces/?a=b"),
        ("", "/me"),
        ("https://elsewhere.example/", "/me"),
        ("//elsewhere.example/", "/me"),
        ("/\\elsewhere.example/", "/me"),
        ("/\t/elsewhere.example/", "/me"),
        ("javascript:alert(1)", "/me"),
    ],
)
async def test_signing_in_leads_on_within_this_site_only(
    person: Person, link_for: Any, wanted: str, reached: str
) -> None:
    link = await link_for("flo@example.org")
    form = (await person.get(link)).forms()[0]
    page = await person.send(form, follow=False, next=wanted)
    assert page.status == 303
    assert page.headers["Location"] == reached


async def test_the_page_that_was_wanted_is_remembered_by_the_button(person: Person, link_for: Any) -> None:
    link = await link_for("flo@example.org")
    assert (await person.get(f"{link}?next=/spaces/")).forms()[0].fields["next"] == "/spaces/"
    assert (await person.get(f"{link}?next=//evil.example")).forms()[0].fields["next"] == ""


@pytest.mark.parametrize(
    "address",
    [
        "",
        "spaces",
        "//x.example",
        "///x.example",
        "/\\x",
        "\\\\x",
        "http:x",
        "/a b",
        "/a\n",
        "/\x85",
        "/" + "x" * 500,
    ],
)
def test_what_is_no_path_of_this_site_is_no_way_on(address: str) -> None:
    assert local_path(address) is None


async def test_a_session_ends_after_idle_weeks_and_in_any_case_at_last(
    person: Person, clock: Clock, link_for: Any
) -> None:
    await sign_in(person, await link_for("flo@example.org"))
    begun = clock.time
    while clock.time < begun + ABSOLUTE - IDLE:
        clock.time += IDLE - timedelta(seconds=1)
        assert "Sign out" in (await person.get("/")).text
    clock.time = begun + ABSOLUTE
    assert "Sign out" not in (await person.get("/")).text
    await sign_in(person, await link_for("flo@example.org"))
    clock.time += IDLE
    assert "Sign out" not in (await person.get("/")).text


async def test_reading_notes_the_session_once_an_hour(
    app: Quart, person: Person, clock: Clock, link_for: Any
) -> None:
    await sign_in(person, await link_for("flo@example.org"))
    begun = clock.time
    clock.pass_(minutes=59)
    await person.get("/")
    assert (await sessions(app))[0].last_seen_at == begun
    clock.pass_(minutes=1)
    await person.get("/")
    assert (await sessions(app))[0].last_seen_at == clock.time


async def test_signing_in_and_out_need_our_own_form(app: Quart, person: Person, link_for: Any) -> None:
    link = await link_for("flo@example.org")
    page = await person.post(link, {})
    assert page.status == 403
    page = await person.post(link, {}, headers={"Origin": "https://elsewhere.example"})
    assert page.status == 403
    assert await sessions(app) == []
    await sign_in(person, link)
    assert (await person.post("/sign-out", {"token": "made up"})).status == 403
    assert len(await sessions(app)) == 1
