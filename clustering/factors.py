"""Factors: a logistic low-rank model of the votes that were cast, fitted by variational Bayes.

P(person i agrees with statement j) = s(mu_j + w_j . u_i + b_i): mu how much the statement is agreed with, w
and u five dimensions of opinion, b how readily the person agrees at all. Passes and statements never seen
say nothing here. Prior: u ~ N(0, I), b ~ N(0, variance), mu ~ N(m0, 1 / a0), w_k ~ N(0, 1 / a_k).

The logistic function is bounded by that of Jaakkola and Jordan (2000), Statistics and Computing 10:25, which
makes every step a linear solve; the precisions a_k are learned (ARD, Bishop 1999) but never above 2, because
unbounded they prune the model to one dimension.
"""

from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import csr_array

from clustering import chances, kernels
from clustering.ballots import Ballots
from clustering.kernels import PACKED, RANK, WIDTH, F, Floats, Places

ITERATIONS = 12
MOST_PRECISE = 2.0  # of a loading: a higher one is the model's way to drop a dimension
SHRINK = 5  # votes that a row's scale counts on top of its own, at the start
POWER_STEPS = 6
ROUNDS = 10  # at most, for people whose statements are given

UPPER = np.triu_indices(F)
DIAGONAL = np.flatnonzero(UPPER[0] == UPPER[1])
# Of E WW', where W ends in 1, these are E (mu, w).
LAST = np.flatnonzero(UPPER[1] == F - 1)[:-1]


@dataclass(frozen=True, eq=False)
class Statements:
    """Posterior of the statements. `moments` (C, WIDTH): E WW' with W = (mu, w, 1), packed; `covariances`
    (C, F - 1, F - 1) of (mu, w). `variance` is the prior variance of b."""

    moments: Floats
    covariances: Floats
    variance: float

    @classmethod
    def of_moments(cls, packed: Floats, variance: float) -> "Statements":
        """From packed moments (C, PACKED) that were stored."""
        moments = np.zeros((len(packed), WIDTH))
        moments[:, :PACKED] = packed
        return cls(moments, np.zeros((len(packed), F - 1, F - 1)), variance)

    @property
    def means(self) -> Floats:
        """E (mu, w) (C, F - 1)."""
        return self.moments[:, LAST]


@dataclass(frozen=True, eq=False)
class Factors:
    """A fitted model. `people` (P, WIDTH): E zz' of the people it was fitted on, z = (1, u, b)."""

    statements: Statements
    people: Floats

    @property
    def means(self) -> Floats:
        """E (u, b) (P, F - 1)."""
        return self.people[:, 1:F]

    def first(self, n: int) -> "Factors":
        """The model with the first n people alone."""
        return Factors(self.statements, self.people[:n])

    def agreement(self, people: Places, statements: Places) -> Floats:
        """P(agree), given that the person does not pass, for each cell (n,)."""
        out = np.empty(len(people))
        chances.predict(people, statements, self.people, self.statements.moments, out)
        return out


def fit_factors(
    ballots: Ballots,
    *,
    warm: Statements | None = None,
    iterations: int = ITERATIONS,
) -> Factors:
    """Fit the model to ballots of agreeing and disagreeing votes alone (`Ballots.opinions`).

    `warm` starts from other statements' posteriors of the same columns.
    """
    people = _start(ballots) if warm is None else np.zeros((ballots.n_people, WIDTH))
    statements = _flat(ballots) if warm is None else warm
    if warm is not None:
        people[:] = _prior(warm.variance)
        solve_people(ballots, statements, people, rounds=2)
    for _ in range(iterations):
        statements = resolved(summed(ballots, statements, people), statements)
        statements = _turned(statements, people)
        solve_people(ballots, statements, people)
        squares = people[:, PACKED - 1].sum()
        statements = replace(statements, variance=(squares + 0.3) / (len(people) + 1))
    solve_people(ballots, statements, people, rounds=ROUNDS)
    return Factors(statements, people)


