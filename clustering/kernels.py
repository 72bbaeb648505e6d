"""Loops over votes, compiled by numba; nothing else in the library is.

They run in one thread and in a fixed order, so the same votes give the same bits. The compiled code is kept
on disk: where, the environment's NUMBA_CACHE_DIR says. The web process never imports this.

Symmetric matrices are packed: the upper triangle, row after row. A person is z = (1, u, b), a statement
W = (mu, w, 1), both of length F; the moment E zz' then has E z as its first F entries. Rows of moments are
padded with noughts to WIDTH, a whole number of vector registers, and their loops count to the array's own
width: a loop of 28 fixed steps is unrolled instead of vectorised and takes four times as long.
"""

from collections.abc import Callable
from typing import TypeVar, cast

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Places = NDArray[np.int32]
Votes = NDArray[np.int8]

RANK = 5
F = RANK + 2
PACKED = F * (F + 1) // 2
WIDTH = 32
SETTLED = 0.01  # of a person, whose entries have a spread of about 1

Loop = TypeVar("Loop", bound=Callable[..., object])


def compiled(loop: Loop) -> Loop:
    """Compile with numba, keeping the result on disk; sums may be taken several at a time."""
    return cast(Loop, njit(cache=True, error_model="numpy", fastmath={"reassoc", "contract", "nsz"})(loop))


STEPS_A_UNIT, TABLED = 64, 64  # of xi^2, in the table of weights


def _weights() -> Floats:
    xi = np.sqrt(np.maximum(np.arange(STEPS_A_UNIT * TABLED + 2) / STEPS_A_UNIT, 1e-12))
    weights: Floats = np.tanh(xi / 2) / (2 * xi)
    return weights


WEIGHTS = _weights()


@compiled
def weight_of(square: float) -> float:
    """omega = tanh(xi / 2) / (2 xi) of Jaakkola and Jordan (2000), from xi^2, by a table (to 1e-6)."""
    at = square * STEPS_A_UNIT
    step = int(at)
    if step < STEPS_A_UNIT * TABLED:
        return float(WEIGHTS[step] + (at - step) * (WEIGHTS[step + 1] - WEIGHTS[step]))
    return float(0.5 / np.sqrt(square))


@compiled
def invert(matrix: Floats, size: int, inverse: Floats) -> None:
    """The inverse of a positive definite matrix (size, size), by Cholesky; `matrix` is overwritten."""
    for a in range(size):
        for b in range(a + 1):
            total = matrix[a, b]
            for c in range(b):
                total -= matrix[a, c] * matrix[b, c]
            if a == b:
                matrix[a, a] = np.sqrt(max(total, 1e-12))
            else:
                matrix[a, b] = total / matrix[b, b]
    # The inverse of the lower triangle, in place of the upper one.
    for a in range(size):
        matrix[a, a] = 1.0 / matrix[a, a]
        for b in range(a):
            total = 0.0
            for c in range(b, a):
                total -= matrix[a, c] * (matrix[b, c] if c > b else matrix[b, b])
            matrix[b, a] = total * matrix[a, a]
    for a in range(size):
        for b in range(a, size):
            total = 0.0
            for c in range(b, size):
                left = matrix[a, c] if c > a else matrix[a, a]
                right = matrix[b, c] if c > b else matrix[b, b]
                total += left * right
            inverse[a, b] = total
            inverse[b, a] = total


@compiled
def people_pass(
    starts: Ints,
    statements: Places,
    votes: Votes,
    first: int,
    last: int,
    statement_moments: Floats,
    variance: float,
    rounds: int,
    people_moments: Floats,
    means: Floats,
    keep: bool,
) -> None:
    """Solve people `first` to `last` for given statements, `rounds` times each or until they stay.

    `votes` are +1 and -1 alone. `statement_moments` (C, WIDTH): E WW'. `people_moments` (P, WIDTH): E zz',
    read and written when `keep`; otherwise everybody starts from the prior and only `means` (P, F) are
    written.
    """
    width = statement_moments.shape[1]
    doubled, total, linear = np.zeros(width), np.zeros(width), np.empty(F)
    mine = np.zeros(width)
    precision, covariance = np.empty((F, F)), np.empty((F, F))
    for i in range(first, last):
        if keep:
            mine[:] = people_moments[i]
        else:
            mine[:] = 0.0
            t = 0
            for a in range(F):
                mine[t] = variance if a == F - 1 else 1.0
                t += F - a
        for _ in range(rounds):
            t = 0
            for a in range(F):
                for b in range(a, F):
                    doubled[t] = mine[t] if a == b else 2.0 * mine[t]
                    t += 1
            total[:] = 0.0
            linear[:] = 0.0
            for n in range(starts[i], starts[i + 1]):
                vote, j = votes[n], statements[n]
                square = 0.0
                for t in range(width):
                    square += doubled[t] * statement_moments[j, t]
                omega = weight_of(square)
                for t in range(width):
                    total[t] += omega * statement_moments[j, t]
                # The last column of E WW' is E W, because the last entry of W is 1.
                t = F - 1
                for a in range(F):
                    linear[a] += 0.5 * vote * statement_moments[j, t]
                    t += F - 1 - a
            t = F
            for a in range(1, F):
                for b in range(a, F):
                    precision[b - 1, a - 1] = total[t]
                    t += 1
                precision[a - 1, a - 1] += 1.0 / variance if a == F - 1 else 1.0
            invert(precision, F - 1, covariance)
            mine[0] = 1.0
            moved = 0.0
            for a in range(F - 1):
                mean = 0.0
                for b in range(F - 1):
                    mean += covariance[a, b] * (linear[b + 1] - total[b + 1])
                moved = max(moved, abs(mean - mine[a + 1]))
                mine[a + 1] = mean
            t = F
            for a in range(F - 1):
                for b in range(a, F - 1):
                    mine[t] = covariance[a, b] + mine[a + 1] * mine[b + 1]
                    t += 1
            if moved < SETTLED:
                break
        for a in range(F):
            means[i, a] = mine[a]
        if keep:
            people_moments[i] = mine


