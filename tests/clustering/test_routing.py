"""Which statement is shown next: least seen first, with a probability that is true."""

from collections import Counter

import pytest

from clustering.routing import ignores_exposures, next_statement, probabilities
from tests.clustering.routing_simulation import gini, simulate


def test_probabilities_follow_the_stated_formula():
    # weights 1, 1/4, 1/16 add up to 21/16; 0.1 is shared evenly among three
    assert probabilities([0, 1, 3]) == pytest.approx(
        [0.1 / 3 + 0.9 * 16 / 21, 0.1 / 3 + 0.9 * 4 / 21, 0.1 / 3 + 0.9 / 21]
    )


def test_the_probability_told_is_the_share_of_draws():
    seen = {"a": 0, "b": 1, "c": 3}
    choices = [next_statement(["a", "b", "c"], seen_counts=seen, seed=seed) for seed in range(20_000)]
    told = {choice.statement_id: choice.probability for choice in choices}
    assert sum(told.values()) == pytest.approx(1)
    for name, count in Counter(choice.statement_id for choice in choices).items():
        # five standard errors of a share of 20,000 draws are below 0.018
        assert count / len(choices) == pytest.approx(told[name], abs=0.018)


def test_the_same_inputs_give_the_same_choice():
    draws = {next_statement(range(50), seen_counts={3: 4}, seed=11) for _ in range(5)}
    assert len(draws) == 1
    assert len({next_statement(range(50), seen_counts={3: 4}, seed=s).statement_id for s in range(40)}) > 10


def test_one_candidate_is_certain_and_repeats_change_nothing():
    assert next_statement([7, 7], seen_counts={7: 900}, seed=0).probability == 1
    once = next_statement([1, 2], seen_counts={}, seed=5)
    assert next_statement([1, 2, 1], seen_counts={}, seed=5) == once


def test_a_statement_that_everyone_saw_keeps_its_share_of_the_even_draws():
    assert min(probabilities([0, 10_000_000])) == pytest.approx(0.05)


def test_a_probability_is_never_above_one():
    assert max(probabilities([count])[0] for count in range(0, 5_000, 10)) == 1


def test_no_candidate_is_an_error():
    with pytest.raises(ValueError, match="candidates is empty"):
        next_statement([], seen_counts={}, seed=0)


def test_a_negative_count_is_an_error():
    with pytest.raises(ValueError, match=r"seen -1 times \(candidate 1\)"):
        next_statement(["a", "b"], seen_counts={"b": -1}, seed=0)


@pytest.mark.parametrize(("late", "grain"), [(0, 1), (0, 10), (20, 1), (20, 10)])
def test_every_statement_is_reached_evenly_and_late_ones_catch_up(record_property, late, grain):
    """Each has 20 answers within 20 draws per statement over 0.5, counted from the draw at which it came."""
    course = simulate(statements=60, people=250, late=late, grain=grain)
    record_property("gini", float(gini(course.seen)))
    assert max(course.waited(number) for number in range(60)) <= 20 * 60 / 0.5
    assert all(course.waited(number) <= 20 * 60 / 0.5 / 2 for number in range(60 - late, 60))
    assert gini(course.seen) <= (0.3 if late else 0.1)


def test_no_number_of_statements_is_too_many():
    last = [
        next_statement(range(5_000), seen_counts=dict.fromkeys(range(4_999), 50), seed=s) for s in range(40)
    ]
    assert sum(choice.statement_id == 4_999 for choice in last) >= 5


@pytest.mark.parametrize(
    ("priorities", "exposures", "noticed"),
    [
        ([1.0, 1.0, 1.0], [90, 20, 10], True),
        ([0.0, 0.0, 0.0], [90, 20, 10], True),
        ([0.1 + 0.2, 0.3, 0.3], [90, 20, 10], True),
        ([float("nan")] * 3, [90, 20, 10], True),
        ([1.0, 1.0, 1.1], [90, 20, 10], False),
        ([1.0, 1.0, 1.0], [99, 91, 95], False),  # equal in tens
        ([1.0, 1.0, 1.0], [60, 20, 10], False),  # too few to judge
        ([1.0], [900], False),
        ([], [], False),
    ],
)
def test_equal_priorities_are_noticed_where_exposures_differ(priorities, exposures, noticed):
    assert ignores_exposures(priorities, exposures) is noticed


def test_our_own_draws_never_ignore_exposures():
    for seen in ([0, 10], [90, 20, 10], [1000, 1010], [10_000, 0, 0]):
        assert not ignores_exposures(probabilities(seen), seen)


def test_a_priority_without_exposures_is_an_error():
    with pytest.raises(ValueError, match="there are 2 and 1"):
        ignores_exposures([1.0, 2.0], [3])
