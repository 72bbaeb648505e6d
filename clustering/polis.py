"""The compatible mode: what Polis computes, from the rules of its published description.

It exists so that our results can be checked against something nobody here wrote, and so that people who
trust Polis can compare. With groups given, everything downstream is exact; without, groups come from base
clusters in several orders of a seed (`clustering.polis_groups`). The sign is +1 = agree throughout, as in
`clustering.matrix`.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from clustering import polis_statistics as statistics
from clustering.matrix import Id, VoteMatrix
from clustering.polis_axes import Fit, Flags, Floats, fit_axes, grouped_people, statement_extremity
from clustering.polis_groups import choose_groups
from clustering.polis_statistics import PolisConsensusItem, PolisRepresentative, Tally
from clustering.results import Point


class GroupVotes(NamedTuple):
    """Votes of one group on one statement; `seen` includes passes."""

    agrees: int
    disagrees: int
    seen: int


@dataclass(frozen=True)
class PolisConsensus:
    """Statements most of all voters agree with, or disagree with; at most 5 each, strongest first."""

    agree: tuple[PolisConsensusItem, ...]
    disagree: tuple[PolisConsensusItem, ...]


@dataclass(frozen=True, eq=False)
class PolisResult:
    """What Polis would publish. Arrays follow `statement_ids`; dictionaries go by participant, statement
    or group id. `groups` (participant id -> group id) are those given, or those found.

    `center` (C,) is in votes (-1 to 1), `components` (2, C) are unit vectors or zero, `projections` and
    `extremity` are on the scale of rule 1.5.
    """

    statement_ids: tuple[Id, ...]
    center: Floats
    components: Floats
    projections: dict[Id, Point]
    extremity: dict[Id, float]
    groups: dict[Id, Id]
    group_votes: dict[Id, dict[Id, GroupVotes]]
    representative: dict[Id, list[PolisRepresentative]]
    consensus: PolisConsensus
    group_aware_consensus: dict[Id, float]
    priorities: dict[Id, float]


def analyse(
    votes: VoteMatrix,
    *,
    groups: Mapping[Id, Id] | None = None,
    moderated_out: Collection[Id] = (),
    meta: Collection[Id] = (),
    seed: int = 0,
) -> PolisResult:
    """Analyse as Polis does, by the rules of docs/explanation/opinion-analysis.md.

    `groups` (participant id -> group id; None or absent for people in no group) makes the rest exact; where
    statistics tie, statements rank in the order of `votes.statement_ids`, as in Polis. Without it, groups
    are found from orders of `seed`, and ties rank in canonical order, so that the order of the rows never
    matters. People without votes change nothing. `moderated_out` and `meta` name statements kept out of the
    axes and the lists; unknown ones are ignored. An empty matrix gives an empty result.
    """
    removed, unweighed = {*moderated_out, *meta}, set(meta)
    canonical = votes.canonical()
    fit = fit_axes(canonical, _marked(canonical.statement_ids, removed))
    if groups is None:
        group_of, ranking = _found_groups(canonical, fit, seed), canonical.statement_ids
    else:
        group_of = {name: groups[name] for name in votes.participant_ids if groups.get(name) is not None}
        ranking = votes.statement_ids
    column_of = {name: j for j, name in enumerate(votes.statement_ids)}
    scan = [column_of[name] for name in ranking if name not in removed]
    columns = np.argsort([column_of[name] for name in canonical.statement_ids])
    axes = Fit(fit.center[columns], fit.components[:, columns], fit.projections)
    places = dict(zip(canonical.participant_ids, map(_point, fit.projections.tolist()), strict=True))
    return _result(votes, axes, places, group_of, scan, _marked(votes.statement_ids, unweighed))


def _marked(statement_ids: Sequence[Id], names: Collection[Id]) -> Flags:
    return np.array([name in names for name in statement_ids], bool)


def _point(row: Sequence[float]) -> Point:
    return row[0], row[1]


def _found_groups(votes: VoteMatrix, fit: Fit, seed: int) -> dict[Id, Id]:
    people = grouped_people(votes)
    labels = choose_groups(fit.projections[people], seed)
    return {votes.participant_ids[i]: int(label) for i, label in zip(people, labels, strict=True)}


def _result(
    votes: VoteMatrix,
    axes: Fit,
    places: dict[Id, Point],
    group_of: dict[Id, Id],
    scan: list[int],
    meta: Flags,
) -> PolisResult:
    names = sorted(set(group_of.values()), key=lambda name: (isinstance(name, str), name))
    by_group = _tally(votes, group_of, names)
    ids, everyone = votes.statement_ids, statistics.count_all(votes)
    extremity = statement_extremity(axes.center, axes.components)
    consensus_gac = statistics.group_aware_consensus(by_group)
    weights = statistics.priorities(by_group, extremity, meta)
    return PolisResult(
        statement_ids=ids,
        center=axes.center,
        components=axes.components,
        projections={name: places[name] for name in votes.participant_ids},
        extremity=_by_statement(ids, extremity),
        groups=group_of,
        group_votes={name: _group_votes(by_group, g, ids) for g, name in enumerate(names)},
        representative={
            name: statistics.representative(by_group, g, ids, scan) for g, name in enumerate(names)
        },
        consensus=PolisConsensus(
            agree=statistics.consensus_list(everyone.agrees, everyone.seen, ids, scan),
            disagree=statistics.consensus_list(everyone.disagrees, everyone.seen, ids, scan),
        ),
        group_aware_consensus=_by_statement(ids, consensus_gac),
        priorities=_by_statement(ids, weights),
    )


def _tally(votes: VoteMatrix, group_of: Mapping[Id, Id], names: Sequence[Id]) -> Tally:
    number = {name: g for g, name in enumerate(names)}
    rows = [number[group_of[name]] if name in group_of else -1 for name in votes.participant_ids]
    return statistics.count_by_group(votes, np.array(rows, np.intp), len(names))


def _group_votes(by_group: Tally, group: int, ids: Sequence[Id]) -> dict[Id, GroupVotes]:
    counts = (by_group.agrees[group], by_group.disagrees[group], by_group.seen[group])
    return {name: GroupVotes(*(int(count[j]) for count in counts)) for j, name in enumerate(ids)}


def _by_statement(ids: Sequence[Id], values: Floats) -> dict[Id, float]:
    return dict(zip(ids, values.tolist(), strict=True))
