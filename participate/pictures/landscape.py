"""The landscape: a second map for looking at. Neutral contours, hexagons by size, statements as flags.

A statement's flag stands between the groups' middles, nearer to those who agree with it. That follows from
published shares and published hexagons, so it tells nothing that those do not.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from markupsafe import Markup

from participate.pictures.contours import contours
from participate.pictures.frame import Frame, drawn_as, frame_of
from participate.pictures.hexagons import shape
from participate.pictures.labels import Place, badge_place, flag, free_place, outward_labels, outward_places
from participate.pictures.opinion_map import whole

NAME = "landscape"
LEVELS = (0.12, 0.28, 0.46, 0.64, 0.82)  # of the highest hill
WIDTH = 1.0  # of a hexagon's hill, in sizes
NEARER = 3  # the power of a share by which it pulls
# Percent of width and height, from what a flag and a badge take in a picture of 250 pixels.
APART = (13.0, 13.0)  # between two flags
FROM_BADGE = (14.0, 14.0)

Hexagons = Sequence[Mapping[str, Any]]


def landscape_picture(
    picture: Mapping[str, Any],
    *,
    title: str,
    description: str,
    names: Mapping[str, str],
    shares: Mapping[int, Mapping[str, float]],
    common: Collection[int],
) -> Markup | None:
    """The picture, or None where no hexagon may be drawn.

    `shares`: for each statement to be placed, the share that agrees by group letter. `common`: those that
    are common ground.
    """
    hexagons, size = picture["hexagons"], picture["size"]
    if not hexagons:
        return None
    frame = frame_of(hexagons, size)
    middles = _middles(hexagons)
    named = outward_places(middles, frame) if middles else {}
    flags = flags_of(hexagons, frame, shares, [badge_place(place) for place in named.values()])
    inside = [*_contours(hexagons, size), *_sized(hexagons, size)]
    signs = [flag(number, place, common=number in common) for number, place in flags.items()]
    labels = [*signs, *outward_labels(named, names)]
    return whole(NAME, frame, size, inside, labels, title=title, description=description)


def _contours(hexagons: Hexagons, size: float) -> Iterator[Markup]:
    spots = tuple((h["x"], h["y"], float(h["count"])) for h in hexagons)
    highest = max(count for _, _, count in spots)
    for level in LEVELS:
        yield Markup(
            '<path class="contour" fill-rule="evenodd" d="{}" vector-effect="non-scaling-stroke"/>'
        ).format(drawn_as(contours(spots, size, WIDTH, level * highest)))


def _sized(hexagons: Hexagons, size: float) -> Iterator[Markup]:
    """A bigger hexagon is more people."""
    for h in hexagons:
        scale = 0.3 if h["count"] < 15 else 0.4 if h["count"] < 20 else 0.5
        yield shape(h["x"], h["y"], scale * size, h["group"], "1", NAME)


def flags_of(
    hexagons: Hexagons,
    frame: Frame,
    shares: Mapping[int, Mapping[str, float]],
    badges: Sequence[Place] = (),
) -> dict[int, Place]:
    """Where each statement's flag stands, in percent, clear of others and of badges.

    Nowhere without groups on the map.
    """
    middles = _middles(hexagons)
    if len(middles) < 2:
        return {}
    places: dict[int, Place] = {}
    for number, by_group in shares.items():
        pulls = {letter: share**NEARER for letter, share in by_group.items() if letter in middles}
        if total := sum(pulls.values()):
            x, y = (sum(pull * middles[g][axis] for g, pull in pulls.items()) / total for axis in (0, 1))
            places[number] = free_place(
                frame.share(x, y, inset=6),
                [*((place, APART) for place in places.values()), *((badge, FROM_BADGE) for badge in badges)],
                inset=6,
            )
    return places


def _middles(hexagons: Hexagons) -> dict[str, Place]:
    middles = {}
    for letter in {h["group"] for h in hexagons} - {None}:
        own = [h for h in hexagons if h["group"] == letter]
        people = sum(h["count"] for h in own)
        middles[letter] = (
            sum(h["count"] * h["x"] for h in own) / people,
            sum(h["count"] * h["y"] for h in own) / people,
        )
    return middles
