"""Shares corrected for who was shown what."""

from itertools import permutations
from statistics import mean

import pytest

from clustering.exposure import corrected_share, weight_of_answer
from tests.clustering.routing_simulation import simulate


def test_the_weights_of_a_person_come_to_one_for_every_statement():
    """Over every order in which two of three uneven statements can be drawn: what Des Raj proved."""
    sizes, expected = {"a": 6.0, "b": 3.0, "c": 1.0}, dict.fromkeys("abc", 0.0)
    for first, second in permutations("abc", 2):
        p, q = sizes[first] / 10, sizes[second] / (10 - sizes[first])
        expected[first] += p * q * weight_of_answer(p, 1, 2)
        expected[second] += p * q * weight_of_answer(q, 2, 2)
    assert expected == pytest.approx(dict.fromkeys("abc", 1.0))


def test_a_person_asked_everything_counts_once_each_time():
    assert [weight_of_answer(1 / left, turn, 4) for turn, left in enumerate((4, 3, 2, 1), 1)] == (
        pytest.approx([7 / 4, 5 / 4, 3 / 4, 1 / 4])
    )


def test_corrected_estimates_are_within_one_point_where_plain_ones_are_not(record_property):
    """Who answers more agrees more, later people agree more, and a quarter of the statements come late."""
    course = simulate(statements=40, people=2_000, late=10, seed=1)
    every = range(40)
    plain = mean(course.plain(number) - course.truth[number] for number in every)
    shares = [course.corrected(number) for number in every]
    corrected = mean(share.estimate - course.truth[number] for number, share in enumerate(shares))
    covered = sum(share.low <= course.truth[number] <= share.high for number, share in enumerate(shares))
    record_property("error", f"plain {plain}, corrected {corrected}, covered {covered / 40}")
    assert plain > 0.05
    assert abs(corrected) <= 0.01
    assert covered >= 34


def test_equal_weights_are_a_plain_share_with_its_wilson_interval():
    share = corrected_share([True] * 40 + [False] * 60, [2.5] * 100)
    assert share.estimate == pytest.approx(0.4)
    assert (share.low, share.high) == pytest.approx((0.3094, 0.4980), abs=1e-4)
    assert (share.answers, share.effective) == (100, pytest.approx(100))


def test_where_all_say_the_same_the_interval_is_of_the_effective_number():
    share = corrected_share([True, True, True], [1, 1, 4])
    assert (share.estimate, share.high) == (1, 1)
    assert share.effective == pytest.approx(36 / 18)


@pytest.mark.parametrize(
    ("act", "words"),
    [
        (lambda: weight_of_answer(0, 1, 1), "above 0 and at most 1, not 0"),
        (lambda: weight_of_answer(1.5, 1, 1), "not 1.5"),
        (lambda: weight_of_answer(0.5, 3, 2), "Turn 3 is not one of 2"),
        (lambda: corrected_share([], []), "there are 0 and 0"),
        (lambda: corrected_share([True], [1, 2]), "there are 1 and 2"),
        (lambda: corrected_share([True], [0]), "above 0, not 0"),
        (lambda: corrected_share([True], [1], level=1), "not 1"),
    ],
)
def test_what_makes_no_sense_is_an_error(act, words):
    with pytest.raises(ValueError, match=words):
        act()
