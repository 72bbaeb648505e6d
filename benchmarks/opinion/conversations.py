"""Real conversations from the folder that PARTICIPATE_CONVERSATIONS names, in the order of the votes."""

import csv
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from clustering.matrix import VoteMatrix

REJECTED = -1
SAME_TWICE = "scoop-biodiversity-2025"
"""The votes of another folder in a newer format: counted once."""


@dataclass(frozen=True, eq=False)
class Conversation:
    """Votes cast, one entry each, in time; votes on rejected and meta statements are left out."""

    name: str
    people: NDArray[np.int64]
    statements: NDArray[np.int64]
    values: NDArray[np.int8]

    @property
    def votes(self) -> VoteMatrix:
        return self.first(len(self.values))

    def first(self, count: int) -> VoteMatrix:
        """What the votes were after `count` of them."""
        return VoteMatrix.from_votes(self.people[:count], self.statements[:count], self.values[:count])


def conversations(fewest_people: int = 0) -> Iterator[Conversation]:
    """Every conversation with so many voters, by name."""
    for folder in sorted(Path(os.environ["PARTICIPATE_CONVERSATIONS"]).iterdir()):
        if folder.name != SAME_TWICE and (folder / "votes.csv").exists():
            conversation = read(folder)
            if len(np.unique(conversation.people)) >= fewest_people:
                yield conversation


def read(folder: Path) -> Conversation:
    rows = rows_of(folder / "votes.csv", ("timestamp", "voter-id", "comment-id", "vote"))
    rows = rows[np.argsort(rows[:, 0], kind="stable")]
    rows = rows[~np.isin(rows[:, 2], sorted(left_out(folder)))]
    return Conversation(folder.name, rows[:, 1], rows[:, 2], rows[:, 3].astype(np.int8))


def left_out(folder: Path) -> set[int]:
    moderated = rows_of(folder / "comments.csv", ("comment-id", "moderated"))
    left_out = set(moderated[moderated[:, 1] == REJECTED, 0].tolist())
    stored = folder / "math_blob.json"
    if stored.exists():
        left_out |= set(json.loads(stored.read_text(encoding="utf-8"))["meta-tids"])
    return left_out


def rows_of(path: Path, columns: tuple[str, ...]) -> NDArray[np.int64]:
    with path.open(encoding="utf-8", newline="") as file:
        return np.array([[int(row[name]) for name in columns] for row in csv.DictReader(file)], np.int64)
