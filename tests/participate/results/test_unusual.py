"""Unusual voting: from planted ballots to the facilitator's page, which names nobody and follows results."""

from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from quart import Quart
from sqlmodel import select

from clustering.results import OpinionAnalysis, OpinionGroup
from deliberation.opinion.arrivals import first_votes
from deliberation.opinion.screenings import Screening, screening_of
from deliberation.opinion.voting import Vote
from deliberation.people.participants import Participant
from deliberation.spaces.paper_sheets import PaperSheet
from participate.screening import lettered
from tests.crowds import Crowd, planted
from tests.people import Clock


def crowd_with(copies: int) -> Crowd:
    """Two groups who vote on 40 statements, and copies of one ballot by chance."""
    crowd, draw = planted((50, 45), statements=40), Random(2)
    ballot = [draw.choice([1, -1]) for _ in range(40)]
    for _ in range(copies):
        person = len(crowd.group_of)
        crowd.group_of.append(None)
        crowd.votes += [(person, number, value) for number, value in enumerate(ballot, 1)]
    return crowd


async def stored(app: Quart, number: int) -> Screening | None:
    async with app.extensions["database"].reading() as session:
        return await screening_of(session, number)


async def test_copies_are_told_in_tens_and_the_result_is_worked_out_without_them(
    app: Quart, held: Any, analyse: Any
) -> None:
    number = await held(crowd=crowd_with(12))
    await analyse(number)
    row = await stored(app, number)
    assert row is not None
    assert row.number == 1
    assert row.content["kinds"]["twins"] == 10
    assert row.content["kinds"]["straight"] is None
    assert row.content["beside"]["enough"]
    assert row.content["beside"]["groups"][0] >= 2


@pytest.mark.parametrize("kind", ["sqlite"])
async def test_a_few_copies_are_not_told_from_none(app: Quart, held: Any, analyse: Any) -> None:
    number = await held(crowd=crowd_with(5))
    await analyse(number)
    row = await stored(app, number)
    assert row is not None
    assert row.content["people"] is None
    assert row.content["beside"] is None


@pytest.mark.parametrize("kind", ["sqlite"])
async def test_what_was_said_stands_until_the_next_result(
    app: Quart, held: Any, analyse: Any, clock: Clock
) -> None:
    """An analysis that publishes nothing changes nothing here: else it would tell of the votes in between."""
    number = await held(crowd=crowd_with(12))
    await analyse(number)
    before = await stored(app, number)
    async with app.extensions["database"].transaction() as session:
        for vote in (await session.exec(select(Vote).limit(40))).all():
            vote.value = 1
    await analyse(number)
    after = await stored(app, number)
    assert before is not None
    assert after is not None
    assert (after.number, after.content) == (before.number, before.content)


async def test_first_votes_leave_out_who_answered_on_paper(app: Quart, held: Any, clock: Clock) -> None:
    number = await held(crowd=planted((3, 2)))
    async with app.extensions["database"].transaction() as session:
        before = await first_votes(session, number)
        somebody = await session.get(Participant, next(iter(before)))
        assert somebody is not None
        session.add(PaperSheet(consultation_id=number, key=somebody.key))
        await session.flush()
        after = await first_votes(session, number)
    assert set(before) - set(after) == {somebody.id}
    assert all(isinstance(moment, float) for moment in after.values())


def _analysis(group_of: dict[int, int]) -> Any:
    from clustering import analyse
    from clustering.matrix import VoteMatrix

    made: OpinionAnalysis = analyse(VoteMatrix.from_votes([1, 2], [1, 1], [1, -1]))
    ids = sorted(set(group_of.values()))
    groups = tuple(
        OpinionGroup(id, len(who), who, ())
        for id in ids
        for who in [tuple(name for name, group in group_of.items() if group == id)]
    )
    centres = {id: (float(id), 0.0) for id in ids}
    values: Callable[..., Any] = made.__class__
    kept = {**made.__dict__, "groups": groups, "group_of": group_of, "group_centres": centres}
    return values(**kept)


def test_groups_without_some_people_keep_the_letters_of_those_who_stay() -> None:
    like = _analysis({1: 0, 2: 0, 3: 0, 4: 1, 5: 1, 6: 2})
    found = lettered(_analysis({1: 2, 2: 2, 4: 0, 5: 0, 6: 1}), like)
    assert found.group_of == {1: 0, 2: 0, 4: 1, 5: 1, 6: 2}
    assert [(group.id, group.members) for group in found.groups] == [(0, (1, 2)), (1, (4, 5)), (2, (6,))]
    assert found.group_centres[0] == (2.0, 0.0)
    other = _analysis({1: 0, 2: 1})
    assert lettered(other, like) is other
