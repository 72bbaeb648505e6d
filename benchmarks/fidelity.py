"""The compatible mode choosing its own groups, and red-dwarf, against the groups that Polis stored

Needs PARTICIPATE_CONVERSATIONS; compares every folder in which Polis' own groups are to be found, in
`math_blob.json` or in the column `group-id` of `participants-votes.csv`. "ARI" is the adjusted Rand index
over everybody whom both grouped; 1 cannot be reached, because Polis' groups depend on their history, which
the votes do not hold. Ours is that of seed 0; the range is that of five seeds.
"""

import csv
import json
import os
import statistics
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.engine_speed import RED_DWARF, red_dwarf_python, run
from benchmarks.opinion.conversations import left_out, rows_of

SEEDS = 5


def measure(*, quick: bool = False) -> list[dict[str, Any]]:
    python = red_dwarf_python()
    folders = sorted(Path(os.environ["PARTICIPATE_CONVERSATIONS"]).iterdir())
    rows = [_row(folder, stored, python) for folder in folders if (stored := _stored(folder))]
    kinds = ("ours", "red-dwarf")
    medians = {kind: round(statistics.median(row[f"{kind} ARI"] for row in rows), 3) for kind in kinds}
    same = {kind: sum(row[f"{kind} k"] == row["Polis k"] for row in rows) for kind in kinds}
    whole = {
        "conversation": "median; same k",
        "people": sum(row["people"] for row in rows),
        "Polis k": len(rows),
    }
    for kind in kinds:
        whole |= {f"{kind} ARI": medians[kind], f"{kind} k": same[kind]}
        if kind == "ours":
            whole["seeds"] = ""
    return [*rows, whole]


def _row(folder: Path, stored: dict[int, int], python: str | None) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as place:
        votes = Path(place) / "votes.npz"
        np.savez(votes, **_arrays(folder, stored))
        ours = [run(f"polis, seed {seed}", votes, python) for seed in range(SEEDS)]
        theirs = run("red-dwarf", votes, python) if python else {"ARI": float("nan"), "k": 0}
    seeds = [one["ARI"] for one in ours]
    return {
        "conversation": folder.name,
        "people": len(stored),
        "Polis k": len(set(stored.values())),
        "ours ARI": round(seeds[0], 3),
        "ours k": ours[0]["k"],
        "seeds": f"{min(seeds):.2f} to {max(seeds):.2f}",
        f"{RED_DWARF.partition('==')[0]} ARI": round(theirs["ARI"], 3),
        "red-dwarf k": theirs["k"],
    }


def _arrays(folder: Path, stored: dict[int, int]) -> dict[str, Any]:
    """The latest vote of each cell, in time; `truth` by participant id, -1 for people in no group."""
    rows = rows_of(folder / "votes.csv", ("timestamp", "voter-id", "comment-id", "vote"))
    rows = rows[np.argsort(rows[:, 0], kind="stable")]
    latest = {(who, what): vote for _, who, what, vote in rows.tolist()}
    people, statements = np.array(list(latest), np.int64).T
    truth = np.full(people.max() + 1, -1, np.int64)
    known = [who for who in stored if who < len(truth)]
    truth[known] = [stored[who] for who in known]
    removed = np.array(sorted(left_out(folder)), np.int64)
    return {
        "people": people,
        "statements": statements,
        "values": np.array(list(latest.values()), np.int8),
        "truth": truth,
        "removed": removed,
    }


def _stored(folder: Path) -> dict[int, int]:
    """Polis' group of each participant; empty where none is stored."""
    blob, table = folder / "math_blob.json", folder / "participants-votes.csv"
    if blob.exists():
        held = json.loads(blob.read_text(encoding="utf-8"))
        members = dict(zip(held["base-clusters"]["id"], held["base-clusters"]["members"], strict=True))
        return {
            person: group["id"]
            for group in held["group-clusters"]
            for base in group["members"]
            for person in members[base]
        }
    if not table.exists():
        return {}
    with table.open(encoding="utf-8", newline="") as file:
        return {
            int(row["participant"]): int(row["group-id"])
            for row in csv.DictReader(file)
            if row["group-id"] != ""
        }
