"""Protected rows: the figures that follow from them, and the lists made by comparing them."""

from collections.abc import Mapping, Sequence
from typing import Any

from charters.derived import interval_of, part_of, share_of
from charters.disclosure import ProtectedCounts, ShareWord
from charters.profiles import Profile
from clustering.matrix import Id
from clustering.results import Direction
from deliberation.publishing.said import Said

SHARED_FROM = 60  # whole percent in every group, for a statement that groups share
DIFFERS_FROM = 30  # points between the lowest and the highest group
MOST_DIFFERENCES = 10
MOST = 50  # what is named for a group is what most of it says


def row_document(row: ProtectedCounts, profile: Profile) -> dict[str, Any]:
    """A protected row and the figures that follow from it."""
    interval = interval_of(row, profile)
    return {
        "agrees": row.agrees,
        "disagrees": row.disagrees,
        "passes": row.passes,
        "votes": row.votes,
        "share_word": row.share_word.value if row.share_word else None,
        "suppressed": row.suppressed,
        "share": share_of(row, profile),
        "interval": list(interval) if interval else None,
    }


def row_of(document: Mapping[str, Any]) -> ProtectedCounts:
    """The row that `row_document` wrote."""
    word = document["share_word"]
    return ProtectedCounts(
        document["agrees"],
        document["disagrees"],
        document["passes"],
        document["votes"],
        ShareWord(word) if word else None,
        document["suppressed"],
    )


def turned(row: ProtectedCounts) -> ProtectedCounts:
    """The row with agreeing and disagreeing exchanged, for the share that disagrees."""
    return ProtectedCounts(row.disagrees, row.agrees, row.passes, row.votes, None, row.suppressed)


def agreement_interval(limits: Sequence[tuple[int, int]]) -> list[float]:
    """Products of the groups' lower and upper limits, in steps of 0.05, outwards."""
    low, high = 1.0, 1.0
    for lower, upper in limits:
        low, high = low * lower / 100, high * upper / 100
    return [round(int(low * 20) / 20, 2), round(-int(-high * 20 // 1) / 20, 2)]


def confirmed(
    said: Said, direction: Direction, row: ProtectedCounts, profile: Profile
) -> list[dict[str, Any]]:
    """The engine's choice with its public figures; nothing where a count behind it is withheld."""
    agrees = direction == "agree"
    word = ShareWord.ALMOST_ALL if agrees else ShareWord.ALMOST_NONE
    way = row if agrees else turned(row)
    share, interval = share_of(way, profile), interval_of(way, profile)
    if row.share_word is not word and (share is None or share < MOST):
        return []
    return [
        {
            "statement": said.number,
            "direction": direction,
            "share": share,
            "interval": list(interval) if interval else None,
            "share_word": row.share_word.value if row.share_word else None,
        }
    ]


def level_of(row: ProtectedCounts, profile: Profile, direction: str) -> int | None:
    """The share that goes one way, for comparing rows; a share-word counts as the bound it names.

    A count that is too small to show, beside one that is shown, is at most the largest that is hidden: then
    that bound is taken, which lets rows look more alike than they are and never less.
    """
    if row.share_word is not None:
        agrees = profile.unanimous if row.share_word is ShareWord.ALMOST_ALL else 100 - profile.unanimous
        return agrees if direction == "agree" else 100 - agrees
    way = row if direction == "agree" else turned(row)
    if way.agrees is None and way.disagrees is not None and way.votes:
        return part_of(profile.smallest - 1, way.votes, profile)
    return share_of(way, profile)


def shared(
    statements: Sequence[Said],
    rows: Mapping[int, Sequence[ProtectedCounts]],
    profile: Profile,
    direction: str,
) -> list[int]:
    """Numbers of the statements that 60 % or more of every group go one way on, strongest first."""
    found = []
    for said in statements:
        levels = [level_of(row, profile, direction) for row in rows[said.number]]
        known = [level for level in levels if level is not None]
        if said.shown and known and len(known) == len(levels) and min(known) >= SHARED_FROM:
            found.append((-min(known), -sum(known), said.number))
    return [number for *_, number in sorted(found)]


def differing(
    statements: Sequence[Said],
    rows: Mapping[int, Sequence[ProtectedCounts]],
    profile: Profile,
    order: Sequence[Id] | None = None,
) -> list[int]:
    """Numbers of the statements that groups differ most on, by the shares that may be shown.

    `order`: ids of statements as an engine orders them, most divisive first; only these are listed then.
    """
    found = {}
    for said in statements:
        levels = [level_of(row, profile, "agree") for row in rows[said.number]]
        known = [level for level in levels if level is not None]
        if said.shown and len(known) > 1 and max(known) - min(known) >= DIFFERS_FROM:
            found[said.id] = (min(known) - max(known), said.number)
    ids = sorted(found, key=lambda id: found[id]) if order is None else [id for id in order if id in found]
    return [found[id][1] for id in ids[:MOST_DIFFERENCES]]
