"""Open the files of a Polis export safely: size, encoding and the shape of CSV, before any cell is read.

The files come from many years of exporters and from people's spreadsheets, so each refusal names the
file and the physical line, also after quoted cells that run over several lines.
"""

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

LARGEST_FILE = 512 * 1024 * 1024
"""Bytes. The largest conversation known to us has about two million votes in some 100 MB."""

LONGEST_CELL = 20_000
"""Characters. Polis statements stop near 1,000 and descriptions at a few pages."""

LINE_END = re.compile(rb"\r\n|\r|\n")


class ExportError(ValueError):
    """A file cannot be used; the message says where, what was found, what was expected, how to mend it."""


def read_records(path: Path) -> Iterator[tuple[tuple[int, int], list[str]]]:
    """Yield ((first line, last line), cells) of each record but empty lines. Raises ExportError."""
    # The csv module's own limit on a cell belongs to the whole process, so it is left as it is:
    # whichever of it and LONGEST_CELL is lower refuses first, in a sentence of ours.
    reader = csv.reader(io.StringIO(read_text(path), newline=""), strict=True)
    first = 1
    try:
        for cells in reader:
            lines = (first, reader.line_num)
            first = reader.line_num + 1
            if cells and max(map(len, cells)) > LONGEST_CELL:
                _refuse_cell(path.name, lines)
            if cells:
                yield lines, cells
    except csv.Error as error:
        if "field limit" in str(error):
            _refuse_cell(path.name, (first, reader.line_num))
        raise ExportError(
            f"{path.name}, {lines_text(first, reader.line_num)}: the quotation marks do not close "
            f"as expected in CSV ({error}). The file may be cut off: export the conversation again."
        ) from error


def read_text(path: Path) -> str:
    """The file as text, without a byte order mark. Raises ExportError if it is not plain UTF-8."""
    data = _read_bytes(path).removeprefix(b"\xef\xbb\xbf")
    mend = "Save it as CSV in UTF-8, or export the conversation again."
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise ExportError(f"{path.name}, line 1: found UTF-16 text, expected UTF-8. {mend}")
    if b"\0" in data:
        where = _position(data, data.index(b"\0"))
        raise ExportError(f"{path.name}, {where}: found a NUL byte, expected UTF-8 text. {mend}")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        where = _position(data, error.start)
        found = f"found the byte 0x{data[error.start]:02X}, expected UTF-8 text"
        raise ExportError(f"{path.name}, {where}: {found}. {mend}") from error


def count_lines(path: Path) -> int:
    """How many lines the file has, about: for progress, not for counting rows."""
    return _read_bytes(path).count(b"\n")


def ends_with_line_end(path: Path) -> bool:
    """Whether the last line is finished; every exporter we know finishes it."""
    return _read_bytes(path).endswith((b"\n", b"\r"))


def shown(found: str) -> str:
    """What was found, quoted, with control characters visible and cut to 40 characters."""
    return "an empty cell" if not found else repr(found if len(found) <= 40 else found[:39] + "…")


def lines_text(first: int, last: int) -> str:
    return f"line {first}" if last <= first else f"lines {first} to {last}"


def _read_bytes(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        if size > LARGEST_FILE:
            raise ExportError(
                f"{path.name}: the file has {size:,} bytes, expected at most {LARGEST_FILE:,}. "
                "Check that it is the file of one conversation."
            )
        return path.read_bytes()
    except OSError as error:
        raise ExportError(f"{path.name}: cannot be read ({error.strerror}). Check the file.") from error


def _refuse_cell(file: str, lines: tuple[int, int]) -> NoReturn:
    raise ExportError(
        f"{file}, {lines_text(*lines)}: found a cell of more than {LONGEST_CELL:,} characters, "
        "expected at most that. A quotation mark may be missing: export the conversation again."
    )


def _position(data: bytes, offset: int) -> str:
    ends = [match.end() for match in LINE_END.finditer(data, 0, offset)]
    return f"line {len(ends) + 1}, byte {offset - (ends[-1] if ends else 0) + 1} of the line"
