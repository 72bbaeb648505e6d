"""Soft edges around published hexagons: lines of equal height of a hill that each hexagon adds to.

They follow from the hexagons alone, so they tell nothing that those do not.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Point: TypeAlias = tuple[float, float]
Spot: TypeAlias = tuple[float, float, float]
Ring: TypeAlias = tuple[Point, ...]

FINENESS = 5  # steps of the grid to a hexagon's size
REACH = 4  # widths of a hill beyond which it is flat
# The two triangles of a grid's square, by the corners' steps right and up: no square is ambiguous then.
_TRIANGLES = (((0, 0), (1, 0), (1, 1)), ((0, 0), (1, 1), (0, 1)))


@lru_cache(maxsize=256)
def contours(spots: tuple[Spot, ...], size: float, width: float, level: float) -> tuple[Ring, ...]:
    """Closed rings where the hills are `level` high.

    `spots` are (x, y, height of the hill); `width` is a hill's standard deviation in sizes of a hexagon.
    """
    if not spots:
        return ()
    xs, ys, field = _field(spots, size, width)
    return _linked(_crossings(xs, ys, field - level))


def _field(
    spots: Sequence[Spot], size: float, width: float
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    places = np.array(spots, float)
    spread, step = width * size, size / FINENESS
    xs, ys = (
        np.arange(places[:, axis].min() - REACH * spread, places[:, axis].max() + REACH * spread + step, step)
        for axis in (0, 1)
    )
    # A hill is the product of one along each axis, so their sum is a product of two thin matrices.
    across = np.exp(-(((xs[:, None] - places[:, 0]) / spread) ** 2) / 2)
    up = np.exp(-(((ys[:, None] - places[:, 1]) / spread) ** 2) / 2)
    return xs, ys, (across * places[:, 2]) @ up.T


def _crossings(
    xs: NDArray[np.float64], ys: NDArray[np.float64], field: NDArray[np.float64]
) -> list[tuple[Point, Point]]:
    """One short line for each triangle that the level passes through."""
    high = field > 0
    corners = [high[:-1, :-1], high[1:, :-1], high[1:, 1:], high[:-1, 1:]]
    mixed = np.logical_or.reduce(corners) & ~np.logical_and.reduce(corners)
    lines = []
    for i, j in np.argwhere(mixed).tolist():
        for triangle in _TRIANGLES:
            ends = [(i + right, j + above) for right, above in triangle]
            cut = [
                _between(xs, ys, field, one, other)
                for one, other in zip(ends, ends[1:] + ends[:1], strict=True)
                if bool(high[one]) is not bool(high[other])
            ]
            if cut:
                lines.append((cut[0], cut[1]))
    return lines


def _between(
    xs: NDArray[np.float64],
    ys: NDArray[np.float64],
    field: NDArray[np.float64],
    one: tuple[int, int],
    other: tuple[int, int],
) -> Point:
    """Where the level is on the way between two places of the grid; the same seen from either."""
    one, other = min(one, other), max(one, other)
    share = float(field[one] / (field[one] - field[other]))
    x, y = (float(axis[one[k]] + share * (axis[other[k]] - axis[one[k]])) for k, axis in enumerate((xs, ys)))
    return round(x, 6), round(y, 6)


def _linked(lines: Sequence[tuple[Point, Point]]) -> tuple[Ring, ...]:
    """The short lines as closed rings; each point ends two of them, since the field is flat at its edges."""
    meeting: dict[Point, list[Point]] = {}
    for one, other in lines:
        if one != other:
            meeting.setdefault(one, []).append(other)
            meeting.setdefault(other, []).append(one)
    rings = []
    while meeting:
        start = here = min(meeting)
        ring = []
        while here in meeting:
            ring.append(here)
            ways = meeting.pop(here)
            here = next((way for way in ways if way in meeting), start)
        if len(ring) > 2:
            rings.append(tuple(ring))
    return tuple(rings)
