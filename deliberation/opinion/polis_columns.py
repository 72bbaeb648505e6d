"""Read the cells of a Polis export's CSV files, so that every refusal can say file, line and column.

What is found is compared with what was expected here, once; `polis_export` and `polis_votes` only say
what the cells mean.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NoReturn, TypeVar

from deliberation.opinion.polis_files import ExportError, lines_text, read_records, shown

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# 1 January 2000 to 1 January 2100. The two ranges do not touch, so one value decides the unit.
SECONDS = range(946_684_800, 4_102_444_800)
MILLISECONDS = range(946_684_800_000, 4_102_444_800_000)

LARGEST_ID = 2**31 - 1
"""What an integer column holds in PostgreSQL. Polis numbers from 0 in every conversation."""

Value = TypeVar("Value")


class Row:
    """One row of a file: its cells by column name, and the physical lines it stands on."""

    __slots__ = ("cells", "file", "first", "index", "last")

    def __init__(self, file: str, lines: tuple[int, int], index: Mapping[str, int], cells: list[str]) -> None:
        self.file, (self.first, self.last) = file, lines
        self.index, self.cells = index, cells

    def refuse(self, column: str, message: str) -> NoReturn:
        """Raise ExportError about this row's cell in `column`."""
        raise ExportError(f"{self.file}, {lines_text(self.first, self.last)}, column {column}: {message}")

    def has(self, column: str) -> bool:
        """Whether the file has such a column."""
        return column in self.index

    def text(self, column: str) -> str:
        """The cell as written, with every line end as `\\n`; empty if there is no such column."""
        return _one_line_end(self.cells[self.index[column]]) if self.has(column) else ""

    def integer(self, column: str) -> int:
        """The cell as a whole number of at most 18 digits."""
        cell = self.cells[self.index[column]].strip()
        digits = cell[1:] if cell[:1] == "-" else cell
        # isascii: int() would also read other scripts' digits, which no exporter writes.
        if not (digits.isascii() and digits.isdigit() and len(digits) <= 18):
            self.refuse(
                column,
                f"found {shown(cell)}, expected a whole number such as 17. "
                "Correct the cell, or export the conversation again.",
            )
        return int(cell)

    def identifier(self, column: str) -> int:
        """The cell as an id: a whole number from 0 to `LARGEST_ID`."""
        number = self.integer(column)
        if not 0 <= number <= LARGEST_ID:
            self.refuse(
                column,
                f"found {number}, expected a whole number from 0 to {LARGEST_ID}. "
                "Correct the cell, or export the conversation again.",
            )
        return number

    def choice(self, column: str, choices: Mapping[str, Value], expected: str) -> Value:
        """What `choices` gives for the cell; `expected` tells a person what the choices are."""
        cell = self.cells[self.index[column]].strip().lower()
        if cell not in choices:
            self.refuse(
                column,
                f"found {shown(cell)}, expected {expected}. "
                "Correct the cell, or export the conversation again.",
            )
        return choices[cell]


class Clock:
    """Reads the timestamps of one file, which count seconds or milliseconds but never both."""

    def __init__(self) -> None:
        self.unit: range | None = None

    def milliseconds(self, row: Row) -> int:
        """Milliseconds since 1970 (UTC) of the row's `timestamp`."""
        stamp = row.integer("timestamp")
        unit = SECONDS if stamp in SECONDS else MILLISECONDS
        if stamp not in unit:
            row.refuse(
                "timestamp",
                f"found {stamp}, expected seconds or milliseconds since 1970 for a time between the years "
                "2000 and 2100. Correct the cell, or export the conversation again.",
            )
        if self.unit is None:
            self.unit = unit
        elif unit is not self.unit:
            row.refuse(
                "timestamp",
                f"found {stamp}, which counts {_unit(unit)}, after rows that count {_unit(self.unit)}. "
                "Two exports may have been joined: give all rows of the file one unit.",
            )
        return stamp * 1000 if unit is SECONDS else stamp


def moment(milliseconds: int) -> datetime:
    """The aware UTC time of a count of milliseconds since 1970, without rounding."""
    return EPOCH + timedelta(milliseconds=milliseconds)


def read_rows(path: Path, required: Sequence[str]) -> Iterator[Row]:
    """Yield the rows of the CSV file `path`, whose first row names the columns in any order.

    Column names are compared without regard to case, with `_` read as `-`. Columns that nobody asks
    for are carried along unread. Empty lines are passed over. Raises ExportError.
    """
    records = read_records(path)
    lines, header = next(records, ((1, 1), []))
    index = _index(path.name, lines, header, required)
    for lines, cells in records:
        if len(cells) != len(header):
            _refuse_length(path.name, lines, header, cells)
        yield Row(path.name, lines, index, cells)


def read_pairs(path: Path) -> dict[str, str]:
    """The `key,value` rows of a CSV file without a header; keys are compared like column names."""
    pairs = {}
    for lines, cells in read_records(path):
        if len(cells) != 2:
            raise ExportError(
                f"{path.name}, {lines_text(*lines)}: found {len(cells)} cells, expected a key and a value. "
                "The row may be cut off or have lost its quotation marks: export the conversation again."
            )
        pairs[_name(cells[0])] = _one_line_end(cells[1]).strip()
    return pairs


def _name(text: str) -> str:
    return text.strip().lower().replace("_", "-")


def _one_line_end(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def _index(file: str, lines: tuple[int, int], header: list[str], required: Sequence[str]) -> dict[str, int]:
    names = [_name(name) for name in header]
    missing = [name for name in required if name not in names]
    if missing:
        found = ", ".join(map(shown, header[:12])) or "an empty file"
        semicolons = " Its cells seem to be separated by semicolons: save it with commas." * (";" in found)
        raise ExportError(
            f"{file}, {lines_text(*lines)}, column {', '.join(missing)}: missing. Found {found}; "
            f"expected a first row with {', '.join(required)}."
            f"{semicolons or ' Use the file as Polis exported it.'}"
        )
    twice = next((name for name in names if name and names.count(name) > 1), None)
    if twice is not None:
        raise ExportError(
            f"{file}, {lines_text(*lines)}, column {twice}: found twice, expected once. "
            "Remove one of the two columns."
        )
    return {name: position for position, name in enumerate(names)}


def _refuse_length(file: str, lines: tuple[int, int], header: list[str], cells: list[str]) -> NoReturn:
    short = len(cells) < len(header)
    column = f", column {header[len(cells)]}" if short else f", after column {header[-1]}"
    reason = "The row may be cut off" if short else "A text with a comma may have lost its quotation marks"
    raise ExportError(
        f"{file}, {lines_text(*lines)}{column}: found {len(cells)} cells, expected {len(header)}. "
        f"{reason}: export the conversation again."
    )


def _unit(unit: range) -> str:
    return "seconds" if unit is SECONDS else "milliseconds"
