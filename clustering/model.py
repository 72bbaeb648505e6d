"""The votes that count and the model fitted to them: what the answers of the default engine are made of."""

from dataclasses import dataclass

import numpy as np

from clustering.ballots import Ballots
from clustering.factors import Factors, Statements, fit_factors, projected
from clustering.kernels import RANK, Floats, Ints
from clustering.labels import aligning, shared_components
from clustering.matrix import Id, VoteMatrix
from clustering.options import Options
from clustering.results import OpinionAnalysis
from clustering.space import Space, space_of

VOTES_TO_BE_GROUPED = RANK + 2
MOST_FITTED = 20_000  # people are enough for every model; the rest are placed by it


@dataclass(frozen=True, eq=False)
class Work:
    """The votes that count: statements that were not removed, people with a vote on one, canonical order.

    `grouped` (G,): the people with enough votes to be in a group. `fitted`: the ballots of the first of them,
    which models are fitted to, and their opinions alone. `everyone`: those with votes that
    count, then the rest.
    """

    votes: VoteMatrix
    ballots: Ballots
    grouped: Ints
    fitted: Ballots
    opinions: Ballots

    everyone: tuple[Id, ...]

    @property
    def names(self) -> list[Id]:
        """The grouped people."""
        return [self.votes.participant_ids[i] for i in self.grouped.tolist()]


@dataclass(frozen=True, eq=False)
class Fitted:
    """The model, the map, and E (u, b) (P, d + 1) of everybody in it."""

    factors: Factors
    space: Space
    people: Floats


def work_of(votes: VoteMatrix, options: Options) -> Work:
    kept = votes.without(options.removed).canonical()
    ballots = Ballots.of(kept)
    enough = min(VOTES_TO_BE_GROUPED, kept.shape[1])
    grouped = np.flatnonzero(kept.votes_per_participant >= max(enough, 1))
    fitted = ballots.of_people(grouped[:MOST_FITTED])
    return Work(kept, ballots, grouped, fitted, fitted.opinions, _everyone(votes, kept))


def _everyone(votes: VoteMatrix, kept: VoteMatrix) -> tuple[Id, ...]:
    if len(kept.participant_ids) == len(votes.participant_ids):
        return kept.participant_ids
    known = set(kept.participant_ids)
    return (
        *kept.participant_ids,
        *(name for name in votes.canonical().participant_ids if name not in known),
    )


def fitted_to(work: Work, previous: OpinionAnalysis | None) -> Fitted:
    factors = fit_factors(work.opinions)
    space = space_of(factors.statements, factors.means, work.opinions.counts.sum(axis=1))
    space = _following(space, factors.statements, work.votes.statement_ids, previous)
    return Fitted(factors, space, projected(work.ballots.opinions, factors.statements))


def _following(
    space: Space, statements: Statements, statement_ids: tuple[Id, ...], previous: OpinionAnalysis | None
) -> Space:
    """The space with its first two axes turned to lie as they did before."""
    if previous is None:
        return space
    mine, before = shared_components(previous.axes, statement_ids, space.pulls(statements)[:2])
    return Space(space.origin, np.concatenate((aligning(mine, before) @ space.turn[:2], space.turn[2:])))
