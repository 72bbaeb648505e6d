"""Unusual ballots: screened with each analysis, in its process, and the result once more without them.

Nobody is removed: the published result is always that of everybody.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import permutations
from typing import Any, Protocol

from charters.terms import Publication
from clustering.matrix import Id, VoteMatrix
from clustering.results import OpinionAnalysis
from clustering.screen import screen, without
from deliberation.opinion.arrivals import Arrivals
from deliberation.publishing.results import result_of
from deliberation.publishing.said import Said
from deliberation.publishing.screened import Both, screening_document


class Analysed(Protocol):
    """What was analysed, and how it may be published."""

    @property
    def votes(self) -> VoteMatrix: ...
    @property
    def statements(self) -> Sequence[Said]: ...
    @property
    def publication(self) -> Publication: ...
    @property
    def came(self) -> Arrivals: ...
    @property
    def first_votes(self) -> Mapping[Id, float]: ...
    @property
    def today(self) -> date: ...


def screened(
    task: Analysed, analysis: OpinionAnalysis, *, again: Callable[[VoteMatrix], OpinionAnalysis]
) -> dict[str, Any]:
    """What a facilitator may see of the screen. `again` analyses other votes as these were analysed."""

    def document(made: OpinionAnalysis, votes: VoteMatrix) -> dict[str, Any]:
        return result_of(made, votes, task.statements, task.publication, came=task.came, today=task.today)

    def both(people: frozenset[Id]) -> Both:
        rest = without(task.votes, people)
        return document(analysis, task.votes), document(lettered(again(rest), analysis), rest)

    found = screen(task.votes, first_votes=task.first_votes)
    return screening_document(found, task.publication.profile, both)


def lettered(analysis: OpinionAnalysis, like: OpinionAnalysis) -> OpinionAnalysis:
    """The same groups under the ids of another analysis: those under which most people stay.

    Where the other has as many groups; else as they are.
    """
    own, others = [group.id for group in analysis.groups], [group.id for group in like.groups]
    if len(own) != len(others):
        return analysis
    shared = Counter(
        (group, like.group_of[person])
        for person, group in analysis.group_of.items()
        if person in like.group_of
    )
    orders = permutations(others)
    best = max(orders, key=lambda order: sum(shared[pair] for pair in zip(own, order, strict=True)))
    called = dict(zip(own, best, strict=True))
    groups = [replace(group, id=called[group.id]) for group in analysis.groups]
    return replace(
        analysis,
        groups=tuple(sorted(groups, key=lambda group: group.id)),
        group_of={person: called[group] for person, group in analysis.group_of.items()},
        group_centres={called[group]: place for group, place in analysis.group_centres.items()},
    )
