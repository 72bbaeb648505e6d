"""Changing and withdrawing one's own statement: only its author, only before a vote."""

from dataclasses import replace
from typing import Any

import pytest

from charters.actions import Action
from charters.enforcement import Facts, Permitted, Reason, Refusal, decide
from charters.policy import load_policy
from charters.states import Stage, StatementState
from tests.people import Clock

POLICY = load_policy("open-health-space")
OWN = "consultation:statement"


def facts(clock: Clock, **changed: Any) -> Facts:
    mine = Facts(
        now=clock(),
        stage=Stage.VOTING,
        statement=StatementState.PUBLISHED,
        has_device=True,
        is_author=True,
        answered=False,
        in_result=False,
    )
    return replace(mine, **changed)


@pytest.mark.parametrize("action", [Action.REVISE_STATEMENT, Action.WITHDRAW_STATEMENT])
@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"is_author": False}, Reason.NOT_THE_AUTHOR),
        ({"answered": True}, Reason.STATEMENT_ANSWERED),
        ({"statement": StatementState.REMOVED}, Reason.STATEMENT_REMOVED),
        ({"statement": None}, Reason.NO_STATEMENT),
        ({"stage": Stage.CLOSED}, Reason.CLOSED),
        ({"has_device": False}, Reason.NEEDS_DEVICE),
        ({"limit_reached": True}, Reason.TOO_MANY),
    ],
)
def test_who_and_when(clock: Clock, action: Action, changed: dict[str, Any], reason: Reason) -> None:
    assert isinstance(decide(POLICY, action, facts(clock)), Permitted)
    decision = decide(POLICY, action, facts(clock, **changed))
    assert isinstance(decision, Refusal)
    assert decision.reason is reason


def test_published_words_are_withdrawn_and_never_changed(clock: Clock) -> None:
    published = facts(clock, in_result=True)
    changing = decide(POLICY, Action.REVISE_STATEMENT, published)
    assert isinstance(changing, Refusal)
    assert changing.reason is Reason.STATEMENT_IN_RESULT
    assert isinstance(decide(POLICY, Action.WITHDRAW_STATEMENT, published), Permitted)


def test_whatever_is_left_out_counts_against_the_person(clock: Clock) -> None:
    bare = Facts(now=clock(), stage=Stage.VOTING, statement=StatementState.PUBLISHED, has_device=True)
    assert isinstance(decide(POLICY, Action.WITHDRAW_STATEMENT, bare), Refusal)


def test_what_was_voted_on_is_replaced_by_its_author_while_it_is_open(clock: Clock) -> None:
    answered = facts(clock, answered=True, in_result=True)
    assert isinstance(decide(POLICY, Action.REPLACE_STATEMENT, answered), Permitted)
    for changed, reason in (
        ({"is_author": False}, Reason.NOT_THE_AUTHOR),
        ({"statement": StatementState.REMOVED}, Reason.STATEMENT_REMOVED),
        ({"statement": StatementState.PENDING}, Reason.STATEMENT_PENDING),
        ({"stage": Stage.CLOSED}, Reason.CLOSED),
        ({"limit_reached": True}, Reason.TOO_MANY),
    ):
        decision = decide(POLICY, Action.REPLACE_STATEMENT, replace(answered, **changed))
        assert isinstance(decision, Refusal)
        assert decision.reason is reason
