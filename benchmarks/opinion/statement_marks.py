"""Q5: do the intervals of what groups say cover the truth, and how much of what is named is false?

The truth of a group that was found is the share of its members who would agree when asked, which invented
consultations know. The engine counts on votes that it did not use to find the groups; beside it what the
same votes, used twice, would have said.
"""

from collections.abc import Callable, Sequence

import numpy as np

from benchmarks.opinion.figures import Row, figure
from benchmarks.opinion.truths import Truth, continuum, flat, planted
from clustering.ballots import Ballots
from clustering.classes import shares_of
from clustering.crossfit import cross_fitted, votes_by_group
from clustering.factors import fit_factors
from clustering.intervals import newcombe_of, wilson_of
from clustering.kernels import Floats
from clustering.ladder import best_classes
from clustering.representative import FEWEST_VOTES, Standing, standing_of
from clustering.space import space_of

FALSE, PLAIN = 0.03, 0.20
"""A true difference smaller than the first is no difference, one above the second should be seen."""


def marks(draws: int) -> list[Row]:
    sets: dict[str, tuple[int, Callable[[int], Truth]]] = {
        "planted, 2 groups, 300 people": (2, lambda seed: planted(300, 80, 2, 100 + seed)),
        "planted, 3 groups, 600 people": (3, lambda seed: planted(600, 80, 3, 100 + seed)),
        "continuum cut in 2": (2, lambda seed: continuum(400, 80, 100 + seed)),
        "no structure, cut in 2": (2, lambda seed: flat(300, 80, 200 + seed)),
    }
    rows: list[Row] = []
    for name, (k, draw) in sets.items():
        rows += _marks_of(name, k, [draw(seed) for seed in range(draws)])
    return rows


def _marks_of(name: str, k: int, truths: Sequence[Truth]) -> list[Row]:
    figures_of = [checked(truth, k) for truth in truths]
    split, naive = zip(*figures_of, strict=True)
    structure = not name.startswith("no structure")
    covered = [(figures["share"], figures["difference"]) for figures in split]
    rows = [
        _within(figure("Q5", f"{name}: share covered", [share for share, _ in covered])),
        _within(figure("Q5", f"{name}: difference covered", [difference for _, difference in covered])),
        figure("Q5", f"{name}: share covered, votes used twice", [figures["share"] for figures in naive]),
        figure("Q5", f"{name}: named in a data set", [figures["named"] for figures in split]),
    ]
    if structure:
        named, false = (sum(figures[key] for figures in split) for key in ("named", "false"))
        twice, wrong = (sum(figures[key] for figures in naive) for key in ("named", "false"))
        rows += [
            figure("Q5", f"{name}: false among named", [false / max(named, 1)], most=0.1),
            figure("Q5", f"{name}: false among named, votes used twice", [wrong / max(twice, 1)]),
            figure("Q5", f"{name}: differences above 20 points seen", [figures["seen"] for figures in split]),
        ]
    return rows


def _within(row: Row) -> Row:
    """95 % intervals should cover 93 to 97 %."""
    return row | {"wanted": "0.93-0.97", "met": "yes" if 0.93 <= row["value"] <= 0.97 else "NO"}


def checked(truth: Truth, k: int) -> tuple[dict[str, float], dict[str, float]]:
    """What the engine counts, and what the same votes used twice say, for k groups found in these votes."""
    votes = truth.votes.canonical()
    enough = np.flatnonzero(votes.votes_per_participant >= min(7, votes.shape[1]))
    ballots = Ballots.of(votes).of_people(enough)
    said = ballots.opinions
    factors = fit_factors(said)
    places = space_of(factors.statements, factors.means, said.counts.sum(axis=1)).places(factors.means)
    classes = best_classes(said, places, shares_of(said), k)
    assert classes is not None
    people = np.array(votes.participant_ids, np.intp)[enough]
    agree, skip = (
        whole[people][:, np.array(votes.statement_ids, np.intp)] for whole in (truth.agree, truth.passing)
    )
    ways = np.stack([(1 - skip) * agree, (1 - skip) * (1 - agree)])
    inside = np.array([ways[:, classes.labels == g].mean(axis=1) for g in range(k)]).swapaxes(0, 1)
    outside = np.array([ways[:, classes.labels != g].mean(axis=1) for g in range(k)]).swapaxes(0, 1)
    counted = (cross_fitted(ballots, classes), votes_by_group(ballots, classes.labels, k))
    split, naive = (_compared(standing_of(counts), inside, outside) for counts in counted)
    return split, naive


def _compared(standing: Standing, inside: Floats, outside: Floats) -> dict[str, float]:
    """Against the true shares (2, k, C) in the groups and outside."""
    cells = (standing.votes >= FEWEST_VOTES) & (standing.votes_outside >= FEWEST_VOTES)
    low, high = wilson_of(standing.successes, standing.votes)
    _, below, above = newcombe_of(
        standing.successes, standing.votes, standing.successes_outside, standing.votes_outside
    )
    gap = inside - outside
    agreeing = cells & (np.arange(2) == 0)[:, None, None]
    named = standing.believed & cells
    plain = cells & (gap > PLAIN)
    return {
        "share": float(((low <= inside) & (inside <= high))[agreeing].mean()),
        "difference": float(((below <= gap) & (gap <= above))[agreeing].mean()),
        "named": float(named.sum()),
        "false": float((named & (gap < FALSE)).sum()),
        "seen": float((named & plain).sum() / max(plain.sum(), 1)),
    }
