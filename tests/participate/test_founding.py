"""The operator founds a space: who is named, what stands there then, and that nobody else can."""

import re
from dataclasses import replace
from typing import Any

import pytest
from quart import Quart
from sqlmodel import select

from charters.policy import load_policy, parse_policy
from charters.states import Role, Standing
from deliberation.people.accounts import account_for, set_operator
from deliberation.people.memberships import Membership
from deliberation.people.organisation_files import Listed
from deliberation.people.organisations import keep_organisations, list_domain
from deliberation.publishing.record import acts_of
from deliberation.running.outbox import due_mail
from deliberation.spaces.charters import Charter
from deliberation.spaces.spaces import Space, space_named
from tests.participate.conftest import LinkFor
from tests.participate.consulting import token_of
from tests.people import Clock, Form, Page, Person

NEW = "/operating/spaces/new"
WORDS = {
    "title": "Care in Brookside",
    "slug": "brookside",
    "purpose": "To agree what changes.",
    "language": "en",
    "host": "Brookside Forum",
    "people_side": "Brookside Voices",
    "template": "service-change",
    "people-1-name": "Ann Archer",
    "people-1-group": "Brookside Voices",
    "people-1-address": "ann@example.org",
    "people-2-name": "Bo Baker",
    "people-2-group": "Brookside Carers",
    "people-2-address": "Bo@example.org",
    "body-1-name": "Dai Davies",
    "body-1-code": "xx1",
    "body-1-address": "dai@trust.example",
    "agreed": "yes",
}


@pytest.fixture
async def olu(app: Quart, clock: Clock, link_for: LinkFor) -> Person:
    """The operator, signed in; XX1 is an organisation with a domain, YY2 has closed."""
    async with app.extensions["database"].transaction() as session:
        account = await account_for(session, "olu@example.org", now=clock())
        await set_operator(session, account.id or 0, True)
        closed = clock().date().replace(year=2020)
        await keep_organisations(
            session, [Listed("XX1", "Brookside Trust", None, None), Listed("YY2", "Old Trust", None, closed)]
        )
        await list_domain(session, "XX1", "trust.example")
    somebody = Person(app)
    page = await somebody.get(await link_for("olu@example.org"))
    await somebody.send(page.forms()[0], follow=False)
    return somebody


async def form_of(olu: Person) -> Form:
    return (await olu.get(NEW)).form(NEW)


def said_wrong(page: Page) -> list[str]:
    """The fields that the summary of errors leads to."""
    return re.findall(r'<a href="#([\w-]+)">', page.html.split('class="nhsuk-error-summary"')[1])


async def test_a_space_is_founded_and_its_founders_are_named_in_public(
    app: Quart, olu: Person, person: Person
) -> None:
    page = await olu.send(await form_of(olu), **WORDS)
    assert page.status == 200
    assert "is founded" in page.text
    told = (await person.get("/spaces/brookside")).text
    for words in ("Ann Archer", "Brookside Carers", "Dai Davies", "Brookside Trust", "Delegate and founder"):
        assert words in told
    assert "It waits for the signatures of both sides." in told
    assert "example.org" not in told
    assert "Fewer than 10 people have joined so far." in told
    async with app.extensions["database"].reading() as session:
        space = await space_named(session, "brookside")
        assert (space.standing, space.policy) == (Standing.FOUNDING, "service-change")
        roles = [
            (one.role, one.founder, one.speaks_for)
            for one in await session.exec(select(Membership).order_by("id"))
        ]
        assert roles == [
            (Role.MEMBER, True, "Brookside Voices"),
            (Role.MEMBER, True, "Brookside Carers"),
            (Role.DELEGATE, True, ""),
        ]
        (kept,) = (await session.exec(select(Charter))).all()
        charter = parse_policy(kept.file)
        assert charter.uid == "urn:charter:brookside:1"
        assert charter.bodies == {"ods:XX1"}
        (act,) = await acts_of(session, space.id or 0)
        assert act.role is Role.OPERATOR
        assert "Ann" not in act.words


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"slug": "Not A Slug"}, ["slug"]),
        ({"title": "x", "host": "", "slug": "No"}, ["title", "slug", "host"]),
        ({"agreed": ""}, ["agreed"]),
        (
            {"title": "", "agreed": "", "people-1-address": "ann", "body-1-code": "ZZ9"},
            ["title", "people-1-address", "body-1-code", "agreed"],
        ),
        ({"template": "open-ballots"}, ["template"]),
        ({"people-2-name": "", "people-2-group": "", "people-2-address": ""}, ["people-2-address"]),
        ({"body-1-name": "", "body-1-code": "", "body-1-address": ""}, ["body-1-address"]),
        ({"people-1-name": "", "people-2-group": ""}, ["people-1-name", "people-2-group"]),
        ({"people-1-address": "ann"}, ["people-1-address"]),
        ({"people-2-address": "ANN@example.org"}, ["people-2-address"]),
        ({"people-2-address": "bo@mail.trust.example"}, ["people-2-address"]),
        ({"people-2-address": "olu@example.org"}, ["people-2-address"]),
        ({"body-1-address": "ann@example.org"}, ["body-1-address"]),
        ({"body-1-code": "ZZ9"}, ["body-1-code"]),
        ({"body-1-code": "YY2"}, ["body-1-code"]),
    ],
)
async def test_a_fault_names_its_field_and_keeps_what_was_typed(
    app: Quart, olu: Person, changes: dict[str, str], fields: list[str]
) -> None:
    page = await olu.send(await form_of(olu), **{**WORDS, **changes})
    assert page.status == 422
    assert said_wrong(page) == fields
    kept = page.form(NEW).fields
    typed = {**WORDS, **changes}
    assert {name: kept.get(name, "") for name in ("people_side", "people-1-group", "body-1-name")} == {
        name: typed[name] for name in ("people_side", "people-1-group", "body-1-name")
    }
    async with app.extensions["database"].reading() as session:
        assert (await session.exec(select(Space))).first() is None


