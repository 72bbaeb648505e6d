"""The screen for unusual ballots: who is flagged of honest people, and what is found of what was planted."""

import csv
import os
import random
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from clustering.matrix import VoteMatrix
from clustering.screen import screen

Row = tuple[str, str, int]
RESAMPLES, KEPT = 10, 0.8


def measure(quick: bool = False) -> list[dict[str, Any]]:
    """Needs the real conversations that PARTICIPATE_CONVERSATIONS names; nothing is measured without.

    `quick`: without the largest of them.
    """
    folder = os.environ.get("PARTICIPATE_CONVERSATIONS")
    if not folder:
        return []
    found = [path for path in sorted(Path(folder).iterdir()) if (path / "votes.csv").exists()]
    if quick:
        found = sorted(found, key=lambda path: (path / "votes.csv").stat().st_size)[:3]
    return [_conversation(path) for path in found]


def _conversation(folder: Path) -> dict[str, Any]:
    """Shares in percent. `resampled`: the most that is flagged in ten draws of four people in five."""
    rows, came = read(folder)
    people = sorted(came)
    began = time.process_time()
    honest = screen(_matrix(rows), first_votes=came).flagged
    cpu = time.process_time() - began
    draws = [random.Random(seed).sample(people, int(KEPT * len(people))) for seed in range(RESAMPLES)]
    return {
        "conversation": folder.name,
        "people": len(people),
        "flagged %": round(100 * len(honest) / len(people), 2),
        "resampled %": round(max(_flagged(rows, came, set(draw)) for draw in draws), 2),
        **{f"{name} found %": _found(rows, came, plant) for name, plant in PLANTED.items()},
        "CPU s": round(cpu, 2),
    }


def _flagged(rows: list[Row], came: Mapping[str, float], kept: set[str]) -> float:
    votes = _matrix([row for row in rows if row[0] in kept])
    return 100 * len(screen(votes, first_votes={name: came[name] for name in kept}).flagged) / len(kept)


def _found(rows: list[Row], came: Mapping[str, float], plant: Callable[[list[str]], list[Row]]) -> float:
    """How many of the planted people are flagged for anything, in percent; they come within half an hour."""
    planted = plant(sorted({row[1] for row in rows}))
    names, draw = sorted({row[0] for row in planted}), random.Random(5)
    middle = sorted(came.values())[len(came) // 2]
    times = {**came, **{name: middle + 1_800 * draw.random() for name in names}}
    flagged = screen(_matrix(rows + planted), first_votes=times).flagged
    return round(100 * len(flagged.intersection(names)) / len(names), 1)


def _straight(statements: list[str]) -> list[Row]:
    """Twenty people who disagree with twenty statements each, or with all where there are fewer."""
    draw = random.Random(1)
    return [
        (f"planted {i}", name, -1)
        for i in range(20)
        for name in draw.sample(statements, min(20, len(statements)))
    ]


def _copies(count: int, slips: float, share: float) -> Callable[[list[str]], list[Row]]:
    def plant(statements: list[str]) -> list[Row]:
        draw = random.Random(2)
        ballot = {name: draw.choice([1, -1]) for name in statements}
        return [
            (f"planted {i}", name, -ballot[name] if draw.random() < slips else ballot[name])
            for i in range(count)
            for name in statements
            if draw.random() < share
        ]

    return plant


PLANTED = {
    "straight": _straight,
    "10 exact copies": _copies(10, 0, 1),
    "10 copies, 3 % slips": _copies(10, 0.03, 1),
    "40 copies of half, 5 % slips": _copies(40, 0.05, 0.5),
}


def _matrix(rows: list[Row]) -> VoteMatrix:
    people, statements, values = zip(*rows, strict=True)
    return VoteMatrix.from_votes(people, statements, values)


def read(folder: Path) -> tuple[list[Row], dict[str, float]]:
    """Votes on statements that were not rejected, and when each person first voted, in seconds."""
    with (folder / "comments.csv").open(encoding="utf-8", newline="") as file:
        rejected = {row["comment-id"] for row in csv.DictReader(file) if row["moderated"] == "-1"}
    with (folder / "votes.csv").open(encoding="utf-8", newline="") as file:
        votes = [row for row in csv.DictReader(file) if row["comment-id"] not in rejected]
    came: dict[str, float] = {}
    for row in votes:
        moment = float(row["timestamp"]) / (1_000 if len(row["timestamp"]) > 10 else 1)
        came[row["voter-id"]] = min(moment, came.get(row["voter-id"], moment))
    return [(row["voter-id"], row["comment-id"], int(row["vote"])) for row in votes], came
