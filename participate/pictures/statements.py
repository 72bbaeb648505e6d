"""The landscape of statements: a dot for each, and numbers on signs beside those that tell most."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from math import dist

from markupsafe import Markup

from participate.pictures.frame import frame_of
from participate.pictures.labels import Place, flag, free_place
from participate.pictures.opinion_map import whole

NAME = "statements"
SIZE = 2.0  # of a place, in steps of the picture
DOT = 0.45
APART = (9.0, 10.0)  # percent of width and height between two signs
REACH = 11.0  # percent from a dot to its sign at most

Points = Sequence[Mapping[str, int]]


def statement_picture(
    points: Points, *, title: str, description: str, signs: Mapping[int, Place], common: Collection[int]
) -> Markup | None:
    """The picture, or None without a point. `signs` as from `signs_of`; `common`: common ground."""
    if not points:
        return None
    labels = [flag(number, place, common=number in common) for number, place in signs.items()]
    frame = frame_of(points, SIZE)
    return whole(NAME, frame, SIZE, [*_dots(points, common)], labels, title=title, description=description)


def _dots(points: Points, common: Collection[int]) -> Iterator[Markup]:
    for one in points:
        kind = "statement-dot statement-dot-common" if one["number"] in common else "statement-dot"
        yield Markup('<circle class="{}" cx="{}" cy="{}" r="{}"/>').format(kind, one["x"], -one["y"], DOT)


def signs_of(points: Points, wanted: Sequence[int], most: int) -> dict[int, Place]:
    """Where signs stand, in percent: at a dot or close by, for the first `most` wanted that find room."""
    frame = frame_of(points, SIZE)
    at = {one["number"]: frame.share(one["x"], one["y"], inset=6) for one in points}
    places: dict[int, Place] = {}
    for number in wanted:
        if number in at and len(places) < most:
            place = free_place(at[number], [(other, APART) for other in places.values()], inset=6)
            if dist(place, at[number]) <= REACH and place not in places.values():
                places[number] = place
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
