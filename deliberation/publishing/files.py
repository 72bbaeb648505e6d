"""The files of a release, as bytes that depend on the published document alone.

CSV by RFC 4180: UTF-8, comma, CRLF, a cell quoted where it must be, an empty cell for what is withheld. Cells
are raw: a text that begins with `=` stays as it was written. The columns are described in `datapackage`.
"""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from deliberation.publishing.agreeing import ROBUST_FROM
from deliberation.publishing.datapackage import COLUMNS, descriptor

COUNTS = ("agrees", "disagrees", "passes", "votes")


def release_files(content: Mapping[str, Any]) -> dict[str, bytes]:
    """The files by name: the tables, then `datapackage.json`, which has their sizes and hashes."""
    tables = {
        "statements.csv": _csv("statements.csv", _statements(content)),
        "votes-by-group.csv": _csv("votes-by-group.csv", _votes_by_group(content)),
        "groups.csv": _csv("groups.csv", map(_group, content["groups"])),
    }
    if content.get("consensus") is not None:  # only from an engine that states a level for it
        tables["consensus.csv"] = _csv("consensus.csv", map(_agreed, content["consensus"]))
    if "participation" in content:  # a document from before it was published has no such file
        tables["participation.csv"] = _csv("participation.csv", map(_joined, content["participation"]))
    if content.get("attestation") is not None:  # only where not everybody counts for the headline
        pairs = _votes_by_attestation(content["attestation"])
        tables["votes-by-attestation.csv"] = _csv("votes-by-attestation.csv", pairs)
    return {**tables, "datapackage.json": descriptor(content, tables)}


def _csv(name: str, rows: Iterable[Sequence[Any]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([column.name for column in COLUMNS[name]])
    writer.writerows([_cell(value) for value in row] for row in rows)
    return text.getvalue().encode()


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:.2f}" if isinstance(value, float) else value


def _statements(content: Mapping[str, Any]) -> Iterable[Sequence[Any]]:
    listed = content.get("consensus") or ()
    robust = {
        item["statement"]: item["hostile"] >= ROBUST_FROM for item in listed if item["hostile"] is not None
    }
    return (_statement(said, robust.get(said["number"])) for said in content["statements"])


def _statement(said: Mapping[str, Any], robust: bool | None) -> Sequence[Any]:
    totals = said["totals"] or {}
    low, high = said["agreement_interval"] or (None, None)
    return [
        said["number"],
        said["text"],
        said["language"],
        said["month"],
        said["state"] == "removed",
        said["seed"],
        *(totals.get(name) for name in COUNTS),
        totals.get("share_word"),
        totals.get("suppressed", True),
        said["agreement"],
        low,
        high,
        robust,
    ]


def _agreed(item: Mapping[str, Any]) -> Sequence[Any]:
    low, high = item["interval"] or (None, None)
    lowest = item["lowest"] or {}
    figures = (item["share"], low, high, item["share_word"])
    least = (lowest.get("group"), lowest.get("share"), lowest.get("share_word"))
    return [item["statement"], item["direction"], *figures, *least, item["hostile"]]


def _votes_by_group(content: Mapping[str, Any]) -> Iterable[Sequence[Any]]:
    for said in content["statements"]:
        for group in content["groups"]:
            row = said["groups"][group["id"]]
            counts = (row["agrees"], row["disagrees"], row["passes"], row["votes"])
            yield [said["number"], group["id"], *counts, row["share_word"], row["suppressed"]]


def _votes_by_attestation(part: Mapping[str, Any]) -> Iterable[Sequence[Any]]:
    """Both rows of each statement; none where the two may not stand side by side."""
    for said in part["statements"]:
        for people in ("all", "attested"):
            row = said[people]
            counts = (row[name] for name in COUNTS)
            yield [said["number"], people, *counts, row["share_word"], row["suppressed"], part["result"]]


def _group(group: Mapping[str, Any]) -> Sequence[Any]:
    named = "; ".join(map(_named, group["representative"]))
    return [group["id"], group["size"], group["description"], named]


def _joined(row: Mapping[str, Any]) -> Sequence[Any]:
    return [row["until"], row["people"], row["complete"]]


def _named(item: Mapping[str, Any]) -> str:
    """`5 agree 88 83-92`, or `5 agree almost all`."""
    start = f"{item['statement']} {item['direction']}"
    if item["share_word"]:
        return f"{start} {item['share_word']}"
    low, high = item["interval"]
    return f"{start} {item['share']} {low}-{high}"
