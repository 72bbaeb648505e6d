"""The parts of the public picture: protected hexagons, outlines made of them, and what the axes mean."""

from collections.abc import Mapping, Sequence
from typing import Any

from charters.hexagons import Hexagon, bin_size, centre_around, hexagons, outlines
from charters.terms import Publication
from clustering.results import Axes, OpinionAnalysis, Point
from deliberation.publishing.said import Said, letter, number_of

ENDS_NAMED = 2
DIGITS = 4
STEPS = 40  # of the longer side of the statements' picture
ENOUGH_SHOWN = 0.6  # of the people, for a finer grid


def landscape_of(
    places: Mapping[Any, tuple[float, float]] | None, group_of: Mapping[Any, int], publication: Publication
) -> dict[str, Any]:
    """The second picture: it is for looking at only. Groups colour it and are never read off it."""
    points = [(x, y, group_of.get(person)) for person, (x, y) in (places or {}).items()]
    return picture_of(points, publication, None, {})


def statement_points(
    places: Mapping[Any, Point] | None, statements: Sequence[Said], content: Mapping[str, Any]
) -> list[dict[str, int]]:
    """The statements' own picture, in whole steps of its longer side: number, x and y of each.

    Only those whose published total is not withheld. What stays the same may still move by a step.
    """
    told = {said["number"] for said in content["statements"] if said["totals"] and said["totals"]["votes"]}
    found = {
        said.number: places[said.id]
        for said in statements
        if places is not None and said.shown and said.number in told and said.id in places
    }
    if not found:
        return []
    left, low = (min(place[axis] for place in found.values()) for axis in (0, 1))
    extent = max(max(x - left, y - low) for x, y in found.values()) or 1.0
    return [
        {"number": number, "x": round(STEPS * (x - left) / extent), "y": round(STEPS * (y - low) / extent)}
        for number, (x, y) in sorted(found.items())
    ]


def statement_places(landscape: Mapping[str, Any] | None, statements: Sequence[Said]) -> dict[Any, Point]:
    """Where statements stood in an earlier picture of them, by id; empty where there was none."""
    number = {said.number: said.id for said in statements}
    points = (landscape or {}).get("statements") or ()
    return {number[one["number"]]: (one["x"], one["y"]) for one in points if one["number"] in number}


def published_groups(content: Mapping[str, Any], membership: Mapping[str, int]) -> dict[int, int]:
    """The group of each person who is in one that this document shows; by participant id."""
    shown = {number_of(group["id"]) for group in content["groups"]}
    return {int(person): group for person, group in membership.items() if group in shown}


def points_of(
    analysis: OpinionAnalysis, group_of: Mapping[Any, int | None]
) -> list[tuple[float, float, int | None]]:
    return [(x, y, group_of[person]) for person, (x, y) in analysis.places.items()]


def picture_of(
    points: Sequence[tuple[float, float, int | None]],
    publication: Publication,
    size: float | None,
    ends: Mapping[str, list[int]],
) -> dict[str, Any]:
    bins = _bins(points, publication, size) if points else ()
    groups = sorted({h.group for h in bins if h.group is not None})
    return {
        "size": bins[0].size if bins else size,
        "hexagons": [_hexagon(h) for h in bins],
        "outlines": {
            letter(group): [[_rounded(point) for point in ring] for ring in outlines(bins, group)]
            for group in groups
        },
        "ends": dict(ends),
    }


def _bins(
    points: Sequence[tuple[float, float, int | None]], publication: Publication, last: float | None
) -> tuple[Hexagon, ...]:
    """The bins on the last result's grid, so that nobody's move changes it, while that still suits.

    Otherwise on the finest of five grids that shows 60 % of the people; the coarsest if none does.
    """
    typical = bin_size(points)
    if last is not None and typical / 8 <= last <= typical * 2:
        return hexagons(points, publication, last)
    for size in (typical / 4, typical / 8**0.5, typical / 2, typical / 2**0.5):
        bins = hexagons(points, publication, size)
        if sum(h.count for h in bins) >= ENOUGH_SHOWN * len(points):
            return bins
    return hexagons(points, publication, typical)


def _hexagon(h: Hexagon) -> dict[str, Any]:
    x, y = _rounded(h.centre)
    return {
        "q": h.q, "r": h.r, "x": x, "y": y, "count": h.count,
        "group": letter(h.group) if h.group is not None else None,
    }  # fmt: skip


def _rounded(point: tuple[float, float]) -> list[float]:
    return [round(point[0], DIGITS), round(point[1], DIGITS)]


def own_place(point: Point, picture: Mapping[str, Any]) -> Point:
    """Where a viewer is shown on a published picture: the centre of their hexagon.

    A place as fine as the axes give would tell these: with a few ballots of one's own making the weights and
    means behind them can be solved for, and those move with every single person.
    """
    return centre_around(point, picture["size"])


def ends_of(axes: Axes, statements: Sequence[Said]) -> dict[str, list[int]]:
    """Which statements pull towards each end of the two axes: agreeing with them leads there."""
    by_id = {said.id: said for said in statements}
    ends: dict[str, list[int]] = {}
    for names, weights in zip((("right", "left"), ("up", "down")), axes.components, strict=True):
        for name, sign in zip(names, (1, -1), strict=True):
            pulls = [
                (-sign * weight, by_id[statement].number)
                for statement, weight in zip(axes.statement_ids, weights, strict=True)
                if sign * weight > 0 and by_id[statement].shown
            ]
            ends[name] = [number for _, number in sorted(pulls)[:ENDS_NAMED]]
    return ends
