"""The default engine. The story, in order:

matrix: `ballots`, the votes in an order that depends on nothing but the votes -> factors: `factors`, five
dimensions of opinion and how readily each person agrees, from the votes that were cast -> space: `space`, the
map -> evidence: `evidence`, is there more than agreeableness? -> groups: `ladder`, `classes` and `seeds`, the
best partition for each number of groups, and the steadiest number -> representative: `crossfit` and
`representative`, what each group says, on votes not used to find it -> consensus: `consensus`, what all agree
on, and how many hostile people it takes to undo it -> results, here.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np

from clustering.classes import Classes, expected, fit_classes, hard, shares_of
from clustering.consensus import agreement_of, consensus_items
from clustering.crossfit import cross_fitted
from clustering.evidence import evidence_of
from clustering.factors import Factors, uncertainty_of
from clustering.kernels import PACKED, RANK, Floats
from clustering.labels import centres_of, correlations, relabelled, shared_components
from clustering.ladder import FEWEST_PEOPLE, Step, decided, explained_by, ladder_of
from clustering.matrix import Id, VoteMatrix
from clustering.model import MOST_FITTED, Fitted, Work, fitted_to, work_of
from clustering.options import Options, Progress, parameters_of
from clustering.representative import Standing, divisive, representatives, standing_of
from clustering.results import (
    NO_EVIDENCE,
    Axes,
    Change,
    Decision,
    Direction,
    Landscapes,
    Model,
    OpinionAnalysis,
    OpinionGroup,
    Point,
    Rung,
)
from clustering.voices import of_all, voices_of

ENGINE, VERSION = "default", "1"
LIBRARIES = ("numpy", "scipy", "numba")
LADDER_SAMPLE, STEADINESS_SAMPLE = 2_000, 1_000
LARGE_GROUP = 0.10
MOMENT_DIGITS = 6
SPREAD_STEPS = 12
STAGES = ("factors", "evidence", "groups", "statements")


def analyse_opinion(
    votes: VoteMatrix, *, seed: int, options: Options, previous: OpinionAnalysis | None, progress: Progress
) -> OpinionAnalysis:
    """`clustering.analyse` by the default engine."""
    return answer_of(work_of(votes, options), votes, seed, options, previous, progress)


def answer_of(
    work: Work,
    votes: VoteMatrix,
    seed: int,
    options: Options,
    previous: OpinionAnalysis | None,
    progress: Progress,
) -> OpinionAnalysis:
    """The analysis of votes that were put in order already. `votes` are the same, removed statements too."""
    if not len(work.grouped):
        return _nothing(work.everyone, seed, options)
    _tell(progress, 0)
    model = fitted_to(work, previous)
    _tell(progress, 1)
    enough = len(work.grouped) >= _needed(options)
    evidence = evidence_of(work.opinions) if enough else None
    _tell(progress, 2)
    steps = [] if evidence is None else _ladder(work, model, previous)
    decision = _decision(steps, evidence, work, previous)
    step = next((step for step in steps if step.k == decision.k), None)
    chosen = None if step is None else _in_order(work, _spread(work, step), previous)
    _tell(progress, 3)
    result = _result(votes, work, model, steps, chosen, decision, seed, options, previous)
    progress("done", len(STAGES), len(STAGES))
    return result


def _tell(progress: Progress, stage: int) -> None:
    progress(STAGES[stage], stage, len(STAGES))


def _ladder(work: Work, model: Fitted, previous: OpinionAnalysis | None) -> list[Step]:
    sample = work.opinions.first(LADDER_SAMPLE)
    places = model.space.places(model.factors.means[: sample.n_people])
    return ladder_of(
        sample, model.factors, places, STEADINESS_SAMPLE, _before(work, sample.n_people, previous)
    )


def _before(work: Work, people: int, previous: OpinionAnalysis | None) -> Floats | None:
    """The previous groups of the first people as shares of classes (people, k); None for fewer than two."""
    if previous is None or len(k := set(previous.group_of.values())) < 2:
        return None
    groups = max(k) + 1
    labels = np.array([previous.group_of.get(name, groups) for name in work.names[:people]])
    return np.where((labels == groups)[:, None], 1 / groups, hard(labels, groups + 1)[:, :groups])


def _decision(
    steps: list[Step], evidence: float | None, work: Work, previous: OpinionAnalysis | None
) -> Decision:
    votes = work.crowd.n_votes
    if evidence is None:
        return Decision(1, None, None, votes)
    return decided(steps, evidence, votes, previous.decision if previous is not None else None)


def _result(
    votes: VoteMatrix,
    work: Work,
    model: Fitted,
    steps: list[Step],
    chosen: Classes | None,
    decision: Decision,
    seed: int,
    options: Options,
    previous: OpinionAnalysis | None,
) -> OpinionAnalysis:
    statement_ids = work.votes.statement_ids
    group_of, membership = _grouping(work, chosen)
    standing = standing_of(cross_fitted(work.counted, chosen)) if chosen is not None else None
    shares = _shares(group_of, 1 if chosen is None else len(chosen.shares))
    agreement = agreement_of(model.factors.first(MOST_FITTED), work.counted.first(MOST_FITTED))
    lowest = _lowest(standing, shares) if standing is not None else None
    places = _places(work, model)
    axes = _axes(model, statement_ids)
    rungs = tuple(_rungs(work, model.factors, steps))
    people, statements = _landscapes(votes, seed, options, axes)
    return OpinionAnalysis(
        engine=ENGINE,
        version=VERSION,
        seed=seed,
        parameters=parameters_of(options, LIBRARIES),
        statement_ids=statement_ids,
        groups=tuple(_groups(group_of, standing, statement_ids)),
        places=places,
        group_of=group_of,
        axes=axes,
        group_centres=centres_of(places, group_of),
        consensus=consensus_items(agreement, statement_ids, lowest),
        divisive=() if standing is None else divisive(standing, shares, _agreeing(work), statement_ids),
        minority_voices=tuple(voices_of(work, steps)),
        extremity=_named(statement_ids, np.hypot(*np.array(axes.components).reshape(2, -1))),
        priorities=_named(statement_ids, uncertainty_of(model.factors)),
        membership=membership,
        landscape=people,
        statement_landscape=statements,
        ladder=rungs,
        explained=next((rung.explained for rung in rungs if rung.k == decision.k), None),
        decision=decision,
        change=_change(axes, group_of, previous),
        notes=tuple(_notes(work, votes, decision, options)),
    )


def _named(names: tuple[Id, ...], figures: Floats) -> dict[Id, float]:
    return dict(zip(names, figures.tolist(), strict=True))


def _spread(work: Work, step: Step) -> Classes:
    """The classes of a step, found on a sample, fitted to everybody who is counted."""
    classes, opinions = step.classes, work.opinions
    if len(classes.responsibilities) == opinions.n_people:
        return classes
    start = np.empty((opinions.n_people, step.k))
    expected(opinions, classes.shares, classes.agree, start, np.zeros((opinions.n_statements, 2, step.k)))
    return fit_classes(opinions, start, overall=shares_of(opinions), steps=SPREAD_STEPS)


def _in_order(work: Work, classes: Classes, previous: OpinionAnalysis | None) -> Classes:
    """The classes by their ids: biggest first, or as in the previous analysis."""
    labels, k = classes.labels, len(classes.shares)
    rank = np.empty(k, np.int64)
    rank[np.argsort(-np.bincount(labels, minlength=k), kind="stable")] = np.arange(k)
    names = work.names[: work.counted.n_people]
    found = dict(zip(names, rank[labels].tolist(), strict=True))
    kept = relabelled(found, previous)
    name = dict(zip(found.values(), kept.values(), strict=True))
    place = np.argsort([name.get(group, group) for group in rank.tolist()])
    return replace(
        classes,
        responsibilities=classes.responsibilities[:, place],
        agree=classes.agree[:, place],
        shares=classes.shares[place],
    )


def _grouping(work: Work, classes: Classes | None) -> tuple[dict[Id, int], dict[Id, float]]:
    """The group of each person who is in one, and how probable it is; all are one group without classes."""
    if classes is None:
        return dict.fromkeys(work.everyone, 0), {}
    shares, names = work.crowd.memberships(work.grouped, classes), work.names
    return (
        dict(zip(names, shares.argmax(axis=1).tolist(), strict=True)),
        dict(zip(names, shares.max(axis=1).tolist(), strict=True)),
    )


def _shares(group_of: Mapping[Id, int], k: int) -> Floats:
    """The share of people in each group (k,); a class may be nobody's likeliest."""
    sizes = np.bincount(np.fromiter(group_of.values(), np.int64, len(group_of)), minlength=k)
    shares: Floats = sizes / sizes.sum()
    return shares


