"""The compatible mode behind `clustering.analyse`: steady labels, honest answers for small conversations."""

import json
from dataclasses import asdict

import numpy as np
import pytest

import clustering
from clustering import Options
from clustering import analyse as analyse_any
from clustering.place import nearest_group, place
from clustering.results import OpinionAnalysis

POLIS = Options(engine="polis")


def analyse(votes, *, options=POLIS, **more):
    return analyse_any(votes, options=options, **more)


def ballot(rows, person):
    return {statement: vote for name, statement, vote in rows if name == person}


def test_the_analysis_has_groups_with_members_and_reasons(matrix, camps):
    result = analyse(matrix(camps), seed=5)
    assert isinstance(result, OpinionAnalysis)
    assert (result.engine, result.version, result.seed, result.k) == ("polis", "2", 5, 2)
    assert [(group.id, group.size) for group in result.groups] == [(0, 25), (1, 15)]
    for group in result.groups:
        assert group.size == len(group.members)
        assert all(result.group_of[name] == group.id for name in group.members)
        assert 1 <= len(group.representative) <= 5
    assert len(result.places) == 40
    assert result.landscape is None
    assert "without testing" in result.notes[0]


def test_a_representative_statement_carries_the_counts_of_its_group(matrix, camps):
    result = analyse(matrix(camps))
    latest = {(p, s): v for p, s, v in camps}
    for group in result.groups:
        for item in group.representative:
            votes = [latest[p, item.statement_id] for p in group.members if (p, item.statement_id) in latest]
            assert item.votes == len(votes)
            assert item.successes == votes.count(1 if item.direction == "agree" else -1)


def test_the_result_becomes_json_and_is_the_same_bytes_in_any_order(matrix, camps):
    order = np.random.default_rng(3).permutation(len(camps))
    one, two = analyse(matrix(camps)), analyse(matrix([camps[i] for i in order]))
    assert json.dumps(asdict(one)) == json.dumps(asdict(two))


def test_new_names_give_the_same_analysis_under_new_names(matrix, camps):
    renamed = [(f"q{7 * int(p[1:]) % 41}", f"t{5 * int(s[1:]) % 13}", v) for p, s, v in camps]
    one, two = analyse(matrix(camps)), analyse(matrix(renamed))
    assert [f"t{5 * int(name[1:]) % 13}" for name in one.statement_ids] == list(two.statement_ids)
    assert list(one.places.values()) == list(two.places.values())
    assert {f"q{7 * int(name[1:]) % 41}": g for name, g in one.group_of.items()} == two.group_of
    assert list(one.priorities.values()) == list(two.priorities.values())


def test_stored_axes_place_everyone_where_the_analysis_did(matrix, camps):
    result = analyse(matrix(camps), options=Options(engine="polis", moderated_out=("s2",), meta=("s7",)))
    axes = result.axes.from_document(json.loads(json.dumps(result.axes.to_document())))
    assert set(axes.zeroed) == {"s2", "s7"}
    for person, point in result.places.items():
        assert place(axes, ballot(camps, person)) == pytest.approx(point, abs=1e-12)
    near = [nearest_group(result.places[name], result.group_centres) for name in result.group_of]
    assert near == list(result.group_of.values())


def test_removed_and_meta_statements_are_in_no_list(matrix, camps):
    removed, meta = ("s1", "s2"), ("s4",)
    result = analyse(matrix(camps), options=Options(engine="polis", moderated_out=removed, meta=meta))
    named = {item.statement_id for group in result.groups for item in group.representative}
    named |= {item.statement_id for item in result.consensus}
    assert named
    assert not named & {"s1", "s2", "s4"}
    assert result.priorities["s4"] == 49
    assert result.parameters["moderated_out"] == ["s1", "s2"]


@pytest.mark.parametrize(("n_people", "k"), [(0, 0), (1, 1), (2, 1), (14, 1)])
def test_a_handful_of_people_is_one_group_of_everyone(matrix, camps, n_people, k):
    result = analyse(matrix([row for row in camps if int(row[0][1:]) < n_people]))
    assert result.k == k
    assert [group.size for group in result.groups] == [n_people] * k
    assert [group.representative for group in result.groups] == [()] * k
    assert len(result.group_of) == n_people
    assert result.notes == (f"{n_people} voters are too few for opinion groups, which need 15.",)


