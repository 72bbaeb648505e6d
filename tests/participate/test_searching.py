"""The page of the search: what is found leads there, in a house or a space, without scripts, in Welsh too."""

import pytest
from quart import Quart

from charters.states import Standing
from deliberation.searching.searching import AT_ONCE
from deliberation.spaces.spaces import Space
from tests.both_sides import two_sides
from tests.charters.avonmere import NOON
from tests.deliberation.searching.conftest import Place, filled
from tests.people import Clock, Person


@pytest.fixture
async def place(app: Quart, clock: Clock) -> Place:
    clock.time = NOON
    cast = await two_sides(app.extensions["database"])
    cast.master = app.extensions["settings"].pseudonym_master
    return await filled(cast)


async def test_from_every_page_a_form_leads_to_what_is_found(place: Place, person: Person) -> None:
    page = await person.get("/")
    assert 'href="/search"' in page.html
    page = await person.get("/search")
    assert page.status == 200
    assert 'method="get" role="search"' in page.html
    found = await person.get("/search?q=wheatears")
    assert found.status == 200
    assert "Found in 1 place." in found.text
    assert "<mark>wheatear</mark>" in found.html
    assert found.form("/search").fields["q"] == "wheatears"


@pytest.mark.parametrize(
    ("words", "name", "address"),
    [
        ("dunnock", "Space", "/spaces/avonmere"),
        ("firecrest", "Consultation", "/spaces/avonmere/evenings"),
        ("wheatear", "Statement 1", "/spaces/avonmere/evenings/statements/1"),
        ("whimbrel", "Proposal 1", "/spaces/avonmere/proposals/1"),
        ("lapwing", "Clause 1 of proposal 1", "/spaces/avonmere/proposals/1#clause-1"),
        ("dotterel", "Suggested wording", "/spaces/avonmere/proposals/1/suggestions/"),
        ("goldcrest", "Comment", "/spaces/avonmere/proposals/1/clauses/1/comments#comment-"),
    ],
)
async def test_each_kind_is_named_and_leads_where_it_stands(
    place: Place, person: Person, words: str, name: str, address: str
) -> None:
    page = await person.get(f"/search?q={words}")
    assert f'<span class="tag tag-quiet">{name}</span>' in page.html
    assert f'href="{address}' in page.html
    link = next(one for one in page.html.split('href="') if one.startswith(address)).split('"')[0]
    there = await person.get(link.partition("#")[0])
    assert there.status == 200
    assert words in there.text
    assert "#" not in link or f'id="{link.partition("#")[2]}"' in there.html


async def test_in_a_space_its_bar_stands_above_and_a_link_leads_to_all_spaces(
    place: Place, person: Person
) -> None:
    page = await person.get("/spaces/avonmere")
    assert 'href="/search/avonmere"' in page.html
    page = await person.get("/search/avonmere?q=wheatear")
    assert 'action="/search/avonmere"' in page.html
    assert "Search in this space" in page.text
    assert 'aria-label="This place"' in page.html
    assert 'href="/search?q=wheatear"' in page.html
    assert "Found in 1 place." in page.text
    assert (await person.get("/search/nowhere?q=wheatear")).status == 404


async def test_nothing_found_is_told_and_what_cannot_be_looked_for(place: Place, person: Person) -> None:
    page = await person.get("/search?q=ostrich")
    assert (page.status, "Nothing was found." in page.text) == (200, True)
    page = await person.get("/search?q=of+the")
    assert page.status == 400
    assert "Something needs changing" in page.text
    assert 'href="#q"' in page.html
    assert "These words stand almost everywhere. Add another word." in page.text
    assert page.form("/search").fields["q"] == "of the"
    assert (await person.get(f"/search?q={'x' * 101}")).status == 400
    assert (await person.get("/search?q=")).status == 200


@pytest.mark.parametrize("typed", ['"', "*", "%00", "a%22+OR+b", "NEAR(", "title:x", "%FF%FE", "<script>x"])
async def test_odd_input_is_never_a_fault_of_ours(place: Place, person: Person, typed: str) -> None:
    page = await person.get(f"/search?q={typed}&page=9999999999&page=x")
    assert page.status in (200, 400)
    assert "<script>x" not in page.html


async def test_a_trial_says_that_nothing_in_it_is_found(place: Place, person: Person) -> None:
    async with place.database.transaction() as session:
        space = await session.get(Space, place.cast.space.id)
        assert space is not None
        space.standing = Standing.TRIAL
    page = await person.get("/search/avonmere?q=wheatear")
    assert (page.status, "Nothing in it is found." in page.text) == (200, True)
    assert 'href="/search/avonmere"' not in (await person.get("/spaces/avonmere")).html


async def test_many_are_found_page_by_page(place: Place, person: Person) -> None:
    for at in range(AT_ONCE + 1):
        await place.add(f"A pipit number {at}.")
    page = await person.get("/search?q=pipit")
    assert "Numbers 1 to 20, the nearest first." in page.text
    assert 'href="/search?q=pipit&amp;page=2"' in page.html
    page = await person.get("/search?q=pipit&page=2")
    assert "Numbers 21 to 21" in page.text
    page = await person.get("/search?q=pipit&page=7")
    assert "There is no more on this page." in page.text


async def test_in_welsh_the_page_is_welsh_and_words_say_their_language(place: Place, person: Person) -> None:
    await place.add("Dylai’r tŷ agor.", "cy")
    page = await person.get("/search?q=ty&lang=cy")
    assert '<html lang="cy">' in page.html
    assert "Chwilio" in page.text
    assert '<h3 class="entry-title" lang="cy" dir="auto">' in page.html
    assert "<mark>tŷ</mark>" in page.html


async def test_what_was_written_is_never_markup(place: Place, person: Person) -> None:
    await place.add("A <b>jackdaw</b> & <script>alert(1)</script>")
    page = await person.get("/search?q=jackdaw")
    assert "&lt;b&gt;<mark>jackdaw</mark>&lt;/b&gt; &amp; &lt;script&gt;" in page.html
