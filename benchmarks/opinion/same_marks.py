"""Q1 and Q4: the same result for the same votes, to the byte, and a result that moves gently as votes come.

As a program (`python -m benchmarks.opinion.same_marks FOLDER`) it prints the hash of one result, for a
comparison with another process.
"""

import hashlib
import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.opinion.conversations import Conversation, read
from benchmarks.opinion.figures import Row, figure
from clustering import analyse
from clustering.matrix import Id, VoteMatrix
from clustering.results import OpinionAnalysis, Representative

ORDERS = 20
FIRST_COUNTED = 0.3


def same_marks(given: Sequence[Conversation], folder: Path, orders: int = ORDERS) -> list[Row]:
    """Random orders of the votes with random names for people and statements, and one restart."""
    rows = []
    for one in given:
        want = fingerprint(analyse(one.votes), None)
        same = [float(renamed_fingerprint(one.votes, seed) == want) for seed in range(orders)]
        rows.append(figure("Q1", f"identical under orders and names, {one.name}", same, least=1))
        bytes_of = whole(analyse(one.votes))
        same = [float(whole(analyse(reordered(one.votes, seed))) == bytes_of) for seed in range(2)]
        rows.append(figure("Q1", f"every byte the same under orders alone, {one.name}", same, least=1))
        again = subprocess.run(
            [sys.executable, "-m", "benchmarks.opinion.same_marks", str(folder / one.name)],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        rows.append(
            figure(
                "Q1", f"identical after a restart, {one.name}", [float(again.stdout.strip() == want)], least=1
            )
        )
    return rows


def reordered(votes: VoteMatrix, seed: int) -> VoteMatrix:
    """The same votes, cast in another order."""
    order = np.random.default_rng(seed).permutation(votes.n_votes)
    people, statements = np.array(votes.participant_ids), np.array(votes.statement_ids)
    return VoteMatrix.from_votes(
        people[votes.rows][order], statements[votes.columns][order], votes.values[order]
    )


def whole(result: OpinionAnalysis) -> str:
    """Every byte of a result, as it would be kept."""
    return json.dumps(asdict(result))


def renamed_fingerprint(votes: VoteMatrix, seed: int) -> str:
    """The result for the votes in another order under other names, with the names put back."""
    random = np.random.default_rng(seed)
    people, statements = (random.permutation(n) + 10_000 for n in votes.shape)
    order = random.permutation(votes.n_votes)
    other = VoteMatrix.from_votes(
        people[votes.rows][order], statements[votes.columns][order], votes.values[order]
    )
    names = dict(zip(people.tolist(), votes.participant_ids, strict=True))
    return fingerprint(
        analyse(other), (names, dict(zip(statements.tolist(), votes.statement_ids, strict=True)))
    )


def fingerprint(result: OpinionAnalysis, names: tuple[dict[Id, Id], dict[Id, Id]] | None) -> str:
    """A hash of everything in the result. Lists that stand for sets are sorted, so that nothing but the
    figures, and what belongs to whom, is compared; floats are compared to the last bit."""
    person = (lambda name: str(names[0][name])) if names else str
    statement = (lambda name: str(names[1][name])) if names else str

    def said(items: Sequence[Representative]) -> list[Any]:
        return [
            [statement(i.statement_id), *[str(v) for k, v in vars(i).items() if k != "statement_id"]]
            for i in items
        ]

    axes = zip(result.axes.statement_ids, result.axes.center, *result.axes.components, strict=True)
    model = result.axes.model
    document = {
        "groups": [[g.size, sorted(map(person, g.members)), said(g.representative)] for g in result.groups],
        "places": sorted([person(name), *place] for name, place in result.places.items()),
        "membership": sorted([person(name), share] for name, share in result.membership.items()),
        "centres": sorted(result.group_centres.items()),
        "axes": sorted([statement(name), *weights] for name, *weights in axes),
        "model": model and [model.variance, model.origin, model.turn, sorted(model.moments)],
        "consensus": [
            [statement(c.statement_id), *[v for k, v in vars(c).items() if k != "statement_id"]]
            for c in result.consensus
        ],
        "divisive": [[statement(d.statement_id), d.score] for d in result.divisive],
        "minority": [[voice.size, said(voice.representative)] for voice in result.minority_voices],
        "by statement": [
            sorted((statement(name), value) for name, value in figures.items())
            for figures in (result.group_aware_consensus, result.extremity, result.priorities)
        ],
        "ladder": [list(vars(rung).values()) for rung in result.ladder],
        "decision": result.decision and list(vars(result.decision).values()),
        "explained": result.explained,
    }
    return hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()


def replay_marks(given: Sequence[Conversation], steps: int = 100) -> list[Row]:
    """The votes as they came, analysed in steps with the previous analysis given."""
    rows = []
    for one in given:
        moved, axes, changes = _replayed(one, steps)
        rows += [
            figure("Q4", f"median share changing group, {one.name}", [float(np.median(moved))], most=0.01),
            figure("Q4", f"90th percentile of it, {one.name}", [float(np.quantile(moved, 0.9))], most=0.02),
            figure("Q4", f"share changing group, {one.name}", moved),
            figure("Q4", f"changes of k in the whole replay, {one.name}", [changes], most=2),
            figure("Q4", f"correlation of axes with the step before, {one.name}", [min(axes)], least=0.9),
        ]
    return rows


def _replayed(one: Conversation, steps: int) -> tuple[list[float], list[float], int]:
    """Per step after the first 30 % of the votes: the share who changed group, of those in one both times,
    and the lower correlation of the two axes; and how often k changed at all."""
    before: OpinionAnalysis | None = None
    moved, axes, changes = [], [], 0
    for step in range(1, steps + 1):
        now = analyse(one.first(len(one.values) * step // steps), previous=before)
        if before is not None:
            changes += int(now.k != before.k)
            if step / steps > FIRST_COUNTED:
                moved.append(_moved(before, now))
                axes.append(_turned(before, now))
        before = now
    return moved, axes, changes


def _moved(before: OpinionAnalysis, now: OpinionAnalysis) -> float:
    both = [name for name in before.group_of if name in now.group_of]
    return float(np.mean([before.group_of[name] != now.group_of[name] for name in both])) if both else 0.0


def _turned(before: OpinionAnalysis, now: OpinionAnalysis) -> float:
    both = [name for name in before.places if name in now.places]
    old, new = (np.array([result.places[name] for name in both]) for result in (before, now))
    return min(float(np.corrcoef(old[:, axis], new[:, axis])[0, 1]) for axis in (0, 1))


if __name__ == "__main__":
    print(fingerprint(analyse(read(Path(sys.argv[1])).votes), None))