def extended(factors: Factors, ballots: Ballots) -> Factors:
    """The same model with these people, who may be others than it was fitted to."""
    return Factors(factors.statements, people_of(ballots, factors.statements))


def people_of(ballots: Ballots, statements: Statements) -> Floats:
    """The posterior moments E zz' of people (P, WIDTH) for given statements."""
    people = np.tile(_prior(statements.variance), (ballots.n_people, 1))
    solve_people(ballots, statements, people, rounds=ROUNDS)
    return people


def solve_people(ballots: Ballots, statements: Statements, people: Floats, rounds: int = 1) -> None:
    """Write the posterior moments E zz' of everybody into `people` (P, WIDTH), which hold the last ones."""
    kernels.people_pass(
        ballots.starts, ballots.statements, ballots.votes, 0, ballots.n_people, statements.moments,
        statements.variance, rounds, people, np.empty((ballots.n_people, F)), True,
    )  # fmt: skip


def projected(ballots: Ballots, statements: Statements, rounds: int = ROUNDS) -> Floats:
    """E (u, b) (P, F - 1) of people for given statements, starting from the prior; keeps nothing else."""
    means = np.empty((ballots.n_people, F))
    kernels.people_pass(
        ballots.starts, ballots.statements, ballots.votes, 0, ballots.n_people, statements.moments,
        statements.variance, rounds, np.zeros((0, WIDTH)), means, False,
    )  # fmt: skip
    return means[:, 1:]


def uncertainty_of(factors: Factors) -> Floats:
    """How uncertain each statement's logit is, as a variance, on average over people (C,)."""
    people, statements = factors.people, factors.statements
    whole = np.concatenate((statements.means, np.ones((len(statements.moments), 1))), axis=1)
    square = (people[:, :F].T @ people[:, :F]) / len(people)
    known = np.einsum("ja,ab,jb->j", whole, square, whole)
    weights = np.where(UPPER[0] == UPPER[1], 1.0, 2.0)
    mean = weights * people[:, :PACKED].mean(axis=0)
    variance: Floats = np.maximum(statements.moments[:, :PACKED] @ mean - known, 0.0)
    return variance


def _prior(variance: float) -> Floats:
    moments = np.zeros(WIDTH)
    moments[DIAGONAL] = 1.0
    moments[DIAGONAL[-1]] = variance
    return moments


def summed(ballots: Ballots, statements: Statements, people: Floats) -> Floats:
    """What the statements need of these people (C, PACKED + F); see `kernels.statement_sums`."""
    sums = np.zeros((ballots.n_statements, PACKED + F))
    kernels.statement_sums(*ballots.by_statement, people, statements.moments, sums)
    return sums


def resolved(sums: Floats, before: Statements) -> Statements:
    """The statements solved anew from `summed`, with the priors that the last ones make likeliest."""
    moments, covariances = np.zeros_like(before.moments), np.empty_like(before.covariances)
    centre, precisions = _priors(before)
    kernels.solve_statements(sums, precisions, centre, moments, covariances)
    return Statements(moments, covariances, before.variance)


def _priors(statements: Statements) -> tuple[float, Floats]:
    """m0, and the precisions (a0, a_1, ... a_d) that the statements' posteriors make likeliest."""
    count, means = len(statements.moments), statements.means
    centre = float(means[:, 0].mean()) if count else 0.0
    squares = statements.moments[:, DIAGONAL[:-1]].sum(axis=0)
    spread = squares[0] - 2 * centre * means[:, 0].sum() + count * centre**2
    loadings = np.minimum(MOST_PRECISE, (count + 1) / (squares[1:] + 0.001))
    return centre, np.array([(count + 1) / (spread + 1), *loadings])


