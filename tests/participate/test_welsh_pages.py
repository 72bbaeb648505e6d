"""Every page that somebody taking part can meet, in Welsh: nothing English is left that is not marked so."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from quart import Quart

from participate.app import create_app
from participate.languages import ENGLISH_ONLY
from tests.browser.valley import copy_of, make_valley, settings_for
from tests.people import Clock, Page, Person
from tests.sharing import once
from tests.tongues import english_left, spoken
from tests.walking import addresses

ORIGIN = "http://localhost"
NAMES = ("Participate",)
EVENINGS = "/spaces/avonmere/evenings"


@pytest.fixture
async def app(tmp_path: Path, clock: Clock) -> AsyncIterator[Quart]:
    """The application on a copy of the demonstration: one database is enough for what pages say."""
    app = create_app(
        settings_for(copy_of(once("valley.db", make_valley), tmp_path), tmp_path, public_url=ORIGIN),
        clock=clock,
    )
    yield app
    await app.extensions["database"].close()


def check(page: Page) -> None:
    assert re.search(r'<html lang="(\w*)"', page.html)[1] == "cy", page.path  # type: ignore[index]
    assert english_left(page.html, names=NAMES) == [], page.path


async def test_every_page_is_in_welsh(app: Quart) -> None:
    person, walked = Person(app), set()
    for endpoint, path in addresses(app):
        page = await person.get(path, **{"Accept-Language": "cy"})
        is_page = page.headers.get("Content-Type", "").startswith("text/html")
        if is_page and page.status not in (302, 303, 308) and endpoint.split(".")[0] not in ENGLISH_ONLY:
            check(page)
            walked.add(endpoint)
    assert len(walked) > 10


async def test_every_reply_to_a_form_is_in_welsh(app: Quart) -> None:
    person = Person(app)
    page = await person.get(f"{EVENINGS}?lang=cy")
    for answer in ("agree", "disagree", "pass"):
        page = await person.send(page.form("/vote"), vote=answer)
        check(page)
    check(await person.send(page.form("/undo")))
    adding = page.form("/statements")
    check(await person.send(adding, text=""))
    check(await person.send(adding, text="Agor yn hwyrach. " * 30))
    check(await person.send(adding, text="Agor un feddygfa ar wyliau banc.", language="cy"))
    check(await person.send(page.form("/vote"), vote="perhaps"))
    check(await person.send(page.form("/vote"), token="of another device"))
    check(await person.send(page.form("/finish")))


async def test_each_statement_says_its_language_and_so_does_the_way_to_the_other(app: Quart) -> None:
    page = await Person(app).get(f"{EVENINGS}/statements?lang=cy")
    way = '<a href="/spaces/avonmere/evenings/statements?lang=en" lang="en" hreflang="en">English</a>'
    assert way in page.html
    said = {text: language for language, text in spoken(page.html)}
    assert said["Staff who work late should be able to get home safely."] == "en"
    assert said["Nid oes gan bawb ffôn clyfar."] == "cy"


async def test_no_date_and_no_number_is_written_as_english_has_them(app: Quart) -> None:
    for path in ("/", EVENINGS, f"{EVENINGS}/map", "/data/", "/data/avonmere/evenings/1/"):
        page = await Person(app).get(path, **{"Accept-Language": "cy"})
        english = re.findall(r"\d+ (?:January|February|March|April|May|June|July|August)\b", page.text)
        assert english == [], path
        assert re.search(r"\b(?:Ionawr|Chwefror|Mawrth|Ebrill|Mai|Mehefin) 2026\b", page.text), path
