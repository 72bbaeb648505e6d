"""Results as people meet them: words, cards, map, statements, table, and every state."""

import re
from datetime import timedelta
from typing import Any

import pytest
from quart import Quart

from charters.states import Stage, StatementState
from deliberation.opinion.analyses import ANALYSE, Cause, ask_for_analysis
from deliberation.opinion.statements import Statement
from deliberation.opinion.voting import vote_matrix
from deliberation.running import jobs
from participate.db import Database
from tests.crowds import START, planted
from tests.participate.results.hall import MAP
from tests.people import Clock, Person


async def test_words_come_before_the_picture_and_the_table_has_the_same(
    person: Person, held: Any, analyse: Any
) -> None:
    await analyse(await held())
    page = await person.get(MAP)
    assert page.status == 200
    assert "About 105 people have voted. They form two groups. Most people agree on one thing." in page.text
    assert "Figures from Monday 2 March 2026" in page.text
    order = [
        page.html.index(mark)
        for mark in (
            'id="agree"',
            'id="groups"',
            'id="differ"',
            '<svg class="map"',
            'id="statements"',
            'id="table"',
        )
    ]
    assert order == sorted(order)
    assert page.html.count("<h1") == 1
    assert "Statement 1 of the made-up town." in page.text
    assert "Set-Cookie" not in page.headers
    assert page.headers["Cache-Control"] == "private, no-store"


async def test_how_firmly_a_statement_stands_is_told_beside_it(
    person: Person, held: Any, analyse: Any
) -> None:
    await analyse(await held())
    page = await person.get(MAP)
    assert re.search(
        r"Of all: 8\d% \(\d\d–\d\d\) agree\. Group [AB] agrees least: 8\d% \(\d\d–\d\d\)\. "
        r"It would take at least 20 hostile participants in 100 to remove it from this list\.",
        page.text,
    )
    assert "The groups explain nearly all of what the votes predict." in page.text


async def test_the_first_ten_are_shown_and_all_are_one_press_away(
    person: Person, held: Any, analyse: Any
) -> None:
    await analyse(await held())
    page = await person.get(MAP)
    assert "The 10 that tell most, of 12 statements." in page.text
    assert page.html.count('class="measured"') == 10
    assert page.html.count("<tr>") == 1 + 10
    assert 'href="?page=1#statements"' in page.html
    every = await person.get(f"{MAP}?page=1")
    assert "12 statements." in every.text
    assert every.html.count('class="measured"') == 12
    assert every.html.count("<tr>") == 1 + 12


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("show=agree", "Found 1 statement of 12."),
        ("show=differ", "Found 11 statements of 12."),
        ("show=unsure", "No statement has many who are not sure."),
        ("q=statement+11+TOWN", "Found 1 statement of 12."),
        ("q=%2311", "Found 1 statement of 12."),
        ("q=hospital", "No statement was found. Try fewer words, or look at all of them."),
        ("show=differ&q=11", "Found 1 statement of 12."),
        ("show=nonsense&page=minus+one&q=", "The 10 that tell most"),
        ("page=99999999999999999999", "The 10 that tell most"),
        ("page=7", "12 statements."),
    ],
)
async def test_statements_are_filtered_and_searched_without_scripts(
    person: Person, held: Any, analyse: Any, query: str, found: str
) -> None:
    await analyse(await held())
    page = await person.get(f"{MAP}?{query}")
    assert found in page.text
    if "q=" in query and "hospital" not in query and "nonsense" not in query:
        assert "Statement 11 of the made-up town." in page.text


async def test_a_search_keeps_its_words_filter_and_view(person: Person, held: Any, analyse: Any) -> None:
    await analyse(await held())
    page = await person.get(f'{MAP}?show=differ&view=landscape&q="><b>')
    [form] = [form for form in page.forms() if "q" in form.fields]
    assert form.fields == {"show": "differ", "view": "landscape", "q": '"><b>'}
    assert "<b>" not in page.html
    assert f"{MAP}#statements".endswith(form.action.split("?")[0].rsplit("/", 1)[-1])
    assert "?show=differ&amp;q=%22%3E%3Cb%3E#map" in page.html


