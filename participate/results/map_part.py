"""The opinion map on a page: the picture, the words round it, and the key beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from deliberation.publishing.standings import Mark, Standing
from participate.languages import gettext, number
from participate.own_place import Own
from participate.pictures.key import soft_edge, three_strengths
from participate.pictures.landscape import landscape_picture
from participate.pictures.marks import badge
from participate.pictures.opinion_map import opinion_picture
from participate.pictures.statements import nearest, signs_of, statement_picture
from participate.results.published import Shown
from participate.results.words import group_name

MOST_SHARED, MOST_FLAGS = 4, 10
LANDSCAPE, STATEMENTS = "landscape", "statements"
"""Kinds of map, as addresses spell them."""
MOST_SIGNS, MOST_NEAR, FEWEST_STATEMENTS = 12, 3, 4
LONGEST_END = 60
AXES = ("left", "right", "up", "down")
FEWEST_ALIKE = 3
"""Hexagons without groups from which on a picture tells anything."""
WORD_SHARES = {"almost all": 95.0, "almost none": 5.0}


@dataclass(frozen=True, slots=True)
class End:
    """One end of an axis: an arrow, the statement that leads there in short, and all of them in full."""

    name: str
    direction: str
    short: str
    language: str
    said: list[tuple[int, str, str]]


@dataclass(frozen=True, slots=True)
class Key:
    """A group in the key: how its shape is drawn, in words."""

    name: str
    badge: Markup
    look: str


@dataclass(frozen=True, slots=True)
class MapPart:
    """`picture` is None where there is none that tells anything; `why_not` says so in words.

    `view`: empty for the axes. `flags`: (number, text, language); `common`:
    numbers of those that are common ground; `near`: a statement, and those that stand nearest to it.
    """

    picture: Markup | None
    why_not: str
    view: str
    ends: dict[str, End]
    keys: list[Key]
    strengths: Markup
    edge: Markup
    flags: list[tuple[int, str, str]]
    common: frozenset[int]
    near: list[tuple[int, str, str, list[int]]]

    @property
    def landscape(self) -> bool:
        """Whether it is for looking only."""
        return bool(self.view)

    def end(self, name: str) -> End | None:
        """The end that is called up, left, right or down, where it is named."""
        return self.ends.get(name)


def map_part(shown: Shown, own: Own | None, *, view: str) -> MapPart:
    """The axes map, or one of the landscapes where it was asked for and there is one."""
    content = shown.content
    second = shown.result.row.landscape
    if view == LANDSCAPE and second and _tells(content, second):
        return _landscape(shown, second)
    if view == STATEMENTS and (points := points_of(shown)):
        return _statements(shown, points)
    if not _tells(content, content["map"]):
        return _part(shown, None, why_not=_why_not(content["map"]))
    ends = ends_of(shown)
    picture = opinion_picture(
        {**content["map"], "ends": {name: end.said for name, end in ends.items()}},
        title=gettext("The opinion map"),
        description=_described(shown),
        names=_names(content),
        you=own.point if own is not None else None,
        here=(gettext("You are here"), gettext("You")),
    )
    return _part(shown, picture, ends=ends)


def _part(shown: Shown, picture: Markup | None, **how: Any) -> MapPart:
    content = shown.content
    letter = content["groups"][0]["id"] if content["groups"] else None
    return MapPart(
        **{
            "picture": picture,
            "why_not": "",
            "view": "",
            "near": [],
            "ends": {},
            "keys": [Key(group_name(g["id"]), badge(g["id"]), look_of(g["id"])) for g in content["groups"]],
            "strengths": three_strengths(letter),
            "edge": soft_edge(letter),
            "flags": [],
            "common": frozenset(),
            **how,
        }
    )


def _tells(content: Mapping[str, Any], picture: Mapping[str, Any]) -> bool:
    """Whether a picture tells anything: a hexagon or two without groups only say that people are there."""
    return len(picture["hexagons"]) >= (1 if content["groups"] else FEWEST_ALIKE)


def _why_not(picture: Mapping[str, Any]) -> str:
    if picture["hexagons"]:
        return gettext("There is no map: nearly everybody would stand in one place.")
    return gettext("There is no map: people are too spread out to draw. Nowhere do 8 stand close together.")


def look_of(letter: str) -> str:
    """How a group's shape is drawn: its edge, and what it is filled with."""
    looks = {
        "A": gettext("smooth edge, plain"),
        "B": gettext("dashed edge, stripes"),
        "C": gettext("dotted edge, spots"),
        "D": gettext("double edge, level stripes"),
        "E": gettext("edge of long dashes, checks"),
        "F": gettext("edge of dashes and dots, crossed lines"),
    }
    return looks.get(letter, looks["F"])


def _names(content: Mapping[str, Any]) -> dict[str, str]:
    return {group["id"]: group_name(group["id"]) for group in content["groups"]}


