"""Which statement is shown next: least seen first, with a probability that is true."""

from collections import Counter
from random import Random

import pytest

from clustering.routing import next_statement, probabilities


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


def test_no_candidate_is_an_error():
    with pytest.raises(ValueError, match="candidates is empty"):
        next_statement([], seen_counts={}, seed=0)


def test_a_negative_count_is_an_error():
    with pytest.raises(ValueError, match=r"seen -1 times \(candidate 1\)"):
        next_statement(["a", "b"], seen_counts={"b": -1}, seed=0)


def gini(counts):
    ranked, n = sorted(counts), len(counts)
    return sum((2 * i - n + 1) * x for i, x in enumerate(ranked)) / (n * sum(ranked))


def simulate(n_statements, n_people, late, grain):
    """People come one by one and vote on 1 to 25 statements; the `late` last ones appear half-way.

    Draws look at the counts rounded down to `grain`.
    """
    seen, random, draw = dict.fromkeys(range(n_statements), 0), Random(3), 0
    for person in range(n_people):
        visible = range(n_statements if person >= n_people / 2 else n_statements - late)
        left = list(visible)
        for _ in range(random.randint(1, 25)):
            known = {number: count // grain * grain for number, count in seen.items()}
            choice = next_statement(left, seen_counts=known, seed=draw)
            seen[choice.statement_id] += 1
            left.remove(choice.statement_id)
            draw += 1
    return seen


@pytest.mark.parametrize("grain", [1, 10])
def test_every_statement_is_reached_evenly(record_property, grain):
    seen = simulate(n_statements=60, n_people=200, late=0, grain=grain)
    record_property("gini", gini(seen.values()))
    assert min(seen.values()) >= 20
    assert gini(seen.values()) <= 0.1


@pytest.mark.parametrize("grain", [1, 10])
def test_statements_that_come_late_catch_up(record_property, grain):
    seen = simulate(n_statements=60, n_people=200, late=20, grain=grain)
    record_property("gini", gini(seen.values()))
    assert min(seen.values()) >= 20
    assert gini(seen.values()) <= 0.3


def test_no_number_of_statements_is_too_many():
    last = [
        next_statement(range(5_000), seen_counts=dict.fromkeys(range(4_999), 50), seed=s) for s in range(40)
    ]
    assert sum(choice.statement_id == 4_999 for choice in last) >= 5
