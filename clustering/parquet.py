"""Votes in Parquet files, read in parts: ranges of participants, a few row groups each.

Columns `participant`, `statement` (whole numbers or text) and `value` (+1, 0, -1); sorted by participant.
Where a part begins and ends is read from the statistics of the row groups, so nobody needs to hold, or even
to read, the rest. Needs pyarrow, which the extra `cluster` brings.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as parquet

from clustering.matrix import VoteMatrix
from clustering.parts import Part, PartsHere

COLUMNS = ("participant", "statement", "value")
VOTES_A_PART = 2_000_000


@dataclass(frozen=True)
class RowGroup:
    """One row group of a file, with the first and the last participant in it."""

    file: Path
    number: int
    rows: int
    first: Any
    last: Any


@dataclass(frozen=True)
class Range:
    """The participants after `after` (None: from the first) up to `last`, and where their rows are."""

    after: Any
    last: Any
    groups: tuple[RowGroup, ...]


def read_votes(path: Path, *, votes_a_part: int = VOTES_A_PART) -> PartsHere:
    """All votes of a file, or of the files `*.parquet` of a folder by name, in parts in this process.

    Raises ValueError, naming file and row group, for missing columns, rows out of order or unknown votes.
    """
    return PartsHere(tuple(map(read_range, ranges_in(path, votes_a_part=votes_a_part))))


def ranges_in(path: Path, *, votes_a_part: int = VOTES_A_PART) -> list[Range]:
    """Ranges of participants with about so many votes each; only the files' footers are read."""
    groups = [group for file in files_in(path) for group in _row_groups(file)]
    for before, group in pairwise(groups):
        if group.first < before.last:
            raise ValueError(
                f"{group.file.name}, row group {group.number}: begins with participant {group.first!r}, "
                f"before {before.last!r}, the last one of row group {before.number} of {before.file.name}. "
                "Sort the rows by participant."
            )
    return list(_cut(groups, votes_a_part))


def files_in(path: Path) -> list[Path]:
    files = [path] if path.is_file() else sorted(path.glob("*.parquet"))
    if not files:
        raise ValueError(f"{path} has no file *.parquet.")
    return files


def _row_groups(file: Path) -> Iterator[RowGroup]:
    opened = parquet.ParquetFile(file)
    names = opened.schema_arrow.names
    if missing := [name for name in COLUMNS if name not in names]:
        raise ValueError(
            f"{file.name} has no column {missing[0]}; it needs participant, statement and value."
        )
    column = names.index("participant")
    for number in range(opened.metadata.num_row_groups):
        described = opened.metadata.row_group(number)
        statistics = described.column(column).statistics
        if described.num_rows == 0:
            continue
        if statistics is None or not statistics.has_min_max:
            raise ValueError(f"{file.name}, row group {number}: has no statistics of participants.")
        yield RowGroup(file, number, described.num_rows, statistics.min, statistics.max)


def _cut(groups: list[RowGroup], votes_a_part: int) -> Iterator[Range]:
    """Whole row groups one after another; one person's rows may go on into the next row group."""
    after, begun = None, 0
    rows = 0
    for place, group in enumerate(groups):
        rows += group.rows
        if rows < votes_a_part and place + 1 < len(groups):
            continue
        if after is None or group.last > after:
            yield Range(after, group.last, tuple(one for one in groups[begun:] if one.first <= group.last))
            after = group.last
        begun = next((n for n in range(begun, len(groups)) if groups[n].last > group.last), len(groups))
        rows = 0


def read_range(wanted: Range) -> Part:
    """The votes of these participants, a row group at a time. Of repeated votes the last row counts."""
    read = [_rows(group, wanted) for group in wanted.groups]
    people, statements, values = (_joined(column) for column in zip(*read, strict=True))
    return Part.of(VoteMatrix.from_votes(people, statements, values))


def _rows(group: RowGroup, wanted: Range) -> list[Any]:
    table = parquet.ParquetFile(group.file).read_row_group(group.number, columns=list(COLUMNS))
    if any(table[name].null_count for name in COLUMNS):
        raise ValueError(f"{group.file.name}, row group {group.number}: has empty cells.")
    people, statements, values = (table[name].to_numpy() for name in COLUMNS)
    inside = people <= wanted.last
    if wanted.after is not None:
        inside &= people > wanted.after
    return [people[inside], statements[inside], values[inside]]


def _joined(arrays: Any) -> Any:
    return np.concatenate(arrays)
