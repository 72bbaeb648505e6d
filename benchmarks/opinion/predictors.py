"""What votes are predicted with: each gives P(agree), P(disagree), P(pass) of cells nobody showed it.

The references are the plain ones of the literature: each statement's shares; principal components of the
matrix with gaps filled by means, and a multinomial link from their answer to three outcomes, without and with
what each person is like; and the shares within opinion groups found by the rules of Polis.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from clustering import polis
from clustering.matrix import VoteMatrix
from clustering.polis_axes import fit_axes

Floats = NDArray[np.float64]
Positions = NDArray[np.integer]
OUTCOMES = (1, -1, 0)
TINY = 1e-6
STRENGTHS = (0.01, 0.1, 1.0, 10.0)
SHRINKAGES = (1.0, 2.0, 5.0, 10.0, 20.0, 50.0)


@dataclass(frozen=True, eq=False)
class Cells:
    """Votes to be predicted, by their place in the matrix that is shown; `outcomes` are 0, 1, 2 for agree,
    disagree and pass."""

    rows: Positions
    columns: Positions
    outcomes: Positions


class Predictor(Protocol):
    def __call__(self, votes: VoteMatrix, cells: Cells) -> Floats:
        """Probabilities (n, 3) of the outcomes of the cells, learned from the votes."""


def held_out(votes: VoteMatrix, seed: int, share: float = 0.1, fewest: int = 7) -> tuple[VoteMatrix, Cells]:
    """Votes without a tenth of the cells of people with 7 votes or more, and those cells."""
    random = np.random.default_rng(seed)
    out = (votes.votes_per_participant[votes.rows] >= fewest) & (random.random(votes.n_votes) < share)
    shown = VoteMatrix.from_votes(votes.rows[~out], votes.columns[~out], votes.values[~out])
    row_of = {name: i for i, name in enumerate(shown.participant_ids)}
    column_of = {name: j for j, name in enumerate(shown.statement_ids)}
    rows = np.array([row_of.get(name, -1) for name in votes.rows[out].tolist()], np.intp)
    columns = np.array([column_of.get(name, -1) for name in votes.columns[out].tolist()], np.intp)
    known = (rows >= 0) & (columns >= 0)
    return shown, Cells(rows[known], columns[known], _outcomes(votes.values[out][known]))


def _outcomes(values: NDArray[np.int8]) -> Positions:
    return np.where(values > 0, 0, np.where(values < 0, 1, 2))


def losses(probabilities: Floats, cells: Cells) -> tuple[float, float]:
    """Mean log-loss of the three outcomes, and of agreeing against disagreeing where neither passed."""
    clipped = np.clip(probabilities, TINY, 1)
    every = np.arange(len(cells.rows))
    three = -np.log(clipped[every, cells.outcomes]).mean()
    said = cells.outcomes < 2
    two = clipped[said, cells.outcomes[said]] / clipped[said, :2].sum(axis=1)
    return float(three), float(-np.log(two).mean())


def marginals(votes: VoteMatrix, cells: Cells) -> Floats:
    """Each statement's own shares, a little shrunk to those of all."""
    return _shares(votes.columns, votes, votes.shape[1])[cells.columns]


def _shares(of: Positions, votes: VoteMatrix, many: int, shrink: float = 3.0) -> Floats:
    counts = np.bincount(of * 3 + _outcomes(votes.values), minlength=3 * many).reshape(many, 3)
    overall = counts.sum(axis=0) + 1
    shares: Floats = (counts + shrink * overall / overall.sum()) / (
        counts.sum(axis=1, keepdims=True) + shrink
    )
    return shares


def mean_filled(votes: VoteMatrix, cells: Cells) -> Floats:
    """Two principal components of the matrix with gaps filled by the statements' means."""
    return _linked(votes, cells, personal=False)


def mean_filled_personal(votes: VoteMatrix, cells: Cells) -> Floats:
    """The same, told also how often each person agrees and passes."""
    return _linked(votes, cells, personal=True)


def _linked(votes: VoteMatrix, cells: Cells, *, personal: bool) -> Floats:
    """The link is learned on a tenth of the cells shown, its strength by cross-validation there."""
    inner, known = held_out(votes, seed=0)
    link = _link(_features(inner, known, personal), known.outcomes)
    found = link.predict_proba(_features(votes, cells, personal))
    probabilities = np.full((len(cells.rows), 3), TINY)
    probabilities[:, link.classes_] = found
    return probabilities


def _features(votes: VoteMatrix, cells: Cells, personal: bool) -> Floats:
    fit = fit_axes(votes, np.zeros(votes.shape[1], bool))
    reach = (fit.projections[cells.rows] * fit.components[:, cells.columns].T).sum(axis=1)
    # Places are scaled up for few votes; filled with means they are not.
    filled = reach * np.sqrt(votes.votes_per_participant[cells.rows] / votes.shape[1])
    share = np.log(_shares(votes.columns, votes, votes.shape[1]))[cells.columns]
    columns = [share, np.column_stack([reach, filled, reach**2, filled**2])]
    if personal:
        columns.append(np.log(_shares(votes.rows, votes, votes.shape[0]))[cells.rows])
    return np.concatenate(columns, axis=1)


def _link(features: Floats, outcomes: Positions) -> LogisticRegression:
    scale = features.std(axis=0) + TINY

    def fitted(kept: NDArray[np.bool_], strength: float) -> LogisticRegression:
        model = LogisticRegression(C=strength, max_iter=2000).fit(features[kept] / scale, outcomes[kept])
        model.coef_ = model.coef_ / scale
        return model

    fold = np.arange(len(outcomes)) % 3
    every = Cells(fold, fold, outcomes)

    def loss(strength: float) -> float:
        total = 0.0
        for out in range(3):
            model, left = fitted(fold != out, strength), fold == out
            guess = np.full((int(left.sum()), 3), TINY)
            guess[:, model.classes_] = model.predict_proba(features[left])
            total += losses(guess, Cells(fold[left], fold[left], every.outcomes[left]))[0] * left.sum()
        return total

    return fitted(fold >= 0, min(STRENGTHS, key=loss))


def group_means(votes: VoteMatrix, cells: Cells) -> Floats:
    """The shares within groups found by the rules of Polis, shrunk to the statement's as far as pays."""
    inner, known = held_out(votes, seed=0)
    labels = _polis_groups(inner)
    loss = {s: losses(_by_group(inner, labels, known, s), known)[0] for s in SHRINKAGES}
    return _by_group(votes, _polis_groups(votes), cells, min(loss, key=lambda s: loss[s]))


def _polis_groups(votes: VoteMatrix) -> Positions:
    found = polis.analyse(votes).groups
    return np.array([found.get(name, -1) for name in votes.participant_ids], np.intp)


def _by_group(votes: VoteMatrix, labels: Positions, cells: Cells, shrink: float) -> Floats:
    k, width = labels.max() + 1, votes.shape[1]
    inside = labels[votes.rows] >= 0
    cell = (labels[votes.rows] * width + votes.columns)[inside] * 3 + _outcomes(votes.values)[inside]
    counts = np.bincount(cell, minlength=3 * k * width).reshape(k, width, 3)
    prior = _shares(votes.columns, votes, width)
    shares = (counts + shrink * prior) / (counts.sum(axis=2, keepdims=True) + shrink)
    mine = labels[cells.rows]
    guess: Floats = np.where((mine >= 0)[:, None], shares[mine, cells.columns], prior[cells.columns])
    return guess
