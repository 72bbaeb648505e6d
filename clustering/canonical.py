"""An order of people and statements that depends only on how they voted.

Arrival order and ids must not change a result: sums of floats, seeds of k-means and random masks all
follow some order. This one is made by colour refinement: a person is known by the statements they voted on
and how, a statement by the people who voted on it, round after round, until nobody new is told apart.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Hashes = NDArray[np.uint64]

MAX_ROUNDS = 16


def canonical_order(
    rows: NDArray[np.int32],
    columns: NDArray[np.int32],
    values: NDArray[np.int8],
    participant_ids: Sequence[Any],
    statement_ids: Sequence[Any],
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return (order of people (P,), order of statements (C,)): positions, sorted by what was voted.

    Twins, whose votes cannot tell them apart, are ordered by the text of their id, so that the order of
    the rows never matters; renaming can then only exchange twins.
    """
    people, statements = refined(rows, columns, values, (len(participant_ids), len(statement_ids)))
    return _sorted(people, participant_ids), _sorted(statements, statement_ids)


def refined(
    rows: NDArray[np.int32], columns: NDArray[np.int32], values: NDArray[np.int8], shape: tuple[int, int]
) -> tuple[Hashes, Hashes]:
    """Colour refinement with 64-bit wrapping sums: (hash per person (P,), hash per statement (C,)).

    At least two rounds, then until no round tells more people or statements apart.
    """
    people, statements = np.full(shape[0], 1, np.uint64), np.full(shape[1], 2, np.uint64)
    # Arrays, not scalars: numpy wraps arrays silently and warns about scalars.
    vote = (values.astype(np.int64) + 2).astype(np.uint64)
    to_statement, to_person = vote * np.uint64(0x9E3779B97F4A7C15), vote * np.uint64(0xD1B54A32D192ED03)
    told_apart = -1
    for done in range(1, MAX_ROUNDS + 1):
        sums = np.zeros(shape[1], np.uint64)
        np.add.at(sums, columns, _mix(people[rows] * np.uint64(3) + to_statement))
        statements = _mix(statements * np.uint64(7) + np.uint64(1) + sums)
        sums = np.zeros(shape[0], np.uint64)
        np.add.at(sums, rows, _mix(statements[columns] * np.uint64(5) + to_person))
        people = _mix(people * np.uint64(11) + np.uint64(3) + sums)
        before, told_apart = told_apart, len(np.unique(people)) + len(np.unique(statements))
        if done >= 2 and told_apart <= before:
            break
    return people, statements


def _mix(x: Hashes) -> Hashes:
    """The finaliser of splitmix64 (Steele, Lea and Flood 2014): spreads every bit over all 64."""
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mixed: Hashes = x ^ (x >> np.uint64(31))
    return mixed


def _sorted(hashes: Hashes, ids: Sequence[Any]) -> NDArray[np.intp]:
    order = np.argsort(hashes, kind="stable")
    ranked = hashes[order]
    starts = np.flatnonzero(np.r_[True, ranked[1:] != ranked[:-1]]) if len(ranked) else np.array([], int)
    ends = np.r_[starts[1:], len(ranked)]
    for start, end in zip(starts[ends - starts > 1], ends[ends - starts > 1], strict=True):
        order[start:end] = sorted(order[start:end], key=lambda i: str(ids[i]))
    return order
