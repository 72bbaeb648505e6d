"""Which statement to show next: least seen first, by a draw that anyone can repeat.

The probability of the draw is returned with it and stored with the vote, so that estimates can later be
corrected for who was shown what. Polis neither seeds nor records its draws.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from random import Random

from clustering.matrix import Id

EVEN_SHARE = 0.1  # of all draws ignore the exposures, so that no probability comes near zero
STEEPNESS = 2.0


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
    return [EVEN_SHARE / len(seen) + (1 - EVEN_SHARE) * weight / total for weight in weights]
