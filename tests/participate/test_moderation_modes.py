"""The charter says whether a statement is read before or after people see it: both, as people meet them."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from quart import Quart
from sqlmodel import update

from charters.agreements import Kind
from charters.states import Standing
from deliberation.spaces.spaces import Space
from tests.chartering import agree, charter_of
from tests.participate.conftest import Cast, hold_evenings
from tests.people import Clock, Person

HERE = "/spaces/avonmere/evenings"
TEXT = "Let people book online."
Hold = Callable[[str], Awaitable[None]]


@pytest.fixture
def hold(app: Quart, cast: Cast, clock: Clock) -> Hold:
    """Holds the consultation in a space whose charter, signed by both sides, names this mode."""

    async def hold(mode: str) -> None:
        before = clock() - timedelta(days=20)
        changes: dict[str, Any] = {"moderation": {"mode": mode}}
        async with app.extensions["database"].transaction() as session:
            await hold_evenings(session, cast.avonmere, clock)
            await session.exec(update(Space).values(standing=Standing.RATIFIED))
            policy = charter_of("avonmere", before.date(), **changes)
            await agree(session, cast.avonmere, policy, Kind.ADOPT_CHARTER, now=before)

    return hold


@pytest.mark.parametrize("mode", ["pre", "post"])
async def test_the_charter_says_when_others_see_a_statement(
    app: Quart, cast: Cast, hold: Hold, mode: str
) -> None:
    await hold(mode)
    author, other = cast.stranger, Person(app)
    told = await author.send((await author.get(HERE)).form("/statements"), text=TEXT)
    waits = "It waits to be read by a facilitator. Until then only you can see it."
    assert (waits in told.text) is (mode == "pre")
    assert (TEXT in (await other.get(f"{HERE}/statements")).text) is (mode == "post")
    # In either mode it stands in the queue until somebody has read it.
    queue = await cast.flo.get(f"{HERE}/moderation?statement=5")
    assert TEXT in queue.text
    assert ("People see it already" in queue.text) is (mode == "post")
    await cast.flo.send(queue.form("/publish" if mode == "pre" else "/keep"))
    assert TEXT in (await other.get(f"{HERE}/statements")).text
    assert TEXT not in (await cast.flo.get(f"{HERE}/moderation?statement=5")).text


@pytest.mark.parametrize("mode", ["pre", "post"])
async def test_words_that_need_care_are_read_first_in_either_mode(
    app: Quart, cast: Cast, hold: Hold, mode: str
) -> None:
    await hold(mode)
    page = await cast.stranger.send(
        (await cast.stranger.get(HERE)).form("/statements"), text="Ring 01632 960777 instead."
    )
    await cast.stranger.send(page.form("/statements"), anyway="yes")
    assert "960777" not in (await Person(app).get(f"{HERE}/statements")).text
    assert "Has a phone number" in (await cast.flo.get(f"{HERE}/moderation?statement=5")).text
