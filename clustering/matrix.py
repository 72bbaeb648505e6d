"""The votes of one consultation, as arrays.

The sign, stated once for the whole program: **agree is +1, pass is 0, disagree is -1; a statement that a
person has not voted on is absent**. Polis stores the opposite sign and exports this one.

Votes are kept as three arrays (who, what, how) and never as a dense or scipy sparse matrix: a sparse matrix
loses the difference between a pass, which is a zero, and a statement never seen.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from clustering.canonical import canonical_order

AGREE, PASS, DISAGREE = 1, 0, -1
HALF = 2**16 - 1
MANY = 100_000  # votes, from which on they are put in order row by row
AT_ONCE = 2**16  # votes
FIRST_ROWS = 2**16  # are looked at first for the order in which ids appear
TABLE_PER_ROW = 4  # a table of ids is made where it has no more entries than this for each vote

# Any hashable value. Results that are to become JSON need ids that are whole numbers or text.
Id: TypeAlias = Any
Counts: TypeAlias = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class VoteMatrix:
    """P people by C statements, with at most one vote per cell; arrays are sorted by row, then column.

    `participant_ids` (P,) and `statement_ids` (C,) stand in order of first appearance, so statements without
    any vote are not here. `rows`, `columns` (int32) and `values` (int8) have one entry per vote.
    Build it with `from_votes`, which checks its input.
    """

    participant_ids: tuple[Id, ...]
    statement_ids: tuple[Id, ...]
    rows: NDArray[np.int32]
    columns: NDArray[np.int32]
    values: NDArray[np.int8]

    def __post_init__(self) -> None:
        for array in (self.rows, self.columns, self.values):
            array.flags.writeable = False

    @classmethod
    def from_votes(
        cls, participant_ids: Sequence[Id], statement_ids: Sequence[Id], values: Sequence[int]
    ) -> "VoteMatrix":
        """Build from three equally long sequences, one entry per vote cast.

        Ids may be any hashable values; values are +1, 0 or -1. Where a person voted twice on a statement,
        the later row wins. Raises ValueError for unequal lengths or an unknown value, TypeError for an id
        that cannot be hashed; rows in messages count from 0.
        """
        _check_lengths(len(participant_ids), len(statement_ids), len(values))
        votes = _checked_values(values)
        people, rows = _numbered(participant_ids, "participant")
        statements, columns = _numbered(statement_ids, "statement")
        if len(rows) >= MANY and (rows[1:] >= rows[:-1]).all():
            cells = _row_by_row(_starts(rows, len(people)), columns, votes)
            if not ((cells[0][1:] == cells[0][:-1]) & (cells[1][1:] == cells[1][:-1])).any():
                return cls(people, statements, *cells)
        order = _cell_order(rows, columns)
        rows, columns = rows[order], columns[order]
        last = np.r_[(np.diff(rows) != 0) | (np.diff(columns) != 0), np.ones(min(1, len(rows)), bool)]
        return cls(people, statements, rows[last], columns[last], votes[order[last]])

    @property
    def shape(self) -> tuple[int, int]:
        """(people P, statements C)."""
        return len(self.participant_ids), len(self.statement_ids)

    @property
    def n_votes(self) -> int:
        """How many cells are filled, passes included."""
        return len(self.values)

    @cached_property
    def starts(self) -> Counts:
        """Where each person's votes begin and end (P + 1,)."""
        return _starts(self.rows, self.shape[0])

    @property
    def votes_per_participant(self) -> Counts:
        """Votes of each person, passes included (P,)."""
        return np.diff(self.starts)

    @cached_property
    def votes_per_statement(self) -> Counts:
        """Votes on each statement, passes included (C,)."""
        return np.bincount(self.columns, minlength=self.shape[1])

    @cached_property
    def agrees_per_statement(self) -> Counts:
        """Agreeing votes on each statement (C,)."""
        return np.bincount(self.columns[self.values == AGREE], minlength=self.shape[1])

    @cached_property
    def disagrees_per_statement(self) -> Counts:
        """Disagreeing votes on each statement (C,)."""
        return np.bincount(self.columns[self.values == DISAGREE], minlength=self.shape[1])

    def without(self, statements: Collection[Id]) -> "VoteMatrix":
        """The votes on all other statements; people without any of them are not in it."""
        removed = np.array([name in statements for name in self.statement_ids], bool)
        if not removed.any():
            return self
        kept = ~removed[self.columns]
        columns, people = np.flatnonzero(~removed), np.unique(self.rows[kept])
        row_of, column_of = np.zeros(self.shape[0], np.int32), np.zeros(self.shape[1], np.int32)
        row_of[people], column_of[columns] = np.arange(len(people)), np.arange(len(columns))
        return VoteMatrix(
            tuple(self.participant_ids[i] for i in people),
            tuple(self.statement_ids[j] for j in columns),
            row_of[self.rows[kept]],
            column_of[self.columns[kept]],
            self.values[kept],
        )

    def canonical(self) -> "VoteMatrix":
        """The same votes with people and statements in canonical order (see `clustering.canonical`)."""
        people, statements = canonical_order(
            self.rows, self.columns, self.values, self.participant_ids, self.statement_ids
        )
        columns = np.take(_places_in(statements), self.columns)
        cells = _row_by_row(self.starts, columns, self.values, people)
        return VoteMatrix(
            tuple(map(self.participant_ids.__getitem__, people.tolist())),
            tuple(map(self.statement_ids.__getitem__, statements.tolist())),
            *cells,
        )