async def test_an_address_that_is_taken_is_refused(olu: Person) -> None:
    await olu.send(await form_of(olu), **WORDS)
    page = await olu.send(await form_of(olu), **WORDS)
    assert said_wrong(page) == ["slug"]


async def test_accents_are_composed_so_that_a_charter_can_be_signed(olu: Person, person: Person) -> None:
    decomposed = "Lleisiau Ty\u0302"
    page = await olu.send(await form_of(olu), **{**WORDS, "people_side": decomposed})
    assert page.status == 200, page.text
    assert "Lleisiau T\u0177" in (await person.get("/spaces/brookside")).text


@pytest.mark.parametrize("who", ["cai", "flo", "stranger"])
async def test_only_an_operator_comes_here(app: Quart, cast: Any, olu: Person, who: str) -> None:
    somebody = getattr(cast, who)
    clause = load_policy("open-health-space").clause("operator").text
    pages = [
        await somebody.get("/operating"),
        await somebody.get(NEW),
        await somebody.post(NEW, {**WORDS, "token": token_of(somebody)}),
    ]
    for page in pages:
        assert page.status == 403
        assert clause in page.text


async def test_the_operator_looks_up_a_code(olu: Person) -> None:
    page = await olu.get("/operating?q=trust")
    assert "Brookside Trust (XX1): trust.example" in page.text
    assert "YY2" in page.text
    assert "Nothing was found" in (await olu.get("/operating?q=100%25")).text


async def test_the_operator_reads_the_list_page_by_page_without_searching(app: Quart, olu: Person) -> None:
    page = await olu.get("/operating")
    assert "All of them, by name" in page.text
    assert "YY2" in page.text
    async with app.extensions["database"].transaction() as session:
        await keep_organisations(
            session, [Listed(f"ZZ{n:02}", f"Ward {n:02}", None, None) for n in range(20)]
        )
    first, last = (await olu.get("/operating")).text, (await olu.get("/operating?page=2")).text
    assert ("ZZ17" in first, "ZZ18" in first) == (True, False)
    assert ("ZZ17" in last, "ZZ18" in last) == (False, True)
    assert "ZZ19" in (await olu.get("/operating?page=99")).text


async def test_founders_are_told_by_letter_where_letters_are_sent(app: Quart, olu: Person) -> None:
    async with app.extensions["database"].reading() as session:
        assert await due_mail(session, now=app.extensions["clock"]()) == []
    app.extensions["settings"] = replace(app.extensions["settings"], smtp_url="smtp://mail.example")
    page = await olu.send(await form_of(olu), **WORDS)
    assert "A letter is on its way to each of them" in page.text
    async with app.extensions["database"].reading() as session:
        letters = await due_mail(session, now=app.extensions["clock"]())
    assert [one.address for one in letters] == ["ann@example.org", "bo@example.org", "dai@trust.example"]
    assert all("http://localhost/spaces/brookside" in one.text for one in letters)
    assert "ochr y bobl" in letters[0].text
