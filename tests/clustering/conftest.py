"""Small readers and builders shared by the tests of the opinion library."""

import csv

import pytest

from clustering.matrix import VoteMatrix


@pytest.fixture
def matrix():
    """Build a matrix from (participant, statement, vote) rows."""

    def build(rows):
        people, statements, values = zip(*rows, strict=True) if rows else ((), (), ())
        return VoteMatrix.from_votes(people, statements, values)

    return build


@pytest.fixture
def table(data):
    """The invented 12 x 8 vote table as rows, unseen statements left out."""
    with (data / "clustering_votes.csv").open(encoding="utf-8", newline="") as file:
        return [
            (row["participant"], statement, int(vote))
            for row in csv.DictReader(file)
            for statement, vote in row.items()
            if statement != "participant" and vote
        ]


@pytest.fixture
def camps():
    return camps_rows()


def camps_rows():
    """Rows of 40 people in two planted camps of 25 and 15 on 12 statements, with noise and gaps.

    The pattern is arithmetic, not random, so that it can be read: everyone differs from their camp on one
    vote in about nine, and passes or skips now and then.
    """
    rows = []
    for person in range(40):
        side = 1 if person < 25 else -1
        for statement in range(12):
            step = (7 * person + 5 * statement) % 23
            if step == 0:
                continue
            vote = side if statement % 3 else -side
            if step == 1:
                vote = 0
            elif step in (2, 3):
                vote = -vote
            rows.append((f"p{person}", f"s{statement}", vote))
    return rows
