"""Where somebody is signed in: devices listed, ended one by one or all others, tokens that change."""

from typing import Any

import pytest
from quart import Quart
from sqlmodel import select

from charters.states import Role, Standing
from deliberation.people.memberships import appoint
from deliberation.people.sessions import SessionState, SignedIn
from deliberation.spaces.spaces import SpaceText, found
from participate.devices import Device
from participate.signin.labels import label_of
from tests.people import Clock, Page, Person

FIREFOX = "Mozilla/5.0 (Android 14; Mobile; rv:136.0) Gecko/136.0 Firefox/136.0"


async def sign_in(person: Person, link: str, agent: str = "") -> Page:
    form = (await person.get(link)).forms()[0]
    return await person.post(form.action, form.fields, headers={"User-Agent": agent})


def token(person: Person) -> str:
    (held,) = person.client.cookie_jar
    return str(held.value).split(".")[1]


async def sessions(app: Quart) -> list[SignedIn]:
    async with app.extensions["database"].reading() as session:
        return list((await session.exec(select(SignedIn))).all())


async def test_the_page_of_ones_own_data_leads_to_the_devices(person: Person, link_for: Any) -> None:
    assert (await person.get("/me/devices")).headers["Location"] == "/sign-in?next=/me/devices"
    page = await sign_in(person, await link_for("flo@example.org"))
    assert page.path == "/me"
    assert 'href="/me/devices"' in page.html


async def test_devices_are_listed_by_kind_and_day(
    app: Quart, person: Person, link_for: Any, clock: Clock
) -> None:
    await sign_in(person, await link_for("flo@example.org"), FIREFOX)
    clock.pass_(days=3)
    other = Person(app)
    await sign_in(other, await link_for("flo@example.org"))
    page = await other.get("/me/devices")
    assert "Firefox on Android" in page.text
    assert "136" not in page.text
    assert "Last used 3 days ago. Signed in on Monday 2 March 2026." in page.text
    assert page.text.count("This device") == 1
    assert page.html.index("A browser") < page.html.index("Firefox on Android")
    clock.pass_(days=1)
    assert "Last used today" in (await other.get("/me/devices")).text
    clock.pass_(days=7)
    assert "more than a week ago" in (await other.get("/me/devices")).text
    page = await other.get("/me/devices?lang=cy")
    assert "Firefox ar Android" in page.text


async def test_one_device_is_ended_from_another(
    app: Quart, person: Person, link_for: Any, clock: Clock
) -> None:
    await sign_in(person, await link_for("flo@example.org"), FIREFOX)
    clock.pass_(minutes=1)
    other = Person(app)
    await sign_in(other, await link_for("flo@example.org"))
    page = await other.get("/me/devices")
    end = [form for form in page.forms() if form.action == "/me/devices/end"][1]
    page = await other.send(end)
    assert "Firefox" not in page.text
    assert "Sign out" not in (await person.get("/")).text
    page = await other.send(page.form("/me/devices/end"))
    assert "You are signed out" in page.text
    assert await sessions(app) == []


async def test_nobody_ends_the_session_of_somebody_else(app: Quart, person: Person, link_for: Any) -> None:
    await sign_in(person, await link_for("flo@example.org"))
    theirs = (await sessions(app))[0].handle
    gus = Person(app)
    await sign_in(gus, await link_for("gus@example.org"))
    form = (await gus.get("/me/devices")).form("/me/devices/end")
    await gus.send(form, device=theirs)
    stranger = Person(app)
    await stranger.get("/sign-in/x")
    stranger.client.set_cookie("localhost", "participate", Device.new().cookie)
    assert len(await sessions(app)) == 2
    assert "Sign out" in (await person.get("/")).text


async def test_all_others_are_ended_at_once_and_this_one_gets_a_new_token(app: Quart, link_for: Any) -> None:
    people = [Person(app) for _ in range(3)]
    for somebody in people:
        await sign_in(somebody, await link_for("flo@example.org"))
    before = token(people[0])
    page = await people[0].send((await people[0].get("/me/devices")).form("/end-others"))
    assert page.status == 200
    assert token(people[0]) != before
    assert "Sign out" in (await people[0].get("/")).text
    for somebody in people[1:]:
        assert "Sign out" not in (await somebody.get("/")).text


async def test_a_session_that_was_planted_is_worth_nothing_after_signing_in(
    app: Quart, person: Person, link_for: Any
) -> None:
    """Session fixation: the token that somebody else knows is not the one that is signed in."""
    planted = Device.new().signed_in(Device.new().secret)
    person.client.set_cookie("localhost", "participate", planted.cookie)
    await sign_in(person, await link_for("flo@example.org"))
    assert token(person) != planted.session
    thief = Person(app)
    thief.client.set_cookie("localhost", "participate", planted.cookie)
    assert "Sign out" not in (await thief.get("/spaces/")).text
    assert "without an account" in (await thief.get("/me")).text


async def test_a_token_that_was_taken_is_worth_nothing_after_a_new_role(
    app: Quart, person: Person, link_for: Any, clock: Clock
) -> None:
    await sign_in(person, await link_for("flo@example.org"))
    (held,) = person.client.cookie_jar
    thief = Person(app)
    thief.client.set_cookie("localhost", "participate", str(held.value))
    assert "Sign out" in (await thief.get("/")).text
    async with app.extensions["database"].transaction() as session:
        text = SpaceText(slug="here", title="Here", host="Nobody")
        space = await found(session, text, standing=Standing.TRIAL, policy="open-health-space", now=clock())
        (one,) = (await session.exec(select(SignedIn))).all()
        await appoint(session, space.id or 0, one.account_id, Role.FACILITATOR, since=clock())
    before = token(person)
    assert (await person.get("/api/v1/spaces")).status in (200, 404)
    assert token(person) == before
    assert "You are signed in as" in (await person.get("/me")).text
    assert token(person) != before
    assert {one.state for one in await sessions(app)} == {SessionState.LIVE, SessionState.REPLACED}
    clock.pass_(seconds=30)
    after = token(person)
    assert "You are signed in as" in (await person.get("/me")).text
    assert "without an account" in (await thief.get("/me")).text
    assert token(person) == after


@pytest.mark.parametrize(
    ("agent", "label"),
    [
        (FIREFOX, "Firefox on Android"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_3 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
            "Version/18.3 Mobile/15E148 Safari/604.1",
            "Safari on iPhone",
        ),
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
            "Chrome/134.0.0.0 Safari/537.36 Edg/134.0.0.0",
            "Edge on Windows",
        ),
        (
            "Mozilla/5.0 (Linux; Android 13; SM-S918B) AppleWebKit/537.36 (KHTML, like Gecko) "
            "SamsungBrowser/27.0 Chrome/125.0.0.0 Mobile Safari/537.36",
            "Samsung Internet on Android",
        ),
        (
            "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) "
            "Chrome/134.0.0.0 Safari/537.36",
            "Chrome on ChromeOS",
        ),
        (
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:136.0) Gecko/20100101 Firefox/136.0",
            "Firefox on Mac",
        ),
        ("curl/8.5.0", ""),
        ("<script>alert(1)</script> (Linux)", "Linux"),
        ("", ""),
    ],
)
def test_a_device_is_called_by_its_kind_and_nothing_finer(agent: str, label: str) -> None:
    assert label_of(agent) == label
