"""Ways to say how much everyone agrees with a statement: the engine's, and its peers'.

Each gives a score per statement (C,), in the order of the matrix; statements that too few people saw have
none (-1), by one rule for all scores.
"""

from collections.abc import Callable

import numpy as np

from benchmarks.opinion.predictors import Floats
from clustering import polis
from clustering.ballots import Ballots
from clustering.factors import fit_factors
from clustering.matrix import AGREE, PASS, VoteMatrix

CUT = 0.1
NOT_ELIGIBLE = -1.0
Score = Callable[[VoteMatrix], Floats]


def eligible(votes: VoteMatrix) -> np.ndarray:
    """By the engine's rule: who votes on more than the median person counts for less, in proportion."""
    cast = votes.votes_per_participant
    weight = np.minimum(1, np.median(cast) / cast)
    seen = np.bincount(votes.columns, weight[votes.rows], votes.shape[1]) >= 0.05 * weight.sum()
    return seen & (votes.votes_per_statement >= 10)


def _eligible_only(votes: VoteMatrix, scores: Floats) -> Floats:
    return np.where(eligible(votes), scores, NOT_ELIGIBLE)


def majority(votes: VoteMatrix) -> Floats:
    """The plain share of votes that agree."""
    return _eligible_only(votes, votes.agrees_per_statement / votes.votes_per_statement)


def one_unit_each(votes: VoteMatrix) -> Floats:
    """The share that agrees when each person has one unit to divide among their votes."""
    unit = 1 / votes.votes_per_participant[votes.rows]
    agree = np.bincount(votes.columns, unit * (votes.values == AGREE), votes.shape[1])
    return _eligible_only(votes, agree / np.bincount(votes.columns, unit, votes.shape[1]))


def polis_product(votes: VoteMatrix) -> Floats:
    """Group-aware consensus by the rules of Polis: the product of the groups' shares."""
    product = polis.analyse(votes).group_aware_consensus
    return _eligible_only(votes, np.array([product[name] for name in votes.statement_ids]))


def model_mean(votes: VoteMatrix, cut: float = 0.0) -> Floats:
    """The mean over people of the model's P(agree), times the share that does not pass, one unit each."""
    ordered = votes.canonical()
    fitted = fit_factors(Ballots.of(ordered).opinions)
    everyone, scores = np.arange(ordered.shape[0]), np.empty(ordered.shape[1])
    cut_off = int(cut * len(everyone))
    for column in range(ordered.shape[1]):
        shares = np.sort(fitted.agreement(everyone, np.full(len(everyone), column)))
        scores[column] = shares[cut_off : len(shares) - cut_off].mean()
    unit = 1 / ordered.votes_per_participant[ordered.rows]
    passes = np.bincount(ordered.columns, unit * (ordered.values == PASS), ordered.shape[1])
    scores *= 1 - passes / np.bincount(ordered.columns, unit, ordered.shape[1])
    by_name = dict(zip(ordered.statement_ids, scores.tolist(), strict=True))
    return _eligible_only(votes, np.array([by_name[name] for name in votes.statement_ids]))


def engine(votes: VoteMatrix) -> Floats:
    """The same without the lowest and the highest tenth of people: worked out here a second time, plainly."""
    return model_mean(votes, CUT)


SCORES: dict[str, Score] = {
    "Polis product": polis_product,
    "majority": majority,
    "one unit each": one_unit_each,
    "model mean": model_mean,
    "engine": engine,
}


def top(scores: Floats, count: int = 10) -> list[int]:
    """The best statements (positions), of equals the earlier."""
    best = np.argsort(-scores, kind="stable")[:count]
    return [int(column) for column in best if scores[column] > NOT_ELIGIBLE]
