"""Appeals are decided by one from each side; silence and difference bring the text back, or seal it."""

from datetime import datetime, timedelta
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from charters.appeals import (
    AppealState,
    Verdict,
    appeal_ends,
    appeal_state,
    decision_due,
    hidden,
    may_decide,
    seal_ends,
)
from charters.states import Side
from tests.charters.avonmere import CHARTER, DAY, NOON

RULES = CHARTER.moderation
DUE = decision_due(RULES, NOON)
steady = settings(derandomize=True, max_examples=200, deadline=None)


def said(side: Side, stands: bool, decider: str = "", at: datetime = NOON + DAY) -> Verdict:
    return Verdict(decider or f"of {side}", side, stands, at)


def state(*verdicts: Verdict, now: datetime = NOON + 2 * DAY, reason: str = "abusive") -> AppealState:
    return appeal_state(
        CHARTER, verdicts, removed_for=reason, removed_by="flo", author="ann", appealed_at=NOON, now=now
    )


@pytest.mark.parametrize(
    ("people", "body", "reason", "then", "at_the_end"),
    [
        (True, True, "abusive", AppealState.UPHELD, AppealState.UPHELD),
        (False, False, "abusive", AppealState.RESTORED, AppealState.RESTORED),
        (False, False, "unlawful", AppealState.RESTORED, AppealState.RESTORED),
        (True, False, "abusive", AppealState.RESTORED, AppealState.RESTORED),
        (False, True, "abusive", AppealState.RESTORED, AppealState.RESTORED),
        (True, False, "unlawful", AppealState.SEALED, AppealState.SEALED),
        (False, True, "identifying", AppealState.SEALED, AppealState.SEALED),
        (True, None, "abusive", AppealState.OPEN, AppealState.RESTORED),
        (None, None, "abusive", AppealState.OPEN, AppealState.RESTORED),
        (None, False, "identifying", AppealState.OPEN, AppealState.SEALED),
    ],
)
def test_what_the_two_deciders_say_is_what_happens(
    people: bool | None, body: bool | None, reason: str, then: AppealState, at_the_end: AppealState
) -> None:
    verdicts = [
        said(side, stands)
        for side, stands in ((Side.PEOPLE, people), (Side.BODY, body))
        if stands is not None
    ]
    assert state(*verdicts, reason=reason) is then
    assert state(*verdicts, reason=reason, now=DUE) is at_the_end


def test_who_removed_the_text_and_who_wrote_it_decide_nothing() -> None:
    assert not may_decide("flo", removed_by="flo", author="ann")
    assert not may_decide("ann", removed_by="flo", author="ann")
    for unfit in ("flo", "ann"):
        both = (said(Side.PEOPLE, True, unfit), said(Side.BODY, True))
        assert state(*both) is AppealState.OPEN
        assert state(*both, now=DUE) is AppealState.RESTORED


def test_one_person_cannot_decide_for_both_sides() -> None:
    both = (said(Side.PEOPLE, True, "dan"), said(Side.BODY, True, "dan", NOON + 2 * DAY))
    assert state(*both) is AppealState.OPEN


def test_a_verdict_after_the_end_is_silence() -> None:
    assert state(said(Side.PEOPLE, True), said(Side.BODY, True, at=DUE), now=DUE) is AppealState.RESTORED


def test_the_first_verdict_of_a_side_counts() -> None:
    first, second = said(Side.PEOPLE, True), said(Side.PEOPLE, False, "eve", NOON + 2 * DAY)
    assert state(first, second, said(Side.BODY, True)) is AppealState.UPHELD


@steady
@given(
    st.lists(
        st.builds(
            Verdict,
            st.sampled_from(["flo", "ann", "dan", "eve"]),
            st.sampled_from(Side),
            st.booleans(),
            st.integers(-1, 16).map(lambda n: NOON + n * DAY),
        ),
        max_size=5,
    ),
    st.integers(0, 20),
)
def test_a_removal_stands_only_if_somebody_from_each_side_says_so(given: list[Verdict], days: int) -> None:
    now = NOON + days * DAY
    result = state(*given, now=now)
    assert all(state(*order, now=now) is result for order in list(permutations(given))[:24])
    if result is AppealState.UPHELD:
        rightful = [v for v in given if v.stands and v.decider in ("dan", "eve") and NOON <= v.at <= now]
        assert {v.side for v in rightful} == set(Side)
        assert len({v.decider for v in rightful}) == 2
    if result is AppealState.OPEN:
        assert now < DUE


def test_a_text_is_sealed_until_every_appeal_on_it_is_over() -> None:
    last = appeal_ends(RULES, NOON)
    assert last == NOON + 14 * DAY
    assert decision_due(RULES, last) <= seal_ends(RULES, NOON)


def test_what_the_operator_hides_comes_back_by_itself() -> None:
    def at(hours: int, confirmed: bool = False) -> bool:
        return hidden(CHARTER, hidden_at=NOON, confirmed=confirmed, now=NOON + timedelta(hours=hours))

    assert [at(-1), at(0), at(71), at(72)] == [False, True, True, False]
    assert at(1000, confirmed=True)
