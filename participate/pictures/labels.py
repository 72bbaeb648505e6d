"""Words on a map, drawn at the screen's size beside what they name: they never shrink with the picture."""

from collections.abc import Mapping, Sequence
from math import cos, hypot, pi, sin
from typing import Any

from markupsafe import Markup

from participate.pictures.contours import Ring
from participate.pictures.frame import Frame
from participate.pictures.marks import mark

CROWDED = (34.0, 11.0)  # percent of width and height within which two labels would touch
OUTWARD = 0.55  # of half the picture, from a group's middle to its label where shapes do not show the way
LETTER = 8.6  # pixels that a letter of a label takes, about
LABELS_APART = (26.0, 16.0)  # percent of width and height between two labels on the landscape
BADGE_AWAY = 7.0  # percent from a label's place to its badge: 22 pixels, in a small picture more
SQUARE = "M-12 4V-12a4 4 0 0 1 4 -4H14a4 4 0 0 1 4 4V-2a4 4 0 0 1 -4 4H-4Z"
ROUND = "M-2 -16H8a10 10 0 0 1 0 20H-2a10 10 0 0 1 0 -20Z"
"""Outlines of a sign, in pixels."""

Place = tuple[float, float]


def group_labels(outlines: Sequence[tuple[str, str, Sequence[Ring]]], frame: Frame) -> list[Markup]:
    """Badge and name of each (letter, name, rings), above its largest shape, or below a shape that is low."""
    taken: list[Place] = []
    labels = []
    for letter, name, rings in outlines:
        place, away = _free(max(rings, key=len), frame, taken)
        taken.append((place[0], place[1] + 5 * away))
        labels.append(_label(letter, name, place, away))
    return labels


def _free(ring: Ring, frame: Frame, taken: Sequence[Place]) -> tuple[Place, int]:
    """A place at the shape's edge where no other label is, and whether the label goes up (-1) or down (1)."""
    middle = sum(x for x, _ in ring) / len(ring)
    top, bottom = max(y for _, y in ring), min(y for _, y in ring)
    above, below = (frame.share(middle, top), -1), (frame.share(middle, bottom), 1)
    low = frame.share(middle, (top + bottom) / 2)[1] > 55
    choices = [below, above] if low else [above, below]
    free = (one for one in choices if not _touches((one[0][0], one[0][1] + 5 * one[1]), taken))
    return next(free, choices[0])


def _touches(place: Place, taken: Sequence[Place]) -> bool:
    return any(abs(place[0] - x) < CROWDED[0] and abs(place[1] - y) < CROWDED[1] for x, y in taken)


def _label(letter: str, name: str, place: Place, away: int) -> Markup:
    leftwards = place[0] > 55  # so that the name ends inside the picture
    return Markup(
        '<svg x="{:.2f}%" y="{:.2f}%" overflow="visible"><g transform="translate(0 {})">{}'
        '<text class="map-name name-beside" x="{}" y="6" text-anchor="{}">{}</text>'
        '<text class="map-name name-beyond" y="{}" text-anchor="middle">{}</text></g></svg>'
    ).format(
        *place,
        22 * away,
        mark(letter),
        -22 if leftwards else 22,
        "end" if leftwards else "start",
        name,
        32 if away > 0 else -22,
        name,
    )


def outward_places(middles: Mapping[str, Place], frame: Frame) -> dict[str, Place]:
    """Where each group's label stands: outwards from the middle of all middles, clear of the others."""
    x, y = (sum(place[axis] for place in middles.values()) / len(middles) for axis in (0, 1))
    reach = min(frame.width, frame.height) / 2
    places: dict[str, Place] = {}
    for letter, (across, up) in sorted(middles.items()):
        away = hypot(across - x, up - y) or 1.0
        wanted = frame.share(
            across + (across - x) / away * reach * OUTWARD, up + (up - y) / away * reach * OUTWARD, inset=13
        )
        places[letter] = free_place(wanted, [(place, LABELS_APART) for place in places.values()], inset=13)
    return places


def outward_labels(places: Mapping[str, Place], names: Mapping[str, str]) -> list[Markup]:
    """Badge and name of each group at its place."""
    return [
        _label(letter, names.get(letter, letter), place, _away(place)) for letter, place in places.items()
    ]


def badge_place(place: Place) -> Place:
    """About the middle of the badge of a label at `place`, however large the picture."""
    return place[0], place[1] + BADGE_AWAY * _away(place)


def _away(place: Place) -> int:
    return 1 if place[1] > 50 else -1


def free_place(wanted: Place, taken: Sequence[tuple[Place, Place]], inset: float) -> Place:
    """The wanted place, or the first free one on a spiral around it.

    `taken`: places, each with how far to keep from it across and down.
    """
    for step in range(400):
        reach, turn = 0.3 * step, step * pi * (3 - 5**0.5)
        place = wanted[0] + reach * cos(turn), wanted[1] + reach * sin(turn)
        inside = all(inset <= value <= 100 - inset for value in place)
        if inside and not any(
            abs(place[0] - x) < across and abs(place[1] - y) < down for (x, y), (across, down) in taken
        ):
            return place
    return wanted


def pin(you: Place, frame: Frame, words: str, short: str) -> Markup:
    """The viewer's own place, kept inside the picture. The short words are for small screens."""
    across, down = frame.share(*you, inset=7)
    leftwards = across > 60
    said = [_said(text, name, leftwards) for text, name in ((words, "pin-long"), (short, "pin-short"))]
    return Markup(
        '<svg class="you" x="{:.2f}%" y="{:.2f}%" overflow="visible"><path class="pin" '
        'd="M0 0L-9 -16A11 11 0 1 1 9 -16Z"/><circle class="pin-eye" cy="-21" r="4"/>{}</svg>'
    ).format(across, down, Markup("").join(said))


def _said(text: str, name: str, leftwards: bool) -> Markup:
    width = LETTER * len(text) + 20
    left = -16 - width if leftwards else 16
    return Markup(
        '<g class="{}"><rect class="pin-box" x="{:.0f}" y="-36" width="{:.0f}" height="28" rx="14"/>'
        '<text class="pin-words" x="{:.0f}" y="-17" text-anchor="middle">{}</text></g>'
    ).format(name, left, width, left + width / 2, text)


def flag(number: Any, place: Place, *, common: bool = False) -> Markup:
    """A statement's number on a sign whose foot stands at `place`, in percent; common ground is round."""
    kind, outline = ("flag flag-common", ROUND) if common else ("flag", SQUARE)
    return Markup(
        '<svg class="{}" x="{:.2f}%" y="{:.2f}%" overflow="visible"><path d="{}"/>'
        '<text class="flag-number" x="3" y="-2" text-anchor="middle">{}</text></svg>'
    ).format(kind, *place, outline, number)