def test_how_many_people_groups_need_is_an_option(matrix, camps):
    assert analyse(matrix(camps), options=Options(engine="polis", min_people=41)).k == 1
    assert analyse(matrix(camps), options=Options(engine="polis", min_people=40)).k == 2


def test_two_people_are_never_two_groups(matrix):
    rows = [(p, s, 1 if p else -1) for p in range(2) for s in range(9)]
    result = analyse(matrix(rows), options=Options(engine="polis", min_people=0))
    assert result.k == 1
    assert result.notes == ("2 voters are too few for opinion groups, which need 3.",)


def test_people_who_all_vote_alike_are_one_group(matrix):
    result = analyse(matrix([(p, s, 1) for p in range(20) for s in range(9)]))
    assert result.k == 1
    assert result.groups[0].size == 20
    assert result.notes == ("The 20 voters cannot be told apart by their votes: everyone is one group.",)


def test_people_with_few_votes_are_named_in_a_note(matrix, camps):
    result = analyse(matrix([*camps, ("guest", "s1", 1)]))
    assert "guest" in result.places
    assert "guest" not in result.group_of
    assert "1 of 41 voters have too few votes to be in a group." in result.notes


def test_labels_follow_the_previous_analysis(matrix, camps):
    before = analyse(matrix(camps))
    # Twenty more join the smaller camp, which is now the bigger one and would be called 0.
    joined = [(f"n{p}", s, v) for p, s, v in camps if 25 <= int(p[1:]) < 40]
    more = matrix([*camps, *joined])
    assert analyse(more).group_of["p0"] == 1
    after = analyse(more, previous=before)
    assert {name: after.group_of[name] for name in before.group_of} == before.group_of
    assert [group.id for group in after.groups] == [0, 1]
    assert [group.size for group in after.groups] == [25, 30]
    for group in after.groups:
        assert group.representative[0].direction in ("agree", "disagree")
        assert group.representative == analyse(more).groups[1 - group.id].representative


def test_ids_stay_whole_when_a_group_disappears(matrix, camps):
    before = analyse(matrix(camps))
    relabelled = OpinionAnalysis(
        **{
            **{name: getattr(before, name) for name in before.__dataclass_fields__},
            "group_of": {name: 2 * (1 - group) for name, group in before.group_of.items()},
        }
    )
    assert set(relabelled.group_of.values()) == {0, 2}
    after = analyse(matrix(camps), previous=relabelled)
    assert set(after.group_of.values()) == {0, 1}
    assert after.group_of["p39"] == 0


def test_axes_are_not_mirrored_against_the_previous_analysis(matrix, camps):
    before = analyse(matrix(camps))
    mirrored = OpinionAnalysis(
        **{
            **{name: getattr(before, name) for name in before.__dataclass_fields__},
            "axes": type(before.axes)(
                before.axes.statement_ids,
                before.axes.center,
                (tuple(-w for w in before.axes.components[0]), before.axes.components[1]),
            ),
        }
    )
    after = analyse(matrix(camps), previous=mirrored)
    for name, (x, y) in before.places.items():
        assert after.places[name] == (-x, y)
    assert after.axes.components[0] == mirrored.axes.components[0]
    for name in camps[0][0], camps[-1][0]:
        assert place(after.axes, ballot(camps, name)) == pytest.approx(after.places[name])


def test_a_first_previous_analysis_may_be_empty(matrix, camps):
    assert analyse(matrix(camps), previous=analyse(matrix([]))).k == 2


def test_progress_is_told_stage_by_stage(matrix, camps):
    told = []
    analyse(matrix(camps), progress=lambda stage, done, total: told.append((stage, done, total)))
    assert told == [("groups", 0, 3), ("labels", 1, 3), ("landscape", 2, 3), ("done", 3, 3)]


def test_the_package_offers_analyse_and_nothing_unknown():
    assert clustering.analyse is analyse_any
    with pytest.raises(AttributeError, match="no attribute 'cluster'"):
        _ = clustering.cluster
