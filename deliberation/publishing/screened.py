"""What may be shown of the screen for unusual ballots, and how the result reads without those ballots.

Flags name people; nothing here does. A kind is spoken of from the profile's smallest number of people up, and
"none" reads like "a few". How the result reads without them is said from that number up, and in lists and
words alone: the difference of two counts would tell the votes of those who are in one of them.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from charters.disclosure import rounded
from charters.profiles import Profile
from clustering.matrix import Id
from clustering.screen import Flag, Kind, Screening

LISTS = ("agree", "disagree", "differ")
Both = tuple[Mapping[str, Any], Mapping[str, Any]]


def screening_document(
    found: Screening, profile: Profile, results: Callable[[frozenset[Id]], Both]
) -> dict[str, Any]:
    """As plain JSON. `results` makes the result with everybody and without some people, as documents of

    `deliberation.publishing.results`, both protected afresh; it is asked only where enough are flagged.
    """
    people = rounded(len(found.flagged), profile)
    return {
        "timed": found.timed,
        "people": people,
        "kinds": {kind.value: rounded(len(_named(found, kind)), profile) for kind in Kind},
        "wave": _wave(found, profile),
        "beside": beside(*results(found.flagged)) if people is not None else None,
    }


def _named(found: Screening, kind: Kind) -> set[Id]:
    return {name for flag in _flags(found, kind) for name in flag.participant_ids}


def _flags(found: Screening, kind: Kind) -> Iterable[Flag]:
    return (flag for flag in found.flags if flag.kind is kind)


def _wave(found: Screening, profile: Profile) -> dict[str, int | None] | None:
    """Of the largest burst: how many came, and how many do usually; None where it may not be spoken of."""
    if rounded(len(_named(found, Kind.BURST)), profile) is None:
        return None
    largest = max(_flags(found, Kind.BURST), key=lambda flag: flag.counts["came"])
    return {name: rounded(largest.counts[name], profile) for name in ("came", "usual")}


def beside(everybody: Mapping[str, Any], without: Mapping[str, Any]) -> dict[str, Any]:
    """What changes when some people are left out: the number of groups, their sizes in words, the lists.

    `groups` counts those shown, with everybody and without; `sizes` is by letter, and empty where the
    numbers differ. Each list names the statements that leave it (`go`) and that join it (`come`).
    """
    if not (everybody["enough"] and without["enough"]):
        return {"enough": False}
    counts = [len(everybody["groups"]), len(without["groups"])]
    return {
        "enough": True,
        "groups": counts,
        "sizes": _sizes(everybody["groups"], without["groups"]) if counts[0] == counts[1] else {},
        **{name: _changes(everybody[name], without[name]) for name in LISTS},
    }


def _changes(before: Iterable[int], after: Iterable[int]) -> dict[str, list[int]]:
    old, new = set(before), set(after)
    return {"go": sorted(old - new), "come": sorted(new - old)}


def _sizes(before: Iterable[Mapping[str, Any]], after: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """By letter how large each group is without them; a letter that is gone has changed altogether."""
    sizes = {group["id"]: group["size"] for group in after}
    return {
        group["id"]: size_word(sizes[group["id"]] / group["size"]) if group["id"] in sizes else "other"
        for group in before
    }


def size_word(ratio: float) -> str:
    """How large a group is beside what it was; coarse, so that it tells no count."""
    if ratio >= 0.9:
        return "same"
    return "smaller" if ratio >= 0.5 else "half"
