"""Reading registers of organisations: files of 27 unnamed columns without a header, and who followed whom.

Nothing is looked up here: what comes out is checked rows, or every fault with its line and column.
"""

import csv
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import StringIO
from typing import TypeVar

COLUMNS = 27
CODE, NAME, OPENED, CLOSED = 1, 2, 11, 12
NAMES = {CODE: "code", NAME: "name", OPENED: "open date", CLOSED: "close date"}
FOLLOWED = {1: "code", 2: "successor", 3: "date"}
CODE_IS = re.compile(r"[A-Z0-9]{3,10}")
LONGEST_NAME = 200
MOST_TOLD = 20
"""How many faults are told at once; who has more begins with these."""

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Listed:
    """One organisation of the file."""

    code: str
    name: str
    opened_on: date | None
    closed_on: date | None


@dataclass(frozen=True, slots=True)
class Followed:
    """One organisation followed another; `line` is where it says so."""

    code: str
    successor: str
    since: date | None
    line: int


class FileRefused(ValueError):
    """The file cannot be used as it stands: every fault, with its line and column, in words."""

    def __init__(self, faults: Sequence[str]) -> None:
        told = list(faults[:MOST_TOLD])
        if len(faults) > MOST_TOLD:
            told.append(f"And {len(faults) - MOST_TOLD:,} more.")
        super().__init__("Nothing was imported.\n" + "\n".join(told))
        self.faults = tuple(faults)


class _Fault(ValueError):
    """One thing that is wrong in a line."""


def organisations_in(content: bytes) -> list[Listed]:
    """The organisations of a register file. Raises FileRefused."""
    seen: dict[str, int] = {}

    def row(line: int, cells: list[str]) -> Listed:
        if len(cells) != COLUMNS:
            raise _Fault(f"it has {len(cells)} columns. A line of this file has {COLUMNS}.")
        listed = _listed(cells)
        if listed.code in seen:
            raise _at(CODE, f"{listed.code} stands in line {seen[listed.code]} too. Keep one of them.")
        seen[listed.code] = line
        return listed

    return _rows(content, row)


def successions_in(content: bytes) -> list[Followed]:
    """Who followed whom: code, code of the successor, and a date or nothing. Raises FileRefused."""

    def row(line: int, cells: list[str]) -> Followed:
        if len(cells) not in (2, 3):
            raise _Fault(f"it has {len(cells)} columns. Write a code, its successor, and perhaps a date.")
        code, successor = _code(cells, 1, FOLLOWED), _code(cells, 2, FOLLOWED)
        if code == successor:
            raise _at(2, f"{code} cannot follow itself. Write the code of the other one.", FOLLOWED)
        return Followed(code, successor, _day(cells, 3, FOLLOWED) if len(cells) == 3 else None, line)

    return _rows(content, row)


def unknown_in(followed: Sequence[Followed], known: frozenset[str]) -> list[str]:
    """A fault for each code that is in no register."""
    return [
        f"Line {one.line}, column {column} ({FOLLOWED[column]}): "
        f"there is no organisation {code}. Import it first."
        for one in followed
        for column, code in ((1, one.code), (2, one.successor))
        if code not in known
    ]


def _rows(content: bytes, read: Callable[[int, list[str]], Row]) -> list[Row]:
    faults: list[str] = []
    rows: list[Row] = []
    for line, cells in _lines(content):
        try:
            rows.append(read(line, cells))
        except _Fault as fault:
            faults.append(f"Line {line}{fault if str(fault).startswith(',') else f': {fault}'}")
    if not faults and not rows:
        faults.append("The file is empty.")
    if faults:
        raise FileRefused(faults)
    return rows


def _lines(content: bytes) -> Iterator[tuple[int, list[str]]]:
    """Line numbers as an editor shows them. Raises FileRefused for what is no text."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise FileRefused([f"Line {line}: this is not UTF-8. Save the file as UTF-8."]) from error
    reader = csv.reader(StringIO(text.replace("\x00", ""), newline=""), strict=True)
    begins = 1
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise FileRefused([f"Line {reader.line_num}: this is not CSV ({error})."]) from error
        if cells is None:
            return
        if any(cell.strip() for cell in cells):
            yield begins, cells
        begins = reader.line_num + 1


def _listed(cells: list[str]) -> Listed:
    name = " ".join(cells[NAME - 1].split())
    if not name:
        raise _at(NAME, "it is empty. Write what the organisation is called.")
    if len(name) > LONGEST_NAME:
        raise _at(NAME, f"it has {len(name)} characters. Shorten it to {LONGEST_NAME} or fewer.")
    opened, closed = _day(cells, OPENED), _day(cells, CLOSED)
    if opened is not None and closed is not None and closed < opened:
        raise _at(CLOSED, f"{cells[CLOSED - 1]} is before the open date. Write a later one.")
    return Listed(_code(cells, CODE), name, opened, closed)


def _code(cells: list[str], column: int, names: Mapping[int, str] = NAMES) -> str:
    code = cells[column - 1].strip().upper()
    if not CODE_IS.fullmatch(code):
        raise _at(column, f"{code[:20]!r} is no code. A code has 3 to 10 letters or digits.", names)
    return code


def _day(cells: list[str], column: int, names: Mapping[int, str] = NAMES) -> date | None:
    text = cells[column - 1].strip()
    if not text:
        return None
    try:
        if len(text) == 8 and text.isascii() and text.isdigit():
            return datetime.strptime(text, "%Y%m%d").date()  # noqa: DTZ007  a day, not a moment
    except ValueError:
        pass
    raise _at(column, f"{text[:20]!r} is no day. Write it as 20261231, or leave it empty.", names)


def _at(column: int, words: str, names: Mapping[int, str] = NAMES) -> _Fault:
    return _Fault(f", column {column} ({names[column]}): {words}")
