"""Which published group a ballot is most like, and how surely: from published figures alone.

The same rule by which groups are found (a share who agrees per group and statement, drawn towards what
everybody says), with the shares that a document's protected rows give. So what a viewer is told follows from
their own ballot and from what everybody may read, and tells nothing about anybody else.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import exp, log
from typing import Any

from charters.profiles import PROFILES, Profile

DRAWN = 10.0
"""So many votes, as everybody votes, are added to a group's own."""
LEAST, MOST = 0.02, 0.98
SUREST = 10
"""Tenths: from 95 in 100 on it is said to be more than nine in ten."""


@dataclass(frozen=True, slots=True)
class Rates:
    """By group letter: its share of the people in groups, and the part of opinions that agree."""

    sizes: Mapping[str, float]
    agree: Mapping[int, Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class Likely:
    """The letter of the group, and in how many of ten such cases that is right: 1 to 9, 10 for more."""

    group: str
    tenths: int


def rates_of(content: Mapping[str, Any]) -> Rates:
    """The rates that a published document gives; a statement with a group's row withheld is left out."""
    profile = PROFILES[content["profile"]]
    people = sum(group["size"] for group in content["groups"])
    sizes = {group["id"]: group["size"] / people for group in content["groups"]}
    counted = (said for said in content["statements"] if said["state"] == "published" and not said["meta"])
    found = ((said["number"], _rates(said, sizes, profile)) for said in counted)
    return Rates(sizes, {number: rates for number, rates in found if rates is not None})


def likely_group(ballot: Mapping[int, int], rates: Rates) -> Likely | None:
    """The group that this ballot (statement number -> +1, 0, -1) is most like; None without groups."""
    if not rates.sizes:
        return None
    scores = {letter: log(size) for letter, size in rates.sizes.items()}
    for number, value in ballot.items():
        for letter, rate in rates.agree.get(number, {}).items():
            scores[letter] += log(rate if value > 0 else 1 - rate) if value else 0.0
    best = max(sorted(scores), key=lambda letter: scores[letter])
    share = 1 / sum(exp(score - scores[best]) for score in scores.values())
    return Likely(best, min(max(int(10 * share + 0.5), 1), SUREST))


def _rates(said: Mapping[str, Any], sizes: Mapping[str, float], profile: Profile) -> dict[str, float] | None:
    counts = {letter: _opinions(said["groups"][letter], profile) for letter in sizes}
    known = {letter: both for letter, both in counts.items() if both is not None}
    total = sum(agrees + disagrees for agrees, disagrees in known.values())
    if len(known) < len(counts) or not total:
        return None
    overall = sum(agrees for agrees, _ in known.values()) / total
    return {
        letter: min(max((agrees + DRAWN * overall) / (agrees + disagrees + DRAWN), LEAST), MOST)
        for letter, (agrees, disagrees) in known.items()
    }


def _opinions(row: Mapping[str, Any], profile: Profile) -> tuple[float, float] | None:
    """Agrees and disagrees of a row, the middle of what it allows; None where it tells neither."""
    if not row["votes"]:
        return None
    if row["share_word"]:
        odd = row["votes"] * (100 - profile.unanimous) / 200
        return (row["votes"] - odd, odd) if row["share_word"] == "almost all" else (odd, row["votes"] - odd)
    if row["agrees"] is None and row["disagrees"] is None:
        return None
    small = profile.smallest / 2
    return (
        small if row["agrees"] is None else row["agrees"],
        small if row["disagrees"] is None else row["disagrees"],
    )
