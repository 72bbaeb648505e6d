"""The engine's consensus and ladder in a published result: its choice, told by protected figures alone."""

import csv
import io
from dataclasses import replace
from typing import Any

import pytest

from charters.terms import Publication
from clustering.matrix import VoteMatrix
from clustering.results import ConsensusItem, Decision, DivisiveItem, OpinionAnalysis, Rung
from deliberation.publishing.agreeing import hostile_step
from deliberation.publishing.files import release_files
from deliberation.publishing.grouping import (
    NO_CLEAR_GROUPS,
    NONE_LARGE_AND_STEADY,
    ONLY_AGREEABLENESS,
    TOO_FEW_PEOPLE,
    moved_step,
)
from deliberation.publishing.results import result_of
from tests.crowds import Crowd

ABOUT: dict[str, Any] = {
    "number": 1,
    "published": "2026-03-03",
    "commitment": "0" * 64,
    "licence": "",
    "space": {"slug": "town", "title": "The town", "host": "Town council", "made_up": False},
    "consultation": {
        "slug": "hall", "title": "The hall", "question": "?", "language": "en", "source": "",
        "attribution": "",
    },
    "policy": {"uid": "u", "version": 1, "title": "t", "sha256": "0" * 64},
}  # fmt: skip


@pytest.fixture
def decided(analysis: OpinionAnalysis) -> OpinionAnalysis:
    """The same analysis by an engine that states a level: it lists 5 too, which no protected row confirms."""
    return replace(
        analysis,
        decision=Decision(k=2, evidence=6.1, asked=None, votes=400),
        consensus=(
            ConsensusItem(102, "agree", 0.71, 0.6, 0.8, 75, robust_share=0.199),
            ConsensusItem(101, "agree", 0.78, 0.7, 0.9, 75, robust_share=0.004),
            ConsensusItem(105, "agree", 0.62, 0.6, 0.7, 75, robust_share=0.01),
        ),
        divisive=(DivisiveItem(105, 0.2), DivisiveItem(102, 0.1)),
        ladder=(Rung(2, 30, True, 0.963, 0.574), Rung(3, 2, False, None, 0.61)),
        explained=0.574,
    )


@pytest.fixture
def content(
    crowd: Crowd, votes: VoteMatrix, decided: OpinionAnalysis, publication: Publication
) -> dict[str, Any]:
    return result_of(decided, votes, crowd.said(), publication, **crowd.came())


def test_what_is_listed_is_the_engines_choice_with_public_figures(content: dict[str, Any]) -> None:
    """Group B agrees with 2 by 33 %, and that keeps nothing off the list: it is told beside it."""
    assert content["consensus"] == [
        {
            "statement": 2, "direction": "agree", "share": 71, "interval": [60, 81], "share_word": None,
            "lowest": {"group": "B", "share": 33, "interval": [19, 51], "share_word": None}, "hostile": 10,
        },
        {
            "statement": 1, "direction": "agree", "share": 79, "interval": [68, 87], "share_word": None,
            "lowest": {"group": "A", "share": 75, "interval": [60, 86], "share_word": None}, "hostile": 0,
        },
    ]  # fmt: skip
    assert (content["agree"], content["disagree"]) == ([2, 1], [])
    assert content["differ"] == [2]  # the engine's order, of those whose public shares differ enough


def test_the_groups_are_told_as_a_summary_in_steps(content: dict[str, Any]) -> None:
    assert content["explained"] == 0.55
    assert content["ladder"] == [
        {"k": 2, "admissible": True, "steadiness": 0.95, "explained": 0.55},
        {"k": 3, "admissible": False, "steadiness": None, "explained": 0.6},
    ]


@pytest.mark.parametrize(
    ("share", "step"), [(None, None), (0.0, 0), (0.0099, 0), (0.01, 1), (0.0999, 5), (0.6, 20)]
)
def test_hostile_people_are_told_in_coarse_steps(share: float | None, step: int | None) -> None:
    assert hostile_step(share) == step


def test_the_list_is_a_file_of_its_own(content: dict[str, Any]) -> None:
    files = release_files({**content, **ABOUT})
    rows = list(csv.reader(io.StringIO(files["consensus.csv"].decode(), newline="")))
    assert rows[1:] == [
        ["2", "agree", "71", "60", "81", "", "B", "33", "", "10"],
        ["1", "agree", "79", "68", "87", "", "A", "75", "", "0"],
    ]
    statements = list(csv.DictReader(io.StringIO(files["statements.csv"].decode(), newline="")))
    robust = {row["statement-id"]: row["robust-consensus"] for row in statements}
    assert (robust["1"], robust["2"], robust["5"]) == ("false", "true", "")
    old = {name: part for name, part in content.items() if name not in ("consensus", "explained", "ladder")}
    assert "consensus.csv" not in release_files({**old, **ABOUT})


def test_what_changed_since_the_result_before_is_told_in_coarse_words(
    crowd: Crowd,
    votes: VoteMatrix,
    decided: OpinionAnalysis,
    publication: Publication,
    content: dict[str, Any],
) -> None:
    def later(before: dict[str, int], **how: Any) -> Any:
        last = (content, 10)
        given = {**crowd.came(), "earlier": [last], "lot": b"x" * 32, "before": before}
        return result_of(replace(decided, **how), votes, crowd.said(), publication, **given)["change"]

    now = {str(person): group for person, group in decided.group_of.items()}
    assert content["change"] is None
    assert later(now) == {"before": 2, "moved": "few"}
    assert later({**now, "0": 1, "1": 1}) == {"before": 2, "moved": "1 in 20"}  # 2 of 70
    assert later({str(person): now[str(person)] for person in range(19)}) == {"before": 2, "moved": None}
    assert later(now, groups=decided.groups[:1]) == {"before": 2, "moved": None}
    assert [moved_step(share) for share in (0.02, 0.1, 0.2, 0.25)] == ["few", "1 in 10", "1 in 5", "more"]


@pytest.mark.parametrize(
    ("evidence", "alone", "why"),
    [(None, True, TOO_FEW_PEOPLE), (1.2, True, ONLY_AGREEABLENESS), (6.0, False, NONE_LARGE_AND_STEADY)],
)
def test_without_groups_the_reason_is_told(
    crowd: Crowd,
    votes: VoteMatrix,
    decided: OpinionAnalysis,
    publication: Publication,
    evidence: float | None,
    alone: bool,
    why: str,
) -> None:
    one, other = decided.groups
    groups = (one,) if alone else (one, replace(other, size=9))
    without = replace(decided, groups=groups, decision=Decision(1, evidence, None, 400))
    content = result_of(without, votes, crowd.said(), publication, **crowd.came())
    assert content["notes"] == [NO_CLEAR_GROUPS, why]
    assert (content["groups"], content["explained"]) == ([], None)
    assert [item["lowest"] for item in content["consensus"]] == [None, None]
    assert why in release_files({**content, **ABOUT})["datapackage.json"].decode()