async def test_a_statement_leads_to_its_own_page_and_to_a_report(
    person: Person, held: Any, analyse: Any
) -> None:
    await analyse(await held())
    page = await person.get(MAP)
    assert 'href="/spaces/town/hall/statements/1"' in page.html
    assert 'href="/spaces/town/hall/statements/1/report"' in page.html


async def test_nothing_is_published_under_twenty_people(person: Person, held: Any, analyse: Any) -> None:
    await analyse(await held(crowd=planted((10, 9))))
    page = await person.get(MAP)
    assert "It is made once 20 people have voted." in page.text
    assert '<svg class="map"' not in page.html
    assert (await person.get("/data/town/hall/")).status == 404
    assert (await person.get("/api/v1/spaces/town/hall/map")).status == 404


async def test_one_group_looks_finished(person: Person, held: Any, analyse: Any) -> None:
    await analyse(await held(crowd=planted((40,))))
    page = await person.get(MAP)
    assert "There are no clear groups of opinion." in page.text
    assert "What most people agree on" in page.text
    assert "Everybody" in page.text
    assert "Group A" not in page.text
    assert "Groups differ" not in page.text
    # A hexagon or two would say nothing, so there is neither a frame nor a way to it.
    assert "There is no map: nearly everybody would stand in one place." in page.text
    assert '<svg class="map"' not in page.html
    assert 'href="#map"' not in page.html


async def test_many_who_agree_have_a_map_with_one_soft_edge(person: Person, held: Any, analyse: Any) -> None:
    await analyse(await held(crowd=planted((160, 9))))
    page = await person.get(MAP)
    assert "Group A" not in page.text
    assert page.html.count('class="edge-none" d=') == 1
    assert "the soft edge goes round the hexagons shown" in page.text


async def test_a_small_group_is_neither_named_nor_drawn(person: Person, held: Any, analyse: Any) -> None:
    await analyse(await held(crowd=planted((60, 7))))
    page = await person.get(MAP)
    assert "Group B" not in page.text
    assert "group-b" not in page.html


async def test_the_states_of_the_worker_are_said(
    app: Quart, person: Person, clock: Clock, held: Any, analyse: Any
) -> None:
    database: Database = app.extensions["database"]
    number = await held()
    await analyse(number)
    assert "is not running now" in (await person.get(MAP)).text
    async with database.transaction() as session:
        await jobs.beat(session, "w", now=clock())
    assert "is not running now" not in (await person.get(MAP)).text
    clock.pass_(minutes=5, seconds=1)
    assert "is not running now" in (await person.get(MAP)).text


@pytest.mark.parametrize(("cause", "told"), [(Cause.MODERATION, True), (Cause.VOTES, False)])
async def test_a_failed_analysis_is_said_but_never_that_votes_had_come(
    app: Quart, person: Person, clock: Clock, held: Any, analyse: Any, cause: Cause, told: bool
) -> None:
    number = await held()
    await analyse(number)
    for _ in range(jobs.ATTEMPTS):
        clock.pass_(minutes=2)
        async with app.extensions["database"].transaction() as session:
            await ask_for_analysis(session, number, cause=cause, now=clock())
            claim = await jobs.claim(session, [ANALYSE], lease=timedelta(minutes=1), now=clock())
            assert claim is not None
            await jobs.fail(session, claim, error="broken", now=clock())
    page = await person.get(MAP)
    assert ("The last analysis did not finish. The last good result stands." in page.text) is told
    assert "Figures from Monday 2 March 2026" in page.text


async def test_a_map_being_made_is_said_for_an_archive_and_never_for_a_vote(
    app: Quart, person: Person, held: Any
) -> None:
    number = await held(stage=Stage.ARCHIVED)
    for cause, said in ((Cause.IMPORT, True), (Cause.VOTES, False)):
        async with app.extensions["database"].transaction() as session:
            await ask_for_analysis(session, number, cause=cause, now=START)
        assert ("The map is being made." in (await person.get(MAP)).text) is said


