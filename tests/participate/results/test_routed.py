"""Priorities that are all equal although the answers are not: noticed, and told once at each turn."""

import logging
from dataclasses import replace
from typing import Any

import pytest
from quart import Quart

import clustering
from charters.states import StatementState
from clustering.matrix import VoteMatrix
from deliberation.opinion.routed import Routing
from deliberation.publishing.said import Said
from participate.routed import routing_noted
from tests.people import Person

REAL = clustering.analyse


def _all_equal(*args: Any, **how: Any) -> Any:
    analysis = REAL(*args, **how)
    return replace(analysis, priorities=dict.fromkeys(analysis.priorities, 49.0))


async def test_equal_priorities_are_told_by_readyz_and_once_in_the_log(
    app: Quart,
    person: Person,
    held: Any,
    analyse: Any,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def told() -> Any:
        return (await (await person.client.get("/readyz")).get_json())["routing"]

    def lines() -> list[str]:
        return [one.getMessage() for one in caplog.records if one.name == "participate.routing"]

    caplog.set_level(logging.INFO)
    number = await held()
    await analyse(number)
    assert (await told(), lines()) == ("ok", [])
    monkeypatch.setattr(clustering, "analyse", _all_equal)
    for _ in range(2):
        await analyse(number)
    assert await told() == f"even: see the worker's log; consultations {number}"
    assert [line.split(":")[0] for line in lines()] == [f"routing=even consultation={number}"]
    monkeypatch.setattr(clustering, "analyse", REAL)
    await analyse(number)
    assert await told() == "ok"
    assert [line.split(":")[0] for line in lines()][1:] == [f"routing=follows consultation={number}"]


def _said(number: int, state: StatementState = StatementState.PUBLISHED) -> Said:
    return Said(number, number, f"Words {number}.", "en", state, seed=False, meta=False, month="2026-03")


def test_only_statements_on_offer_are_looked_at_and_only_while_voting_goes_on() -> None:
    rows = [(person, 1) for person in range(90)] + [(person, 2) for person in range(30)]
    votes = VoteMatrix.from_votes(*zip(*rows, strict=True), [1] * len(rows))  # type: ignore[misc]
    offered = [_said(1), _said(2)]
    even = {1: 1.0, 2: 1.0, 3: 5.0}
    assert routing_noted(even, votes, offered, over=False) is Routing.EVEN
    assert routing_noted(even, votes, [*offered, _said(3)], over=False) is Routing.FOLLOWS
    removed = [*offered, _said(3, StatementState.REMOVED)]
    assert routing_noted(even, votes, removed, over=False) is Routing.EVEN
    assert routing_noted(even, votes, offered, over=True) is Routing.FOLLOWS
    assert routing_noted(even, votes, [], over=False) is Routing.FOLLOWS


def test_an_engine_without_any_priority_is_noticed_by_nobody_else() -> None:
    """No priorities at all are no equal priorities: the draws by exposure go on."""
    votes = VoteMatrix.from_votes([1, 2], [1, 1], [1, 1])
    assert routing_noted({}, votes, [_said(1)], over=False) is Routing.FOLLOWS
