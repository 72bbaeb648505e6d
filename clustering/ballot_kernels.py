"""The compiled loops that choose among votes and put them by statement; see `clustering.kernels`."""

import numpy as np

from clustering.intervals import Flags
from clustering.kernels import Ints, Places, Votes, compiled


@compiled
def columns_of(
    starts: Ints, statements: Places, votes: Votes, n_statements: int
) -> tuple[Ints, Places, Votes]:
    """The same votes by statement: (starts (C + 1,), person of each, vote of each), people rising."""
    column_starts = np.zeros(n_statements + 1, np.int64)
    for statement in statements:
        column_starts[statement + 1] += 1
    for j in range(n_statements):
        column_starts[j + 1] += column_starts[j]
    at = column_starts[:-1].copy()
    people, values = np.empty(len(statements), np.int32), np.empty(len(statements), np.int8)
    for i in range(len(starts) - 1):
        for n in range(starts[i], starts[i + 1]):
            j = statements[n]
            people[at[j]], values[at[j]] = i, votes[n]
            at[j] += 1
    return column_starts, people, values


@compiled
def kept_of(starts: Ints, statements: Places, votes: Votes, kept: Flags) -> tuple[Ints, Places, Votes]:
    """The votes marked (n,) alone, of the same people: starts, statements, votes."""
    count = 0
    for mark in kept:
        count += mark
    kept_starts = np.zeros(len(starts), np.int64)
    kept_statements, kept_votes = np.empty(count, np.int32), np.empty(count, np.int8)
    at = 0
    for i in range(len(starts) - 1):
        for n in range(starts[i], starts[i + 1]):
            if kept[n]:
                kept_statements[at], kept_votes[at] = statements[n], votes[n]
                at += 1
        kept_starts[i + 1] = at
    return kept_starts, kept_statements, kept_votes


@compiled
def rows_of(starts: Ints, statements: Places, votes: Votes, people: Ints) -> tuple[Ints, Places, Votes]:
    """The votes of these people alone: starts, statements, votes."""
    taken_starts = np.zeros(len(people) + 1, np.int64)
    for n, i in enumerate(people):
        taken_starts[n + 1] = taken_starts[n] + starts[i + 1] - starts[i]
    taken_statements = np.empty(taken_starts[-1], np.int32)
    taken_votes = np.empty(taken_starts[-1], np.int8)
    for n, i in enumerate(people):
        here, there = starts[i], taken_starts[n]
        for m in range(starts[i + 1] - here):
            taken_statements[there + m], taken_votes[there + m] = statements[here + m], votes[here + m]
    return taken_starts, taken_statements, taken_votes


@compiled
def counts_of(statements: Places, votes: Votes, n_statements: int) -> Ints:
    """Agreeing, disagreeing and passing votes on each statement (C, 3)."""
    counts = np.zeros((n_statements, 3), np.int64)
    for n in range(len(votes)):
        counts[statements[n], 0 if votes[n] > 0 else 1 if votes[n] < 0 else 2] += 1
    return counts
