"""From nothing to a space that is signed: its founders come, ask each other, sign, and it opens."""

import pytest
from quart import Quart

from charters.states import Standing
from deliberation.spaces.spaces import space_named
from tests.founding import found_brookside
from tests.participate.conftest import LinkFor
from tests.people import Clock, Person

SPACE = "/spaces/brookside"
DECISIONS = f"{SPACE}/decisions"


@pytest.fixture
async def founded(app: Quart, clock: Clock) -> None:
    async with app.extensions["database"].transaction() as session:
        await found_brookside(session, clock())


async def come(app: Quart, link_for: LinkFor, address: str) -> Person:
    person = Person(app)
    page = await person.get(await link_for(address))
    assert (await person.send(page.forms()[0], follow=False)).status == 303
    return person


async def standing(app: Quart) -> Standing:
    async with app.extensions["database"].reading() as session:
        return (await space_named(session, "brookside")).standing


async def test_founders_ask_each_other_and_the_second_signature_opens_the_space(
    founded: None, app: Quart, link_for: LinkFor, person: Person
) -> None:
    assert "Ask the founders" not in (await person.get(DECISIONS)).text
    ann, dai = await come(app, link_for, "ann@example.org"), await come(app, link_for, "dai@trust.example")
    page = await ann.send((await ann.get(DECISIONS)).form("/decisions/found"))
    assert "Both sides are asked now." in page.text
    assert "Ask the founders" not in page.text
    for founder, after in ((ann, Standing.FOUNDING), (dai, Standing.PROVISIONAL)):
        panel = (await founder.get(f"{DECISIONS}/1")).form("/decisions/1")
        assert (await founder.send(panel, answer="yes")).status == 200
        assert await standing(app) is after
    assert "Signed by both sides, and not ratified yet." in (await person.get(SPACE)).text
    assert "Ask the founders" not in (await ann.get(DECISIONS)).text


async def test_two_founders_who_ask_at_once_ask_once(founded: None, app: Quart, link_for: LinkFor) -> None:
    ann, bo = await come(app, link_for, "ann@example.org"), await come(app, link_for, "bo@example.org")
    forms = [(await one.get(DECISIONS)).form("/decisions/found") for one in (ann, bo)]
    pages = [await one.send(form) for one, form in zip((ann, bo), forms, strict=True)]
    assert [page.status for page in pages] == [200, 200]
    assert (await ann.get(f"{DECISIONS}/1")).status == 200
    assert (await ann.get(f"{DECISIONS}/2")).status == 404


async def test_nobody_but_a_founder_asks(founded: None, app: Quart, link_for: LinkFor) -> None:
    ann, olu = await come(app, link_for, "ann@example.org"), await come(app, link_for, "olu@example.org")
    form = (await ann.get(DECISIONS)).form("/decisions/found")
    token = next(one.fields for one in (await olu.get("/")).forms() if "token" in one.fields)
    assert (await olu.post(form.action, token)).status == 403
    assert await standing(app) is Standing.FOUNDING
