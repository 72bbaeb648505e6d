"""`analyse`: votes in, one `OpinionAnalysis` out, whichever engine does the work.

For now that is the compatible engine of `clustering.polis`. What is added here holds for any engine: the same
votes give the same result whatever their order; no groups are claimed for a handful of people; labels and
axes stay where they were in the previous analysis.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any, TypeAlias

import numpy as np
from scipy.optimize import linear_sum_assignment

from clustering import polis
from clustering.intervals import wilson
from clustering.matrix import Id, VoteMatrix
from clustering.polis import PolisResult
from clustering.polis_statistics import PolisConsensusItem, PolisRepresentative
from clustering.results import (
    ALWAYS_DIVIDES,
    Axes,
    ConsensusItem,
    Direction,
    OpinionAnalysis,
    OpinionGroup,
    Point,
    Representative,
)

ENGINE, VERSION = "polis", "1"
FEWEST_TO_DIVIDE = 3
LIBRARIES = ("numpy", "scipy", "scikit-learn")
STAGES = ("groups", "labels", "landscape")

# stage, steps done, steps in all
Progress: TypeAlias = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Options:
    """What to leave out and what to make.

    `moderated_out` and `meta` name statements kept out of axes and lists. `landscape` asks for the second
    picture as well, which takes far longer than all the rest. With fewer than `min_people` voters there is
    one group of everyone.
    """

    moderated_out: tuple[Id, ...] = ()
    meta: tuple[Id, ...] = ()
    landscape: bool = False
    min_people: int = 15


DEFAULTS = Options()


def analyse(
    votes: VoteMatrix,
    *,
    seed: int = 0,
    options: Options = DEFAULTS,
    previous: OpinionAnalysis | None = None,
    progress: Progress | None = None,
) -> OpinionAnalysis:
    """Analyse the votes of one consultation.

    The result depends on the votes, `seed`, `options` and `previous` alone: not on the order of the rows,
    and on names only where two people or statements cannot otherwise be told apart. Group ids run from 0,
    biggest first; with a `previous` analysis they and the direction of the axes follow it instead. `progress`
    is called as (stage, steps done, steps in all). An empty matrix gives an analysis without groups.
    """
    tell = progress or (lambda stage, done, total: None)
    tell(STAGES[0], 0, len(STAGES))
    ordered = votes.canonical()
    result, notes = _grouped(ordered, seed, options)
    tell(STAGES[1], 1, len(STAGES))
    group_of = _relabelled(result.groups, previous)
    flips = _flips(result, previous)
    places = {name: (x * flips[0], y * flips[1]) for name, (x, y) in result.projections.items()}
    tell(STAGES[2], 2, len(STAGES))
    landscape = _landscape(ordered, seed, options)
    analysis = OpinionAnalysis(
        engine=ENGINE,
        version=VERSION,
        seed=seed,
        parameters=_parameters(options),
        statement_ids=result.statement_ids,
        groups=_groups(result, group_of),
        places=places,
        group_of=group_of,
        axes=_axes(result, flips, options),
        group_centres=_centres(places, group_of),
        consensus=(
            *_items(result.consensus.agree, "agree"),
            *_items(result.consensus.disagree, "disagree"),
        ),
        group_aware_consensus=result.group_aware_consensus,
        extremity=result.extremity,
        priorities=result.priorities,
        landscape=landscape,
        notes=notes,
    )
    tell("done", len(STAGES), len(STAGES))
    return analysis


def _grouped(votes: VoteMatrix, seed: int, options: Options) -> tuple[PolisResult, tuple[str, ...]]:
    """The result of the engine, or of one group of everyone, and what a reader must know about it."""
    removed: Mapping[str, Any] = {"moderated_out": options.moderated_out, "meta": options.meta}
    n_people, needed = votes.shape[0], max(FEWEST_TO_DIVIDE, options.min_people)
    if n_people >= needed:
        result = polis.analyse(votes, seed=seed, **removed)
        if len(result.group_votes) > 1:
            return result, (ALWAYS_DIVIDES, *_left_out(n_people, len(result.groups)))
        reason = f"The {n_people} voters cannot be told apart by their votes: everyone is one group."
    else:
        reason = f"{n_people} voters are too few for opinion groups, which need {needed}."
    return polis.analyse(votes, groups=dict.fromkeys(votes.participant_ids, 0), **removed), (reason,)


def _left_out(n_people: int, n_grouped: int) -> tuple[str, ...]:
    if n_people == n_grouped:
        return ()
    return (f"{n_people - n_grouped} of {n_people} voters have too few votes to be in a group.",)


def _relabelled(found: Mapping[Id, int], previous: OpinionAnalysis | None) -> dict[Id, int]:
    """Give each group the id it shares most people with (Hungarian matching); ids stay 0 to k - 1."""
    k = len(set(found.values()))
    if previous is None or k < 2:
        return dict(found)
    shared = np.zeros((k, k), np.int64)
    for name, group in found.items():
        before = previous.group_of.get(name, k)
        if before < k:
            shared[group, before] += 1
    _, label = linear_sum_assignment(shared, maximize=True)
    return {name: int(label[group]) for name, group in found.items()}


def _flips(result: PolisResult, previous: OpinionAnalysis | None) -> tuple[float, float]:
    """-1 for an axis that points against the previous one, so that the map is not mirrored."""
    if previous is None:
        return 1.0, 1.0
    column = {name: j for j, name in enumerate(previous.axes.statement_ids)}
    both = [(j, column[name]) for j, name in enumerate(result.statement_ids) if name in column]
    mine, theirs = np.array(both, int).reshape(-1, 2).T
    before = np.array(previous.axes.components, float).reshape(2, -1)
    first, second = (result.components[:, mine] * before[:, theirs]).sum(axis=1)
    return (-1.0 if first < 0 else 1.0), (-1.0 if second < 0 else 1.0)


def _groups(result: PolisResult, group_of: Mapping[Id, int]) -> tuple[OpinionGroup, ...]:
    members: dict[int, list[Id]] = {group: [] for group in sorted(set(group_of.values()))}
    for name, group in group_of.items():
        members[group].append(name)
    # One group of everyone stands out from nobody.
    lists = result.representative if len(members) > 1 else {}
    return tuple(
        OpinionGroup(group, len(people), tuple(people), _representatives(lists, result.groups, people))
        for group, people in members.items()
    )


def _representatives(
    lists: Mapping[Id, list[PolisRepresentative]], found: Mapping[Id, Id], people: list[Id]
) -> tuple[Representative, ...]:
    return tuple(
        Representative(
            item.tid,
            item.direction,
            item.n_trials,
            item.n_success,
            item.n_success / item.n_trials,
            *wilson(item.n_success, item.n_trials),
            score=item.p_success * item.p_test * item.repness * item.repness_test,
            best=item.best_agree,
        )
        for item in lists.get(found[people[0]], [])
    )


def _axes(result: PolisResult, flips: tuple[float, float], options: Options) -> Axes:
    removed = {*options.moderated_out, *options.meta}
    first, second = (tuple((flip * row).tolist()) for flip, row in zip(flips, result.components, strict=True))
    return Axes(
        statement_ids=result.statement_ids,
        center=tuple(result.center.tolist()),
        components=(first, second),
        zeroed=tuple(name for name in result.statement_ids if name in removed),
    )


def _centres(places: Mapping[Id, Point], group_of: Mapping[Id, int]) -> dict[int, Point]:
    members: dict[int, list[Point]] = {group: [] for group in sorted(set(group_of.values()))}
    for name, group in group_of.items():
        members[group].append(places[name])
    means = {group: np.mean(points, axis=0) for group, points in members.items()}
    return {group: (float(mean[0]), float(mean[1])) for group, mean in means.items()}


def _items(listed: tuple[PolisConsensusItem, ...], direction: Direction) -> Iterator[ConsensusItem]:
    for item in listed:
        low, high = wilson(item.n_success, item.n_trials)
        yield ConsensusItem(item.tid, direction, item.n_success / item.n_trials, low, high, item.n_trials)


def _parameters(options: Options) -> dict[str, Any]:
    return {
        "moderated_out": sorted(options.moderated_out, key=str),
        "meta": sorted(options.meta, key=str),
        "landscape": options.landscape,
        "min_people": options.min_people,
        "libraries": {name: version(name) for name in LIBRARIES},
    }


def _landscape(votes: VoteMatrix, seed: int, options: Options) -> dict[Id, Point] | None:
    if not options.landscape:
        return None
    from clustering.landscape import landscape  # umap takes seconds to import: only when asked for

    return landscape(votes, seed=seed, removed={*options.moderated_out, *options.meta})
