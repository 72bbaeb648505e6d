"""A side that falls silent: the space sleeps by the clock, and wakes when new people have come."""

from datetime import date, timedelta

import pytest

from charters.agreements import State
from charters.enforcement import Refused
from charters.reasons import Reason
from charters.states import Role, Side, Standing
from deliberation.publishing.record import Did, acts_of
from deliberation.spaces.activity import note_act, quiet_since
from deliberation.spaces.days import last_moment
from deliberation.spaces.putting_people import put_facilitator
from deliberation.spaces.waking import wake_space
from participate.db import Database
from tests.both_sides import Cast, two_sides
from tests.charters.avonmere import DAY, NOON

ASLEEP = last_moment(date(2026, 11, 2)) + 90 * DAY
ASKED = {"name": "Gwen", "reason": "She has done this well before."}


@pytest.fixture
async def cast(database: Database) -> Cast:
    """Both sides acted last on the second of November."""
    cast = await two_sides(database)
    async with database.transaction() as session:
        assert cast.space.id is not None
        for side in Side:
            await note_act(session, cast.space.id, side, now=NOON)
    return cast


async def ask(cast: Cast, name: str, now: object) -> object:
    assert hasattr(now, "year")
    until = now + 100 * DAY  # type: ignore[operator]
    return await cast.do(name, put_facilitator, cast.space, "gwen@example.org", **ASKED, until=until, now=now)


async def test_an_answer_and_what_is_put_are_noted_by_their_day_alone(cast: Cast) -> None:
    decision = await ask(cast, "ann", NOON + 3 * DAY)
    await cast.says("deepa", decision, now=NOON + 5 * DAY)  # type: ignore[arg-type]
    async with cast.database.reading() as session:
        assert cast.space.id is not None
        noted = await quiet_since(session, cast.space.id)
    assert noted == {
        Side.PEOPLE: last_moment(date(2026, 11, 5)),
        Side.BODY: last_moment(date(2026, 11, 7)),
    }


async def test_a_side_that_is_silent_to_the_last_moment_puts_the_space_to_sleep(cast: Cast) -> None:
    await ask(cast, "ann", ASLEEP - timedelta(hours=1))
    with pytest.raises(Refused) as refused:
        await ask(cast, "ann", ASLEEP)
    assert refused.value.reason is Reason.DORMANT


async def test_a_decision_in_a_space_that_sleeps_lapses(cast: Cast) -> None:
    decision = await ask(cast, "ann", ASLEEP - 2 * DAY)
    with pytest.raises(Refused) as refused:
        await cast.says("ann", decision, now=ASLEEP)  # type: ignore[arg-type]
    assert refused.value.reason is Reason.DORMANT
    ended = await cast.tick(decision, ASLEEP + 40 * DAY)  # type: ignore[arg-type]
    assert ended.state is State.LAPSED


async def test_nobody_wakes_it_before_somebody_new_has_come(cast: Cast) -> None:
    for name, reason in (("ann", Reason.NO_NEWCOMERS), ("flo", Reason.NEEDS_SIDE)):
        with pytest.raises(Refused) as refused:
            await cast.do(name, wake_space, cast.space, now=ASLEEP + DAY)
        assert refused.value.reason is reason


async def test_new_people_of_the_side_that_was_silent_wake_it(cast: Cast) -> None:
    async with cast.database.transaction() as session:
        assert cast.space.id is not None
        await note_act(session, cast.space.id, Side.BODY, now=ASLEEP - DAY)
    for name in ("one", "two"):
        await cast.join(name, Role.MEMBER, since=ASLEEP + DAY)
    await cast.do("one", wake_space, cast.space, now=ASLEEP + 2 * DAY)
    await ask(cast, "ann", ASLEEP + 2 * DAY)
    async with cast.database.reading() as session:
        assert cast.space.id is not None
        kinds = [act.kind for act in await acts_of(session, cast.space.id)]
    assert Did.SPACE_WOKEN in kinds
    with pytest.raises(Refused) as refused:
        await cast.do("one", wake_space, cast.space, now=ASLEEP + 3 * DAY)
    assert refused.value.reason is Reason.AWAKE


async def test_a_space_that_is_being_founded_has_nothing_to_sleep_from(database: Database) -> None:
    cast = await two_sides(database, Standing.FOUNDING)
    async with database.transaction() as session:
        assert cast.space.id is not None
        await note_act(session, cast.space.id, Side.PEOPLE, now=NOON)
    async with database.reading() as session:
        assert (await cast.facts("ann", session, NOON + 900 * DAY)).held.asleep == frozenset()
