"""Six words bring what somebody gave without an account to another device, or delete it."""

import re
from typing import Any

import pytest
from quart import Quart
from sqlmodel import select

from deliberation.people.recovery_codes import RecoveryCode
from deliberation.spaces.consultations import Consultation
from participate.erasures import read
from participate.settings import Settings
from participate.views.recovering import TRIES_A_MINUTE
from tests.participate.conftest import Stored
from tests.people import Clock, Page, Person

EVENINGS = "/spaces/avonmere/evenings"
WRONG = "acorn bridge candle dairy eagle fern"


async def vote(somebody: Person, number: int, answer: str) -> None:
    page = await somebody.get(f"{EVENINGS}?statement={number}")
    await somebody.send(page.form("/vote"), vote=answer)


async def words_for(somebody: Person) -> str:
    page = await somebody.get("/me/code")
    shown = await somebody.send(page.form("/me/code"))
    found = re.search(r'<p class="say-text" lang="en">([a-z ]+)</p>', shown.html)
    assert found is not None, shown.text
    return found[1]


async def use(somebody: Person, words: str, deed: str, **how: Any) -> Page:
    page = await somebody.get("/me/code/use")
    return await somebody.send(page.form("/me/code/use"), words=words, deed=deed, **how)


@pytest.fixture
async def phone(app: Quart, voting: Consultation) -> Person:
    """Somebody who has voted on their phone."""
    phone = Person(app)
    await vote(phone, 1, "agree")
    await vote(phone, 2, "agree")
    return phone


async def test_the_words_bring_everything_to_another_device_once(
    phone: Person, app: Quart, stored: Stored, clock: Clock
) -> None:
    laptop, words = Person(app), await words_for(phone)
    clock.pass_(minutes=1)
    await vote(laptop, 2, "disagree")
    assert await stored.people() == 2
    page = await use(laptop, words.upper().replace(" ", ", "), "move")
    assert "What you gave on the other device is yours here now." in page.text
    assert "Your votes: 2" in page.text
    assert await stored.votes() == [(1, 1), (2, -1)]
    assert await stored.people() == 1
    assert "Nothing. You have not voted" in (await phone.get("/me")).text
    again = await use(Person(app), words, "move")
    assert again.status == 422
    assert "These words lead to nothing." in again.text


async def test_the_words_move_it_where_nobody_has_voted_yet(
    phone: Person, app: Quart, stored: Stored
) -> None:
    laptop = Person(app)
    await use(laptop, await words_for(phone), "move")
    assert "Your votes: 2" in (await laptop.get("/me")).text
    assert await stored.people() == 1


async def test_the_words_delete_it_and_the_erasure_is_noted(
    phone: Person, app: Quart, stored: Stored, settings: Settings
) -> None:
    page = await use(Person(app), await words_for(phone), "erase")
    assert "What the six words led to is deleted." in page.text
    assert (await stored.votes(), await stored.people()) == ([], 0)
    assert [one.space_id for one in read(settings).erasures] == [1]


async def test_new_words_take_the_place_of_the_old(phone: Person, app: Quart) -> None:
    old, new = await words_for(phone), await words_for(phone)
    assert (await use(Person(app), old, "move")).status == 422
    assert (await use(Person(app), new, "move")).status == 200


async def test_the_words_are_stored_in_no_form_that_can_be_read(
    phone: Person, app: Quart, stored: Stored
) -> None:
    words = await words_for(phone)
    async with app.extensions["database"].reading() as session:
        (kept,) = (await session.exec(select(RecoveryCode.code_hash))).all()
    assert re.fullmatch("[0-9a-f]{64}", kept)
    assert words not in (await phone.get("/me/code")).text


@pytest.mark.parametrize("kind", ["sqlite"])
@pytest.mark.parametrize(
    ("words", "deed", "says"),
    [
        ("", "move", "Write the six words."),
        ("acorn bridge", "move", "You wrote 2 words. A code has six."),
        ("acorn bridgge candle dairy eagle fern", "move", "“bridgge” stands in no code."),
        (WRONG, "", "Choose what is to be done with it."),
        (WRONG, "move", "These words lead to nothing."),
    ],
)
async def test_what_was_typed_stays_with_what_is_wrong(
    phone: Person, words: str, deed: str, says: str
) -> None:
    page = await use(phone, words, deed)
    assert page.status == 422
    assert says in page.text
    assert words in page.html


@pytest.mark.parametrize("kind", ["sqlite"])
async def test_only_so_many_tries_come_from_a_network_and_the_page_says_until_when(
    phone: Person, app: Quart, clock: Clock
) -> None:
    words = await words_for(phone)
    for _ in range(TRIES_A_MINUTE):
        assert (await use(Person(app), WRONG, "move")).status == 422
    late = await use(Person(app), words, "move")
    assert late.status == 429
    assert "Try again after Monday 2 March 2026, 12:01." in late.text
    assert (await use(Person(app, address="203.0.113.9"), WRONG, "move")).status == 422
    clock.pass_(minutes=1)
    assert (await use(Person(app), words, "move")).status == 200


@pytest.mark.parametrize("kind", ["sqlite"])
async def test_whoever_has_given_nothing_or_is_signed_in_needs_no_words(
    phone: Person, person: Person, link_for: Any, stored: Stored
) -> None:
    assert "There is nothing to bring back yet." in (await person.get("/me/code")).text
    await phone.send((await phone.get(await link_for("anne@example.org"))).forms()[0], follow=False)
    assert "You are signed in, so you need no words." in (await phone.get("/me/code")).text
    assert await stored.count(RecoveryCode) == 0


async def test_words_written_down_go_on_working_after_signing_in(
    phone: Person, app: Quart, link_for: Any, stored: Stored
) -> None:
    words = await words_for(phone)
    await phone.send((await phone.get(await link_for("anne@example.org"))).forms()[0], follow=False)
    assert (await use(Person(app), words, "erase")).status == 200
    assert await stored.votes() == []
