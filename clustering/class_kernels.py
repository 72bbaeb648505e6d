"""The compiled loops of the latent classes; see `clustering.kernels`."""

import numpy as np

from clustering.kernels import Floats, Ints, Places, Votes, compiled

LANES = 8  # so many classes at most; loops of a fixed length are worked through several at a time


@compiled
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
    """
    k, cells = len(log_shares), 2 * len(counts)
    if k > LANES:
        raise ValueError("At most 8 classes.")
    chances, added = np.zeros((cells, LANES)), np.zeros((cells, LANES))
    for cell in range(cells):
        for g in range(k):
            chances[cell, g] = log_chances[cell // 2, cell % 2, g]
    likelihood = 0.0
    mine = np.zeros(LANES)
    for i in range(len(starts) - 1):
        for g in range(k):
            mine[g] = log_shares[g]
        for n in range(starts[i], starts[i + 1]):
            at = np.uint64(2 * statements[n] + (votes[n] > 0))
            for g in range(LANES):
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
            for g in range(LANES):
                added[at, g] += mine[g]
    for cell in range(cells):
        for g in range(k):
            counts[cell // 2, cell % 2, g] += added[cell, g]
    return likelihood


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
