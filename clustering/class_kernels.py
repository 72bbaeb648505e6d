"""The compiled loops of the latent classes; see `clustering.kernels`."""

import numpy as np

from clustering.kernels import Floats, Ints, Places, Votes, compiled


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

    `votes` are +1 and -1 alone. `log_shares` (k,); `log_chances` (C, 2, k): of disagreeing, of agreeing.
    `responsibilities` (P, k) are written, `counts` (C, 2, k) added to.
    """
    k = len(log_shares)
    likelihood = 0.0
    mine = np.empty(k)
    for i in range(len(starts) - 1):
        mine[:] = log_shares
        for n in range(starts[i], starts[i + 1]):
            way = np.int64(votes[n] > 0)
            for g in range(k):
                mine[g] += log_chances[statements[n], way, g]
        most = mine.max()
        total = 0.0
        for g in range(k):
            mine[g] = np.exp(mine[g] - most)
            total += mine[g]
        likelihood += most + np.log(total)
        for g in range(k):
            mine[g] /= total
            responsibilities[i, g] = mine[g]
        for n in range(starts[i], starts[i + 1]):
            way = np.int64(votes[n] > 0)
            for g in range(k):
                counts[statements[n], way, g] += mine[g]
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
