"""Representative statements: what marks a group out from everybody else, and what divides the groups."""

from dataclasses import dataclass

import numpy as np

from clustering.intervals import Flags, discoveries, newcombe_of, two_proportion_z, two_sided, wilson_of
from clustering.kernels import Floats
from clustering.matrix import Counts, Id
from clustering.results import Direction, DivisiveItem, Representative

FALSE_RATE = 0.10
FEWEST_VOTES = 10  # in the group, and outside it
MOST_NAMED = 10
MAJORITY = 0.5
PRIOR = 10.0
WAYS: tuple[Direction, Direction] = ("agree", "disagree")


@dataclass(frozen=True, eq=False)
class Standing:
    """How groups stand on statements, by way (agree, disagree): arrays (2, k, C).

    `z` is the two-proportion z of group against rest; `believed` are the differences that hold with at most a
    tenth of them false, with enough votes behind them.
    """

    successes: Floats
    votes: Floats
    successes_outside: Floats
    votes_outside: Floats
    z: Floats
    believed: Flags


def standing_of(counts: Counts, fewest_votes: int = FEWEST_VOTES) -> Standing:
    """From votes by group, statement and way (k, C, 3), counted on votes not used to find the groups.

    One test for each group, statement and direction that has votes enough, one-sided; Benjamini and Hochberg
    over all of them. Passes count as votes.
    """
    successes = counts[:, :, :2].transpose(2, 0, 1).astype(float)
    votes = np.broadcast_to(counts.sum(axis=2).astype(float), successes.shape)
    outside = successes.sum(axis=1, keepdims=True) - successes
    votes_outside = votes.sum(axis=1, keepdims=True) - votes
    z = two_proportion_z(successes, votes, outside, votes_outside)
    tested = (votes >= fewest_votes) & (votes_outside >= fewest_votes)
    beyond = np.where(z[tested] > 0, two_sided(z[tested]) / 2, 1 - two_sided(z[tested]) / 2)
    believed = np.zeros(z.shape, bool)
    believed[tested] = discoveries(beyond, FALSE_RATE)
    return Standing(successes, votes, outside, votes_outside, z, believed & (z > 0))


def representatives(
    standing: Standing, group: int, statement_ids: tuple[Id, ...]
) -> tuple[Representative, ...]:
    """At most 10 statements that most of the group goes one way on and others less, farthest apart first."""
    share = standing.successes / np.maximum(standing.votes, 1)
    named = standing.believed[:, group] & (share[:, group] > MAJORITY)
    found = [(-standing.z[way, group, j], j, way) for way, j in np.argwhere(named).tolist()]
    return tuple(
        _representative(standing, group, way, j, statement_ids[j]) for _, j, way in sorted(found)[:MOST_NAMED]
    )


def _representative(standing: Standing, group: int, way: int, j: int, name: Id) -> Representative:
    figures = [
        np.array([array[way, group, j]])
        for array in (standing.successes, standing.votes, standing.successes_outside, standing.votes_outside)
    ]
    (successes, votes, outside, votes_outside) = figures
    low, high = wilson_of(successes, votes)
    difference = newcombe_of(*figures)
    return Representative(
        name,
        WAYS[way],
        int(votes[0]),
        int(successes[0]),
        float(successes[0] / votes[0]),
        float(low[0]),
        float(high[0]),
        float(standing.z[way, group, j]),
        int(votes_outside[0]),
        int(outside[0]),
        (float(difference[0][0]), float(difference[1][0]), float(difference[2][0])),
    )


def divisive(
    standing: Standing, shares: Floats, overall: Floats, statement_ids: tuple[Id, ...]
) -> tuple[DivisiveItem, ...]:
    """Statements on which some group is believed to differ, by the variance of agreeing between groups.

    sum_g s_g (p_gj - p_j)^2 with `shares` s (k,) of people and p_gj the share that agrees, shrunk by ten
    votes towards `overall` (C,), the share of everybody that agrees.
    """
    agree = (standing.successes[0] + PRIOR * overall) / (standing.votes[0] + PRIOR)
    mean = shares @ agree
    variance = shares @ (agree - mean) ** 2
    listed = np.flatnonzero(standing.believed.any(axis=(0, 1)))
    order = listed[np.argsort(-variance[listed], kind="stable")]
    return tuple(DivisiveItem(statement_ids[j], float(variance[j])) for j in order)
