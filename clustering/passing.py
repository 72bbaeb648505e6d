"""Models with one number a person and one a statement: for passing, and as what the factors must beat.

P(yes) = s(mu_j + b_i), fitted by the same variational steps as `clustering.factors` with no dimension at all.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clustering.kernels import Floats, intercept_sums

ITERATIONS = 15
Positions = NDArray[np.integer]


@dataclass(frozen=True, eq=False)
class Intercepts:
    """Means and variances of mu (C,) and of b (P,)."""

    statements: Floats
    statement_variances: Floats
    people: Floats
    people_variances: Floats

    def probability(self, people: Positions, statements: Positions) -> Floats:
        """P(yes) of each cell (n,): s(f / sqrt(1 + pi v / 8)), f and v the mean and variance of mu + b."""
        logit = self.statements[statements] + self.people[people]
        variance = self.statement_variances[statements] + self.people_variances[people]
        shares: Floats = 1 / (1 + np.exp(-logit / np.sqrt(1 + np.pi * variance / 8)))
        return shares


def fit_intercepts(
    people: Positions, statements: Positions, yes: NDArray[np.bool_], shape: tuple[int, int]
) -> Intercepts:
    """Fit to the cells (n,) of `shape` = (P, C); `yes` says which of them hold.

    For passing: every vote, and whether it is a pass. For agreeing: agreeing and disagreeing votes alone.
    """
    n_people, n_statements = shape
    rows, columns = people.astype(np.int32), statements.astype(np.int32)
    half = np.where(yes, 0.5, -0.5)
    to_people, to_statements = _summed(people, half, n_people), _summed(statements, half, n_statements)
    seen = np.bincount(statements, minlength=n_statements)
    said = np.bincount(statements, yes, minlength=n_statements)
    mu, mu_variance = np.log((said + 1) / (seen - said + 1)), np.zeros(n_statements)
    b, b_variance = np.zeros(n_people), np.full(n_people, 0.5)
    variance = 0.5
    for _ in range(ITERATIONS):
        centre = float(mu.mean()) if n_statements else 0.0
        precision = (n_statements + 1) / (((mu - centre) ** 2 + mu_variance).sum() + 1)
        weight, pull = intercept_sums(rows, columns, mu, mu_variance, b, b_variance, n_statements)
        mu_variance = 1 / (precision + weight)
        mu = mu_variance * (precision * centre + to_statements - pull)
        weight, pull = intercept_sums(columns, rows, b, b_variance, mu, mu_variance, n_people)
        b_variance = 1 / (1 / variance + weight)
        b = b_variance * (to_people - pull)
        variance = ((b**2 + b_variance).sum() + 0.3) / (n_people + 1)
    return Intercepts(mu, mu_variance, b, b_variance)


def _summed(positions: Positions, values: Floats, length: int) -> Floats:
    summed: Floats = np.asarray(np.bincount(positions, values, minlength=length), float)
    return summed
