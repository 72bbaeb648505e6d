"""Changing one's own address: a link to the new one, pressed where one is signed in; the old one is told."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest
from quart import Quart
from sqlalchemy import event
from sqlmodel import select

from deliberation.people.accounts import Account, account_for
from deliberation.people.addresses import AddressChange
from deliberation.people.organisations import Listed, keep_organisations, list_domain
from deliberation.people.sessions import LINK_LIFE
from deliberation.running.limits import LINKS_AN_ADDRESS
from deliberation.running.outbox import Letter
from participate.settings import Settings
from participate.worker import forget_sign_ins
from tests.founding import found_brookside
from tests.participate.conftest import LinkFor
from tests.people import Clock, Page, Person

LINK = re.compile(r"http://localhost(/me/address/\S+)")
CHANGE = "/me/address"
Comes = Callable[[str], Awaitable[Person]]


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """An installation that can send letters."""
    return replace(settings, smtp_url="smtp://127.0.0.1:1", mail_sender="no-reply@example.org")


@pytest.fixture
async def comes(app: Quart, link_for: LinkFor) -> Comes:
    """Signs somebody in on a device of their own."""

    async def come(address: str) -> Person:
        somebody = Person(app)
        page = await somebody.get(await link_for(address))
        await somebody.send(page.forms()[0], follow=False)
        return somebody

    return come


async def ask(person: Person, address: str) -> Page:
    return await person.send((await person.get(CHANGE)).form(CHANGE), address=address)


async def letters(app: Quart) -> list[Letter]:
    async with app.extensions["database"].reading() as session:
        return list((await session.exec(select(Letter).order_by("id"))).all())


async def links(app: Quart) -> list[str]:
    return [found[1] for letter in await letters(app) for found in LINK.finditer(letter.text)]


async def addresses(app: Quart) -> set[str]:
    async with app.extensions["database"].reading() as session:
        return {one.address for one in await session.exec(select(Account))}


async def press(person: Person, link: str) -> Page:
    return await person.send((await person.get(link)).form(link))


async def test_the_address_changes_when_the_button_is_pressed_and_not_before(
    app: Quart, comes: Comes, link_for: LinkFor
) -> None:
    anne, elsewhere = await comes("anne@example.org"), await comes("anne@example.org")
    waiting = await link_for("anne@example.org")
    assert f'href="{CHANGE}"' in (await anne.get("/me")).html
    page = await ask(anne, " Anne@Example.net ")
    assert "Look in the e-mail of your new address" in page.text
    (letter,) = await letters(app)
    assert (letter.address, letter.subject) == ("anne@example.net", "Your new address for Participate")
    assert "anne@example.org" not in letter.text
    (link,) = await links(app)
    for _ in range(2):
        assert "From now on you sign in as anne@example.net" in (await anne.get(link)).text
    assert await addresses(app) == {"anne@example.org"}
    page = await press(anne, link)
    assert page.path.startswith("/me?")
    assert "Your address is changed." in page.text
    assert "You are signed in as anne@example.net" in page.text
    assert await addresses(app) == {"anne@example.net"}
    assert "Sign out" not in (await elsewhere.get("/me")).text
    told = (await letters(app))[-1]
    assert (told.address, told.subject) == (
        "anne@example.org",
        "Your address for Participate was changed",
    )
    assert "anne@example.net" not in told.text
    assert (await anne.get(link)).status == 410
    assert (await Person(app).get(waiting)).status == 410  # a sign-in link to the old address


async def test_a_link_does_nothing_for_anybody_else_and_after_its_time(
    app: Quart, comes: Comes, clock: Clock, person: Person
) -> None:
    anne, bo = await comes("anne@example.org"), await comes("bo@example.org")
    await ask(anne, "anne@example.net")
    (link,) = await links(app)
    form = (await anne.get(link)).form(link)
    page = await person.get(link)
    assert "You are not signed in on this device." in page.text
    assert "anne@" not in page.text
    other = await bo.get(link)
    assert (other.status, "anne@" in other.text) == (410, False)
    token = (await bo.get(CHANGE)).form(CHANGE).fields
    assert (await bo.post(link, token)).status == 410
    assert (await anne.get(f"/sign-in/{link.rpartition('/')[2]}")).status == 410
    clock.time += LINK_LIFE
    assert (await anne.send(form)).status == 410
    assert await addresses(app) == {"anne@example.org", "bo@example.org"}
    await forget_sign_ins(app.extensions["database"], clock())
    async with app.extensions["database"].reading() as session:
        assert (await session.exec(select(AddressChange))).all() == []


async def test_a_new_wish_takes_the_place_of_the_one_before(app: Quart, comes: Comes) -> None:
    anne = await comes("anne@example.org")
    for address in ("typo@example.net", "anne@example.net"):
        await ask(anne, address)
    first, second = await links(app)
    assert (await anne.get(first)).status == 410
    assert "anne@example.net" in (await press(anne, second)).text


async def test_a_known_address_gets_the_same_answer_and_is_refused_only_at_the_end(
    app: Quart, comes: Comes, clock: Clock
) -> None:
    anne = await comes("anne@example.org")
    async with app.extensions["database"].transaction() as session:
        await account_for(session, "taken@example.net", now=clock())
    await ask(anne, "first@example.net")  # the key of the day is made
    database, said = app.extensions["database"], list[str]()

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        said.append(statement)

    for engine in (database._writer.sync_engine, database._readers.sync_engine):
        event.listen(engine, "before_cursor_execute", note)
    answers = []
    for address in ("taken@example.net", "fresh@example.net"):
        said.clear()
        page = await ask(anne, address)
        answers.append((page.status, page.path, page.text, list(said)))
        if address.startswith("taken"):
            refused = await press(anne, (await links(app))[-1])
            assert refused.status == 422
            assert "Your account cannot have this address. Write another one." in refused.text
            assert "taken" not in refused.text
    assert answers[0] == answers[1]
    assert await addresses(app) == {"anne@example.org", "taken@example.net"}


async def test_of_two_who_want_one_address_at_once_one_gets_it(app: Quart, comes: Comes) -> None:
    people = [await comes(f"{name}@example.org") for name in ("anne", "bo")]
    for somebody in people:
        await ask(somebody, "shared@example.net")
    wanted = await links(app)
    forms = [(await one.get(link)).form(link) for one, link in zip(people, wanted, strict=True)]
    pages = await asyncio.gather(
        *(one.send(form, follow=False) for one, form in zip(people, forms, strict=True))
    )
    assert sorted(page.status for page in pages) == [303, 422]
    assert "shared@example.net" in await addresses(app)


async def test_a_member_of_the_peoples_side_cannot_take_on_a_bodys_address(
    app: Quart, comes: Comes, clock: Clock
) -> None:
    async with app.extensions["database"].transaction() as session:
        await found_brookside(session, clock())
        await keep_organisations(session, [Listed("ZZ9", "Brook Trust", None, None)])
        await list_domain(session, "ZZ9", "trust.example")
    eve, kit = await comes("eve@example.org"), await comes("kit@example.org")
    form = (await eve.get("/spaces/brookside/join")).form("/join")
    await ask(eve, "eve@mail.trust.example")
    (early,) = await links(app)
    await eve.send(form, has="none")
    page = await ask(eve, "eve@trust.example")
    assert page.status == 403
    assert "This address belongs to a body." in page.text
    assert "<blockquote" in page.html
    assert page.form(CHANGE).fields["address"] == "eve@trust.example"
    assert (await press(eve, early)).status == 403
    assert "eve@example.org" in await addresses(app)
    await ask(kit, "kit@trust.example")  # on no side
    assert (await press(kit, (await links(app))[-1])).path.startswith("/me?")


@pytest.mark.parametrize("kind", ["sqlite"])
async def test_what_is_no_address_is_kept_and_too_many_are_told_when(app: Quart, comes: Comes) -> None:
    anne = await comes("anne@example.org")
    page = await ask(anne, "anne at example")
    assert (page.status, page.form(CHANGE).fields["address"]) == (422, "anne at example")
    assert "name@example.org" in page.text
    assert "This is your address already." in (await ask(anne, "Anne@example.org")).text
    assert await letters(app) == []
    for _ in range(LINKS_AN_ADDRESS):
        await ask(anne, "anne@example.net")
    page = await ask(anne, "anne@example.net")
    assert page.status == 429
    assert "You can ask again in" in page.text
    assert int(page.headers["Retry-After"]) > 0


@pytest.mark.parametrize("kind", ["sqlite"])
async def test_without_a_mail_server_the_page_says_so_and_without_an_account_it_is_closed(
    app: Quart, comes: Comes, person: Person
) -> None:
    app.extensions["settings"] = replace(app.extensions["settings"], smtp_url="")
    anne = await comes("anne@example.org")
    assert "cannot send letters yet" in (await anne.get(CHANGE)).text
    assert (await person.get(CHANGE)).status == 403


async def test_an_unconfirmed_change_goes_with_the_account(app: Quart, comes: Comes) -> None:
    anne = await comes("anne@example.org")
    await ask(anne, "anne@example.net")
    assert "anne@example.net" in (await anne.get("/me/data.json")).text
    await anne.send((await anne.get("/me/erase")).form("/me/erase"))
    async with app.extensions["database"].reading() as session:
        assert (await session.exec(select(AddressChange))).all() == []
