"""Q6, how much hostile people change what is said to be agreed: the share of the ten best that stays.

Each score is attacked where it hurts: at its own ten best statements (or ten worst, to promote them), by
people who are a given share of all and vote on everything. Beside it honest people drawn again, because
chance alone changes a top ten. For the engine also whether `robust_share` tells the truth: does what it
says would stay, stay?
`--quick` does a small part.
"""

import sys
import time
from collections.abc import Sequence

import numpy as np

from benchmarks.opinion.attackers import attacked, dense_enough, resampled
from benchmarks.opinion.conversations import conversations
from benchmarks.opinion.figures import Row, figure
from benchmarks.opinion.scores import SCORES, Score, eligible, top
from clustering import Options, analyse
from clustering.matrix import VoteMatrix

FEWEST = 200
CURVE = (0.01, 0.02, 0.05, 0.1, 0.2)
KEPT_WELL = 0.8
ONE_GROUP = Options(min_people=sys.maxsize)  # consensus does not depend on groups


def measure(*, quick: bool = False) -> list[Row]:
    given = {one.name: dense_enough(one.votes) for one in conversations(FEWEST)}
    if quick:
        given = dict(list(given.items())[:1])
    curve, repeats = (CURVE[1:2], 1) if quick else (CURVE, 2)
    rows: list[Row] = []
    for name, score in SCORES.items():
        started = time.process_time()
        votes = list(given.values())
        rows += [_row(name, "dense", share, votes, score, repeats) for share in curve]
        rows += [_row(name, "camouflaged", share, votes, score, repeats) for share in curve[1:3] or curve]
        rows += [_row(name, "promoting", share, votes, score, repeats) for share in curve[1:3] or curve]
        rows.append(figure("Q6", f"{name}: honest people drawn again", _redrawn(votes, score, 3 * repeats)))
        print(f"{name}: {time.process_time() - started:.0f} CPU s", file=sys.stderr, flush=True)
    return [*rows, *_told(list(given.values()), curve)]


def _row(name: str, kind: str, share: float, given: Sequence[VoteMatrix], score: Score, repeats: int) -> Row:
    """The mean share of the ten best that stays; for the engine also on how many conversations it is 0.8."""
    kept = [kept_of_ten(votes, score, share, kind, range(repeats)) for votes in given]
    row = figure("Q6", f"{name}: {share:.0%} {kind}", kept)
    well = float(np.mean([one >= KEPT_WELL for one in kept]))
    row["wanted"], row["met"] = f"{well:.0%} of conversations at 0.8", ""
    least = {("dense", 0.02): 0.8, ("camouflaged", 0.02): 0.7, ("dense", 0.05): 0.7}.get((kind, share))
    if name == "engine" and least is not None:
        row["met"] = "yes" if well >= least else "NO"
    return row


def kept_of_ten(votes: VoteMatrix, score: Score, share: float, kind: str, seeds: Sequence[int]) -> float:
    """How much of the ten best is still among them after an attack."""
    before = score(votes)
    targets = top(before)
    worst = [int(j) for j in np.argsort(np.where(eligible(votes), before, np.inf), kind="stable")[:10]]
    kept = []
    for seed in seeds:
        hostile = attacked(votes, worst if kind == "promoting" else targets, share, kind, seed)
        after = {hostile.statement_ids[j] for j in top(score(hostile))}
        kept.append(len(after & set(targets)) / max(len(targets), 1))
    return float(np.mean(kept))


def _redrawn(given: Sequence[VoteMatrix], score: Score, draws: int) -> list[float]:
    kept = []
    for votes in given:
        before = set(top(score(votes)))
        for seed in range(draws):
            # A statement that nobody drawn again voted on is not among the ten.
            other = resampled(votes, seed)
            after = {other.statement_ids[j] for j in top(score(other))}
            kept.append(len(before & after) / max(len(before), 1))
    return kept


def _told(given: Sequence[VoteMatrix], curve: Sequence[float]) -> list[Row]:
    """Published statements of each conversation, ten at a time, attacked in earnest: do those stay that
    `robust_share` says would, and go that it says would go?"""
    rows: list[Row] = []
    all_kept: list[float] = []
    all_lost: list[float] = []
    for share in curve:
        pairs = [pair for votes in given for pair in attacked_list(votes, share)]
        kept = [float(stayed) for robust, stayed in pairs if robust >= share]
        lost = [float(stayed) for robust, stayed in pairs if robust < share]
        all_kept, all_lost = all_kept + kept, all_lost + lost
        rows.append(
            figure("Q6", f"stay published: robust share at least the {share:.0%} of the attack", kept)
        )
        rows.append(figure("Q6", f"stay published: robust share below the {share:.0%} of the attack", lost))
    return [
        figure("Q6", "stay published: robust share at least that of the attack", all_kept, least=0.85),
        figure("Q6", "stay published: robust share below that of the attack", all_lost, most=0.25),
        *rows,
    ]


def attacked_list(votes: VoteMatrix, share: float) -> list[tuple[float, bool]]:
    """(robust share, whether it stayed) of the ten weakest published statements, and of ten from the weakest
    to the strongest, each ten under an attack of their own."""
    items = [item for item in analyse(votes, options=ONE_GROUP).consensus if item.direction == "agree"]
    if not items:
        return []
    spread = [items[at] for at in np.unique(np.linspace(0, len(items) - 1, 10).astype(int))]
    place = {name: j for j, name in enumerate(votes.statement_ids)}
    told = []
    for some in (spread, items[-10:]):
        hostile = attacked(votes, [place[item.statement_id] for item in some], share)
        after = analyse(hostile, options=ONE_GROUP).consensus
        left = {item.statement_id for item in after if item.direction == "agree"}
        told += [(item.robust_share or 0.0, place[item.statement_id] in left) for item in some]
    return told
