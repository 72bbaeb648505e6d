"""What happens while an analysis is under way, and what it makes."""

from datetime import timedelta
from typing import Any

import pytest
from quart import Quart

from charters.states import StatementState
from deliberation.opinion.analyses import Cause, stale_consultations
from deliberation.opinion.opinion_map import newest_published
from deliberation.opinion.statements import Statement
from deliberation.opinion.voting import vote_matrix
from participate import analysing
from participate.db import Database
from participate.settings import Settings
from tests.crowds import read_crowd
from tests.participate.results.hall import vote_as
from tests.people import Clock, Person


async def test_a_statement_removed_during_an_analysis_is_not_published(
    app: Quart, clock: Clock, held: Any, analyse: Any, meanwhile: Any
) -> None:
    number = await held()
    database: Database = app.extensions["database"]

    async def remove() -> None:
        async with database.transaction() as session:
            statement = await session.get(Statement, min((await vote_matrix(session, number)).statement_ids))
            assert statement is not None
            statement.state, statement.removed_for = StatementState.REMOVED, "identifying"

    assert await meanwhile(number, remove) is None
    clock.pass_(minutes=2)
    async with database.reading() as session:  # the removal itself asks for another
        assert await stale_consultations(session, now=clock()) == [(number, Cause.MODERATION)]
    await analyse(number)
    async with database.reading() as session:
        published = await newest_published(session, number)
    assert published is not None
    assert "Statement 1 of the made-up town." not in str(published.content)


async def test_votes_read_before_the_close_are_not_published_as_the_closing_result(
    app: Quart, clock: Clock, held: Any, meanwhile: Any
) -> None:
    async def nothing() -> None: ...

    async def close() -> None:
        clock.pass_(days=1)

    number = await held(closes_at=clock() + timedelta(hours=60))
    clock.pass_(hours=50)
    assert await meanwhile(number, close) is None
    assert (await meanwhile(number, nothing)).closing


async def test_a_result_is_dated_when_it_is_published(
    app: Quart, clock: Clock, held: Any, meanwhile: Any
) -> None:
    async def take_ten_minutes() -> None:
        clock.pass_(minutes=10)

    number = await held(closes_at=clock() + timedelta(hours=48, minutes=15))
    published = await meanwhile(number, take_ten_minutes)
    assert published.published_at == clock()


async def test_an_analysis_that_ends_in_the_last_48_hours_publishes_nothing(
    app: Quart, clock: Clock, held: Any, meanwhile: Any
) -> None:
    async def take_ten_minutes() -> None:
        clock.pass_(minutes=10)

    number = await held(closes_at=clock() + timedelta(hours=48, minutes=5))
    assert await meanwhile(number, take_ten_minutes) is None


async def test_ten_people_make_a_new_result_that_keeps_labels(
    app: Quart, settings: Settings, clock: Clock, held: Any, analyse: Any
) -> None:
    number = await held()
    await analyse(number)
    answers = {number: (1 if number == 1 or number % 2 == 0 else -1) for number in range(1, 13)}
    for count in range(1, 11):
        await vote_as(app, settings, Person(app), answers, when=clock())
        if count == 9:
            await analyse(number)
    database: Database = app.extensions["database"]
    async with database.reading() as session:
        first = await newest_published(session, number)
    await analyse(number)
    async with database.reading() as session:
        second = await newest_published(session, number)
    assert first is not None
    assert second is not None
    assert (first.number, second.number) == (1, 2)
    assert [g["size"] for g in first.content["groups"]] == [60, 45]
    assert [g["size"] for g in second.content["groups"]] == [70, 45]
    assert second.content["map"]["size"] == first.content["map"]["size"]


async def test_the_invented_conversation_is_published_as_computed_by_hand(
    app: Quart, held: Any, analyse: Any, data: Any
) -> None:
    """Through the database and the engine: totals do not depend on the groups that the engine finds."""
    crowd = read_crowd(data / "map" / "two-groups.json")
    number = await held(crowd=crowd)
    await analyse(number)
    async with app.extensions["database"].reading() as session:
        published = await newest_published(session, number)
    assert published is not None
    assert published.content["participants"] == 75
    numbers = [said["number"] for said in published.content["statements"]]
    assert numbers == [1, 2, 3, 5, 6, 8]


@pytest.mark.parametrize("kind", ["sqlite"])
async def test_the_work_is_done_in_a_process_of_its_own(
    app: Quart, settings: Settings, clock: Clock, held: Any
) -> None:
    database: Database = app.extensions["database"]
    number = await held()
    async with database.reading() as session:
        task = await analysing.read_task(session, settings, number, clock())
    working, candidate = await analysing.limited(settings, analysing.work_out, task)
    here_working, here_candidate = analysing.work_out(task)
    assert working == here_working
    assert candidate == here_candidate


@pytest.mark.prove
@pytest.mark.parametrize("kind", ["sqlite"])
async def test_the_landscape_is_drawn_in_a_process_of_its_own(
    app: Quart, settings: Settings, clock: Clock, held: Any
) -> None:
    """Compiles for up to a minute in a fresh folder."""
    number = await held()
    await analysing.analyse_consultation(app.extensions["database"], settings, number, clock=clock)
    async with app.extensions["database"].reading() as session:
        published = await newest_published(session, number)
    assert published is not None
    assert published.landscape is not None
    assert published.landscape["hexagons"]
    assert len(published.landscape["statements"]) == 12
