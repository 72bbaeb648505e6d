"""Place one ballot on a map that is already there: light enough for a web request."""

from collections.abc import Mapping
from math import dist, sqrt

from clustering.matrix import AGREE, DISAGREE, PASS, Id
from clustering.results import Axes, Point


def place(axes: Axes, ballot: Mapping[Id, int]) -> Point:
    """Return (x, y) of a person with these votes (statement id -> +1, 0 or -1).

    Polis, rule 1.5: p = sqrt(C / max(n, 1)) * sum over voted statements j of (v_j - c_j) * w_j, where n
    counts the person's votes, and C and n both include every zeroed statement. Votes on statements that the
    axes do not know are left out; nobody's votes give the origin. Raises ValueError for an unknown value.
    """
    _check_values(ballot)
    zeroed = set(axes.zeroed)
    counted = [
        (ballot[name] - axes.center[j], j)
        for j, name in enumerate(axes.statement_ids)
        if name in ballot and name not in zeroed
    ]
    scale = sqrt(len(axes.statement_ids) / max(len(counted) + len(zeroed), 1))
    first, second = axes.components
    return (
        scale * sum(off * first[j] for off, j in counted),
        scale * sum(off * second[j] for off, j in counted),
    )


def nearest_group(point: Point, centres: Mapping[int, Point]) -> int:
    """Return the id of the group whose centre is nearest; of equals, the lowest id.

    Raises ValueError when there are no groups.
    """
    if not centres:
        raise ValueError("There are no groups to choose from: the analysis has 0 group centres.")
    return min(sorted(centres), key=lambda group: dist(point, centres[group]))


def _check_values(ballot: Mapping[Id, int]) -> None:
    for name, value in ballot.items():
        if value not in (AGREE, PASS, DISAGREE):
            raise ValueError(
                f"Unknown vote {value!r} on statement {name!r}: "
                "a vote is +1 (agree), 0 (pass) or -1 (disagree)."
            )
