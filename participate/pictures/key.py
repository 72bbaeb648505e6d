"""Small samples for a map's key."""

from markupsafe import Markup

from participate.pictures.frame import corners
from participate.pictures.hexagons import STRENGTHS
from participate.pictures.marks import kind

_PLACES = (11, 37, 63)


def three_strengths(letter: str | None) -> Markup:
    """Three hexagons, pale to full, in a group's colour."""
    drawn = [
        Markup('<polygon class="group-{}" fill-opacity="{}" points="{}"/>').format(
            kind(letter), strength, corners(x, -12, 10.5)
        )
        for x, (_, strength) in zip(_PLACES, reversed(STRENGTHS), strict=True)
    ]
    return Markup(
        '<svg class="key-sample" viewBox="0 0 74 24" width="74" height="24" aria-hidden="true">{}</svg>'
    ).format(Markup("").join(drawn))


def soft_edge(letter: str | None) -> Markup:
    """A round shape with a group's edge."""
    return Markup(
        '<svg class="key-sample" viewBox="0 0 28 24" width="28" height="24" aria-hidden="true">'
        '<ellipse class="edge-{}" cx="14" cy="12" rx="12" ry="9.5"/></svg>'
    ).format(kind(letter))
