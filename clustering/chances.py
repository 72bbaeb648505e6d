"""The compiled loops that turn moments into chances to agree; see `clustering.kernels`."""

import numpy as np

from clustering.kernels import F, Floats, Ints, Places, compiled


@compiled
def predict(
    people: Places, statements: Places, people_moments: Floats, statement_moments: Floats, out: Floats
) -> None:
    """P(agree) of each cell (n,)."""
    for n in range(len(people)):
        i, j = people[n], statements[n]
        square, logit = 0.0, 0.0
        t, column = 0, F - 1
        for a in range(F):
            logit += people_moments[i, a] * statement_moments[j, column]
            column += F - 1 - a
            for b in range(a, F):
                both = people_moments[i, t] * statement_moments[j, t]
                square += both if a == b else 2.0 * both
                t += 1
        out[n] = tempered(logit, square)


@compiled
def tempered(logit: float, square: float) -> float:
    """The mean of s(f) from E f and E f^2: s(f / sqrt(1 + pi v / 8)) (MacKay 1992)."""
    variance = max(square - logit * logit, 0.0)
    return float(1.0 / (1.0 + np.exp(-logit / np.sqrt(1.0 + np.pi * variance / 8.0))))


@compiled
def histograms(people_moments: Floats, statement_moments: Floats, bins: int, counts: Ints) -> None:
    """Count everybody's P(agree) of every statement into equal bins, added to `counts` (C, bins)."""
    width = people_moments.shape[1]
    doubled, linear = np.zeros(width), np.zeros(F)
    for j in range(len(statement_moments)):
        t, column = 0, F - 1
        for a in range(F):
            linear[a] = statement_moments[j, column]
            column += F - 1 - a
            for b in range(a, F):
                doubled[t] = statement_moments[j, t] if a == b else 2.0 * statement_moments[j, t]
                t += 1
        for i in range(len(people_moments)):
            square, logit = 0.0, 0.0
            for t in range(width):
                square += doubled[t] * people_moments[i, t]
            for a in range(F):
                logit += linear[a] * people_moments[i, a]
            at = int(tempered(logit, square) * bins)
            counts[j, min(at, bins - 1)] += 1