def _check_lengths(people: int, statements: int, values: int) -> None:
    if not people == statements == values:
        raise ValueError(
            "participant_ids, statement_ids and values need the same length, one entry per vote, "
            f"but have {people}, {statements} and {values}."
        )


def _checked_values(values: Sequence[int]) -> NDArray[np.int8]:
    array = np.asarray(values)
    if not len(array):
        return np.zeros(0, np.int8)
    if array.dtype.kind in "iu" and int(array.min()) >= DISAGREE and int(array.max()) <= AGREE:
        return array.astype(np.int8)
    known = (
        np.isin(array, (AGREE, PASS, DISAGREE)) if array.dtype.kind in "iuf" else _known_one_by_one(values)
    )
    if not known.all():
        row = int(np.argmin(known))
        raise ValueError(
            f"Unknown vote {values[row]!r} at row {row} of {len(array)}: "
            "a vote is +1 (agree), 0 (pass) or -1 (disagree)."
        )
    return array.astype(np.int8)


def _known_one_by_one(values: Sequence[Any]) -> NDArray[np.bool_]:
    # Text and mixed lists reach this: '1' is not a vote, and neither is True.
    numbers = (int, float, np.integer, np.floating)
    return np.array(
        [isinstance(v, numbers) and not isinstance(v, bool) and v in (AGREE, PASS, DISAGREE) for v in values]
    )


def _numbered(ids: Sequence[Id], kind: str) -> tuple[tuple[Id, ...], NDArray[np.int32]]:
    """The distinct ids in order of first appearance, and for every row the position of its id."""
    if isinstance(ids, np.ndarray) and ids.dtype.kind in "iu":
        return _numbered_integers(ids)
    positions: dict[Id, int] = {}
    numbers = np.empty(len(ids), np.int32)
    for row, name in enumerate(ids):
        try:
            numbers[row] = positions.setdefault(name, len(positions))
        except TypeError as error:
            raise TypeError(f"The {kind} id at row {row} cannot be hashed: {name!r}.") from error
    return tuple(positions), numbers


def _numbered_integers(ids: NDArray[Any]) -> tuple[tuple[int, ...], NDArray[np.int32]]:
    # The same as the loop in _numbered, for the millions of rows of a large conversation.
    if (ids[1:] >= ids[:-1]).all():
        return _numbered_in_order(ids)
    low, high = int(ids.min()), int(ids.max())
    if high - low >= TABLE_PER_ROW * len(ids):
        return _numbered_by_sorting(ids)
    steps = ids - low if low else ids
    met = np.zeros(high - low + 1, bool)
    met[steps] = True
    names = _in_order_of_appearance(steps, met)
    places = np.empty(len(met), np.int32)
    places[names] = np.arange(len(names), dtype=np.int32)
    return tuple((names + low).tolist()), places[steps]


