"""An order of people and statements that depends only on how they voted.

Arrival order and ids must not change a result: sums of floats, seeds of k-means and random masks all
follow some order. This one is made by colour refinement: a person is known by the statements they voted on
and how, a statement by the people who voted on it, round after round, until nobody new is told apart.
"""

from collections.abc import Sequence
from itertools import count
from typing import Any

import numpy as np
from numpy.typing import NDArray

Hashes = NDArray[np.uint64]
Order = NDArray[np.intp]

FEWEST_ROUNDS, MAX_ROUNDS = 2, 16
AT_ONCE = 2**15  # votes
PERSON, STATEMENT = 1, 2  # the first hash of each


def canonical_order(
    rows: NDArray[np.int32],
    columns: NDArray[np.int32],
    values: NDArray[np.int8],
    participant_ids: Sequence[Any],
    statement_ids: Sequence[Any],
) -> tuple[Order, Order]:
    """Return (order of people (P,), order of statements (C,)): positions, sorted by what was voted.

    Twins, whose votes cannot tell them apart, are ordered by the text of their id, so that the order of
    the rows never matters; renaming can then only exchange twins.
    """
    people, statements = refined(rows, columns, values, (len(participant_ids), len(statement_ids)))
    return order_of(people, participant_ids), order_of(statements, statement_ids)


def refined(
    rows: NDArray[np.int32], columns: NDArray[np.int32], values: NDArray[np.int8], shape: tuple[int, int]
) -> tuple[Hashes, Hashes]:
    """Colour refinement with 64-bit wrapping sums: (hash per person (P,), hash per statement (C,)).

    At least two rounds, then until no round tells more people or statements apart.
    """
    people, statements = np.full(shape[0], PERSON, np.uint64), np.full(shape[1], STATEMENT, np.uint64)
    told_apart = -1
    for done in count(1):
        statements = next_statements(statements, statement_sums(rows, columns, values, people, shape[1]))
        people = next_people(rows, columns, values, people, statements)
        before, told_apart = told_apart, different(people, statements)
        if enough_rounds(done, before, told_apart):
            break
    return people, statements


def statement_sums(
    rows: NDArray[np.int32], columns: NDArray[np.int32], values: NDArray[np.int8], people: Hashes, length: int
) -> Hashes:
    """What these people are to the statements (C,); the sums of parts of the people add up."""
    return _summed((people * np.uint64(3), rows), values, 0x9E3779B97F4A7C15, columns, length)


def next_statements(statements: Hashes, sums: Hashes) -> Hashes:
    """The statements of the next round (C,), from the sums over everybody."""
    return _mix(statements * np.uint64(7) + np.uint64(1) + sums)


def next_people(
    rows: NDArray[np.int32],
    columns: NDArray[np.int32],
    values: NDArray[np.int8],
    people: Hashes,
    statements: Hashes,
) -> Hashes:
    """The people of the next round (P,); each depends on their own votes alone."""
    met = statements * np.uint64(5), columns
    sums = _summed(met, values, 0xD1B54A32D192ED03, rows, len(people))
    return _mix(people * np.uint64(11) + np.uint64(3) + sums)


def different(people: Hashes, statements: Hashes) -> int:
    """How many people and statements are told apart."""
    return sum(
        int((np.diff(np.sort(hashes)) != 0).sum()) + min(1, len(hashes)) for hashes in (people, statements)
    )


def enough_rounds(done: int, before: int, told_apart: int) -> bool:
    """Whether another round can tell nobody new apart."""
    return done >= MAX_ROUNDS or (done >= FEWEST_ROUNDS and told_apart <= before)


def _summed(
    met: tuple[Hashes, NDArray[np.int32]],
    values: NDArray[np.int8],
    weight: int,
    of: NDArray[np.int32],
    length: int,
) -> Hashes:
    """For each thing in `of` (n,) the sum over its votes, each the mixed hash of what it met and how.

    `met`: hashes and which of them each vote met. (vote + 2) is weighed. So many votes at a time as stay in
    the processor's own memory.
    """
    # Arrays, not scalars: numpy wraps arrays silently and warns about scalars.
    weights = np.arange(1, 4, dtype=np.uint64) * np.array([weight], np.uint64)
    sums = np.zeros(length, np.uint64)
    for start in range(0, len(values), AT_ONCE):
        part = slice(start, start + AT_ONCE)
        hashes = met[0][met[1][part]]
        hashes += weights[values[part] + 1]
        np.add.at(sums, of[part], _mix(hashes))
    return sums


def _mix(x: Hashes) -> Hashes:
    """The finaliser of splitmix64 (Steele, Lea and Flood 2014): spreads every bit over all 64."""
    mixed: Hashes = x ^ (x >> np.uint64(30))
    mixed *= np.uint64(0xBF58476D1CE4E5B9)
    mixed ^= mixed >> np.uint64(27)
    mixed *= np.uint64(0x94D049BB133111EB)
    mixed ^= mixed >> np.uint64(31)
    return mixed


def order_of(hashes: Hashes, ids: Sequence[Any]) -> Order:
    """Positions sorted by hash; those with one hash by the text of their id."""
    order = np.argsort(hashes, kind="stable")
    ranked = hashes[order]
    starts = np.flatnonzero(np.r_[True, ranked[1:] != ranked[:-1]]) if len(ranked) else np.array([], int)
    ends = np.r_[starts[1:], len(ranked)]
    for start, end in zip(starts[ends - starts > 1], ends[ends - starts > 1], strict=True):
        order[start:end] = sorted(order[start:end], key=lambda i: str(ids[i]))
    return order
