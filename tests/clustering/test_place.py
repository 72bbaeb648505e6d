"""Placing one ballot on stored axes, by rule 1.5, and choosing the nearest group."""

import json
from math import sqrt

import pytest

from clustering.place import nearest_group, place
from clustering.results import Axes

AXES = Axes(("a", "b", "c", "d"), (0.5, -0.25, 0.0, 0.0), ((0.6, 0.8, 0.0, 0.0), (0.0, 0.0, 1.0, 0.0)))


def test_a_ballot_is_placed_by_its_distance_from_the_mean_votes():
    # C = 4, n = 2: scale sqrt(2); x = 0.6 * (1 - 0.5) + 0.8 * (-1 + 0.25) = -0.3
    x, y = place(AXES, {"a": 1, "b": -1})
    assert x == pytest.approx(sqrt(2) * -0.3)
    assert y == 0


def test_a_pass_counts_as_a_vote():
    # n = 1: scale 2; x = 0.6 * (0 - 0.5)
    assert place(AXES, {"a": 0}) == (pytest.approx(-0.6), 0)


def test_nobodys_votes_are_the_origin():
    assert place(AXES, {}) == (0, 0)


def test_votes_on_statements_unknown_to_the_axes_are_left_out():
    assert place(AXES, {"a": 1, "new": -1}) == place(AXES, {"a": 1})


def test_a_zeroed_statement_counts_as_seen_by_everyone():
    axes = Axes(AXES.statement_ids, AXES.center, AXES.components, zeroed=("d",))
    # C = 4, n = 1 + 1, whether or not the person voted on d: scale sqrt(2)
    assert place(axes, {"a": 1})[0] == pytest.approx(sqrt(2) * 0.3)
    assert place(axes, {"a": 1, "d": -1}) == place(axes, {"a": 1})


def test_an_unknown_vote_is_refused():
    with pytest.raises(ValueError, match="Unknown vote 2 on statement 'a'"):
        place(AXES, {"a": 2})


def test_axes_survive_a_json_column():
    axes = Axes(AXES.statement_ids, AXES.center, AXES.components, zeroed=("d",))
    assert Axes.from_document(json.loads(json.dumps(axes.to_document()))) == axes


def test_axes_of_unequal_lengths_are_refused():
    document = AXES.to_document() | {"center": [0.5]}
    with pytest.raises(ValueError, match=r"for 4 statements .* lengths \[1, 4, 4\]"):
        Axes.from_document(document)


def test_the_nearest_group_is_chosen_and_ties_go_to_the_lowest_id():
    centres = {2: (1.0, 0.0), 1: (-1.0, 0.0), 0: (0.0, 5.0)}
    assert nearest_group((0.9, 0.1), centres) == 2
    assert nearest_group((0.0, 0.0), centres) == 1


def test_without_groups_there_is_no_nearest_one():
    with pytest.raises(ValueError, match="0 group centres"):
        nearest_group((0.0, 0.0), {})
