"""The hall of a made-up town, and the worker's job done at once."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from quart import Quart

from deliberation.opinion.opinion_map import PublishedMap, newest_published
from participate import analysing
from participate.db import Database
from participate.settings import Settings
from tests.crowds import Crowd, move_in, planted
from tests.people import Clock


@pytest.fixture
def crowd() -> Crowd:
    return planted((60, 45))


@pytest.fixture
def held(app: Quart, crowd: Crowd) -> Callable[..., Awaitable[int]]:
    async def move(**how: Any) -> int:
        async with app.extensions["database"].transaction() as session:
            consultation = await move_in(session, how.pop("crowd", crowd), **how)
        assert consultation.id is not None
        return consultation.id

    return move


@pytest.fixture
def analyse(
    app: Quart, settings: Settings, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> Callable[[int], Awaitable[None]]:
    """The worker's job, in this process and with a landscape that takes no time."""

    async def at_once(function: Any, *args: Any, **limits: Any) -> Any:
        return function(*args)

    monkeypatch.setattr(analysing, "run_limited", at_once)
    monkeypatch.setattr(
        "clustering.landscape.statement_landscape",
        lambda votes, **_: {name: (float(i), float(i % 3)) for i, name in enumerate(votes.statement_ids)},
    )
    monkeypatch.setattr(
        "clustering.landscape.landscape",
        lambda votes, **_: {person: (float(i % 3), 0.0) for i, person in enumerate(votes.participant_ids)},
    )

    async def run(consultation_id: int) -> None:
        await analysing.analyse_consultation(
            app.extensions["database"], settings, consultation_id, clock=clock
        )

    return run


@pytest.fixture
def meanwhile(
    app: Quart, settings: Settings, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Awaitable[PublishedMap | None]]:
    """Analyse, with `act` done between the reading of the votes and the result; then what is published."""
    database: Database = app.extensions["database"]

    async def run(number: int, act: Callable[[], Awaitable[None]]) -> PublishedMap | None:
        async def limited(function: Any, *args: Any, **limits: Any) -> Any:
            await act()
            return function(*args)

        monkeypatch.setattr(analysing, "run_limited", limited)
        await analysing.analyse_consultation(database, settings, number, clock=clock, landscape=False)
        async with database.reading() as session:
            return await newest_published(session, number)

    return run