async def test_after_the_close_the_page_says_which_result_stands(
    person: Person, clock: Clock, held: Any, analyse: Any
) -> None:
    number = await held(closes_at=START + timedelta(days=10))
    await analyse(number)
    clock.pass_(days=11)
    await analyse(number)
    page = await person.get(MAP)
    assert "so that one stands" in page.text
    assert "release 1" in page.text


async def test_a_close_without_a_result_does_not_promise_one(person: Person, clock: Clock, held: Any) -> None:
    await held(crowd=planted((10,)), closes_at=START + timedelta(days=1))
    clock.pass_(days=2)
    assert "A result needs 20 people, and there is none yet." in (await person.get(MAP)).text


async def test_a_removed_statement_disappears_at_once(
    app: Quart, person: Person, held: Any, analyse: Any
) -> None:
    number = await held()
    await analyse(number)
    text, places = "Statement 1 of the made-up town.", [MAP, f"{MAP}?page=1", "/spaces/town/hall/report"]
    for place in places:
        assert text in (await person.get(place)).text
    async with app.extensions["database"].transaction() as session:
        matrix = await vote_matrix(session, number)
        statement = await session.get(Statement, min(matrix.statement_ids))
        assert statement is not None
        statement.state, statement.removed_for = StatementState.REMOVED, "off-topic"
    for place in [*places, "/spaces/town/hall/statements", "/api/v1/spaces/town/hall/map"]:
        page = await person.get(place)
        assert page.status == 200
        assert text not in page.text, place
    assert "Removed" in (await person.get("/spaces/town/hall/report")).text  # its number stays
    page = await person.get(MAP)
    assert "of 11 statements." in page.text
    assert "There is nothing yet that most people agree on." in page.text
    assert 'id="agree"' not in page.html


async def test_the_landscape_is_a_link_when_there_is_one(person: Person, held: Any, analyse: Any) -> None:
    await analyse(await held())
    axes = await person.get(MAP)
    assert "?view=landscape#map" in axes.html
    assert "?view=statements#map" in axes.html
    statements = await person.get(f"{MAP}?view=statements&show=agree")
    assert "Statements that people vote alike on are close together." in statements.text
    assert "Nearest to it" in statements.text
    assert 'name="view" value="statements"' in statements.html
    assert "?show=agree&amp;view=landscape#map" in statements.html
    assert 'class="edge-' not in statements.html
    landscape = await person.get(f"{MAP}?view=landscape")
    assert "for looking only" in landscape.text
    assert "To the right" in axes.text
    assert "To the right" not in landscape.text
    assert "edge-a" not in landscape.html


async def test_where_an_import_came_from_is_shown(person: Person, held: Any, analyse: Any) -> None:
    about = {"source": "https://example.org/x", "licence": "CC-BY-4.0", "attribution": "The people of Town"}
    await analyse(await held(stage=Stage.ARCHIVED, **about))
    page = await person.get(MAP)
    for words in about.values():
        assert words in page.text


async def test_what_people_wrote_is_text_and_never_markup(person: Person, held: Any, analyse: Any) -> None:
    crowd = planted((60, 45))
    for said in crowd.statements:
        said["text"] = f"<script>alert({said['number']})</script> & more"
    await analyse(await held(crowd=crowd))
    for place in (MAP, f"{MAP}?view=landscape", "/spaces/town/hall/statements", "/spaces/town/hall/report"):
        page = await person.get(place)
        assert "<script>alert" not in page.html
        assert "&lt;script&gt;alert(1)" in page.html


async def test_the_page_is_said_in_welsh_with_the_statements_as_they_are(
    person: Person, held: Any, analyse: Any
) -> None:
    await analyse(await held())
    page = await person.get(f"{MAP}?lang=cy")
    assert '<html lang="cy">' in page.html
    assert 'lang="en">Statement 1 of the made-up town.' in page.html
