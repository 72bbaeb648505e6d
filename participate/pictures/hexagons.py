"""Published hexagons as shapes: three strengths, the group's pattern, and no place taken twice."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import cos, pi, sin
from typing import Any

from markupsafe import Markup

from participate.pictures.frame import corners
from participate.pictures.marks import PLAIN, kind, pattern

STRENGTHS = ((20, "1"), (15, "0.7"), (0, "0.4"))
"""From this count on, how strong the fill is."""
GAP = 0.95  # of its size that a hexagon is drawn with, so that neighbours stay apart
SHARED = 0.5  # of its size where several groups are in one place
_SHAPE = Markup('<polygon points="{}" {{}}/>')

Hexagon = Mapping[str, Any]


def strength(count: int) -> str:
    return next(value for least, value in STRENGTHS if count >= least)


def shapes(hexagons: Iterable[Hexagon], size: float, family: str) -> Iterator[Markup]:
    """Each hexagon once; those of several groups in one place stand beside each other in it."""
    for beside in _by_place(hexagons):
        for number, hexagon in enumerate(beside):
            x, y, scale = _within(hexagon, number, len(beside), size)
            yield shape(x, y, scale * size, hexagon["group"], strength(hexagon["count"]), family)


def shape(x: float, y: float, size: float, letter: str | None, fill: str, family: str) -> Markup:
    """One hexagon in its group's colour, as strong as `fill` says, and pattern."""
    name, outline = kind(letter), _SHAPE.format(corners(x, y, size))
    drawn = outline.format(Markup('class="group-{}" fill-opacity="{}"').format(name, fill))
    return drawn if name in PLAIN else drawn + pattern(outline, name, family)


def _by_place(hexagons: Iterable[Hexagon]) -> Iterable[Sequence[Hexagon]]:
    places: dict[tuple[int, int], list[Hexagon]] = {}
    for hexagon in hexagons:
        places.setdefault((hexagon["q"], hexagon["r"]), []).append(hexagon)
    return places.values()


def _within(hexagon: Hexagon, number: int, several: int, size: float) -> tuple[float, float, float]:
    if several == 1:
        return hexagon["x"], hexagon["y"], GAP
    turn = pi * (1 - 2 * number / several)
    reach = (1 - SHARED) * size
    return hexagon["x"] + reach * cos(turn), hexagon["y"] + reach * sin(turn), SHARED * GAP
