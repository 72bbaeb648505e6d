"""Figures derived from protected counts, and from nothing else.

A rounded count beside an exact share or interval gives the true count back; so every published share,
interval and score is computed here, from rows that are public already.
"""

from collections.abc import Iterable
from math import sqrt

from charters.disclosure import ProtectedCounts
from charters.profiles import Profile

Z95 = 1.959963984540054
SCORE_STEP = 0.05


def share_of(row: ProtectedCounts, profile: Profile) -> int | None:
    """Agrees among votes in whole percent; None where a count behind it is empty or the base is small.

    Rounded counts can say 100 % where somebody differed (18 of 19); a row without a share-word has a true
    share strictly between the profile's two bounds, so the figure is kept between them.
    """
    if row.agrees is None or not row.votes or row.votes < profile.percent_base:
        return None
    return min(max(_percent(row.agrees / row.votes), 100 - profile.unanimous), profile.unanimous)


def part_of(count: int | None, votes: int | None, profile: Profile) -> int | None:
    """Any one count of a row among its votes in whole percent, to draw it; None where `share_of` would be.

    Unlike the share that agrees it may be nought, and rounded counts may add up to more than the votes.
    """
    if count is None or not votes or votes < profile.percent_base:
        return None
    return min(_percent(count / votes), profile.unanimous)


def interval_of(row: ProtectedCounts, profile: Profile) -> tuple[int, int] | None:
    """The 95 % interval of the share in whole percent, low and high; None where `share_of` is.

    Wilson (1927), JASA 22:209, the score interval without continuity correction.
    """
    if row.agrees is None or not row.votes or row.votes < profile.percent_base:
        return None
    n, p = row.votes, row.agrees / row.votes
    centre = (p + Z95**2 / (2 * n)) / (1 + Z95**2 / n)
    half = Z95 / (1 + Z95**2 / n) * sqrt(p * (1 - p) / n + Z95**2 / (4 * n**2))
    return _percent(max(centre - half, 0.0)), _percent(min(centre + half, 1.0))


def consensus_of(rows: Iterable[ProtectedCounts]) -> float | None:
    """Group-aware consensus in steps of 0.05: the product over groups of (agrees + 1) / (votes + 2).

    After Small et al. (2021), "Polis: scaling deliberation by mapping high dimensional opinion spaces",
    there with exact counts. None where a count behind it is empty, or without any group.
    """
    product, groups = 1.0, 0
    for row in rows:
        if row.agrees is None or row.votes is None:
            return None
        product, groups = product * (row.agrees + 1) / (row.votes + 2), groups + 1
    return _stepped(product) if groups else None


def z_of(inside: ProtectedCounts, outside: ProtectedCounts) -> float | None:
    """How far the shares of two rows lie apart: the two-proportion z, pooled, in steps of 0.05.

    None where a count behind it is empty, or both rows agree wholly or not at all.
    """
    if inside.agrees is None or outside.agrees is None or not inside.votes or not outside.votes:
        return None
    pooled = (inside.agrees + outside.agrees) / (inside.votes + outside.votes)
    spread = pooled * (1 - pooled) * (1 / inside.votes + 1 / outside.votes)
    if spread <= 0:
        return None
    return _stepped((inside.agrees / inside.votes - outside.agrees / outside.votes) / sqrt(spread))


def _percent(share: float) -> int:
    return int(100 * share + 0.5)


def _stepped(value: float) -> float:
    return round(round(value / SCORE_STEP) * SCORE_STEP, 2)
