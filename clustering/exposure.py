"""Shares corrected for who was shown what.

Statements are shown by lot, and not by the same lot to everybody: whoever answers more is shown more, and a
statement that comes late goes to those who come late. An answer that was unlikely to be asked for therefore
stands for more people than one that was sure to be. Plain arithmetic, without numpy: see `corrected_share`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist


@dataclass(frozen=True, slots=True)
class Share:
    """`estimate` and its interval, from 0 to 1, out of so many `answers`.

    `effective`: how many answers of equal weight would say as much.
    """

    estimate: float
    low: float
    high: float
    answers: int
    effective: float


def weight_of_answer(probability: float, turn: int, turns: int) -> float:
    """For how many people an answer stands, itself included: at least 1.

    `probability` is that of the draw that showed the statement, recorded with the vote; `turn` counts the
    draws of this person up to that one, from 1, and `turns` all of theirs while the statement was there. The
    weight is (1 / probability + turns - turn) / turns: the mean, over all turns, of 1 / probability at the
    turn of the draw, of 1 after it and of 0 before it. Its expectation is 1 for every person and statement,
    however uneven the draws and whatever they depended on (Des Raj, "Some estimators in sampling with
    varying probabilities without replacement", JASA 51, 1956). 1 / probability alone would count whoever
    answers more for more. Raises ValueError for a probability outside (0, 1] or a turn outside 1 to `turns`.
    """
    if not 0 < probability <= 1:
        raise ValueError(f"A recorded probability is above 0 and at most 1, not {probability}.")
    if not 1 <= turn <= turns:
        raise ValueError(f"Turn {turn} is not one of {turns}, counted from 1.")
    return (1 / probability + turns - turn) / turns


def corrected_share(yes: Sequence[bool], weights: Sequence[float], *, level: float = 0.95) -> Share:
    """The share of people who would say yes, from those who were asked by lot, and its interval.

    `weights` are those of `weight_of_answer` for a share of people, or 1 / probability for a share of draws.
    The estimate is the sum of the weights of those who said yes (Horvitz and Thompson, JASA 47, 1952) over
    the sum of all weights (Hajek, 1971). The interval is Wilson's for the effective number of answers:
    estimate (1 - estimate) / v with the linearised variance v = sum w^2 (y - estimate)^2 / (sum w)^2 (Korn
    and Graubard, Survey Methodology 24, 1998), and no more than Kish's (sum w)^2 / sum w^2. Raises ValueError
    without answers, for unequal lengths, a weight that is not above 0 or a level outside (0, 1).
    """
    _check(yes, weights, level)
    total = sum(weights)
    estimate = sum(weight for weight, one in zip(weights, yes, strict=True) if one) / total
    kish = total**2 / sum(weight**2 for weight in weights)
    spread = sum((w * (one - estimate)) ** 2 for w, one in zip(weights, yes, strict=True)) / total**2
    effective = min(kish, estimate * (1 - estimate) / spread) if spread > 0 else kish
    low, high = _wilson(estimate, effective, NormalDist().inv_cdf((1 + level) / 2))
    return Share(estimate, low, high, len(weights), effective)


def _check(yes: Sequence[bool], weights: Sequence[float], level: float) -> None:
    if not len(yes) == len(weights) > 0:
        raise ValueError(f"Each answer needs its weight, but there are {len(yes)} and {len(weights)}.")
    wrong = next((weight for weight in weights if not weight > 0), None)
    if wrong is not None:
        raise ValueError(f"A weight is above 0, not {wrong}.")
    if not 0 < level < 1:
        raise ValueError(f"The level of an interval is between 0 and 1, not {level}.")


def _wilson(share: float, n: float, z: float) -> tuple[float, float]:
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return max(0.0, middle - half), min(1.0, middle + half)
