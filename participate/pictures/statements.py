"""The landscape of statements: a dot for each, and numbers on signs beside those that tell most."""

from collections.abc import Collection, Iterator, Mapping, Sequence

from markupsafe import Markup

from participate.pictures.frame import Frame, frame_of
from participate.pictures.labels import Place, flag, free_place
from participate.pictures.opinion_map import whole

NAME = "statements"
SIZE = 2.0  # of a place, in steps of the picture
DOT = 0.45
APART = (9.0, 10.0)  # percent of width and height between two signs

Points = Sequence[Mapping[str, int]]


def statement_picture(
    points: Points, *, title: str, description: str, named: Sequence[int], common: Collection[int]
) -> Markup | None:
    """The picture, or None without a point. `named`: those with a sign, in order; `common`: common ground."""
    if not points:
        return None
    frame = frame_of(points, SIZE)
    places = signs_of(points, frame, named)
    labels = [flag(number, place, common=number in common) for number, place in places.items()]
    return whole(NAME, frame, SIZE, [*_dots(points, common)], labels, title=title, description=description)


def _dots(points: Points, common: Collection[int]) -> Iterator[Markup]:
    for one in points:
        kind = "statement-dot statement-dot-common" if one["number"] in common else "statement-dot"
        yield Markup('<circle class="{}" cx="{}" cy="{}" r="{}"/>').format(kind, one["x"], -one["y"], DOT)


def signs_of(points: Points, frame: Frame, named: Sequence[int]) -> dict[int, Place]:
    """Where each sign stands, in percent: at its dot, or near it where another sign stands."""
    at = {one["number"]: frame.share(one["x"], one["y"], inset=6) for one in points}
    places: dict[int, Place] = {}
    for number in named:
        if number in at:
            taken = [(place, APART) for place in places.values()]
            places[number] = free_place(at[number], taken, inset=6)
    return places


def nearest(points: Points, most: int) -> dict[int, list[int]]:
    """For each statement those that stand nearest, nearest first; of equals, the lowest numbers."""
    near = {}
    for one in points:
        others = [
            ((one["x"] - other["x"]) ** 2 + (one["y"] - other["y"]) ** 2, other["number"])
            for other in points
            if other is not one
        ]
        near[one["number"]] = [number for _, number in sorted(others)[:most]]
    return near
