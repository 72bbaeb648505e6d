"""Straight-liners: long ballots that give one answer to everything, where hardly anybody would.

Some people agree with more than others, and some pass on much. So "all the same" is measured against how much
people of this conversation differ in that, not against the mean. Part of the screen: see `clustering.screen`.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clustering.matrix import AGREE, DISAGREE, PASS, VoteMatrix

Floats = NDArray[np.float64]

LEAST_VOTES = 10
FALSE_RATE = 0.001
"""Of people in whom nothing is unusual but how much they agree, so many are flagged at most."""
MOST_MEASURED = 3_000
"""The spread is taken from about so many people, evenly over their order."""
SPREADS = np.arange(0.25, 4.01, 0.25)
POINTS, WEIGHTS = np.polynomial.hermite_e.hermegauss(31)
LOG_WEIGHTS = np.log(WEIGHTS / WEIGHTS.sum())


@dataclass(frozen=True, slots=True)
class StraightLiner:
    """The row of a person, the answer they gave to all of so many statements, and how likely that was."""

    row: int
    value: int
    votes: int
    p: float


def straight_liners(votes: VoteMatrix) -> list[StraightLiner]:
    """Ballots of at least 10 equal answers whose probability is at most FALSE_RATE / 3 (three answers).

    The model for each answer v: a person with propensity t ~ N(0, s^2) gives v to statement j with
    probability 1 / (1 + exp(-(b_j + t))) (Rasch, 1960; marginal likelihood by Gauss-Hermite quadrature: Bock
    and Aitkin, Psychometrika 46, 1981). s is the maximum-likelihood value on a grid, from people with 3 votes
    or more who are not straight themselves, given that they are not: whoever planted straight ballots would
    otherwise have stretched the measure. p is the model's probability of the whole ballot.
    """
    found = []
    for value in (AGREE, PASS, DISAGREE):
        equal = np.bincount(votes.rows[votes.values == value], minlength=votes.shape[0])
        long = votes.votes_per_participant >= LEAST_VOTES
        straight = np.flatnonzero(long & (equal == votes.votes_per_participant))
        if len(straight):
            chances = _chances(votes, value, straight)
            found += [
                StraightLiner(int(row), value, int(equal[row]), float(p))
                for row, p in zip(straight, chances, strict=True)
                if p <= FALSE_RATE / 3
            ]
    return found


def is_straight(votes: VoteMatrix) -> NDArray[np.bool_]:
    """Who gave one answer to everything, however few (P,)."""
    each = [
        np.bincount(votes.rows[votes.values == value], minlength=votes.shape[0])
        for value in (AGREE, PASS, DISAGREE)
    ]
    return np.asarray(np.max(each, axis=0) == votes.votes_per_participant)


@dataclass(frozen=True, slots=True)
class _Ballots:
    """The ballots of some people, one after the other: columns and values, and where each person begins."""

    columns: NDArray[np.int32]
    values: NDArray[np.int8]
    starts: NDArray[np.intp]

    @property
    def long(self) -> NDArray[np.bool_]:
        return np.asarray(np.diff(np.r_[self.starts, len(self.columns)]) >= LEAST_VOTES)

    def summed(self, cells: Floats) -> Floats:
        """Sums of each person's cells, one row of cells per vote."""
        return np.asarray(np.add.reduceat(cells, self.starts, axis=0))


def _ballots(votes: VoteMatrix, people: NDArray[np.bool_]) -> _Ballots:
    used = people[votes.rows]
    rows = votes.rows[used]
    starts = np.flatnonzero(np.r_[True, rows[1:] != rows[:-1]][: len(rows)])
    return _Ballots(votes.columns[used], votes.values[used], starts)


def _chances(votes: VoteMatrix, value: int, straight: NDArray[np.intp]) -> Floats:
    """The probability of each straight ballot, under the spread that fits everybody else best."""
    chosen = np.zeros(votes.shape[0], np.bool_)
    chosen[straight] = True
    others = np.flatnonzero(~chosen & (votes.votes_per_participant >= 3))
    measured = np.zeros(votes.shape[0], np.bool_)
    measured[others[:: len(others) // MOST_MEASURED + 1]] = True
    rest = ~chosen[votes.rows]
    times = np.bincount(votes.columns[rest], minlength=votes.shape[1])
    hits = np.bincount(votes.columns[rest & (votes.values == value)], minlength=votes.shape[1])
    share = (hits + 0.5) / (times + 1)
    easiness, spread = _fitted(_ballots(votes, measured), value, share)
    ballots = _ballots(votes, chosen)
    return np.exp(_marginal(ballots.summed(_log_odds(easiness, spread)[ballots.columns])))


def _fitted(ballots: _Ballots, value: int, share: Floats) -> tuple[Floats, float]:
    """The easiness of each statement and the spread of the greatest likelihood."""
    if not len(ballots.starts):
        return _easiness(share, 1.0), 1.0
    likelihoods = [_likelihood(ballots, value, _easiness(share, spread), spread) for spread in SPREADS]
    spread = float(SPREADS[int(np.argmax(likelihoods))])
    return _easiness(share, spread), spread


def _easiness(share: Floats, spread: float) -> Floats:
    # A logistic curve averaged over normal people is nearly one that is flatter by this factor.
    return np.asarray(np.log(share / (1 - share)) * np.sqrt(1 + spread**2 / 2.89))


def _likelihood(ballots: _Ballots, value: int, easiness: Floats, spread: float) -> float:
    """The log-likelihood of ballots, given that the long ones among them are not straight."""
    yes, no = _log_odds(easiness, spread), _log_odds(-easiness, -spread)
    hit = (ballots.values == value)[:, None]
    seen = _marginal(ballots.summed(np.where(hit, yes[ballots.columns], no[ballots.columns])))
    straight = np.minimum(np.exp(_marginal(ballots.summed(yes[ballots.columns]))), 1 - 1e-12)
    return float((seen - np.where(ballots.long, np.log1p(-straight), 0.0)).sum())


def _log_odds(easiness: Floats, spread: float) -> Floats:
    """log 1 / (1 + exp(-(b_j + s t_q))) for every statement and point (C, Q)."""
    return np.asarray(-np.logaddexp(0, -(easiness[:, None] + spread * POINTS)))


def _marginal(ballots: Floats) -> Floats:
    """The logarithm of the mean over all propensities (P,)."""
    return np.asarray(np.logaddexp.reduce(ballots + LOG_WEIGHTS, axis=1))
