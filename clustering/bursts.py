"""Join bursts: many people who came at once, and who vote more alike than as many others would.

People come in waves by themselves: a letter goes out, a meeting is held. So coming together is not enough:
among those who came together there must be people alike, and more than among as many people drawn by lot.
Part of `clustering.screen`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clustering.matrix import Id, VoteMatrix
from clustering.twins import Ballots, Floats, compared, dense, evidence, evidence_weights, like_minded

Moments = NDArray[np.float64]

SPAN = 3600.0
"""How long a burst lasts at most, in seconds."""
LEAST_CAME = 8
TIMES_USUAL = 5
"""So many times as many must have come within the span as around the middle person's coming."""
LEAST_ALIKE = 5
MOST_WAVES, MOST_IN_A_WAVE = 10, 300
"""Of more people in a wave every n-th is compared."""
DRAWS = 199
FALSE_RATE = 0.005
"""How often a wave of people who came together by chance is flagged at most."""


@dataclass(frozen=True, slots=True)
class Burst:
    """The rows of those alike among the `came` people who first voted within `SPAN`; usually `usual` come."""

    rows: tuple[int, ...]
    came: int
    usual: int
    p: float


def bursts(votes: VoteMatrix, first_votes: Mapping[Id, float]) -> list[Burst]:
    """Waves of at least 8 people, 5 times the usual, with 5 or more alike; the largest waves first.

    `first_votes`: when each person first voted, in seconds; who is not in it is left out. Alike are people
    with 3 others of the wave whose evidence (see `clustering.twins`) is above log(wave) + 1. p is the share
    of 199 sets of as many people drawn by lot, and the wave itself, with as many alike (Besag and Clifford,
    Biometrika 78, 1991): a wave is flagged at p <= 0.005.
    """
    rows = [int(row) for row in compared(votes) if votes.participant_ids[row] in first_votes]
    times = np.sort([float(moment) for moment in first_votes.values()])
    if len(rows) < LEAST_CAME or not len(times):
        return []
    usual = int(np.median(_within(times, times - SPAN / 2, times + SPAN / 2)))
    ballots = dense(votes, np.array(rows))
    weights = evidence_weights(*like_minded(ballots))
    came = np.array([float(first_votes[votes.participant_ids[row]]) for row in rows])
    found = []
    for start, count in _waves(times, usual):
        inside = np.flatnonzero((came >= start) & (came <= start + SPAN))
        inside = inside[:: -(-len(inside) // MOST_IN_A_WAVE) or 1]
        alike = _alike(ballots, weights, inside)
        if len(alike) < LEAST_ALIKE:
            continue
        p = _by_lot(ballots, weights, len(inside), len(alike))
        if p <= FALSE_RATE:
            found.append(Burst(tuple(rows[i] for i in alike), count, usual, p))
    return found


def _within(times: Moments, low: Moments, high: Moments) -> NDArray[np.intp]:
    """How many came between each low and high."""
    return np.searchsorted(times, high, "right") - np.searchsorted(times, low, "left")


def _waves(times: Moments, usual: int) -> list[tuple[float, int]]:
    """Where the waves begin and how many came in them; none overlaps a larger one."""
    counts = _within(times, times, times + SPAN)
    waves: list[tuple[float, int]] = []
    for at in np.argsort(-counts, kind="stable"):
        if counts[at] < max(LEAST_CAME, TIMES_USUAL * usual):
            break
        if all(abs(times[at] - start) > SPAN for start, _ in waves):
            waves.append((float(times[at]), int(counts[at])))
    return waves[:MOST_WAVES]


def _alike(ballots: Ballots, weights: list[Floats], people: NDArray[np.intp]) -> NDArray[np.intp]:
    """Those of these people who have 3 others among them that are near."""
    if len(people) < LEAST_ALIKE:
        return people[:0]
    strength = evidence(ballots.some(people), weights, slice(0, len(people)))
    return np.asarray(people[(strength >= np.log(len(people)) + 1).sum(axis=1) >= 3])


def _by_lot(ballots: Ballots, weights: list[Floats], size: int, alike: int) -> float:
    """The share of sets of this size, the wave with them, that have as many alike."""
    draw = np.random.default_rng(0)
    more = 1
    for _ in range(DRAWS):
        more += len(_alike(ballots, weights, draw.choice(len(ballots), size, replace=False))) >= alike
    return more / (DRAWS + 1)
