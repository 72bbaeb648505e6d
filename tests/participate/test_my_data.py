"""The page of one's own data: seen, taken along, put right, and taken back in two actions."""

import csv
import io
import json
import zipfile
from typing import Any

import pytest
from quart import Quart
from sqlmodel import select

from deliberation.own_data.register import REGISTER
from deliberation.people.accounts import Account
from deliberation.people.sessions import SignedIn
from deliberation.spaces.consultations import Consultation
from participate.erasures import read
from participate.settings import Settings
from tests.participate.conftest import Cast, Stored
from tests.people import Clock, Page, Person

EVENINGS = "/spaces/avonmere/evenings"
OWN = "=More benches in the park, please."


async def vote(somebody: Person, number: int, answer: str) -> None:
    page = await somebody.get(f"{EVENINGS}?statement={number}")
    await somebody.send(page.form("/vote"), vote=answer)


async def say(somebody: Person, text: str) -> None:
    page = await somebody.get(EVENINGS)
    await somebody.send(page.form("/statements"), text=text)


async def sign_in(somebody: Person, link: str) -> None:
    await somebody.send((await somebody.get(link)).forms()[0], follow=False)


@pytest.fixture
async def anne(app: Quart, voting: Consultation) -> Person:
    """She has voted and written something, without an account."""
    anne = Person(app)
    await vote(anne, 1, "agree")
    await vote(anne, 2, "pass")
    await say(anne, OWN)
    return anne


async def body(somebody: Person, path: str) -> bytes:
    response = await somebody.client.get(path)
    assert response.status_code == 200
    return bytes(await response.get_data(as_text=False))


async def test_without_an_account_the_page_shows_what_this_device_gave(anne: Person, person: Person) -> None:
    page = await anne.get("/me")
    assert page.status == 200
    assert "Your votes: 2" in page.text
    assert "Agree, on statement 1" in page.text
    assert "Statements you wrote: 1" in page.text
    assert OWN in page.text
    assert "given under version 1 of the charter" in page.text
    stranger = await person.get("/me")
    assert "Nothing. You have not voted or written anything yet." in stranger.text
    assert OWN not in stranger.text


@pytest.mark.parametrize("kind", ["sqlite"])
async def test_reading_makes_nobody(person: Person, voting: Consultation, stored: Stored) -> None:
    for path in ("/me", "/me/data.json", "/me/data.zip", "/me/erase", "/me/erase?space=avonmere"):
        assert (await person.get(path)).status == 200
    assert await stored.people() == 0


async def test_the_files_have_every_row(anne: Person) -> None:
    document = json.loads(await body(anne, "/me/data.json"))
    part = document["spaces"]["avonmere"]
    assert [(vote["statement"], vote["value"]) for vote in part["vote"]] == [(1, 1), (2, 0)]
    assert [one["text"] for one in part["statement"]] == [OWN]
    assert document["account"] == {}
    for entry in REGISTER:
        for row in part.get(entry.table, ()):
            if entry.table != "removal":
                assert set(entry.columns) <= set(row)
    with zipfile.ZipFile(io.BytesIO(await body(anne, "/me/data.zip"))) as archive:
        assert set(archive.namelist()) == {"participant.csv", "statement.csv", "vote.csv"}
        votes = list(csv.DictReader(io.StringIO(archive.read("vote.csv").decode())))
        (statement,) = csv.DictReader(io.StringIO(archive.read("statement.csv").decode()))
    assert [(vote["space"], vote["value"]) for vote in votes] == [("avonmere", "1"), ("avonmere", "0")]
    assert statement["text"] == f"'{OWN}"  # no spreadsheet takes it for a sum


async def press_twice(somebody: Person, path: str) -> Page:
    """The button on the page, and the button on the page it leads to."""
    page = await somebody.get("/me")
    assert f'href="{path}"' in page.html
    asked = await somebody.get(path)
    return await somebody.send(asked.form("/me/erase"))


async def test_a_part_goes_in_two_actions_and_the_page_says_when_figures_follow(
    anne: Person, person: Person, stored: Stored
) -> None:
    await vote(person, 1, "disagree")
    page = await press_twice(anne, "/me/erase?space=avonmere")
    assert "Your part in that space is erased. Published figures follow with the next result." in page.text
    assert "Nothing. You have not voted" in page.text
    assert await stored.votes() == [(1, -1)]
    assert await stored.people() == 1