def _turned(statements: Statements, people: Floats) -> Statements:
    """Turn u so that it has mean nought and covariance I, axes by falling weight; the model stays the same.

    u <- Q' Su^-1/2 (u - ubar), w accordingly, mu takes up the mean. `people` are turned in place.
    """
    mean = people[:, 1 : RANK + 1].mean(axis=0)
    square = _unpacked(people.mean(axis=0))[1:-1, 1:-1] - np.outer(mean, mean)
    values, vectors = np.linalg.eigh(square)
    values = np.maximum(values, 1e-9)
    root, inverse = (vectors * values**0.5) @ vectors.T, (vectors * values**-0.5) @ vectors.T
    weights = _unpacked(statements.moments.sum(axis=0))[1:-1, 1:-1]
    _, axes = np.linalg.eigh(root @ weights @ root)
    axes = axes[:, ::-1]
    loadings = statements.means[:, 1:] @ root @ axes
    axes = axes * np.where((loadings**3).sum(axis=0) < 0, -1.0, 1.0)
    turn = np.eye(F)
    turn[1:-1, 1:-1] = axes.T @ inverse
    turn[1:-1, 0] = -turn[1:-1, 1:-1] @ mean
    kernels.turn_moments(people, turn)
    back: Floats = np.linalg.inv(turn).T.astype(float)
    moments = statements.moments.copy()
    kernels.turn_moments(moments, back)
    inner = back[:-1, :-1]
    return Statements(moments, inner @ statements.covariances @ inner.T, statements.variance)


def _unpacked(packed: Floats) -> Floats:
    whole: Floats = np.zeros((F, F))
    whole[UPPER] = whole.T[UPPER] = packed[:PACKED]
    return whole


def _flat(ballots: Ballots) -> Statements:
    """Statements before the first step: their shrunk shares, and no loadings."""
    agree, disagree = ballots.counts[:, 0], ballots.counts[:, 1]
    moments = np.zeros((ballots.n_statements, WIDTH))
    logits = np.log((agree + 1) / (disagree + 1))
    moments[:, 0], moments[:, F - 1], moments[:, PACKED - 1] = logits**2, logits, 1.0
    return Statements(moments, np.zeros((ballots.n_statements, F - 1, F - 1)), 0.5)


def _start(ballots: Ballots) -> Floats:
    """People before the first step: the leading right singular vectors of the centred votes.

    Rows are scaled by 1 / sqrt(n + 5); block power steps from the statements of largest variance.
    """
    people, statements, votes = ballots.people, ballots.statements, ballots.votes
    agree, disagree = ballots.counts[:, 0], ballots.counts[:, 1]
    centre = (agree - disagree) / (agree + disagree + 2)
    scale = 1 / np.sqrt(np.bincount(people, minlength=ballots.n_people) + SHRINK)
    centred = (votes - centre[statements]) * scale[people]
    matrix = csr_array((centred, (people, statements)), shape=(ballots.n_people, ballots.n_statements))
    width = min(RANK + 5, *matrix.shape)
    variance = np.bincount(statements, centred**2, ballots.n_statements)
    leading = np.argsort(-variance, kind="stable")[:width]
    block = np.zeros((ballots.n_statements, width))
    block[leading, np.arange(width)] = 1.0
    for _ in range(POWER_STEPS):
        block, _ = np.linalg.qr(matrix.T @ (matrix @ block))
    left, sizes, turn = np.linalg.svd(matrix @ block, full_matrices=False)
    rank = min(RANK, len(sizes))
    scores = np.zeros((ballots.n_people, RANK))
    scores[:, :rank] = left[:, :rank] * np.where(sizes[:rank] > 1e-9, 1.0, 0.0) * np.sqrt(ballots.n_people)
    turned = (turn[:rank] @ block.T) ** 3
    scores[:, :rank] *= np.where(turned.sum(axis=1) < 0, -1.0, 1.0)
    moments = np.tile(_prior(0.5), (ballots.n_people, 1))
    whole = np.concatenate((np.ones((len(scores), 1)), scores, np.zeros((len(scores), 1))), axis=1)
    moments[:, DIAGONAL[1:]] *= 0.3
    moments[:, 0] = 0.0
    moments[:, :PACKED] += whole[:, UPPER[0]] * whole[:, UPPER[1]]
    return moments
