"""What tells opinion groups apart without colour: a letter on a badge, a pattern, the dashes of an edge."""

from functools import cache
from math import cos, pi, sin

from markupsafe import Markup

DASHES = {"a": "", "b": "11 6", "c": "1 6", "d": "", "e": "20 8", "f": "12 5 2 5"}
"""The edge of each kind: solid, dashed, dotted, double (two lines, without dashes), long, dash and dot."""
PLAIN = frozenset({"a", "all", "none"})
"""Kinds that are filled without a pattern."""

_CORNERS = {"c": 4, "e": 5, "f": 6}
# What each pattern draws in a tile of 10 by 10: stripes, spots, level stripes, checks, crossed lines.
_TILES = {
    "b": '<path class="pattern-line" d="M0 10L10 0M-2 2L2 -2M8 12L12 8"/>',
    "c": '<circle class="pattern-spot" cx="5" cy="5" r="1.6"/>',
    "d": '<path class="pattern-line" d="M0 5H10"/>',
    "e": '<path class="pattern-spot" d="M0 0H5V5H0ZM5 5H10V10H5Z"/>',
    "f": '<path class="pattern-line" d="M0 5H10M5 0V10"/>',
    "other": '<path class="pattern-other" d="M0 0L10 10M-2 8L2 12M8 -2L12 2"/>',
}


def kind(letter: str | None) -> str:
    """The kind of mark for a group's letter; beyond F the last is shared. None: people in no group."""
    if letter is None:
        return "none"
    return letter.lower() if letter.lower() in DASHES else "f"


@cache
def badge(letter: str) -> Markup:
    """A group's badge beside its name: shape and letter. The name itself is said in words next to it."""
    return Markup(
        '<svg class="badge" viewBox="-16 -16 32 32" width="32" height="32" aria-hidden="true">{}</svg>'
    ).format(mark(letter))


@cache
def mark(letter: str) -> Markup:
    """The badge's shape with its letter, around 0, 0, for a picture that has the place for it."""
    name = kind(letter)
    group = Markup('class="group-{}"').format(name)
    if name == "a":
        shape = Markup('<circle r="14" {}/>').format(group)
    elif name == "b":
        shape = Markup('<rect x="-13" y="-13" width="26" height="26" rx="3" {}/>').format(group)
    elif name == "d":  # not a regular one: its letter would stand half outside
        shape = Markup('<polygon points="0,-16 16,12 -16,12" {}/>').format(group)
    else:
        shape = Markup('<polygon points="{}" {}/>').format(_regular(_CORNERS[name]), group)
    return Markup('{}<text class="badge-letter letter-{}" text-anchor="middle" y="{}">{}</text>').format(
        shape, name, 9 if name == "d" else 6, letter
    )


def _regular(corners: int) -> str:
    turns = ((2 * pi * i / corners) - pi / 2 for i in range(corners))
    return " ".join(f"{16 * cos(turn):.2f},{16 * sin(turn):.2f}" for turn in turns)


def filled(shape: Markup, letter: str | None, family: str) -> Markup:
    """A shape in a group's colour and then in its pattern. `shape` has one place, for its attributes."""
    name = kind(letter)
    plain = shape.format(Markup('class="group-{}"').format(name))
    return plain + pattern(shape, name, family) if name not in PLAIN else plain


def pattern(shape: Markup, name: str, family: str) -> Markup:
    """The shape filled with the pattern alone."""
    return shape.format(Markup('fill="url(#{}-{})"').format(family, name))


@cache
def patterns(family: str, scale: float = 1.0) -> Markup:
    """The definitions that `url(#family-kind)` means; one family to a size. A page needs each once."""
    return Markup("<defs>{}</defs>").format(
        Markup("").join(
            Markup(
                '<pattern id="{}-{}" width="10" height="10" patternUnits="userSpaceOnUse" '
                'patternTransform="scale({:.4f})">{}</pattern>'
            ).format(family, name, scale, Markup(drawn))  # noqa: S704  the constants above
            for name, drawn in _TILES.items()
        )
    )


@cache
def shared_patterns(family: str, scale: float = 1.0) -> Markup:
    """The same in a picture of no size, for many small pictures on one page."""
    return Markup('<svg class="sr-only" width="0" height="0" aria-hidden="true">{}</svg>').format(
        patterns(family, scale)
    )
