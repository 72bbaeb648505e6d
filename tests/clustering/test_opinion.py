"""The default engine as a whole: what it finds, what it refuses to find, and that only votes move it."""

import json
import os
import subprocess
import sys
from dataclasses import asdict

import numpy as np
import pytest

from clustering import Options, analyse
from clustering.matrix import VoteMatrix
from clustering.place import place
from clustering.results import NO_EVIDENCE, Axes, OpinionAnalysis
from tests.clustering.conftest import camps_rows


def shuffled(rows, seed=3):
    """The same people and statements with votes shuffled within each statement: no structure is left."""
    draw = np.random.default_rng(seed)
    votes = {}
    for person, statement, vote in rows:
        votes.setdefault(statement, []).append((person, vote))
    return [
        (person, statement, int(vote))
        for statement, cast in votes.items()
        for (person, _), vote in zip(cast, draw.permutation([v for _, v in cast]), strict=True)
    ]


def ballot(rows, person):
    return {statement: vote for name, statement, vote in rows if name == person}


@pytest.fixture(scope="module")
def found():
    return analyse(VoteMatrix.from_votes(*zip(*camps_rows(), strict=True)))


def test_two_planted_camps_are_found_with_what_marks_them_out(found, camps):
    assert isinstance(found, OpinionAnalysis)
    assert (found.engine, found.version, found.k) == ("default", "1", 2)
    assert [group.size for group in found.groups] == [25, 15]
    assert set(found.groups[0].members) == {f"p{n}" for n in range(25)}
    for group, side in zip(found.groups, (1, -1), strict=True):
        assert group.representative
        for item in group.representative:
            agrees = side if int(item.statement_id[1:]) % 3 else -side
            assert item.direction == ("agree" if agrees > 0 else "disagree")
            votes = [v for p, s, v in camps if p in group.members and s == item.statement_id]
            assert item.votes == len(votes)
            assert item.votes >= 10
            assert item.votes_outside >= 10
            assert item.low < item.share < item.high
            assert item.difference[1] > 0
    assert found.decision.evidence > 2.5
    assert 0.8 < found.explained <= 1
    assert {rung.k for rung in found.ladder} <= {2, 3, 4, 5, 6}
    assert min(found.membership.values()) > 0.5
    # The camps agree on nothing: what the larger one says is a bare majority that few hostile people undo.
    assert all(item.robust_share < 0.1 and item.lowest_group < 0.2 for item in found.consensus)
    assert found.divisive[0].score > 0.05


def test_shuffled_votes_have_no_groups_and_say_so(matrix, camps):
    analysis = analyse(matrix(shuffled(camps)))
    assert analysis.k == 1
    assert analysis.notes == (NO_EVIDENCE,)
    assert analysis.groups[0].representative == ()
    assert analysis.groups[0].size == 40
    assert (analysis.divisive, analysis.explained, analysis.membership) == ((), None, {})


def test_what_everybody_says_is_consensus_with_its_strength(matrix, camps):
    everybody = [
        (f"p{n}", statement, vote) for n in range(40) for statement, vote in (("all", 1), ("none", -1))
    ]
    found = {item.statement_id: item for item in analyse(matrix([*camps, *everybody])).consensus}
    assert next(iter(found)) == "all"
    assert (found["all"].direction, found["none"].direction) == ("agree", "disagree")
    for name in ("all", "none"):
        item = found[name]
        assert 0.6 < item.low < item.score < item.high <= 1
        assert item.votes == 40
        assert 0.2 < item.robust_share < 0.45
        assert item.lowest_group > 0.9


def test_order_and_names_change_no_byte(matrix, camps, found):
    mixed = [camps[i] for i in np.random.default_rng(3).permutation(len(camps))]
    assert json.dumps(asdict(analyse(matrix(mixed)))) == json.dumps(asdict(found))
    names = {f"p{n}": f"q{(7 * n + 5) % 40:02}" for n in range(40)}
    names |= {f"s{n}": f"t{(5 * n + 1) % 12}" for n in range(12)}
    renamed = json.dumps(asdict(analyse(matrix([(names[p], names[s], v) for p, s, v in mixed]))))
    for old, new in sorted(names.items(), key=lambda pair: -len(pair[0])):
        renamed = renamed.replace(f'"{new}"', f'"{old}!"')
    assert json.loads(renamed.replace("!", "")) == json.loads(json.dumps(asdict(found)))


REPEATED = (
    "import json; from dataclasses import asdict; from clustering import analyse;"
    "from clustering.matrix import VoteMatrix; from tests.clustering.conftest import camps_rows;"
    "print(json.dumps(asdict(analyse(VoteMatrix.from_votes(*zip(*camps_rows()))))))"
)


def test_another_process_finds_the_same_bytes(found):
    again = subprocess.run([sys.executable, "-c", REPEATED], capture_output=True, text=True, check=True)
    assert again.stdout.strip() == json.dumps(asdict(found))