def _described(shown: Shown) -> str:
    content, smallest = shown.content, number(shown.result.profile.smallest)
    groups = [
        gettext("%(group)s: about %(people)s people.", group=group_name(g["id"]), people=number(g["size"]))
        for g in content["groups"]
    ]
    return " ".join(
        [gettext("Each hexagon is %(count)s or more people who vote alike.", count=smallest), *groups]
    )


def ends_of(shown: Shown) -> dict[str, End]:
    """The ends of the axes that are named by a statement which can still be read, and names no other end."""
    own = apart({name: shown.present(said) for name, said in shown.content["map"]["ends"].items()})
    directions = {
        "up": gettext("Up"),
        "left": gettext("To the left"),
        "right": gettext("To the right"),
        "down": gettext("Down"),
    }
    found = {}
    for name, direction in directions.items():
        said = [(n, *shown.text(n)) for n in own.get(name, [])]
        if said:
            found[name] = End(name, direction, clipped(said[0][1], LONGEST_END), said[0][2], said)
    return found


def apart(ends: Mapping[str, Sequence[int]]) -> dict[str, list[int]]:
    """Each end's statements, strongest first, without those that another end took before.

    The ends take one in turn, those of the first axis first, for that axis tells people apart most.
    """
    taken: set[int] = set()
    own: dict[str, list[int]] = {name: [] for name in AXES if name in ends}
    for _ in range(max(map(len, ends.values()), default=0)):
        for name, numbers in own.items():
            free = next((n for n in ends[name] if n not in taken), None)
            if free is not None:
                numbers.append(free)
                taken.add(free)
    return own


SMALL = 3
"""Letters of a word that says nothing without the next."""


def clipped(text: str, most: int) -> str:
    """The text, or its first words with an ellipsis, and no small word hanging before it."""
    text = text.removesuffix(".")
    if len(text) <= most:
        return text
    words = text[: most - 1].rsplit(" ", 1)[0].split(" ")
    while len(words) > 1 and len(words[-1]) <= SMALL:
        words.pop()
    return " ".join(words).rstrip(",;: ") + "…"


def _landscape(shown: Shown, second: Mapping[str, Any]) -> MapPart:
    numbers = flagged(shown)
    common = frozenset(n for n in numbers if is_common(shown.result.standings[n]))
    picture = landscape_picture(
        second,
        title=gettext("The landscape of opinion"),
        description=gettext("People who vote alike are near each other. A bigger hexagon is more people."),
        names=_names(shown.content),
        shares={n: _shares(shown.result.said[n]) for n in numbers},
        common=common,
    )
    drawn = any(hexagon["group"] is not None for hexagon in second["hexagons"])
    flags = sorted((n, *shown.text(n)) for n in numbers) if drawn else []
    common = common if drawn else frozenset()
    return _part(shown, picture, view=LANDSCAPE, flags=flags, common=common)


def points_of(shown: Shown) -> list[Mapping[str, int]]:
    """The places of the statements that can still be read; none where they are too few to tell anything."""
    points = (shown.result.row.landscape or {}).get("statements") or []
    present = [one for one in points if one["number"] not in shown.removed]
    return present if len(present) >= FEWEST_STATEMENTS else []


def _statements(shown: Shown, points: list[Mapping[str, int]]) -> MapPart:
    there = {one["number"] for one in points}
    signs = signs_of(points, list(dict.fromkeys([*flagged(shown), *shown.numbers])), MOST_SIGNS)
    common = frozenset(n for n in there if is_common(shown.result.standings.get(n, Standing())))
    picture = statement_picture(
        points,
        title=gettext("The landscape of statements"),
        description=gettext("Statements that people vote alike on are near each other."),
        signs=signs,
        common=common,
    )
    near = [(n, *shown.text(n), others) for n, others in sorted(nearest(points, MOST_NEAR).items())]
    flags = sorted((n, *shown.text(n)) for n in signs)
    return _part(shown, picture, view=STATEMENTS, flags=flags, common=common, keys=[], near=near)


def is_common(standing: Standing) -> bool:
    """Whether all groups agree with a statement, and none much less than another."""
    return Mark.AGREED in standing.marks and Mark.DIFFERS not in standing.marks


def flagged(shown: Shown) -> list[int]:
    """The statements that stand on the landscape: some that all share, and some that tell groups apart."""
    content = shown.content
    shared, differing = shown.present(content["agree"]), shown.present(content["differ"])
    shared = shared[:MOST_SHARED]
    return list(dict.fromkeys([*shared, *differing[: MOST_FLAGS - len(shared)]]))


def _shares(said: Mapping[str, Any]) -> dict[str, float]:
    """What each group's row says, as far as it is shown; a word counts as the bound it names."""
    shares = {
        letter: WORD_SHARES[row["share_word"]] if row["share_word"] else row["share"]
        for letter, row in said["groups"].items()
    }
    return {letter: share for letter, share in shares.items() if share is not None}