def _groups(
    group_of: Mapping[Id, int], standing: Standing | None, statement_ids: tuple[Id, ...]
) -> Iterator[OpinionGroup]:
    names = np.fromiter(group_of, object, len(group_of))
    labels = np.fromiter(group_of.values(), np.int64, len(group_of))
    for group in np.unique(labels).tolist():
        people = tuple(names[labels == group].tolist())
        # One group of everyone stands out from nobody.
        named = representatives(standing, group, statement_ids) if standing is not None else ()
        yield OpinionGroup(group, len(people), people, named)


def _lowest(standing: Standing, shares: Floats) -> dict[Direction, Floats]:
    """The smallest share that says so of the groups with a tenth of the people or more, by direction (C,)."""
    large = shares >= LARGE_GROUP
    spoken = standing.successes / np.maximum(standing.votes, 1)
    least = np.where(standing.votes[:, large] > 0, spoken[:, large], 1.0).min(axis=1)
    return {"agree": least[0], "disagree": least[1]}


def _agreeing(work: Work) -> Floats:
    """The share of all votes on each statement that agree, passes included, shrunk (C,)."""
    counts = work.counted.counts
    shares: Floats = (counts[:, 0] + 1) / (counts.sum(axis=1) + 2)
    return shares


def _rungs(work: Work, factors: Factors, steps: list[Step]) -> Iterator[Rung]:
    if not steps:
        return
    sample = len(steps[0].classes.responsibilities)
    explained = explained_by(work.opinions.first(sample), factors, steps)
    for step in steps:
        smallest = of_all(work, step, int(step.sizes.min()))
        yield Rung(step.k, smallest, step.admissible(sample), step.steadiness, explained[step.k])