def _numbered_in_order(ids: NDArray[Any]) -> tuple[tuple[int, ...], NDArray[np.int32]]:
    """Of ids that never fall."""
    starts = np.concatenate(([0], np.flatnonzero(ids[1:] != ids[:-1]) + 1)) if len(ids) else np.zeros(0, int)
    rows = np.repeat(np.arange(len(starts), dtype=np.int32), np.diff(starts, append=len(ids)))
    return tuple(ids[starts].tolist()), rows


def _in_order_of_appearance(steps: NDArray[Any], met: NDArray[np.bool_]) -> NDArray[np.intp]:
    """The distinct `steps`, which `met` marks, as they appear: nearly all among the first rows."""
    names, first = np.unique(steps[:FIRST_ROWS], return_index=True)
    later = met.copy()
    later[names] = False
    rows = np.flatnonzero(later[steps]) if later.any() else np.zeros(0, np.intp)
    late_names, late = np.unique(steps[rows], return_index=True)
    order = np.argsort(np.concatenate((first, rows[late])))
    return np.concatenate((names, late_names))[order].astype(np.intp)


def _numbered_by_sorting(ids: NDArray[Any]) -> tuple[tuple[int, ...], NDArray[np.int32]]:
    distinct, first, inverse = np.unique(ids, return_index=True, return_inverse=True)
    order = np.argsort(first)
    return tuple(distinct[order].tolist()), _places_in(order)[inverse]


def _cell_order(rows: NDArray[np.int32], columns: NDArray[np.int32]) -> NDArray[np.intp]:
    """Positions sorted by row, then column; what stands in one cell keeps its order.

    Half by half, lowest first: numpy counts 16 bits instead of comparing them, which beats sorting millions.
    """
    order = np.argsort((columns & HALF).astype(np.uint16), kind="stable")
    for numbers in (columns >> 16, rows & HALF, rows >> 16):
        if numbers.any():
            order = order[np.argsort(numbers[order].astype(np.uint16), kind="stable")]
    return order


def _row_by_row(
    starts: Counts,
    columns: NDArray[np.int32],
    values: NDArray[np.int8],
    order: NDArray[np.intp] | None = None,
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int8]]:
    """Rows, columns and values of the rows in this order, each sorted by column; of equal cells, by value.

    Row i has the votes `starts[i]` to `starts[i + 1]`. So many rows at a time as stay in the processor's own
    memory, and in each part all that is known of a vote in one number, which is quicker sorted than ranked.
    """
    sizes = np.diff(starts) if order is None else np.diff(starts)[order]
    ends, width = np.cumsum(sizes), int(columns.max(initial=0)).bit_length()
    new_columns, new_values = np.empty(len(values), np.int32), np.empty(len(values), np.int8)
    first, done = 0, 0
    while first < len(sizes):
        last = max(int(np.searchsorted(ends, done + AT_ONCE)), first + 1)
        part, here = slice(done, int(ends[last - 1])), sizes[first:last]
        taken: Any = part
        if order is not None:
            shift = starts[order[first:last]] - (ends[first:last] - here)
            taken = np.repeat(shift, here) + np.arange(part.start, part.stop)
        kind: Any = np.uint32 if (last - first).bit_length() + width + 2 <= 32 else np.uint64
        cells = np.repeat(np.arange(last - first).astype(kind) << kind(width + 2), here)
        cells |= columns[taken].astype(kind) << kind(2)
        cells |= (values[taken] + 1).astype(kind)
        cells.sort()
        new_columns[part] = (cells >> kind(2)) & kind(2**width - 1)
        new_values[part] = (cells & kind(3)).astype(np.int8) - 1
        first, done = last, part.stop
    return np.repeat(np.arange(len(sizes), dtype=np.int32), sizes), new_columns, new_values


def _starts(rows: NDArray[np.int32], count: int) -> Counts:
    """Where each of `count` rows begins and ends among votes sorted by row (count + 1,)."""
    return np.searchsorted(rows, np.arange(count + 1, dtype=rows.dtype)).astype(np.int64)


def _places_in(order: NDArray[np.intp]) -> NDArray[np.int32]:
    """The inverse permutation: where each old position has gone."""
    places = np.empty(len(order), np.int32)
    places[order] = np.arange(len(order), dtype=np.int32)
    return places