def test_removed_and_meta_statements_are_nowhere(matrix, camps):
    removed = Options(moderated_out=("s1", "s2"), meta=("s4",))
    analysis = analyse(matrix(camps), options=removed)
    without = analyse(matrix([row for row in camps if row[1] not in {"s1", "s2", "s4"}]))
    assert analysis.parameters["moderated_out"] == ["s1", "s2"]
    assert analysis.statement_ids == without.statement_ids
    assert (analysis.groups, analysis.places) == (without.groups, without.places)


def test_somebody_whose_votes_do_not_count_is_on_the_map_and_in_no_group(matrix, camps):
    rows = [*camps, ("extra", "gone", 1), ("few", "s0", 1)]
    analysis = analyse(matrix(rows), options=Options(moderated_out=("gone",)))
    assert {"extra", "few"} <= set(analysis.places)
    assert not {"extra", "few"} & set(analysis.group_of)
    assert analysis.notes == ("2 of 42 voters have too few votes to be in a group.",)


@pytest.mark.parametrize(("people", "k"), [(0, 0), (1, 1), (14, 1)])
def test_a_handful_of_people_is_one_group_of_everyone(matrix, camps, people, k):
    analysis = analyse(matrix([row for row in camps if int(row[0][1:]) < people]))
    assert (analysis.k, len(analysis.places), len(analysis.group_of)) == (k, people, people)
    assert "too few for opinion groups, which need 15" in analysis.notes[0]
    assert json.dumps(asdict(analysis))


def test_stored_axes_place_everyone_where_the_analysis_did(found, camps):
    axes = Axes.from_document(json.loads(json.dumps(found.axes.to_document())))
    for person, point in found.places.items():
        assert place(axes, ballot(camps, person)) == pytest.approx(point, abs=0.03)
    spread = np.std(list(found.places.values()), axis=0)
    assert spread[0] > 1
    passed = dict.fromkeys(found.statement_ids, 0)
    assert place(axes, passed) == pytest.approx(place(axes, {}), abs=1e-9)


def test_labels_and_axes_follow_the_previous_analysis(matrix, camps, found):
    late = [
        (f"late{n}", statement, -vote) for n in range(30) for p, statement, vote in camps if p == f"p{n % 25}"
    ]
    alone = analyse(matrix([*camps, *late]))
    after = analyse(matrix([*camps, *late]), previous=found)
    assert alone.groups[0].size == 45
    assert {name: after.group_of[name] for name in found.group_of} == found.group_of
    assert [group.size for group in after.groups] == [25, 45]
    assert (after.change.people, after.change.moved, after.change.k_before) == (40, 0, 2)
    assert min(after.change.axes) > 0.5
    same = [np.sign(after.places[name][0]) == np.sign(found.places[name][0]) for name in found.places]
    assert np.mean(same) > 0.95


def test_an_unknown_engine_is_named_with_those_there_are(matrix, camps):
    with pytest.raises(ValueError, match='There is no engine "best": choose "default" or "polis"'):
        analyse(matrix(camps), options=Options(engine="best"))


def test_progress_is_told_stage_by_stage(matrix, camps):
    told = []
    analyse(matrix(camps), progress=lambda stage, done, total: told.append((stage, done, total)))
    assert [stage for stage, *_ in told] == ["factors", "evidence", "groups", "statements", "done"]
    assert [done for _, done, _ in told] == [0, 1, 2, 3, 4]


@pytest.mark.prove
def test_a_fresh_compilation_gives_the_same_bytes(found, tmp_path):
    again = subprocess.run(
        [sys.executable, "-c", REPEATED],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "NUMBA_CACHE_DIR": str(tmp_path)},
    )
    assert list(tmp_path.rglob("*.nbi")), "compiled anew"
    assert again.stdout.strip() == json.dumps(asdict(found))


EVERYWHERE = [(p, s) for p in range(30) for s in range(6)]
PLAIN = {
    "all agree": [(p, s, 1) for p, s in EVERYWHERE],
    "all pass": [(p, s, 0) for p, s in EVERYWHERE],
    "one statement": [(p, 0, 1 if p % 2 else -1) for p in range(30)],
    "a statement each": [(p, p, 1) for p in range(40)],
    "one person": [(0, s, 1) for s in range(50)],
    "only how readily people agree": [(p, s, 1 if s < p % 7 else -1) for p, s in EVERYWHERE],
}


@pytest.mark.parametrize("rows", PLAIN.values(), ids=PLAIN)
def test_nothing_to_be_found_is_said_in_numbers_that_json_knows(matrix, rows):
    analysis = analyse(matrix(rows), options=Options(min_people=0))
    assert analysis.k == 1
    assert len(analysis.places) == len({person for person, *_ in rows})
    again = analyse(matrix(rows), options=Options(min_people=0), previous=analysis)
    assert json.dumps(asdict(again), allow_nan=False)