def _places(work: Work, model: Fitted) -> dict[Id, Point]:
    """Everybody's place on the map; without a vote that counts, where somebody unknown is to be expected."""
    along, across = model.space.places(model.people)[:, :2].T.tolist()
    places = dict(zip(work.votes.participant_ids, zip(along, across, strict=True), strict=True))
    x, y = model.space.places(np.zeros((1, RANK + 1)))[0, :2].tolist()
    for name in work.everyone[len(places) :]:
        places[name] = (x, y)
    return places


def _axes(model: Fitted, statement_ids: tuple[Id, ...]) -> Axes:
    statements, space = model.factors.statements, model.space
    means = statements.means
    first, second = (tuple(row) for row in space.pulls(statements)[:2].tolist())
    turn = tuple(map(tuple, space.turn[:2].tolist()))
    return Axes(
        statement_ids=statement_ids,
        center=tuple(np.tanh(means[:, 0] / 2).tolist()),
        components=(first, second),
        model=Model(
            tuple(map(tuple, np.round(statements.moments[:, :PACKED], MOMENT_DIGITS).tolist())),
            statements.variance,
            tuple(space.origin.tolist()),
            (turn[0], turn[1]),
        ),
    )


def _change(axes: Axes, group_of: Mapping[Id, int], previous: OpinionAnalysis | None) -> Change | None:
    if previous is None or not previous.group_of:
        return None
    both = [(group, previous.group_of[name]) for name, group in group_of.items() if name in previous.group_of]
    mine, before = shared_components(previous.axes, axes.statement_ids, np.array(axes.components))
    k_before = len(set(previous.group_of.values()))
    return Change(len(both), sum(one != other for one, other in both), k_before, correlations(mine, before))


def _notes(work: Work, votes: VoteMatrix, decision: Decision, options: Options) -> Iterator[str]:
    """What a reader must know about the result. A sentence with a figure tells an exact count."""
    if decision.evidence is None:
        yield _too_few(len(work.grouped), options)
    elif decision.k == 1:
        yield NO_EVIDENCE
    elif len(work.grouped) < votes.shape[0]:
        left_out, people = votes.shape[0] - len(work.grouped), votes.shape[0]
        yield f"{left_out} of {people} voters have too few votes to be in a group."


def _too_few(people: int, options: Options) -> str:
    return f"{people} people with enough votes are too few for opinion groups, which need {_needed(options)}."


def _needed(options: Options) -> int:
    return max(options.min_people, 2 * FEWEST_PEOPLE)


def _nothing(everyone: tuple[Id, ...], seed: int, options: Options) -> OpinionAnalysis:
    """The analysis where nobody voted on a statement that counts."""
    return OpinionAnalysis(
        engine=ENGINE,
        version=VERSION,
        seed=seed,
        parameters=parameters_of(options, LIBRARIES),
        statement_ids=(),
        groups=(OpinionGroup(0, len(everyone), everyone, ()),) if everyone else (),
        places=dict.fromkeys(everyone, (0.0, 0.0)),
        group_of=dict.fromkeys(everyone, 0),
        axes=Axes((), (), ((), ())),
        group_centres={0: (0.0, 0.0)} if everyone else {},
        notes=(_too_few(0, options),),
    )


def _landscapes(votes: VoteMatrix, seed: int, options: Options, axes: Axes) -> Landscapes:
    """Of people and of statements; neither unless asked for, since umap takes seconds to import."""
    if not options.landscape:
        return None, None
    from clustering.landscape import landscapes

    return landscapes(votes, seed=seed, removed=options.removed, axes=axes)
