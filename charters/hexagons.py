"""The public picture: hexagon bins with protected counts, and outlines made of those bins alone.

No coordinate of a person is published, only centres of bins. Each bin counts people of one group (or of the
remainder), so no two published bins share a person and none can be subtracted from another. Bins under the
profile's smallest count are not mentioned at all: an empty mark would say that somebody stands there.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import frexp, hypot, ldexp, sqrt
from statistics import median

from charters.disclosure import rounded
from charters.terms import Publication

Point = tuple[float, float]

# The half-typical distance holds about this many bins, so that a group of 30 still fills some with 8.
BINS_PER_MEDIAN = 2
SMOOTHINGS = 2
# Corners in units of (sqrt(3) / 2, 1 / 2) sizes around the centre, counter-clockwise; side i runs from corner
# i to corner i + 1 and touches the neighbour NEIGHBOURS[i] (axial q, r).
CORNERS = ((1, 1), (0, 2), (-1, 1), (-1, -1), (0, -2), (1, -1))
NEIGHBOURS = ((0, 1), (-1, 1), (-1, 0), (0, -1), (1, -1), (1, 0))


@dataclass(frozen=True, slots=True)
class Hexagon:
    """A pointy-topped bin: axial place (q, r), its centre on the axes, its size (centre to corner).

    `count` is rounded and never below 10; `group` is None for people in no published group.
    """

    q: int
    r: int
    centre: Point
    size: float
    count: int
    group: int | None


def hexagons(
    points: Sequence[tuple[float, float, int | None]], publication: Publication, size: float | None = None
) -> tuple[Hexagon, ...]:
    """The bins that may be drawn, sorted by group (the remainder last), then r, then q.

    `points`: (x, y, group or None) of everybody placed. `size`: centre to corner; give the last result's to
    keep its grid, None chooses one by `bin_size`. The grid is anchored at the axes' origin. Empty under
    `min_participants`. Raises ValueError for a size that is not positive or a point that is not finite.
    """
    if size is not None and not size > 0:
        raise ValueError(f"size is {size}: must be a positive number")
    if len(points) < publication.min_participants:
        return ()
    scale = bin_size(points) if size is None else size
    shown = _shown_groups(points, publication)
    named = ((x, y, group if group in shown else None) for x, y, group in points)
    bins = Counter((*_place(x, y, scale), group) for x, y, group in named)
    if sum(count for (_, _, group), count in bins.items() if group is None) < publication.min_group:
        bins = Counter({key: count for key, count in bins.items() if key[2] is not None})
    found = []
    for (q, r, group), count in bins.items():
        published = rounded(count, publication.profile)
        if published is not None:
            found.append(Hexagon(q, r, _centre(q, r, scale), scale, published, group))
    return tuple(sorted(found, key=lambda h: (h.group is None, h.group or 0, h.r, h.q)))


def bin_size(points: Sequence[tuple[float, float, int | None]]) -> float:
    """A power of two near half the median distance from the origin.

    The median does not feel how far out anybody stands, and the power of two does not feel small moves of the
    median: one person changes the size only by crossing the median exactly where it crosses a power of two.
    Pass the last result's size on to exclude even that.
    """
    typical = median(hypot(x, y) for x, y, _ in points)
    if not 0 <= typical < float("inf"):
        raise ValueError(f"the median distance of the points is {typical}: every coordinate must be finite")
    return ldexp(1.0, frexp(typical / BINS_PER_MEDIAN)[1]) if typical > 0 else 1.0


def outlines(bins: Iterable[Hexagon], group: int | None) -> tuple[tuple[Point, ...], ...]:
    """The smoothed borders of one group's published bins: closed rings (last point not repeated).

    Outer borders run counter-clockwise, holes clockwise. Corners are cut twice (Chaikin 1974, CGIP 3:346).
    """
    own = [h for h in bins if h.group == group]
    if not own:
        return ()
    size = own[0].size
    rings = _rings({(h.q, h.r) for h in own})
    return tuple(_smoothed([(x * size * sqrt(3) / 2, y * size / 2) for x, y in ring]) for ring in rings)


def _shown_groups(
    points: Sequence[tuple[float, float, int | None]], publication: Publication
) -> frozenset[int]:
    sizes = Counter(group for _, _, group in points if group is not None)
    return frozenset(group for group, people in sizes.items() if people >= publication.min_group)


def _place(x: float, y: float, size: float) -> tuple[int, int]:
    """The axial place of the hexagon around a point: round the three cube coordinates, mend the worst."""
    q, r = (x / sqrt(3) - y / 3) / size, (2 * y / 3) / size
    if not (abs(q) < 1e9 and abs(r) < 1e9):
        raise ValueError(f"point ({x}, {y}) cannot be placed on a grid of size {size}: must be finite")
    s = -q - r
    rq, rr, rs = round(q), round(r), round(s)
    dq, dr, ds = abs(rq - q), abs(rr - r), abs(rs - s)
    if dq > dr and dq > ds:
        return -rr - rs, rr
    return (rq, -rq - rs) if dr > ds else (rq, rr)


def _centre(q: int, r: int, size: float) -> Point:
    return (2 * q + r) * size * sqrt(3) / 2, 3 * r * size / 2


def centre_around(point: Point, size: float) -> Point:
    """The centre of the bin that a point falls into, on the grid of this size, empty bins included.

    Raises ValueError for a point that is not finite.
    """
    return _centre(*_place(*point, size), size)


def _rings(places: set[tuple[int, int]]) -> list[list[tuple[int, int]]]:
    """Borders of a set of hexagons as rings of corners in whole units, each from its least corner on.

    At a corner three hexagons meet, so at most one border side leaves it: following is unambiguous.
    """
    following = {}
    for q, r in places:
        corners = [(2 * q + r + x, 3 * r + y) for x, y in CORNERS]
        for side, (dq, dr) in enumerate(NEIGHBOURS):
            if (q + dq, r + dr) not in places:
                following[corners[side]] = corners[(side + 1) % 6]
    rings = []
    while following:
        start = corner = min(following)
        ring = []
        while corner in following:
            ring.append(corner)
            corner = following.pop(corner)
        assert corner == start
        rings.append(ring)
    return rings


def _smoothed(ring: list[Point]) -> tuple[Point, ...]:
    for _ in range(SMOOTHINGS):
        ring = [
            (a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1]))
            for a, b in zip(ring, ring[1:] + ring[:1], strict=True)
            for share in (0.25, 0.75)
        ]
    return tuple(ring)
