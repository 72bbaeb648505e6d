"""Consensus that resists brigading: what people agree on, each person counting once.

A statement's score is the mean over people of how probable it is that they agree, the tenth of them lowest
and the tenth highest cut off. Everyone has one unit whatever they voted on, so neither who was shown what
nor how much somebody voted moves it, and a tenth of the people can say what they like.
"""

from dataclasses import dataclass

import numpy as np

from clustering import chances
from clustering.ballots import Ballots
from clustering.factors import Factors
from clustering.intervals import Z95, Flags
from clustering.kernels import Floats, Ints
from clustering.matrix import Id
from clustering.results import ConsensusItem, Direction

BINS = 512  # of a probability: sums of whole numbers come out the same however the people are split up
CUT = 0.10
LEVEL = 0.60
FEWEST_VOTES, FEWEST_SHARE = 10, 0.05
HOSTILE = 0.05  # how probable it is that a hostile participant agrees
MIDDLES = (np.arange(BINS) + 0.5) / BINS
HALVINGS = 20
TINY = 1e-9


@dataclass(frozen=True, eq=False)
class Agreement:
    """Per statement: `histogram` (C, BINS), how many people have each probability to agree; `passing` (C,),
    the share that passes, and `effective` (C,), how many equal votes it is worth; `votes` (C,); `enough`
    (C,), whether these are enough; `spread` (C,), the standard error from the statement's own uncertainty."""

    histogram: Ints
    passing: Floats
    effective: Floats
    votes: Ints
    enough: Flags
    spread: Floats


def agreement_of(factors: Factors, ballots: Ballots) -> Agreement:
    """From a fitted model and the ballots of the same people, passes included."""
    histogram = np.zeros((ballots.n_statements, BINS), np.int64)
    chances.histograms(factors.people, factors.statements.moments, BINS, histogram)
    votes = ballots.counts.sum(axis=1)
    passing, effective = passing_of(ballots)
    spread = _spread(factors, histogram)
    return Agreement(histogram, passing, effective, votes, enough_of(ballots), spread)


def passing_of(ballots: Ballots) -> tuple[Floats, Floats]:
    """The share of passes on each statement (C,), and how many equal votes it is worth (C,).

    Each person has one unit to divide among their votes, and so counts for as much as anybody. Counted by
    votes, people who vote on everything and never pass would lift whatever few others saw.
    """
    unit = 1 / np.maximum(np.diff(ballots.starts), 1)[ballots.people]
    units, squares = (np.maximum(_summed(ballots, weights), TINY) for weights in (unit, unit**2))
    return _summed(ballots, unit * (ballots.votes == 0)) / units, units**2 / squares


def _summed(ballots: Ballots, weights: Floats) -> Floats:
    """The sum of these weights of votes on each statement (C,)."""
    return np.bincount(ballots.statements, weights.astype(float), ballots.n_statements).astype(float)


def enough_of(ballots: Ballots) -> Flags:
    """Whether each statement has 10 votes, from a twentieth of the people (C,).

    Somebody who cast more votes than most counts for less on each, so that a few who vote on everything
    cannot bring in statements that hardly anybody has seen.
    """
    cast = np.diff(ballots.starts)
    weights = np.minimum(1.0, np.median(cast) / np.maximum(cast, 1)) if len(cast) else np.zeros(0)
    reached = _summed(ballots, weights[ballots.people])
    enough: Flags = (ballots.counts.sum(axis=1) >= FEWEST_VOTES) & (reached >= FEWEST_SHARE * weights.sum())
    return enough


def _spread(factors: Factors, histogram: Ints) -> Floats:
    """The part of the standard error that all people share: mean p (1 - p) times that of their mean logit."""
    mean = np.concatenate(([1.0], factors.means[:, :-1].mean(axis=0)))
    logit = np.einsum("a,jab,b->j", mean, factors.statements.covariances, mean)
    slope = histogram @ (MIDDLES * (1 - MIDDLES)) / np.maximum(histogram.sum(axis=1), 1)
    spread: Floats = slope * np.sqrt(np.maximum(logit, 0.0))
    return spread


