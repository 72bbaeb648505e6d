"""Unusual voting in words: what was noticed, and how the result reads without it. For a facilitator.

Every figure was rounded before it was stored, and none is of fewer people than the profile allows.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from clustering.screen import Kind

TITLES = {
    Kind.STRAIGHT: "The same answer to everything",
    Kind.TWINS: "Copies of a ballot",
    Kind.BURST: "Many at once who vote alike",
}
CRITERIA = {
    Kind.STRAIGHT: "Ten answers or more, all the same, where such a ballot has a chance of 1 in 3,000 "
    "at most. The chance counts how much people differ here.",
    Kind.TWINS: "Ballots so near that a copy explains them far better than being of one mind does, "
    "with a gulf around them. By chance: one pair in 10,000 consultations.",
    Kind.BURST: "People who came within one hour, five times as many as usual, and who are alike. "
    "By chance: 1 in 200 such hours.",
}
LISTS = {
    "agree": "Statements that most people agree with",
    "disagree": "Statements that most people disagree with",
    "differ": "Statements that groups differ on",
}
SIZES = {
    "same": "About as large",
    "smaller": "Smaller by a tenth or more",
    "half": "Less than half as large",
    "other": "Made of other people",
}


@dataclass(frozen=True, slots=True)
class Noticed:
    """One kind: whether it is to be looked at, how many people, and when it is noticed."""

    title: str
    people: str
    criterion: str
    noticed: bool


@dataclass(frozen=True, slots=True)
class Said:
    """A statement that leaves or joins a list."""

    number: int
    text: str
    language: str


@dataclass(frozen=True, slots=True)
class Beside:
    """One line of the comparison. `go` and `come` are the statements of a list that changes."""

    what: str
    everybody: str
    without: str
    go: Sequence[Said] = ()
    come: Sequence[Said] = ()


@dataclass(frozen=True, slots=True)
class Unusual:
    """What is told with result `number`. `people`: in all, in words; `beside` is empty where none may be.

    `too_few`: without those who were noticed there are too few people for a result.
    """

    number: int
    people: str
    noticed: bool
    kinds: Sequence[Noticed]
    beside: Sequence[Beside] = field(default=())
    too_few: bool = False


def unusual(
    number: int,
    screening: Mapping[str, Any],
    published: Mapping[str, Any],
    smallest: int,
    removed: frozenset[int],
) -> Unusual:
    """What was noticed with published result `number`. The words of `removed` statements are not shown."""
    kinds = [_noticed(kind, screening, smallest) for kind in Kind]
    beside = screening["beside"]
    return Unusual(
        number=number,
        people=_people(screening["people"], smallest),
        noticed=screening["people"] is not None,
        kinds=kinds,
        beside=_lines(beside, published, removed) if beside and beside["enough"] else (),
        too_few=bool(beside) and not beside["enough"],
    )


def _people(count: int | None, smallest: int) -> str:
    return f"Nobody, or fewer than {smallest} people" if count is None else f"About {count:,} people"


def _noticed(kind: Kind, screening: Mapping[str, Any], smallest: int) -> Noticed:
    count = screening["kinds"][kind.value]
    people = _people(count, smallest)
    wave = screening["wave"]
    if kind is Kind.BURST and not screening["timed"]:
        people = "Not looked for: it is not known when people came"
    elif kind is Kind.BURST and wave is not None:
        usual = f"fewer than {smallest}" if wave["usual"] is None else f"about {wave['usual']:,}"
        people += f". About {wave['came']:,} came within the hour, where {usual} usually do"
    return Noticed(TITLES[kind], people, CRITERIA[kind], count is not None)


def _lines(
    beside: Mapping[str, Any], published: Mapping[str, Any], removed: frozenset[int]
) -> Sequence[Beside]:
    texts = {one["number"]: one for one in published["statements"]}
    lines = [Beside("How many groups", _groups(beside["groups"][0]), _groups_without(*beside["groups"]))]
    sizes = {group["id"]: group["size"] for group in published["groups"]}
    lines += [
        Beside(f"Group {letter}", f"About {sizes[letter]:,} people", SIZES[word])
        for letter, word in beside["sizes"].items()
        if letter in sizes
    ]
    for name, what in LISTS.items():
        go, come = (
            [
                Said(number, texts[number]["text"], texts[number]["language"])
                for number in beside[name][side]
                if number in texts and number not in removed
            ]
            for side in ("go", "come")
        )
        lines.append(Beside(what, _statements(len(published[name])), _changed(len(go), len(come)), go, come))
    return lines


def _groups(count: int) -> str:
    if count < 2:
        return "No groups are claimed"
    return f"{count} groups"


def _groups_without(before: int, after: int) -> str:
    return "The same" if before == after else _groups(after)


def _statements(count: int) -> str:
    return {0: "None", 1: "1 statement"}.get(count, f"{count} statements")


def _changed(go: int, come: int) -> str:
    if not go and not come:
        return "The same"
    said = ([f"{_statements(go)} fewer"] if go else []) + ([f"{_statements(come)} more"] if come else [])
    return ", ".join(said)
