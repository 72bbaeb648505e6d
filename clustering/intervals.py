"""Intervals on shares and on their differences, and control of false discoveries."""

from math import sqrt

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

Z95 = 1.959963984540054
TINY = 1e-9  # in place of no trial at all, so that nothing is divided by nought


def wilson(successes: int, trials: int) -> tuple[float, float]:
    """The 95 % interval of a share, (low, high) within 0 to 1; (0, 1) without any trial.

    The score interval of Wilson (1927), JASA 22:209. Raises ValueError unless 0 <= successes <= trials.
    """
    if not 0 <= successes <= trials:
        raise ValueError(f"A share needs 0 <= successes <= trials, but got {successes} of {trials}.")
    low, high = wilson_of(np.array([successes], float), np.array([trials], float))
    return float(low[0]), float(high[0])


def wilson_of(successes: Floats, trials: Floats) -> tuple[Floats, Floats]:
    """`wilson` for arrays of one shape, without the check."""
    n = np.maximum(trials, TINY)
    p = successes / n
    centre, spread = p + Z95**2 / (2 * n), Z95 * np.sqrt(p * (1 - p) / n + Z95**2 / (4 * n * n))
    scale = 1 + Z95**2 / n
    low, high = np.maximum((centre - spread) / scale, 0.0), np.minimum((centre + spread) / scale, 1.0)
    # At none and at all the formula gives 0 and 1 but for rounding.
    low, high = np.where(successes <= 0, 0.0, low), np.where(successes >= trials, 1.0, high)
    return np.where(trials > 0, low, 0.0), np.where(trials > 0, high, 1.0)


def newcombe_of(
    successes: Floats, trials: Floats, others: Floats, other_trials: Floats
) -> tuple[Floats, Floats, Floats]:
    """The difference of two independent shares and its 95 % interval: (difference, low, high), -1 to 1.

    Method 10 of Newcombe (1998), Statistics in Medicine 17:873, built from two Wilson intervals. Where
    either side has no trial the interval is (-1, 1) and the difference 0.
    """
    p, q = successes / np.maximum(trials, TINY), others / np.maximum(other_trials, TINY)
    p_low, p_high = wilson_of(successes, trials)
    q_low, q_high = wilson_of(others, other_trials)
    known = (trials > 0) & (other_trials > 0)
    difference = np.where(known, p - q, 0.0)
    low = difference - np.sqrt((p - p_low) ** 2 + (q_high - q) ** 2)
    high = difference + np.sqrt((p_high - p) ** 2 + (q - q_low) ** 2)
    return difference, np.where(known, low, -1.0), np.where(known, high, 1.0)


def two_proportion_z(successes: Floats, trials: Floats, others: Floats, other_trials: Floats) -> Floats:
    """How far two shares lie apart, in standard errors of the pooled share; 0 where nothing can differ."""
    n, m = np.maximum(trials, TINY), np.maximum(other_trials, TINY)
    pooled = (successes + others) / np.maximum(trials + other_trials, TINY)
    variance = pooled * (1 - pooled) * (1 / n + 1 / m)
    known = (trials > 0) & (other_trials > 0) & (variance > 0)
    z: Floats = np.where(known, (successes / n - others / m) / np.sqrt(np.where(known, variance, 1.0)), 0.0)
    return z


def discoveries(p_values: Floats, rate: float) -> Flags:
    """Which of these tests to believe so that at most `rate` of those believed are false on average (m,).

    The step-up procedure of Benjamini and Hochberg (1995), JRSS B 57:289. Raises ValueError for a rate
    outside 0 to 1.
    """
    if not 0 <= rate <= 1:
        raise ValueError(f"A rate of false discoveries lies between 0 and 1, but is {rate}.")
    order = np.argsort(p_values, kind="stable")
    m = len(p_values)
    passed = np.flatnonzero(p_values[order] <= rate * np.arange(1, m + 1) / max(m, 1))
    believed = np.zeros(m, bool)
    if len(passed):
        believed[order[: passed[-1] + 1]] = True
    return believed


def two_sided(z: Floats) -> Floats:
    """The probability of a standard normal value at least this far from 0."""
    from scipy.special import erfc

    probability: Floats = erfc(np.abs(z) / sqrt(2))
    return probability
