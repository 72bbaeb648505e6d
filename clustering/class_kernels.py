"""The compiled loops of the latent classes and of their seeds; see `clustering.kernels`."""

from collections.abc import Callable

import numpy as np

from clustering.kernels import Floats, Ints, Places, Votes, compiled

# So many classes at most in each kind of loop; of a fixed length they are worked through several at a time.
LANES = (2, 4, 8)


def _counting(lanes: int) -> Callable[[Ints, Places, Votes, Floats, Floats, Floats, Floats], float]:
    @compiled
    def counting(
        starts: Ints,
        statements: Places,
        votes: Votes,
        log_shares: Floats,
        log_chances: Floats,
        responsibilities: Floats,
        counts: Floats,
    ) -> float:
        k, cells = len(log_shares), 2 * len(counts)
        chances, added = np.zeros((cells, lanes)), np.zeros((cells, lanes))
        for cell in range(cells):
            for g in range(k):
                chances[cell, g] = log_chances[cell // 2, cell % 2, g]
        likelihood = 0.0
        mine = np.zeros(lanes)
        for i in range(len(starts) - 1):
            for g in range(k):
                mine[g] = log_shares[g]
            for n in range(starts[i], starts[i + 1]):
                at = np.uint64(2 * statements[n] + (votes[n] > 0))
                for g in range(lanes):
                    mine[g] += chances[at, g]
            most = mine[:k].max()
            total = 0.0
            for g in range(k):
                mine[g] = np.exp(mine[g] - most)
                total += mine[g]
            likelihood += most + np.log(total)
            for g in range(k):
                mine[g] /= total
                responsibilities[i, g] = mine[g]
            for n in range(starts[i], starts[i + 1]):
                at = np.uint64(2 * statements[n] + (votes[n] > 0))
                for g in range(lanes):
                    added[at, g] += mine[g]
        for cell in range(cells):
            for g in range(k):
                counts[cell // 2, cell % 2, g] += added[cell, g]
        return likelihood

    return counting


_COUNTING = {lanes: _counting(lanes) for lanes in LANES}


def class_counts(
    starts: Ints,
    statements: Places,
    votes: Votes,
    log_shares: Floats,
    log_chances: Floats,
    responsibilities: Floats,
    counts: Floats,
) -> float:
    """One step of expectation, and the counts for the step of maximisation; returns the log-likelihood.

    `votes` are +1 and -1 alone. `log_shares` (k,), k at most 8; `log_chances` (C, 2, k): of disagreeing, of
    agreeing. `responsibilities` (P, k) are written, `counts` (C, 2, k) added to.
    Raises ValueError for more classes.
    """
    lanes = next((lanes for lanes in LANES if lanes >= len(log_shares)), None)
    if lanes is None:
        raise ValueError(f"At most {LANES[-1]} classes.")
    return _COUNTING[lanes](starts, statements, votes, log_shares, log_chances, responsibilities, counts)


@compiled
def count_by_class(
    starts: Ints, statements: Places, votes: Votes, responsibilities: Floats, counts: Floats
) -> None:
    """Votes by class, for given shares of everybody in the classes, added to `counts` (C, 2, k)."""
    for i in range(len(responsibilities)):
        for n in range(starts[i], starts[i + 1]):
            way = np.int64(votes[n] > 0)
            for g in range(responsibilities.shape[1]):
                counts[statements[n], way, g] += responsibilities[i, g]


@compiled
def maximise(
    counts: Floats,
    people: Floats,
    overall: Floats,
    n_people: int,
    prior: float,
    shares: Floats,
    agree: Floats,
    log_shares: Floats,
    log_chances: Floats,
) -> float:
    """The step of maximisation from `counts` (C, 2, k) and `people` (k,), both by class; returns the penalty.

    Writes `shares` (k,), `agree` (C, k), and the logarithms that the next step of expectation wants: of the
    shares (k,) and of disagreeing and agreeing (C, 2, k).
    """
    penalty = 0.0
    for g in range(len(people)):
        shares[g] = (people[g] + 1) / (n_people + len(people))
        log_shares[g] = np.log(shares[g])
        penalty += log_shares[g]
    for j in range(len(agree)):
        for g in range(len(people)):
            cast = counts[j, 0, g] + counts[j, 1, g]
            agree[j, g] = (counts[j, 1, g] + prior * overall[j]) / (cast + prior)
            no, yes = np.log1p(-agree[j, g]), np.log(agree[j, g])
            log_chances[j, 0, g], log_chances[j, 1, g] = no, yes
            penalty += prior * (overall[j] * yes + (1 - overall[j]) * no)
    return penalty


@compiled
def lloyd(points: Floats, centres: Floats, steps: int) -> Ints:
    """Labels (P,) after at most so many of Lloyd's steps (1982) from `centres` (k, m); of equals, the first.

    `centres` are moved. A cluster that runs empty stays where it is.
    """
    (n, width), k = points.shape, len(centres)
    labels = np.full(n, -1)
    sums, counts = np.empty((k, width)), np.empty(k)
    for _ in range(steps):
        moved = False
        sums[:] = 0.0
        counts[:] = 0.0
        for i in range(n):
            nearest, least = 0, np.inf
            for g in range(k):
                distance = 0.0
                for a in range(width):
                    distance += (points[i, a] - centres[g, a]) ** 2
                if distance < least:
                    nearest, least = g, distance
            moved = moved or labels[i] != nearest
            labels[i] = nearest
            counts[nearest] += 1.0
            for a in range(width):
                sums[nearest, a] += points[i, a]
        if not moved:
            break
        for g in range(k):
            if counts[g] > 0:
                for a in range(width):
                    centres[g, a] = sums[g, a] / counts[g]
    return labels
