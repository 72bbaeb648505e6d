"""The groups as cards: what marks each out, in its statements' own words."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from clustering.results import ALWAYS_DIVIDES
from deliberation.publishing.sentences import MOST_QUOTED
from participate.languages import gettext
from participate.own_place import Own, how_surely
from participate.pictures.marks import badge
from participate.results.published import Shown
from participate.results.words import group_name, openings


@dataclass(frozen=True, slots=True)
class Quoted:
    """A statement that marks a group out."""

    number: int
    text: str
    language: str


@dataclass(frozen=True, slots=True)
class GroupCard:
    """`says`: an opening, such as "Most agree:", and statements. Empty: they say what everybody says."""

    letter: str
    name: str
    badge: Markup
    size: int
    says: list[tuple[str, list[Quoted]]]
    own: bool
    surely: str


def group_cards(shown: Shown, own: Own | None) -> list[GroupCard]:
    """The cards, by letter; `own` is where the viewer stands, for the viewer alone."""
    mine = own.group if own is not None else None
    surely = how_surely(own.tenths) if own is not None else ""
    return [
        GroupCard(
            letter=group["id"],
            name=group_name(group["id"]),
            badge=badge(group["id"]),
            size=group["size"],
            says=_says(group, shown),
            own=group["id"] == mine,
            surely=surely if group["id"] == mine else "",
        )
        for group in shown.content["groups"]
    ]


def _says(group: Mapping[str, Any], shown: Shown) -> list[tuple[str, list[Quoted]]]:
    by_opening: dict[str, list[Quoted]] = {words: [] for words in openings().values()}
    for item in group["representative"]:
        text, language = shown.text(item["statement"])
        if text:
            opening = openings()[item["direction"], bool(item["share_word"])]
            by_opening[opening].append(Quoted(item["statement"], text, language))
    return [(words, quoted[:MOST_QUOTED]) for words, quoted in by_opening.items() if quoted]


def notes(content: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What a reader must not miss about the method: sentence and language."""
    known = {
        ALWAYS_DIVIDES: gettext(
            "This method always finds at least two groups. It does not test whether there are any. "
            "Read the groups as a summary of the votes."
        )
    }
    # Without groups the note is a code, and the page says it in its own words.
    return [
        (known.get(note, note), "" if note in known else "en")
        for note in content["notes"]
        if note.endswith(".")
    ]
