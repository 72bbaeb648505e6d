"""The compatible mode behind the boundary of `clustering.results`: what Polis computes, in our shape.

What is added holds for any engine: the same votes give the same result whatever their order; no groups are
claimed for a handful of people; labels and axes stay where they were in the previous analysis.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from clustering import polis
from clustering.intervals import wilson
from clustering.labels import centres_of, relabelled, shared_components
from clustering.matrix import Id, VoteMatrix
from clustering.options import Options, Progress, parameters_of
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

ENGINE, VERSION = "polis", "2"
FEWEST_TO_DIVIDE = 3
LIBRARIES = ("numpy", "scipy", "scikit-learn")
STAGES = ("groups", "labels", "landscape")


def analyse_as_polis(
    votes: VoteMatrix, *, seed: int, options: Options, previous: OpinionAnalysis | None, progress: Progress
) -> OpinionAnalysis:
    """`clustering.analyse` by the compatible engine."""
    progress(STAGES[0], 0, len(STAGES))
    ordered = votes.canonical()
    result, notes = _grouped(ordered, seed, options)
    progress(STAGES[1], 1, len(STAGES))
    group_of = relabelled(result.groups, previous)
    flips = _flips(result, previous)
    places = {name: (x * flips[0], y * flips[1]) for name, (x, y) in result.projections.items()}
    progress(STAGES[2], 2, len(STAGES))
    landscape = _landscape(ordered, seed, options)
    analysis = OpinionAnalysis(
        engine=ENGINE,
        version=VERSION,
        seed=seed,
        parameters=parameters_of(options, LIBRARIES),
        statement_ids=result.statement_ids,
        groups=_groups(result, group_of),
        places=places,
        group_of=group_of,
        axes=_axes(result, flips, options),
        group_centres=centres_of(places, group_of),
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
    progress("done", len(STAGES), len(STAGES))
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


def _flips(result: PolisResult, previous: OpinionAnalysis | None) -> tuple[float, float]:
    """-1 for an axis that points against the previous one, so that the map is not mirrored."""
    if previous is None:
        return 1.0, 1.0
    mine, before = shared_components(previous.axes, result.statement_ids, result.components)
    first, second = (mine * before).sum(axis=1)
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
    removed = options.removed
    first, second = (tuple((flip * row).tolist()) for flip, row in zip(flips, result.components, strict=True))
    return Axes(
        statement_ids=result.statement_ids,
        center=tuple(result.center.tolist()),
        components=(first, second),
        zeroed=tuple(name for name in result.statement_ids if name in removed),
    )


def _items(listed: tuple[PolisConsensusItem, ...], direction: Direction) -> Iterator[ConsensusItem]:
    for item in listed:
        low, high = wilson(item.n_success, item.n_trials)
        yield ConsensusItem(item.tid, direction, item.n_success / item.n_trials, low, high, item.n_trials)


def _landscape(votes: VoteMatrix, seed: int, options: Options) -> dict[Id, Point] | None:
    if not options.landscape:
        return None
    from clustering.landscape import landscape  # umap takes seconds to import: only when asked for

    return landscape(votes, seed=seed, removed=options.removed)