@compiled
def statement_sums(
    starts: Ints,
    people: Places,
    votes: Votes,
    people_moments: Floats,
    statement_moments: Floats,
    sums: Floats,
) -> None:
    """What the statements need of these people, added to `sums` (C, PACKED + F).

    For each statement the sum of omega E zz' (PACKED) and that of the half votes times E z (F). Sums of
    disjoint sets of people add up, so partitions of people can be worked through one by one.
    """
    width = people_moments.shape[1]
    doubled, total, linear = np.zeros(width), np.zeros(width), np.empty(F)
    for j in range(len(starts) - 1):
        t = 0
        for a in range(F):
            for b in range(a, F):
                doubled[t] = statement_moments[j, t] if a == b else 2.0 * statement_moments[j, t]
                t += 1
        total[:] = 0.0
        linear[:] = 0.0
        for n in range(starts[j], starts[j + 1]):
            vote, i = votes[n], people[n]
            square = 0.0
            for t in range(width):
                square += doubled[t] * people_moments[i, t]
            omega = weight_of(square)
            for t in range(width):
                total[t] += omega * people_moments[i, t]
            for a in range(F):
                linear[a] += 0.5 * vote * people_moments[i, a]
        for t in range(PACKED):
            sums[j, t] += total[t]
        for a in range(F):
            sums[j, PACKED + a] += linear[a]


@compiled
def solve_statements(
    sums: Floats, precisions: Floats, centre: float, statement_moments: Floats, covariances: Floats
) -> None:
    """New E WW' (C, WIDTH) and covariances of (mu, w) (C, F - 1, F - 1) from `statement_sums`.

    `precisions` (F - 1,): those of mu and of each loading; `centre`: the mean of mu.
    """
    matrix, mean = np.empty((F, F)), np.empty(F)
    for j in range(len(sums)):
        t = 0
        for a in range(F):
            for b in range(a, F):
                if b < F - 1:
                    matrix[b, a] = sums[j, t]
                t += 1
        for a in range(F - 1):
            matrix[a, a] += precisions[a]
        covariance = covariances[j]
        invert(matrix, F - 1, covariance)
        # The column of b in the packed triangle: its entries lie F - 1, then F - 2, ... apart.
        for a in range(F - 1):
            mean[a] = 0.0
            t = F - 1
            for b in range(F - 1):
                right = sums[j, PACKED + b] - sums[j, t] + (precisions[0] * centre if b == 0 else 0.0)
                mean[a] += covariance[a, b] * right
                t += F - 1 - b
        mean[F - 1] = 1.0
        t = 0
        for a in range(F):
            for b in range(a, F):
                spread = covariance[a, b] if b < F - 1 else 0.0
                statement_moments[j, t] = mean[a] * mean[b] + spread
                t += 1


@compiled
def turn_moments(moments: Floats, turn: Floats) -> None:
    """Replace each packed moment M by turn M turn' (turn is (F, F))."""
    whole, half = np.empty((F, F)), np.empty((F, F))
    for i in range(len(moments)):
        t = 0
        for a in range(F):
            for b in range(a, F):
                whole[a, b] = moments[i, t]
                whole[b, a] = moments[i, t]
                t += 1
        for a in range(F):
            for b in range(F):
                total = 0.0
                for c in range(F):
                    total += turn[a, c] * whole[c, b]
                half[a, b] = total
        t = 0
        for a in range(F):
            for b in range(a, F):
                total = 0.0
                for c in range(F):
                    total += half[a, c] * turn[b, c]
                moments[i, t] = total
                t += 1


@compiled
def intercept_sums(
    others: Places,
    mine: Places,
    my_means: Floats,
    my_variances: Floats,
    means: Floats,
    variances: Floats,
    count: int,
) -> tuple[Floats, Floats]:
    """For each of `count` things in `mine`: the sum of omega and of omega times the other's mean (count,)."""
    weights, pulls = np.zeros(count), np.zeros(count)
    for n in range(len(mine)):
        i, j = others[n], mine[n]
        logit = my_means[j] + means[i]
        omega = weight_of(logit * logit + my_variances[j] + variances[i])
        weights[j] += omega
        pulls[j] += omega * means[i]
    return weights, pulls