def trimmed_mean(histogram: Ints, hostile: Floats | float = 0.0) -> Floats:
    """The mean without the lowest and the highest tenth (C,), from people per bin (C, BINS).

    `hostile`, one for all or (C,): as if that share of all participants, added to these, agreed with a
    probability of 0.05 only.
    """
    added = np.broadcast_to(hostile, len(histogram))
    people = histogram * ((1 - added) / np.maximum(histogram.sum(axis=1), 1))[:, None]
    people[:, int(HOSTILE * BINS)] += added
    weights = np.diff(np.clip(np.cumsum(people, axis=1), CUT, 1 - CUT), axis=1, prepend=CUT)
    mean: Floats = weights @ MIDDLES / (1 - 2 * CUT)
    return mean


def hostile_share(histogram: Ints, passing: Floats, level: float = LEVEL) -> Floats:
    """h*: the smallest share of hostile participants, of all, that takes the score below `level` (C,).

    0 where it is below already. By halving, to a millionth: the score falls as h grows; no refit is needed.
    """
    low, high = np.zeros(len(histogram)), np.ones(len(histogram))
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        holds = (1 - passing) * trimmed_mean(histogram, middle) >= level
        low, high = np.where(holds, middle, low), np.where(holds, high, middle)
    return np.where((1 - passing) * trimmed_mean(histogram) >= level, low, 0.0)


def consensus_items(
    agreement: Agreement, statement_ids: tuple[Id, ...], lowest: dict[Direction, Floats] | None
) -> tuple[ConsensusItem, ...]:
    """The statements whose score reaches the level: agreement first, strongest first.

    `lowest`: the smallest share of a large group by direction (C,), or None.
    """
    agreeing = _items("agree", agreement.histogram, agreement, statement_ids, lowest)
    return (
        *agreeing,
        *_items("disagree", agreement.histogram[:, ::-1], agreement, statement_ids, lowest),
    )


def _items(
    direction: Direction,
    histogram: Ints,
    agreement: Agreement,
    statement_ids: tuple[Id, ...],
    lowest: dict[Direction, Floats] | None,
) -> list[ConsensusItem]:
    saying = 1 - agreement.passing
    mean = trimmed_mean(histogram)
    score = saying * mean
    error = score_error(histogram, mean, agreement)
    listed = np.flatnonzero(agreement.enough & (score >= LEVEL))
    robust = dict(zip(listed, hostile_share(histogram[listed], agreement.passing[listed]), strict=True))
    return [
        ConsensusItem(
            statement_ids[j],
            direction,
            float(score[j]),
            float(max(score[j] - Z95 * error[j], 0.0)),
            float(min(score[j] + Z95 * error[j], 1.0)),
            int(agreement.votes[j]),
            float(robust[j]),
            None if lowest is None else float(lowest[direction][j]),
        )
        for j in listed[np.argsort(-score[listed], kind="stable")]
    ]


def score_error(histogram: Ints, mean: Floats, agreement: Agreement) -> Floats:
    """The standard error of the score (C,): of the people, of the statement, of the share of passes.

    That of a trimmed mean over people by Tukey and McLaughlin (1963), Sankhya A 25:331: the standard
    deviation with the tails drawn in, over (1 - 2 cut) sqrt n.
    """
    below = np.cumsum(histogram, axis=1) / np.maximum(histogram.sum(axis=1, keepdims=True), 1)
    low = MIDDLES[np.argmax(below >= CUT, axis=1)][:, None]
    high = MIDDLES[np.argmax(below >= 1 - CUT, axis=1)][:, None]
    drawn = np.clip(np.broadcast_to(MIDDLES, histogram.shape), low, high)
    total = np.maximum(histogram.sum(axis=1), 1)
    centre = (histogram * drawn).sum(axis=1) / total
    variance = (histogram * (drawn - centre[:, None]) ** 2).sum(axis=1) / total
    of_people = variance / ((1 - 2 * CUT) ** 2 * total)
    passing = agreement.passing
    of_passes = passing * (1 - passing) / np.maximum(agreement.effective, 1)
    error: Floats = np.sqrt((1 - passing) ** 2 * (of_people + agreement.spread**2) + mean**2 * of_passes)
    return error
