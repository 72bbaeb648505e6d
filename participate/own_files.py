"""What is held of a person as files for them: one JSON document, or a zip with a CSV table for each kind."""

import csv
import io
import json
import zipfile
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from deliberation.own_data.held import Everything, Row, plain
from deliberation.own_data.register import REGISTER

SIGNS = ("=", "+", "-", "@", "\t", "\r")
"""With one of these in front a spreadsheet would take words for a sum."""


def as_json(held: Everything, *, at: datetime) -> bytes:
    """One document: each space with its tables, and the account with its own."""
    document = {
        "made": at.isoformat(),
        "spaces": {
            part.slug: {"title": part.title, **{name: _plain(rows) for name, rows in part.rows.items()}}
            for part in held.parts
        },
        "account": {name: _plain(rows) for name, rows in held.account.items()},
        "about": {entry.table: _about(entry.table) for entry in REGISTER if entry.exported},
    }
    return json.dumps(document, ensure_ascii=False, indent=2).encode()


def as_tables(held: Everything) -> bytes:
    """A zip of CSV tables; the first column is the space, empty for what belongs to the account."""
    rows: dict[str, list[Row]] = {}
    for space, tables in _places(held):
        for name, found in tables.items():
            rows.setdefault(name, []).extend({"space": space, **row} for row in found)
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, found in sorted(rows.items()):
            archive.writestr(f"{name}.csv", _table(found))
    return content.getvalue()


def _places(held: Everything) -> Iterator[tuple[str, dict[str, list[Row]]]]:
    for part in held.parts:
        yield part.slug, part.rows
    yield "", held.account


def _table(rows: list[Row]) -> str:
    columns = list(dict.fromkeys(name for row in rows for name in row))
    text = io.StringIO(newline="")
    written = csv.writer(text)
    written.writerow(columns)
    written.writerows([[_cell(row.get(name)) for name in columns] for row in rows])
    return text.getvalue()


def _cell(value: Any) -> Any:
    value = plain(value)
    if isinstance(value, list | dict):
        return json.dumps(value)
    return f"'{value}" if isinstance(value, str) and value.startswith(SIGNS) else value


def _plain(rows: list[Row]) -> list[Row]:
    return [{name: plain(value) for name, value in row.items()} for row in rows]


def _about(table: str) -> list[dict[str, str]]:
    """What the register says of a table: which part of the charter it belongs to, and what it is read for."""
    return [
        {"what": str(entry.name), "asset": entry.asset, "purpose": entry.purpose, "erased": entry.goes.value}
        for entry in REGISTER
        if entry.table == table
    ]
