"""Atom feeds: well formed, with ids that stay, the same for everybody, and no finer than the record."""

from typing import Any
from xml.etree import ElementTree

import pytest
from quart import Quart
from sqlmodel import update

from deliberation.drafting.proposals import Proposal
from participate.languages import gettext, speaking
from tests.both_sides import Cast
from tests.participate.conftest import Stored
from tests.participate.test_clauses import MINE, save
from tests.participate.test_clauses import ann as ann
from tests.participate.test_clauses import sided as sided
from tests.people import Clock, Page, Person

SPACE = "/spaces/avonmere/feed.atom"
PROPOSAL = "/spaces/avonmere/proposals/1/feed.atom"
ATOM = "{http://www.w3.org/2005/Atom}"


def parsed(page: Page) -> Any:
    assert page.status == 200
    assert page.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    root = ElementTree.fromstring(page.html.encode())
    assert root.tag == f"{ATOM}feed"
    for one in (root, *root.findall(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            assert len(one.findall(f"{ATOM}{name}")) == 1
            assert one.findtext(f"{ATOM}{name}")
        assert one.findtext(f"{ATOM}updated", "").endswith("-01T00:00:00Z"), "as coarse as the record"
    assert root.findtext(f"{ATOM}author/{ATOM}name")
    (own,) = root.findall(f"{ATOM}link[@rel='self']")
    assert own.get("href") == f"http://localhost{page.path}"
    return root


def titles(root: Any) -> list[str]:
    return [one.findtext(f"{ATOM}title") for one in root.findall(f"{ATOM}entry")]


def ids(root: Any) -> list[str]:
    return [one.findtext(f"{ATOM}id") for one in root.findall(f"{ATOM}entry")]


async def test_a_feed_tells_what_the_record_says(person: Person, ann: Person) -> None:
    before = parsed(await person.get(PROPOSAL))
    await save(ann)
    after = parsed(await person.get(PROPOSAL))
    assert titles(after) == ["Words of a clause changed: Going home with a plan", *titles(before)]
    assert ids(after)[1:] == ids(before), "an id stays"
    assert len(set(ids(after))) == len(ids(after))
    assert ids(after)[0].startswith("tag:localhost,20")
    (link,) = after.find(f"{ATOM}entry").findall(f"{ATOM}link")
    assert link.get("href") == "http://localhost/spaces/avonmere/proposals/1#clause-1"
    document = ElementTree.tostring(after, encoding="unicode")
    assert MINE not in document
    assert "Ann" not in document, "the record names roles, never people"
    assert set(ids(after)) <= set(ids(parsed(await person.get(SPACE)))), "one act is one entry everywhere"


async def test_a_feed_is_the_same_for_everybody_and_sets_no_cookie(ann: Person, person: Person) -> None:
    welsh = await ann.get(f"{SPACE}?lang=cy", **{"Accept-Language": "cy"})
    english = await person.get(SPACE)
    assert welsh.html.replace("?lang=cy", "") == english.html
    for page in (welsh, english):
        assert "Set-Cookie" not in page.headers
        assert "Cookie" not in page.headers.get("Vary", "")
        assert page.headers["Cache-Control"] == "public, max-age=60"
        assert page.headers["Access-Control-Allow-Origin"] == "*"
    again = await person.get(SPACE, **{"If-None-Match": english.headers["ETag"]})
    assert (again.status, again.html) == (304, "")


async def test_what_nobody_could_write_as_xml_is_left_out(
    person: Person, sided: Cast, app: Quart, stored: Stored
) -> None:
    wild = "<b>&amp; \x0b\x1f \ufffe ]]> 病人 \U0001f600"
    async with app.extensions["database"].transaction() as session:
        await session.exec(update(Proposal).values(title=wild))
    root = parsed(await person.get(PROPOSAL))
    assert root.findtext(f"{ATOM}title") == "<b>&amp;   ]]> 病人 \U0001f600"


async def test_an_empty_feed_is_a_feed(app: Quart, cast: Any, clock: Clock) -> None:
    assert titles(parsed(await cast.stranger.get("/spaces/elsewhere/feed.atom"))) == []


async def test_a_consultation_has_a_feed(voting: Any, person: Person) -> None:
    root = parsed(await person.get("/spaces/avonmere/evenings/feed.atom"))
    assert root.findtext(f"{ATOM}title") == "Evenings"


@pytest.mark.parametrize(
    "path", ["/spaces/nowhere", "/spaces/avonmere/nothing", "/spaces/avonmere/proposals/9"]
)
async def test_there_is_no_feed_of_what_is_not_there(person: Person, sided: Cast, path: str) -> None:
    assert (await person.get(f"{path}/feed.atom")).status == 404


@pytest.mark.parametrize("path", ["/spaces/avonmere", "/spaces/avonmere/proposals/1"])
async def test_a_page_leads_to_its_feed(person: Person, sided: Cast, path: str) -> None:
    page = await person.get(path)
    assert page.html.count(f'href="{path}/feed.atom"') == 2
    assert "News as a feed (Atom)" in page.text


async def test_what_is_spoken_ends_with_its_block() -> None:
    with speaking("cy"):
        assert gettext("News") == "Newyddion"
        with speaking("xx"):
            assert gettext("News") == "News"
        assert gettext("News") == "Newyddion"
    assert gettext("News") == "News"
