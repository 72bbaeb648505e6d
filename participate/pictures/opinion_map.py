"""The opinion map by axes, made of published hexagons.

Shapes are drawn in a viewBox of the map's own units; badges, names and the viewer's pin sit outside it at
places in percent, so that their letters keep their size on a small screen.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from markupsafe import Markup

from participate.pictures.contours import Ring, contours
from participate.pictures.frame import Frame, drawn_as, frame_of
from participate.pictures.hexagons import shapes
from participate.pictures.labels import group_labels, pin
from participate.pictures.marks import DASHES, kind, patterns

NAME = "axes"
TILES = 14  # tiles of a pattern to two sizes of a hexagon
SOFT, EDGE = 0.8, 0.22  # width of a hexagon's hill in sizes, and the height at which the edge is drawn


def opinion_picture(
    picture: Mapping[str, Any],
    *,
    title: str,
    description: str,
    names: Mapping[str, str],
    you: tuple[float, float] | None = None,
    here: tuple[str, str] = ("", ""),
) -> Markup | None:
    """The whole picture, or None where no hexagon may be drawn.

    `names`: by group letter. `you`: the viewer's place, for them alone, and `here` the words beside it, long
    and short. Lines through the middle are drawn where the ends of the axes are named.
    """
    hexagons, size = picture["hexagons"], picture["size"]
    if not hexagons:
        return None
    frame = frame_of(hexagons, size)
    edges = edges_of(hexagons, size)
    lines = [_axes(frame)] if any(picture["ends"].values()) else []
    around = [] if edges else [("none", _edge(hexagons, size))]
    inside = [*lines, *_outlines(around or edges), *shapes(hexagons, size, NAME)]
    labels = group_labels([(letter, names.get(letter, letter), rings) for letter, rings in edges], frame)
    if you is not None:
        labels.append(pin(you, frame, *here))
    return whole(NAME, frame, size, inside, labels, title=title, description=description)


def whole(
    name: str,
    frame: Frame,
    size: float,
    inside: Sequence[Markup],
    labels: Sequence[Markup],
    *,
    title: str,
    description: str,
) -> Markup:
    """Shapes in the map's own units, and labels over them at the screen's size. `name`: once on a page."""
    return Markup(
        '<svg class="map" role="img" aria-labelledby="{0}-title {0}-description">'
        '<title id="{0}-title">{1}</title><desc id="{0}-description">{2}</desc>{3}'
        '<svg viewBox="{4}" width="100%" height="100%">{5}</svg>{6}</svg>'
    ).format(
        name,
        title,
        description,
        patterns(name, 2 * size / TILES / 10),
        frame.view_box,
        Markup("").join(inside),
        Markup("").join(labels),
    )


def edges_of(hexagons: Sequence[Mapping[str, Any]], size: float) -> list[tuple[str, tuple[Ring, ...]]]:
    """The soft edge round each group's hexagons, by letter."""
    letters = sorted({h["group"] for h in hexagons if h["group"] is not None})
    return [(letter, _edge([h for h in hexagons if h["group"] == letter], size)) for letter in letters]


def _edge(hexagons: Sequence[Mapping[str, Any]], size: float) -> tuple[Ring, ...]:
    return contours(tuple((h["x"], h["y"], 1.0) for h in hexagons), size, SOFT, EDGE)


def _axes(frame: Frame) -> Markup:
    """Dashed lines through the middle of opinion, where the frame shows it."""
    return Markup(
        '<path class="map-axis" d="M{:.4f} 0H{:.4f}M0 {:.4f}V{:.4f}" vector-effect="non-scaling-stroke"/>'
    ).format(frame.left, frame.left + frame.width, frame.top, frame.top + frame.height)


def _outlines(edges: Sequence[tuple[str, Sequence[Ring]]]) -> Iterator[Markup]:
    for letter, rings in edges:
        name, path = letter if letter == "none" else kind(letter), drawn_as(rings)
        yield Markup(
            '<path class="edge-{}" d="{}" fill-rule="evenodd" stroke-dasharray="{}" '
            'vector-effect="non-scaling-stroke"/>'
        ).format(name, path, DASHES.get(name) or "none")
        if name == "d":  # a double edge: a line of paper inside the line of colour
            yield Markup('<path class="edge-inner" d="{}" vector-effect="non-scaling-stroke"/>').format(path)
