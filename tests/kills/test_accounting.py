"""The accounting itself, on journals small enough to check by eye."""

import pytest

from tests.kills.accounting import Entry, Outcome, allowed_values, faults

KEPT, REFUSED, UNKNOWN = Outcome.KEPT, Outcome.REFUSED, Outcome.UNKNOWN


def journal(*sent: tuple[int, Outcome]) -> list[Entry]:
    return [Entry("ann", 1, value, outcome) for value, outcome in sent]


@pytest.mark.parametrize(
    ("sent", "allowed"),
    [
        ([(1, KEPT)], {1}),
        ([(1, KEPT), (-1, KEPT)], {-1}),
        ([(1, KEPT), (-1, UNKNOWN)], {1, -1}),
        ([(1, KEPT), (-1, UNKNOWN), (0, KEPT)], {0}),
        ([(1, UNKNOWN)], {1, None}),
        ([(1, REFUSED)], {None}),
        ([(1, KEPT), (-1, REFUSED)], {1}),
        ([(1, UNKNOWN), (0, UNKNOWN)], {1, 0, None}),
    ],
)
def test_what_may_be_there_follows_from_what_was_told(
    sent: list[tuple[int, Outcome]], allowed: set[int | None]
) -> None:
    assert allowed_values(journal(*sent)) == {("ann", 1): allowed}


def test_all_is_well_when_every_acknowledged_vote_is_there_once() -> None:
    assert faults(journal((1, KEPT), (-1, UNKNOWN)), [("ann", 1, -1)]) == []
    assert faults(journal((1, UNKNOWN)), []) == []


@pytest.mark.parametrize(
    ("sent", "rows", "words"),
    [
        ([(1, KEPT)], [], "should be one of {1} and is None"),
        ([(1, KEPT)], [("ann", 1, -1)], "should be one of {1} and is -1"),
        ([(1, REFUSED)], [("ann", 1, 1)], "should be one of {None} and is 1"),
        ([(1, KEPT)], [("ann", 1, 1), ("ann", 1, 1)], "is there 2 times"),
        ([(1, KEPT)], [("ann", 1, 1), ("bob", 1, 1)], "which nobody cast"),
        ([(1, KEPT)], [("ann", 1, 1), ("ann", 2, 1)], "which nobody cast"),
    ],
)
def test_a_loss_a_change_a_double_and_an_invention_are_found(
    sent: list[tuple[int, Outcome]], rows: list[tuple[str, int, int]], words: str
) -> None:
    (fault,) = faults(journal(*sent), rows)
    assert words in fault
