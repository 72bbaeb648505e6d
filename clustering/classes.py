"""Latent classes: people of one class agree with each statement with one probability.

Lazarsfeld's model (1950), fitted by EM (Dempster, Laird and Rubin 1977) to agreeing and disagreeing votes
with a prior that draws a class towards what everybody says: surplus classes then die out by themselves.
"""

from dataclasses import dataclass

import numpy as np

from clustering import class_kernels as kernels
from clustering.ballots import Ballots
from clustering.kernels import Floats, Ints

PRIOR = 10.0  # votes of everybody that each class starts with on each statement
MOST_STEPS, TRIAL_STEPS, WARM_STEPS = 60, 3, 30
SETTLED = 1e-6  # of the likelihood, from one step to the next


@dataclass(frozen=True, eq=False)
class Classes:
    """`responsibilities` (P, k): how probable each class is for each person.

    `agree` (C, k): the chance that somebody of a class agrees; `shares` (k,) of people; `likelihood` is
    penalised.
    """

    responsibilities: Floats
    agree: Floats
    shares: Floats
    likelihood: float

    @property
    def labels(self) -> Ints:
        """The likeliest class of each person (P,)."""
        labels: Ints = self.responsibilities.argmax(axis=1)
        return labels


def shares_of(ballots: Ballots) -> Floats:
    """Shrunk share of agreeing among opinions on each statement (C,)."""
    counts = ballots.counts
    shares: Floats = (counts[:, 0] + 1) / (counts[:, 0] + counts[:, 1] + 2)
    return shares


def fit_classes(
    ballots: Ballots,
    start: Floats,
    *,
    overall: Floats,
    steps: int = MOST_STEPS,
) -> Classes:
    """EM from `start` (P, k), shares of everybody in the classes.

    E: R_ig ~ pi_g prod_j p_gj^[agree] (1 - p_gj)^[disagree]. M: p_gj = (agrees + a q_j) / (votes + a) with
    `overall` q and a = 10; pi_g = (sum R + 1) / (P + k).
    """
    counts = np.zeros((ballots.n_statements, 2, start.shape[1]))
    kernels.count_by_class(ballots.starts, ballots.statements, ballots.votes, start, counts)
    chances = Chances.maximised(counts, start.sum(axis=0), overall, ballots.n_people)
    responsibilities = np.empty_like(start)
    before = -np.inf
    for _ in range(steps):
        counts[:] = 0.0
        likelihood = chances.penalty + chances.expected(ballots, responsibilities, counts)
        chances = Chances.maximised(counts, responsibilities.sum(axis=0), overall, ballots.n_people)
        if likelihood - before < SETTLED * abs(likelihood):
            break
        before = likelihood
    return Classes(responsibilities, chances.agree, chances.shares, likelihood)


@dataclass(frozen=True, eq=False)
class Chances:
    """What a step of maximisation gives: `shares` (k,), `agree` (C, k), their logarithms, `penalty`."""

    shares: Floats
    agree: Floats
    log_shares: Floats
    log_chances: Floats
    penalty: float

    @classmethod
    def maximised(cls, counts: Floats, people: Floats, overall: Floats, n_people: int) -> "Chances":
        """From counts (C, 2, k) and people by class (k,)."""
        shares, agree = np.empty(len(people)), np.empty((len(counts), len(people)))
        logs = np.empty(len(people)), np.empty(counts.shape)
        penalty = kernels.maximise(counts, people, overall, n_people, PRIOR, shares, agree, *logs)
        return cls(shares, agree, *logs, penalty)

    def expected(self, ballots: Ballots, responsibilities: Floats, counts: Floats) -> float:
        """Write everybody's responsibilities (P, k) and add the counts they make (C, 2, k).

        Returns the log-likelihood.
        """
        return kernels.class_counts(
            ballots.starts, ballots.statements, ballots.votes, self.log_shares, self.log_chances,
            responsibilities, counts,
        )  # fmt: skip


def expected(
    ballots: Ballots, shares: Floats, agree: Floats, responsibilities: Floats, counts: Floats
) -> float:
    """`Chances.expected` for shares (k,) and chances to agree (C, k) from elsewhere."""
    logs = np.log(shares), np.stack((np.log1p(-agree), np.log(agree)), axis=1)
    return Chances(shares, agree, *logs, 0.0).expected(ballots, responsibilities, counts)


def maximised(counts: Floats, people: Floats, overall: Floats, n_people: int) -> tuple[Floats, Floats]:
    """The step of maximisation: shares (k,), agree (C, k) from counts (C, 2, k) and people by class (k,)."""
    chances = Chances.maximised(counts, people, overall, n_people)
    return chances.shares, chances.agree


def hard(labels: Ints, k: int) -> Floats:
    """Shares of 0 and 1 (P, k) from labels (P,)."""
    shares = np.zeros((len(labels), k))
    shares[np.arange(len(labels)), labels] = 1.0
    return shares
