"""Which statement to show next: least seen first, by a draw that anyone can repeat.

The probability of the draw is returned with it and stored with the vote, so that estimates can later be
corrected for who was shown what. Polis neither seeds nor records its draws.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import isnan
from random import Random

from clustering.matrix import Id

EVEN_SHARE = 0.1  # of all draws ignore the exposures, so that no probability comes near zero
STEEPNESS = 2.0
ANSWERS_TO_JUDGE = 100  # with fewer in all, equal priorities are no wonder
GRAIN = 10  # exposures count as different when they differ in tens, as draws see them


@dataclass(frozen=True)
class Choice:
    """The statement to show and the probability with which it was drawn, above 0 and at most 1."""

    statement_id: Id
    probability: float


def next_statement(candidates: Sequence[Id], *, seen_counts: Mapping[Id, int], seed: int) -> Choice:
    """Draw one of the candidates: all statements open to this person and not yet voted on by them.

    `seen_counts` says how often each has been shown to anyone (absent means never). The probability of
    candidate j among n is exactly 0.1 / n + 0.9 * w_j / sum(w), with w_j = 1 / (1 + seen_j)^2: the least seen
    comes first mostly, the most seen at least once in 10 n draws, and no number of statements is too many.
    The same candidates, counts and seed give the same choice. Raises ValueError without candidates or for
    a negative count.
    """
    distinct = list(dict.fromkeys(candidates))
    if not distinct:
        raise ValueError("There is no statement to choose from: candidates is empty.")
    chances = probabilities([seen_counts.get(name, 0) for name in distinct])
    draw = Random(seed).random()  # noqa: S311 - to be repeated by anyone, so it must not be secret
    # The last bound is 1 but for rounding, which must not leave a draw without a statement.
    bounds = list(accumulate(chances))[:-1]
    chosen = sum(draw >= bound for bound in bounds)
    return Choice(distinct[chosen], chances[chosen])


def probabilities(seen: Sequence[int]) -> list[float]:
    """The probability of each of n candidates, given how often each was shown; they add up to 1.

    Raises ValueError for a negative count.
    """
    for position, count in enumerate(seen):
        if count < 0:
            raise ValueError(f"A statement cannot have been seen {count} times (candidate {position}).")
    weights = [(1.0 + count) ** -STEEPNESS for count in seen]
    total = sum(weights)
    return [EVEN_SHARE / len(seen) + (1 - EVEN_SHARE) * (weight / total) for weight in weights]


def ignores_exposures(priorities: Sequence[float], exposures: Sequence[int]) -> bool:
    """Whether all priorities (or probabilities) are equal although the exposures are not.

    Then statements are drawn evenly, as if nobody had answered anything. In Polis
    this went on unnoticed from March 2025 to July 2026.
    Both have one entry per statement on offer; exposures differ when they differ in tens, and there must be
    100 in all. "Equal" leaves room for rounding: within 1e-9 of the largest. No number (NaN) is equal to
    any. Raises ValueError for unequal lengths.
    """
    if len(priorities) != len(exposures):
        raise ValueError(
            f"Each priority needs its exposures, but there are {len(priorities)} and {len(exposures)}."
        )
    if sum(exposures) < ANSWERS_TO_JUDGE or len({count // GRAIN for count in exposures}) < 2:
        return False
    known = [one for one in priorities if not isnan(one)]
    return not known or max(known) - min(known) <= 1e-9 * max(map(abs, known))
