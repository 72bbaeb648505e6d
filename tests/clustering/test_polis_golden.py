"""The compatible mode against what Polis itself stored, given Polis' own groups, wherever that is to be had.

Polis stores the other sign (agree = -1): the centre is negated, axes have an arbitrary sign, the rest is
equal. Every export folder with a `math_blob.json` beside its votes is compared.
"""

import csv
import json
import os
from pathlib import Path

import numpy as np
import pytest

from clustering.matrix import VoteMatrix
from clustering.polis import analyse

pytestmark = pytest.mark.conversations

STORED = sorted(Path(os.environ.get("PARTICIPATE_CONVERSATIONS", "nowhere")).glob("*/math_blob.json"))
EXACT = {"rel": 1e-9, "abs": 0}


@pytest.fixture(scope="module", params=STORED, ids=lambda path: path.parent.name)
def stored_and_ours(request):
    stored = json.loads(request.param.read_text(encoding="utf-8"))
    votes = VoteMatrix.from_votes(*columns_by_time(request.param.with_name("votes.csv")))
    people = dict(zip(stored["base-clusters"]["id"], stored["base-clusters"]["members"], strict=True))
    groups = {
        person: group["id"]
        for group in stored["group-clusters"]
        for base in group["members"]
        for person in people[base]
    }
    ours = analyse(votes, groups=groups, moderated_out=stored["mod-out"], meta=stored["meta-tids"])
    return stored, ours


def columns_by_time(path):
    with path.open(encoding="utf-8", newline="") as file:
        rows = sorted(csv.DictReader(file), key=lambda row: int(row["timestamp"]))
    return [[int(row[name]) for row in rows] for name in ("voter-id", "comment-id", "vote")]


def test_the_shared_answer_is_compared():
    assert "scoop-biodiversity-2025" in {path.parent.name for path in STORED}


def in_stored_order(stored, ours):
    return [ours.statement_ids.index(name) for name in stored["tids"]]


def test_centre_and_components(stored_and_ours):
    stored, ours = stored_and_ours
    columns = in_stored_order(stored, ours)
    assert ours.center[columns] == pytest.approx(-np.array(stored["pca"]["center"]), abs=1e-12)
    for mine, theirs in zip(ours.components[:, columns], np.array(stored["pca"]["comps"]), strict=True):
        assert abs(mine @ theirs) / np.linalg.norm(theirs) > 0.999999


def test_projections(stored_and_ours):
    stored, ours = stored_and_ours
    base = stored["base-clusters"]
    mine = np.array(
        [np.mean([ours.projections[name] for name in members], axis=0) for members in base["members"]]
    )
    for axis, theirs in enumerate((np.array(base["x"]), np.array(base["y"]))):
        sign = np.sign(mine[:, axis] @ theirs)
        assert sign
        assert sign * mine[:, axis] == pytest.approx(theirs, rel=1e-9, abs=1e-9)


def test_extremity_group_aware_consensus_and_priorities(stored_and_ours):
    stored, ours = stored_and_ours
    extremity = dict(zip(stored["tids"], stored["pca"]["comment-extremity"], strict=True))
    assert ours.extremity == pytest.approx(extremity, **EXACT)
    for key, mine in (
        ("group-aware-consensus", ours.group_aware_consensus),
        ("comment-priorities", ours.priorities),
    ):
        assert mine == pytest.approx({int(name): value for name, value in stored[key].items()}, **EXACT)


def test_counts_by_group(stored_and_ours):
    stored, ours = stored_and_ours
    counts = {
        int(group): {int(name): (v["A"], v["D"], v["S"]) for name, v in entry["votes"].items()}
        for group, entry in stored["group-votes"].items()
    }
    assert ours.group_votes == counts
    sizes = {int(group): entry["n-members"] for group, entry in stored["group-votes"].items()}
    assert {name: list(ours.groups.values()).count(name) for name in ours.group_votes} == sizes


def test_representative_statements_in_order(stored_and_ours):
    stored, ours = stored_and_ours
    assert {str(group) for group in ours.representative} == set(stored["repness"])
    for group, listed in stored["repness"].items():
        found = ours.representative[int(group)]
        assert [(x.tid, x.direction, x.best_agree, x.n_success, x.n_trials) for x in found] == [
            (x["tid"], x["repful-for"], x.get("best-agree", False), x["n-success"], x["n-trials"])
            for x in listed
        ]
        for field in ("p-success", "p-test", "repness"):
            theirs = [x[field] for x in listed]
            assert [getattr(x, field.replace("-", "_")) for x in found] == pytest.approx(theirs, rel=1e-9)
        # Stored in single precision.
        theirs = [x["repness-test"] for x in listed]
        assert [x.repness_test for x in found] == pytest.approx(theirs, rel=1e-6)


def test_consensus_in_order(stored_and_ours):
    stored, ours = stored_and_ours
    for side in ("agree", "disagree"):
        found, listed = getattr(ours.consensus, side), stored["consensus"][side]
        assert [(x.tid, x.n_success, x.n_trials) for x in found] == [
            (x["tid"], x["n-success"], x["n-trials"]) for x in listed
        ]
        for field in ("p-success", "p-test"):
            mine = [getattr(x, field.replace("-", "_")) for x in found]
            assert mine == pytest.approx([x[field] for x in listed], **EXACT)
