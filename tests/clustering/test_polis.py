"""The compatible mode against a worked example, small and empty conversations, and its invariances."""

import json
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clustering.canonical import refined
from clustering.matrix import VoteMatrix
from clustering.place import place
from clustering.polis import analyse
from clustering.results import Axes

near = pytest.approx


@pytest.fixture
def expected(data):
    return json.loads((data / "clustering_worked_example.json").read_text(encoding="utf-8"))


@pytest.fixture
def worked(table, matrix, expected):
    return analyse(
        matrix(table),
        groups=expected["groups"],
        moderated_out=expected["moderated_out"],
        meta=expected["meta"],
    )


def fractions(values):
    return {name: float(Fraction(value)) for name, value in values.items()}


def test_axes_of_the_worked_example(worked, expected):
    columns = [worked.statement_ids.index(name) for name in expected["statement_ids"]]
    assert worked.center[columns] == near(np.array(list(fractions(expected["center"]).values())), rel=1e-12)
    assert worked.components[:, columns] == near(np.array(expected["components"]), rel=1e-9, abs=1e-12)


def test_everyone_is_placed_and_extremity_measured(worked, expected):
    assert set(worked.projections) == set(expected["projections"])
    for name, point in expected["projections"].items():
        assert worked.projections[name] == near(tuple(point), rel=1e-9)
    assert worked.extremity == near(expected["extremity"], rel=1e-9)


def test_votes_are_counted_by_group_removed_statements_included(worked, expected):
    counted = {
        str(group): {name: list(votes) for name, votes in by_statement.items()}
        for group, by_statement in worked.group_votes.items()
    }
    assert counted == expected["group_votes"]
    assert worked.group_votes[0]["s7"].seen == 4


@pytest.mark.parametrize("group", [0, 1])
def test_representative_statements_in_order(worked, expected, group):
    listed = expected["representative"][str(group)]
    found = worked.representative[group]
    for field in ("tid", "direction", "n_success", "n_trials", "best_agree"):
        assert [getattr(item, field) for item in found] == [item[field] for item in listed]
    for field in ("p_success", "repness"):
        assert [getattr(item, field) for item in found] == near(
            [float(Fraction(item[field])) for item in listed], rel=1e-12
        )
    for field in ("p_test", "repness_test"):
        assert [getattr(item, field) for item in found] == near([item[field] for item in listed], rel=1e-12)


@pytest.mark.parametrize("side", ["agree", "disagree"])
def test_consensus_of_all_voters(worked, expected, side):
    [item], [listed] = getattr(worked.consensus, side), expected["consensus"][side]
    assert (item.tid, item.n_success, item.n_trials) == (
        listed["tid"],
        listed["n_success"],
        listed["n_trials"],
    )
    assert item.p_success == near(float(Fraction(listed["p_success"])), rel=1e-12)
    assert item.p_test == near(listed["p_test"], rel=1e-12)


def test_group_aware_consensus_and_priorities(worked, expected):
    assert worked.group_aware_consensus == near(fractions(expected["group_aware_consensus"]), rel=1e-12)
    assert worked.priorities == near(expected["priorities"], rel=1e-9)


def test_placing_a_ballot_gives_the_place_of_the_analysis(worked, table, expected):
    axes = Axes(
        worked.statement_ids,
        tuple(worked.center),
        tuple(map(tuple, worked.components)),
        zeroed=("s7", "s8"),
    )
    for person, point in worked.projections.items():
        ballot = {statement: vote for name, statement, vote in table if name == person}
        assert place(axes, ballot) == near(point, rel=1e-12)


def test_people_in_no_group_count_for_the_whole_but_for_no_group(table, matrix, expected):
    without = analyse(matrix(table), groups={**expected["groups"], "kit": None})
    assert without.group_votes == analyse(matrix(table), groups=expected["groups"]).group_votes
    assert "kit" in without.projections
    assert "kit" not in without.groups


def test_groups_of_people_without_votes_are_not_there(table, matrix, expected):
    more = analyse(matrix(table), groups={**expected["groups"], "nobody": 7})
    assert sorted(more.group_votes) == [0, 1]


def test_flipping_every_vote_mirrors_the_map_and_swaps_agree_and_disagree(table, matrix, expected):
    one = analyse(matrix(table), groups=expected["groups"])
    two = analyse(matrix([(p, s, -v) for p, s, v in table]), groups=expected["groups"])
    assert two.center == near(-one.center)
    for name, (x, y) in one.projections.items():
        assert two.projections[name] == near((-x, -y))
    for group, votes in one.group_votes.items():
        assert {name: (v.disagrees, v.agrees, v.seen) for name, v in votes.items()} == two.group_votes[group]
    assert [item.tid for item in one.consensus.agree] == [item.tid for item in two.consensus.disagree]


SMALL = {
    "no votes": [],
    "one vote": [("ann", "x", 1)],
    "one person": [("ann", s, 1) for s in range(9)],
    "two people": [(p, s, 1 if p else -1) for p in range(2) for s in range(9)],
    "everyone alike": [(p, s, 1) for p in range(40) for s in range(9)],
    "everyone passing": [(p, s, 0) for p in range(40) for s in range(9)],
}


