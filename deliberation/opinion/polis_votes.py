"""Read votes.csv of a Polis export: every vote ever cast, of which each person's latest counts.

The file is not in order of time and repeats a pair of person and statement in up to 4 % of its rows.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from deliberation.opinion.polis_columns import Clock, Row, moment, read_rows
from deliberation.opinion.polis_files import count_lines

Progress = Callable[[int, int], None]
"""Called now and then with (rows of votes.csv read, rows it has in all, about)."""

ROWS_BETWEEN_PROGRESS = 5_000
COLUMNS = ("timestamp", "comment-id", "voter-id", "vote")
VALUES = {"1": 1, "0": 0, "-1": -1}


@dataclass(frozen=True, slots=True)
class ExportedVotes:
    """The latest vote of each person on each statement: four equally long columns, in order of time.

    Agree +1, pass 0, disagree -1. Equal times keep the order of the file. The first three columns
    are what `VoteMatrix.from_votes` takes; times are aware UTC.
    """

    participant_ids: tuple[int, ...]
    statement_ids: tuple[int, ...]
    values: tuple[int, ...]
    cast_at: tuple[datetime, ...]


@dataclass(frozen=True, slots=True)
class VoteRows:
    """What the rows of votes.csv hold: `cast` counts every row by (statement, value), repeats included."""

    latest: ExportedVotes
    rows: int
    cast: Mapping[tuple[int, int], int]
    undecided: int
    """Pairs whose latest time has several votes that differ; the later row was kept."""


class _Latest:
    """The latest vote per (participant, statement): by time, then by place in the file."""

    def __init__(self) -> None:
        self.votes: dict[tuple[int, int], tuple[int, int, int]] = {}
        self.undecided: set[tuple[int, int]] = set()

    def add(self, pair: tuple[int, int], milliseconds: int, place: int, value: int) -> None:
        kept = self.votes.get(pair)
        if kept is not None:
            if milliseconds < kept[0]:
                return
            if milliseconds > kept[0]:
                self.undecided.discard(pair)
            elif value != kept[2]:
                self.undecided.add(pair)
        self.votes[pair] = (milliseconds, place, value)

    def columns(self) -> ExportedVotes:
        ordered = sorted(self.votes.items(), key=lambda item: item[1][:2])
        return ExportedVotes(
            participant_ids=tuple(pair[0] for pair, _ in ordered),
            statement_ids=tuple(pair[1] for pair, _ in ordered),
            values=tuple(vote[2] for _, vote in ordered),
            cast_at=tuple(moment(vote[0]) for _, vote in ordered),
        )


def read_votes(path: Path, sign: int, progress: Progress | None = None) -> VoteRows:
    """Read votes.csv, multiplying each vote by `sign`: -1 where the export writes agree as -1.

    Raises ExportError.
    """
    total = count_lines(path) - 1 if progress else 0
    clock, latest, cast, rows = Clock(), _Latest(), Counter[tuple[int, int]](), 0
    for rows, row in enumerate(read_rows(path, COLUMNS), start=1):
        statement, value = row.identifier("comment-id"), sign * _vote(row)
        cast[statement, value] += 1
        latest.add((row.identifier("voter-id"), statement), clock.milliseconds(row), rows, value)
        if progress and rows % ROWS_BETWEEN_PROGRESS == 0:
            progress(rows, max(rows, total))
    if progress:
        progress(rows, rows)
    return VoteRows(latest=latest.columns(), rows=rows, cast=cast, undecided=len(latest.undecided))


def _vote(row: Row) -> int:
    return row.choice("vote", VALUES, "1 (agree), 0 (pass) or -1 (disagree)")
