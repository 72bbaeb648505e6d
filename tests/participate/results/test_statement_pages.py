"""Every statement and what became of it; one statement, its figures folded until answered; the report."""

from datetime import timedelta
from typing import Any

import pytest
from quart import Quart
from sqlmodel import col, select

from charters.states import StatementState
from deliberation.opinion.statements import Statement, statement_numbered
from deliberation.people.participants import Participant
from participate.settings import Settings
from tests.crowds import START, planted
from tests.participate.results.hall import HALL, plain, vote_as
from tests.people import Clock, Person

FIRST = f"{HALL}/statements/1"


async def change(app: Quart, consultation: int, number: int, **values: Any) -> None:
    async with app.extensions["database"].transaction() as session:
        statement: Statement = await statement_numbered(session, consultation, number)
        for name, value in values.items():
            setattr(statement, name, value)


async def test_the_list_says_what_became_of_each(app: Quart, person: Person, held: Any, analyse: Any) -> None:
    number = await held()
    before = await person.get(f"{HALL}/statements")
    assert "There is no result yet." in before.text
    assert before.text.count("not in a result yet") == 12
    await analyse(number)
    await change(app, number, 4, state=StatementState.REMOVED, removed_for="off-topic")
    page = await person.get(f"{HALL}/statements")
    assert page.text.count("groups differ") == 10
    assert page.text.count("all groups agree") == 1
    assert "Removed. Reason: Not about this question" in page.text
    assert "Statement 4 of the made-up town." not in page.text
    assert f'href="{HALL}/statements/4"' not in page.html
    assert page.html.count('class="strip-picture"') == 11
    assert "March 2026" in page.text


async def test_figures_are_folded_until_the_viewer_has_answered(
    app: Quart, settings: Settings, person: Person, held: Any, analyse: Any
) -> None:
    await analyse(await held())
    page = await person.get(FIRST)
    assert '<details class="folded">' in page.html
    assert (
        page.html.index("Vote on this statement")
        < page.html.index("<details")
        < page.html.index('class="bar"')
    )
    await vote_as(app, settings, person, {1: 1})
    mine = await person.get(FIRST)
    assert "You agreed with it. Only you can see this." in mine.text
    assert "<details" not in mine.html
    other = await person.get(f"{HALL}/statements/2")
    assert '<details class="folded">' in other.html


async def test_after_the_close_nothing_is_folded(
    person: Person, clock: Clock, held: Any, analyse: Any
) -> None:
    await analyse(await held(closes_at=START + timedelta(days=3)))
    clock.pass_(days=4)
    page = await person.get(FIRST)
    assert "<details" not in page.html
    assert "How each group voted on it" in page.text
    assert "Vote on this statement" not in page.text


async def test_bars_words_and_table_say_the_same(person: Person, held: Any, analyse: Any) -> None:
    await analyse(await held())
    twin = await (await person.client.get(f"/api/v1{HALL}/map")).get_json()
    [said] = [one for one in twin["statements"] if one["number"] == 1]
    page = await person.get(FIRST)
    for row in (*said["groups"].values(), said["totals"]):
        low, high = row["interval"]
        assert f"{row['share']}% ({low}–{high})" in page.text
    assert page.html.count('class="bar"') == 2
    assert "All groups agree with it." in page.text
    assert "Written: March 2026." in page.text
    assert "It was there from the start." in page.text


async def test_a_statement_that_came_after_the_result_has_no_figures(
    person: Person, held: Any, analyse: Any
) -> None:
    await held()
    page = await person.get(FIRST)
    assert "It is not in a result yet." in page.text
    assert "A result needs 20 people." in page.text
    assert "bar-track" not in page.html


async def test_one_group_is_everybody(person: Person, held: Any, analyse: Any) -> None:
    await analyse(await held(crowd=planted((40,))))
    page = await person.get(FIRST)
    assert "How people voted on it" in page.text
    assert page.html.count(">Everybody</th>") == 1
    assert "Nobody picked a group" not in page.text