@pytest.mark.parametrize("rows", SMALL.values(), ids=SMALL.keys())
def test_small_and_unanimous_conversations_have_one_group_at_most(matrix, rows):
    result = analyse(matrix(rows))
    people = {row[0] for row in rows}
    assert set(result.projections) == people
    assert result.groups == dict.fromkeys(people, 0)
    assert np.isfinite(result.components).all()
    assert all(np.isfinite(list(values.values())).all() for values in (result.extremity, result.priorities))


def test_one_statement_with_two_sides_still_has_a_map(matrix):
    result = analyse(matrix([(p, "x", 1 if p < 30 else -1) for p in range(40)]))
    assert sorted(result.group_votes[0]["x"]) == [0, 30, 30]
    assert sorted(result.group_votes[1]["x"]) == [0, 10, 10]
    assert {y for _, y in result.projections.values()} == {0}


def test_everything_removed_leaves_no_axes_and_no_lists(matrix, table):
    names = {row[1] for row in table}
    result = analyse(matrix(table), moderated_out=names)
    assert not result.components.any()
    assert result.consensus.agree == result.consensus.disagree == ()
    assert set(result.projections.values()) == {(0, 0)}


def test_people_with_few_votes_are_placed_but_not_grouped(matrix, camps):
    rows = [*camps, ("guest", "s1", 1)]
    result = analyse(matrix(rows))
    assert "guest" in result.projections
    assert "guest" not in result.groups
    assert len(result.groups) == 40


def test_fewer_than_fifteen_are_topped_up_by_most_votes(matrix, camps):
    few = [row for row in camps if int(row[0][1:]) < 13]
    guests = [(f"g{n}", f"s{s}", 1) for n in range(6) for s in range(1 + n)]
    result = analyse(matrix(few + guests))
    assert {name for name in result.groups if name.startswith("g")} == {"g4", "g5"}


def test_planted_camps_are_found_biggest_first(matrix, camps):
    result = analyse(matrix(camps))
    assert result.groups == {f"p{n}": int(n >= 25) for n in range(40)}


def test_the_same_votes_and_seed_give_the_same_result_in_any_order(matrix, camps):
    order = np.random.default_rng(1).permutation(len(camps))
    one, two = analyse(matrix(camps), seed=4), analyse(matrix([camps[i] for i in order]), seed=4)
    assert one.projections == two.projections
    assert one.groups == two.groups
    assert one.representative == two.representative
    assert one.consensus == two.consensus
    assert one.extremity == two.extremity
    assert one.priorities == two.priorities
    assert one.group_aware_consensus == two.group_aware_consensus


cell = st.sampled_from([1, 1, 0, -1, -1, None])
grids = st.lists(st.lists(cell, min_size=8, max_size=8), min_size=4, max_size=24)


@settings(derandomize=True, max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(grids, st.randoms(use_true_random=False))
def test_row_order_and_names_leave_partition_and_statistics_unchanged(grid, random):
    rows = [(i, j, v) for i, line in enumerate(grid) for j, v in enumerate(line) if v is not None]
    mixed = [(i, j, v) for i, j, v in random.sample(rows, len(rows))]
    one, two = of(rows), of(mixed)
    assert one.groups == two.groups
    assert one.projections == two.projections
    assert one.group_votes == two.group_votes
    assert one.representative == two.representative
    assert one.consensus == two.consensus
    # Under new names twins may change places, so names are mapped only where nobody has a twin.
    if no_twins(rows):
        renamed = of([(f"p{i * 7 % 29}", f"s{j * 3 % 8}", v) for i, j, v in mixed])
        assert {f"p{i * 7 % 29}": g for i, g in one.groups.items()} == renamed.groups
        assert {
            g: {f"s{j * 3 % 8}": v for j, v in votes.items()} for g, votes in one.group_votes.items()
        } == renamed.group_votes


def of(rows):
    people, statements, values = zip(*rows, strict=True) if rows else ((), (), ())
    return analyse(VoteMatrix.from_votes(people, statements, values), seed=2)


def no_twins(rows):
    people, statements, values = zip(*rows, strict=True) if rows else ((), (), ())
    votes = VoteMatrix.from_votes(people, statements, values)
    hashes = refined(votes.rows, votes.columns, votes.values, votes.shape)
    return all(len(set(side.tolist())) == len(side) for side in hashes)


@settings(derandomize=True, max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(grids)
def test_group_counts_add_up_to_the_votes_of_the_grouped(grid):
    rows = [(i, j, v) for i, line in enumerate(grid) for j, v in enumerate(line) if v is not None]
    result = of(rows)
    for statement in result.statement_ids:
        cast = [v for i, j, v in rows if j == statement and i in result.groups]
        totals = np.sum([votes[statement] for votes in result.group_votes.values()], axis=0)
        assert totals.tolist() == [cast.count(1), cast.count(-1), len(cast)]
