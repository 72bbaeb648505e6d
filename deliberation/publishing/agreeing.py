"""What most people agree on, and what groups differ on: the engine's choice, told by public figures alone.

An engine that states a level for its consensus lists the statements above it. Here each is confirmed by its
protected rows, as what marks a group out is, and how hard it is to remove is told in coarse steps.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from charters.derived import interval_of, share_of
from charters.disclosure import Protected, ProtectedCounts
from charters.profiles import Profile
from clustering.results import ConsensusItem, OpinionAnalysis
from deliberation.publishing.rows import confirmed, level_of, turned
from deliberation.publishing.said import Said, letter

HOSTILE_STEPS = (20, 10, 5, 1)
"""In 100 participants: what it takes to remove a statement is told by the highest step that it reaches."""
ROBUST_FROM = 5
LARGE = 10
"""Percent of the people in groups from which on a group may be named as the one that agrees least."""


def states_level(analysis: OpinionAnalysis) -> bool:
    """Whether its consensus is every statement above a level: so for engines that decide about groups."""
    return analysis.decision is not None


def consensus_list(
    analysis: OpinionAnalysis, statements: Sequence[Said], protected: Protected, profile: Profile
) -> list[dict[str, Any]] | None:
    """What most people go one way on, with public figures; None from an engine that states no level.

    `lowest` is the large group that says so least; None without groups, where all say it
    alike, or where one of them withholds it.
    """
    if not states_level(analysis):
        return None
    by_id = {said.id: said for said in statements if said.shown}
    found = []
    for item in analysis.consensus:
        said = by_id.get(item.statement_id)
        total = protected.totals.get(said.number) if said is not None else None
        if said is None or total is None:
            continue
        for figures in confirmed(said, item.direction, total, profile):
            lowest = _lowest(protected, said.number, item, profile)
            found.append({**figures, "lowest": lowest, "hostile": hostile_step(item.robust_share)})
    return found


def hostile_step(share: float | None) -> int | None:
    """How many hostile participants in 100 it takes at least, in coarse steps; 0 for fewer than one."""
    if share is None:
        return None
    return next((step for step in HOSTILE_STEPS if 100 * share >= step), 0)


def numbers_of(consensus: Sequence[Mapping[str, Any]], direction: str) -> list[int]:
    """The statements of a consensus that go one way, in its order."""
    return [item["statement"] for item in consensus if item["direction"] == direction]


def _lowest(
    protected: Protected, number: int, item: ConsensusItem, profile: Profile
) -> dict[str, Any] | None:
    people = sum(protected.groups.values())
    large = [group for group, size in protected.groups.items() if 100 * size >= LARGE * people]
    rows = {group: protected.by_group[number, group] for group in large}
    levels = {group: level_of(row, profile, item.direction) for group, row in rows.items()}
    known = {group: level for group, level in levels.items() if level is not None}
    if len(set(known.values())) < 2 or len(known) < len(levels):
        return None
    group = min(known, key=lambda one: (known[one], one))
    return {"group": letter(group), **_figures(rows[group], item.direction, profile)}


def _figures(row: ProtectedCounts, direction: str, profile: Profile) -> dict[str, Any]:
    way = row if direction == "agree" else turned(row)
    interval = interval_of(way, profile)
    return {
        "share": share_of(way, profile),
        "interval": list(interval) if interval else None,
        "share_word": row.share_word.value if row.share_word else None,
    }