async def test_everything_goes_in_two_actions_with_the_account(
    anne: Person, app: Quart, stored: Stored, link_for: Any, settings: Settings, clock: Clock
) -> None:
    await sign_in(anne, await link_for("anne@example.org"))
    (before,) = anne.client.cookie_jar
    page = await press_twice(anne, "/me/erase")
    assert "Nothing that we hold points to you any more." in page.text
    (after,) = anne.client.cookie_jar
    assert before.value[:43] != after.value[:43]
    assert (await stored.votes(), await stored.people()) == ([], 0)
    assert (await stored.count(Account), await stored.count(SignedIn)) == (0, 0)
    noted = read(settings).erasures
    assert [one.space_id for one in noted] == [1, 0]
    assert {one.at for one in noted} == {clock()}


async def test_a_facilitator_is_told_that_the_service_ends_too(cast: Cast) -> None:
    page = await cast.flo.get("/me")
    assert "Facilitator" in page.text
    asked = await cast.flo.get("/me/erase?space=avonmere")
    assert "your service as a facilitator" in asked.text
    await cast.flo.send(asked.form("/me/erase"))
    assert (await cast.flo.get("/spaces/avonmere/new")).status in (403, 404)


async def test_the_account_is_put_right(anne: Person, app: Quart, link_for: Any) -> None:
    await sign_in(anne, await link_for("anne@example.org"))
    page = await anne.get("/me")
    form = page.form("/me/account")
    page = await anne.send(
        form,
        name="Anne",
        language="cy",
        mail_format="html",
        mail_frequency="weekly",
        address="eve@evil.example",
    )
    assert 'lang="cy"' in page.html
    async with app.extensions["database"].reading() as session:
        account = (await session.exec(select(Account))).one()
    assert (account.name, account.language, account.mail_format, account.mail_frequency) == (
        "Anne",
        "cy",
        "html",
        "weekly",
    )
    assert (account.address, account.operator) == ("anne@example.org", False)


async def test_what_cannot_be_kept_stays_typed(anne: Person, link_for: Any) -> None:
    await sign_in(anne, await link_for("anne@example.org"))
    page = await anne.get("/me")
    page = await anne.send(
        page.form("/me/account"), name="A" * 121, mail_format="text", mail_frequency="none"
    )
    assert page.status == 422
    assert "Shorten it to 120 or fewer" in page.text
    assert "A" * 121 in page.html


@pytest.mark.parametrize("kind", ["sqlite"])
async def test_only_somebody_signed_in_has_an_account_to_put_right(anne: Person) -> None:
    asked = await anne.get("/me/erase")
    token = asked.form("/me/erase").fields["token"]
    page = await anne.post("/me/account", {"token": token, "name": "Eve"})
    assert page.status == 403


async def test_pressing_twice_at_once_erases_once(anne: Person, stored: Stored) -> None:
    asked = await anne.get("/me/erase?space=avonmere")
    form = asked.form("/me/erase")
    first = await anne.send(form, follow=False)
    second = await anne.send(form, follow=False)
    assert (first.status, second.status) == (303, 303)
    assert await stored.votes() == []


async def test_a_statement_of_ones_own_leads_to_its_page(anne: Person) -> None:
    page = await anne.get("/me")
    path = f"{EVENINGS}/statements/5"
    assert f'href="{path}"' in page.html
    assert OWN in (await anne.get(path)).text


@pytest.mark.parametrize("kind", ["sqlite"])
async def test_the_language_of_the_account_is_spoken_on_a_device_that_signs_in(
    anne: Person, app: Quart, link_for: Any
) -> None:
    await sign_in(anne, await link_for("anne@example.org"))
    form = (await anne.get("/me")).form("/me/account")
    await anne.send(form, language="cy", mail_format="text", mail_frequency="none")
    laptop = Person(app)
    await sign_in(laptop, await link_for("anne@example.org"))
    assert 'lang="cy"' in (await laptop.get("/me")).html
