"""The votes that count and the model fitted to them: what the answers of the default engine are made of."""

from dataclasses import dataclass

import numpy as np

from clustering.ballots import Ballots
from clustering.crowd import Crowd, Here
from clustering.factors import Factors, Statements, extended, fit_factors
from clustering.kernels import RANK, Floats, Ints
from clustering.labels import aligning, shared_components
from clustering.matrix import Id, VoteMatrix
from clustering.options import Options
from clustering.results import OpinionAnalysis
from clustering.space import Space, space_of

VOTES_TO_BE_GROUPED = RANK + 2
MOST_FITTED = 3_000  # people are enough for the factors; the rest are placed by them
MOST_COUNTED = 20_000  # people are enough for what groups say and for consensus


@dataclass(frozen=True, eq=False)
class Work:
    """The votes that count: statements that were not removed, people with a vote on one, canonical order.

    `crowd`: everybody's ballots. `grouped` (G,): the people with enough votes to be in a group. `counted`:
    the ballots of the first of them, 20,000 at most, which groups and consensus are made of; `opinions`:
    theirs without passes. `everyone`: those with votes that count, then the rest. Of `votes` only the names
    are looked at.
    """

    votes: VoteMatrix
    crowd: Crowd
    grouped: Ints
    counted: Ballots
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
    counted = ballots.of_people(grouped[:MOST_COUNTED])
    return Work(kept, Here(ballots), grouped, counted, counted.opinions, _everyone(votes, kept))


def _everyone(votes: VoteMatrix, kept: VoteMatrix) -> tuple[Id, ...]:
    if len(kept.participant_ids) == len(votes.participant_ids):
        return kept.participant_ids
    known = set(kept.participant_ids)
    return (
        *kept.participant_ids,
        *(name for name in votes.canonical().participant_ids if name not in known),
    )


def fitted_to(work: Work, previous: OpinionAnalysis | None) -> Fitted:
    """The model and the map; everybody who is not among the people it was fitted to is placed by it."""
    sample = work.opinions.first(MOST_FITTED)
    factors = fit_factors(sample)
    if sample is not work.opinions:
        factors = extended(factors, work.opinions)
    space = space_of(factors.statements, factors.means, work.opinions.counts.sum(axis=1))
    space = _following(space, factors.statements, work.votes.statement_ids, previous)
    return Fitted(factors, space, _everybody(work, factors))


def _everybody(work: Work, factors: Factors) -> Floats:
    """E (u, b) of everybody (P, d + 1)."""
    people = np.empty((work.crowd.n_people, RANK + 1))
    known = work.grouped[: work.counted.n_people]
    rest = np.ones(len(people), bool)
    rest[known] = False
    if rest.sum() > len(known):  # leaving out the known would take longer
        rest[:] = True
    people[rest] = work.crowd.projected(np.flatnonzero(rest), factors.statements)
    people[known] = factors.means
    return people


def _following(
    space: Space, statements: Statements, statement_ids: tuple[Id, ...], previous: OpinionAnalysis | None
) -> Space:
    """The space with its first two axes turned to lie as they did before."""
    if previous is None:
        return space
    mine, before = shared_components(previous.axes, statement_ids, space.pulls(statements)[:2])
    return Space(space.origin, np.concatenate((aligning(mine, before) @ space.turn[:2], space.turn[2:])))
