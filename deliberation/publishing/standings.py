"""How each statement stands in a published result: agreed on, differed on, or left open by many.

Everything follows from the document's protected rows, by the same measures as its lists.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum, unique
from typing import Any

from charters.derived import part_of
from charters.profiles import PROFILES, Profile
from deliberation.publishing.rows import DIFFERS_FROM, SHARED_FROM, level_of, row_of

UNSURE_FROM = 25  # whole percent of all votes that were passes


@unique
class Mark(StrEnum):
    """What may be said of a statement; several may hold.

    MOST and AGAINST: it is in the list of what most people agree, or disagree, on. AGREED and REFUSED: every
    group goes that way.
    """

    MOST = "most"
    AGAINST = "against"
    AGREED = "agreed"
    REFUSED = "refused"
    DIFFERS = "differs"
    UNSURE = "unsure"
    TOO_FEW = "too-few"


@dataclass(frozen=True, slots=True)
class Standing:
    """A statement's marks, and letters of the groups that it marks out. Without marks no answer is clear."""

    marks: frozenset[Mark] = frozenset()
    marks_out: tuple[str, ...] = ()


def standings(content: Mapping[str, Any]) -> dict[int, Standing]:
    """The standing of each statement that people could still vote on, by number."""
    profile = PROFILES[content["profile"]]
    marked: dict[int, list[str]] = {}
    for group in content["groups"]:
        for item in group["representative"]:
            marked.setdefault(item["statement"], []).append(group["id"])
    listed = {item["statement"]: item["direction"] for item in content.get("consensus") or ()}
    return {
        said["number"]: Standing(
            _marks(said, profile) | _listed(listed.get(said["number"])), tuple(marked.get(said["number"], ()))
        )
        for said in content["statements"]
        if said["state"] == "published" and not said["meta"]
    }


def _listed(direction: str | None) -> frozenset[Mark]:
    if direction is None:
        return frozenset()
    return frozenset({Mark.MOST if direction == "agree" else Mark.AGAINST})


def _marks(said: Mapping[str, Any], profile: Profile) -> frozenset[Mark]:
    rows = list(said["groups"].values()) or ([said["totals"]] if said["totals"] else [])
    marks = {_shared(rows, profile, "agree", Mark.AGREED), _shared(rows, profile, "disagree", Mark.REFUSED)}
    levels = [
        level for level in (level_of(row_of(row), profile, "agree") for row in rows) if level is not None
    ]
    if len(levels) > 1 and max(levels) - min(levels) >= DIFFERS_FROM:
        marks.add(Mark.DIFFERS)
    if _unsure(said["totals"], profile):
        marks.add(Mark.UNSURE)
    if not levels and Mark.UNSURE not in marks and not any(row["disagrees"] for row in rows):
        marks.add(Mark.TOO_FEW)
    return frozenset(mark for mark in marks if mark is not None)


def _shared(rows: list[Mapping[str, Any]], profile: Profile, direction: str, mark: Mark) -> Mark | None:
    levels = [level_of(row_of(row), profile, direction) for row in rows]
    return mark if levels and all(level is not None and level >= SHARED_FROM for level in levels) else None


def _unsure(totals: Mapping[str, Any] | None, profile: Profile) -> bool:
    share = part_of(totals["passes"], totals["votes"], profile) if totals else None
    return share is not None and share >= UNSURE_FROM
