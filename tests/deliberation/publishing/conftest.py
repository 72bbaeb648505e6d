"""The invented conversation of tests/data/map, and an analysis of it as an engine would give it."""

from pathlib import Path

import pytest

from charters.policy import load_policy
from charters.terms import Publication
from clustering.matrix import VoteMatrix
from clustering.results import Axes, OpinionAnalysis, OpinionGroup, Representative
from tests.crowds import Crowd, read_crowd


@pytest.fixture
def crowd(data: Path) -> Crowd:
    return read_crowd(data / "map" / "two-groups.json")


@pytest.fixture
def publication() -> Publication:
    return load_policy("open-health-space").publication


@pytest.fixture
def votes(crowd: Crowd) -> VoteMatrix:
    """People by their place, statements by 100 + number."""
    people, numbers, values = zip(*crowd.votes, strict=True)
    return VoteMatrix.from_votes(people, [100 + n for n in numbers], values)


@pytest.fixture
def analysis(crowd: Crowd, votes: VoteMatrix) -> OpinionAnalysis:
    """A stands at (-2, 0), B at (2, 0), the rest between; 2 marks A out by agreement, B by the opposite."""
    members = {group: tuple(p for p, g in enumerate(crowd.group_of) if g == group) for group in (0, 1)}
    marks = {
        0: (
            Representative(102, "agree", 40, 40, 1.0, 0.91, 1.0, 9.0),
            Representative(103, "agree", 40, 20, 0.5, 0.35, 0.65, 2.0),
        ),
        1: (Representative(102, "disagree", 30, 21, 0.7, 0.52, 0.83, 6.0),),
    }  # fmt: skip
    at = {0: (-2.0, 0.0), 1: (2.0, 0.0), None: (0.0, 0.1)}
    ids = tuple(votes.statement_ids)
    second = tuple(1.0 if name == 105 else 0.0 for name in ids)
    return OpinionAnalysis(
        engine="test",
        version="1",
        seed=0,
        parameters={"moderated_out": [103], "min_people": 15},
        statement_ids=ids,
        groups=tuple(OpinionGroup(g, len(people), people, marks[g]) for g, people in members.items()),
        places={person: at[group] for person, group in enumerate(crowd.group_of)},
        group_of={person: group for person, group in enumerate(crowd.group_of) if group is not None},
        axes=Axes(ids, (0.0,) * len(ids), (tuple(-1.0 if n == 102 else 0.0 for n in ids), second)),
        group_centres={0: (-2.0, 0.0), 1: (2.0, 0.0)},
        extremity={},
        priorities={},
        notes=("A constant sentence.", "5 of 75 voters are in no group."),
    )