async def test_a_removed_one_is_gone_with_its_reason_and_a_waiting_one_is_nowhere(
    app: Quart, person: Person, held: Any, analyse: Any
) -> None:
    number = await held()
    await analyse(number)
    await change(app, number, 2, state=StatementState.REMOVED, removed_for="abusive")
    await change(app, number, 3, state=StatementState.PENDING)
    gone, waits = await person.get(f"{HALL}/statements/2"), await person.get(f"{HALL}/statements/3")
    assert gone.status == 410
    assert "Statement 2 was removed. Reason: Attacks a person or a group." in gone.text
    assert "Statement 2 of the made-up town." not in gone.text
    assert waits.status == 404
    assert "Statement 3 of" not in waits.text
    assert (await person.get(f"{HALL}/statements/99")).status == 404
    assert (await person.get(f"{HALL}/statements/99999999999")).status == 404


async def test_its_author_still_reads_it_and_nobody_else_is_told_who_that_is(
    app: Quart, settings: Settings, person: Person, held: Any, analyse: Any
) -> None:
    number = await held()
    await vote_as(app, settings, person, {1: 1})
    async with app.extensions["database"].reading() as session:
        author = (await session.exec(select(Participant.id).order_by(col(Participant.id).desc()))).first()
    await change(app, number, 2, author_id=author, state=StatementState.PENDING)
    mine = await person.get(f"{HALL}/statements/2")
    assert mine.status == 200
    assert "It waits to be read by a facilitator. Only you can see it." in mine.text
    note = "Send each by itself."
    await change(app, number, 2, state=StatementState.REMOVED, removed_for="several-ideas", removed_note=note)
    removed = await person.get(f"{HALL}/statements/2")
    assert "Has more than one idea" in removed.text
    assert note in removed.text
    await change(app, number, 2, state=StatementState.PUBLISHED, removed_for=None)
    assert "You added it. Only you can see this." in (await person.get(f"{HALL}/statements/2")).text
    stranger = await Person(app).get(f"{HALL}/statements/2")
    assert "Added by somebody taking part." not in (await person.get(f"{HALL}/statements/2")).text
    assert "You added it" not in stranger.text


@pytest.mark.parametrize("path", [FIRST, f"{HALL}/statements", f"{HALL}/report"])
async def test_pages_are_the_same_for_every_stranger(
    app: Quart, settings: Settings, person: Person, held: Any, analyse: Any, path: str
) -> None:
    await analyse(await held())
    before = plain(await Person(app).get(path))
    await vote_as(app, settings, person, dict.fromkeys(range(1, 9), 1))
    await person.get(path)
    assert plain(await Person(app).get(path)) == before


async def test_the_report_numbers_its_figures_and_says_how_it_was_made(
    person: Person, held: Any, analyse: Any
) -> None:
    await analyse(await held())
    page = await person.get(f"{HALL}/report")
    twin = await (await person.client.get(f"/api/v1{HALL}/map")).get_json()
    figures = [f"Figure {number}" for number in range(1, 6)]
    places = [page.html.index(f">{figure}:") for figure in figures]
    assert places == sorted(places)
    assert "Figure 6" not in page.text
    assert page.html.count('<svg class="map"') == 3
    for ids in ("axes-title", "landscape-title", "axes-b", "landscape-b"):
        assert page.html.count(f'id="{ids}"') == 1
    for fact in (twin["commitment"], twin["policy"]["sha256"], "default 1", "open-8-5/1", "min_people=15"):
        assert fact in page.text
    assert "Town council (2026). The hall. Data release 1." in page.text
    assert page.html.count("<tr>") == 1 + 12
    assert "How any one person voted" in page.text


async def test_before_a_result_the_report_says_when_it_comes(person: Person, held: Any) -> None:
    await held()
    page = await person.get(f"{HALL}/report")
    assert page.status == 200
    assert "There is no report yet. It comes with the first result, once 20 people have voted." in page.text
