"""Read a folder exported from Polis into plain values: what was said, and each person's latest vote on it.

`comments.csv` and `votes.csv` are needed; `summary.csv` gives the topic, `format.json` may declare the
sign of the votes. `participants-votes.csv` is never opened: everything in it follows from the votes,
and its `xid` column can name people. The `datetime` columns are never read either: they are text in
the exporter's own zone.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from deliberation.opinion.polis_columns import Clock, Row, moment, read_pairs, read_rows
from deliberation.opinion.polis_files import ExportError, ends_with_line_end
from deliberation.opinion.polis_sign import check_against_counts, declared_sign
from deliberation.opinion.polis_votes import ExportedVotes, Progress, VoteRows, read_votes

__all__ = ["ExportError", "ExportedStatement", "ExportedVotes", "PolisExport", "read_export"]

OUR_LONGEST_TEXT = 280
COLUMNS = ("timestamp", "comment-id", "moderated", "comment-body")
MODERATED = {"1": 1, "0": 0, "-1": -1}
FLAGS = dict.fromkeys(("true", "t", "1"), True) | dict.fromkeys(("false", "f", "0", ""), False)

Counted = dict[int, tuple[int, int]]
"""(agrees, disagrees) by statement, as comments.csv counts them."""


@dataclass(frozen=True, slots=True)
class ExportedStatement:
    """One row of comments.csv. Ids are those of the export: they start at 0 and may have gaps."""

    external_id: int
    text: str
    """As written and of any length: Polis allows more than our 280 characters, and nothing is cut."""
    author_id: int | None
    moderated: int
    """-1 rejected, 0 not looked at, 1 accepted."""
    is_meta: bool
    is_seed: bool
    """False also where the export has no such column."""
    created_at: datetime

    @property
    def publishable(self) -> bool:
        """Whether it may be shown: not rejected, and with something to read.

        An empty statement cannot be shown, yet people voted on it and their votes are part of the
        map, so it is kept with its votes and held back like a rejected one.
        """
        return self.moderated != -1 and self.legible

    @property
    def legible(self) -> bool:
        """Whether the text has any visible character (spaces and zero-width marks are none)."""
        return any(character.isprintable() and not character.isspace() for character in self.text)


@dataclass(frozen=True, slots=True)
class PolisExport:
    """One exported conversation. `warnings` are plain sentences for the person who imports it."""

    topic: str
    description: str
    url: str | None
    """Where it was held; None unless it is an http or https address."""
    source: str | None
    """What summary.csv calls `source`, else the url."""
    licence: str | None
    attribution: str | None
    """From rows `licence` and `attribution` of summary.csv; Polis writes neither, a publisher can."""
    statements: tuple[ExportedStatement, ...]
    votes: ExportedVotes
    vote_rows: int
    repeats_dropped: int
    statements_without_row: tuple[int, ...]
    """Ids with votes that comments.csv does not list, so that their text is unknown."""
    statements_without_votes: tuple[int, ...]
    warnings: tuple[str, ...]


def read_export(folder: Path, *, progress: Progress | None = None) -> PolisExport:
    """Read the export in `folder`; the same files always give the same result.

    The last vote by timestamp wins; of votes at the same time, the later row of the file. Raises
    ExportError, naming file, line and column, if a file is missing or any cell is not as expected.
    """
    _expect_files(folder)
    summary = read_pairs(folder / "summary.csv") if (folder / "summary.csv").exists() else {}
    sign = declared_sign(folder, summary)
    statements, counted = _read_statements(folder / "comments.csv")
    votes = read_votes(folder / "votes.csv", sign or 1, progress)
    voted, listed = {statement for statement, _ in votes.cast}, {s.external_id for s in statements}
    url = summary.get("url", "")
    address = url if url.startswith(("https://", "http://")) else None
    without_row = tuple(sorted(voted - listed))
    warnings = (
        *_summary_warnings(folder, summary, address),
        *_text_warnings(statements),
        *_vote_warnings(votes, sign, without_row),
        check_against_counts(counted, votes.cast, sign),
        *(_cut_off_warning(folder / name) for name in ("comments.csv", "votes.csv")),
    )
    return PolisExport(
        topic=summary.get("topic") or folder.resolve().name,
        description=summary.get("conversation-description", ""),
        url=address,
        source=summary.get("source") or address,
        licence=summary.get("licence") or summary.get("license") or None,
        attribution=summary.get("attribution") or None,
        statements=statements,
        votes=votes.latest,
        vote_rows=votes.rows,
        repeats_dropped=votes.rows - len(votes.latest.values),
        statements_without_row=without_row,
        statements_without_votes=tuple(sorted(listed - voted)),
        warnings=tuple(warning for warning in warnings if warning),
    )


def _instead_of(path: Path) -> str:
    """What to name in place of what is no folder."""
    if not path.exists():
        return " Nothing has this name: look at how it is spelt, and from which folder the command is run."
    if path.suffix == ".csv":
        return f" Name the folder that the file is in: {path.parent}"
    return " Unpack it first and name the folder."


def _expect_files(folder: Path) -> None:
    if not folder.is_dir():
        raise ExportError(
            f"{folder}: not a folder, expected one with comments.csv and votes.csv.{_instead_of(folder)}"
        )
    if (folder / "datapackage.json").is_file() and not (folder / "votes.csv").is_file():
        raise ExportError(
            f"{folder}: a release of open data, which holds totals and no single votes; groups cannot be "
            "found in it. Expected an export with comments.csv and votes.csv. The groups of a release are in "
            "its groups.csv and votes-by-group.csv."
        )
    for name in ("comments.csv", "votes.csv"):
        if not (folder / name).is_file():
            there = ", ".join(sorted(path.name for path in folder.iterdir())[:12]) or "nothing"
            raise ExportError(
                f"{name}: missing. The folder {folder} holds {there}; expected comments.csv and votes.csv, "
                "under these names. Rename the files, or add the missing one from the export."
            )


def _read_statements(path: Path) -> tuple[tuple[ExportedStatement, ...], Counted]:
    clock, statements, counted = Clock(), dict[int, ExportedStatement](), Counted()
    lines = dict[int, int]()
    for row in read_rows(path, COLUMNS):
        statement = _statement(row, clock)
        number = statement.external_id
        if number in lines:
            row.refuse(
                "comment-id",
                f"found {number} again, first seen on line {lines[number]}; expected each id once. "
                "Remove one of the two rows, or export the conversation again.",
            )
        lines[number], statements[number] = row.first, statement
        if row.text("agrees") and row.text("disagrees"):
            counted[number] = row.identifier("agrees"), row.identifier("disagrees")
    return tuple(statements[number] for number in sorted(statements)), counted


def _statement(row: Row, clock: Clock) -> ExportedStatement:
    return ExportedStatement(
        external_id=row.identifier("comment-id"),
        text=row.text("comment-body"),
        author_id=row.identifier("author-id") if row.text("author-id").strip() else None,
        moderated=row.choice("moderated", MODERATED, "1 (accepted), 0 (not looked at) or -1 (rejected)"),
        is_meta=_flag(row, "is-meta"),
        is_seed=_flag(row, "is-seed"),
        created_at=moment(clock.milliseconds(row)),
    )


def _flag(row: Row, column: str) -> bool:
    return row.has(column) and row.choice(column, FLAGS, "true or false")


def _summary_warnings(folder: Path, summary: Mapping[str, str], address: str | None) -> Iterator[str]:
    if not summary.get("topic"):
        yield f"No topic is given in summary.csv, so the folder's name {folder.resolve().name!r} is used."
    if summary.get("url") and not address:
        yield f"The url {summary['url'][:80]!r} in summary.csv is not a web address and was left out."


def _text_warnings(statements: Sequence[ExportedStatement]) -> Iterator[str]:
    empty = [statement.external_id for statement in statements if not statement.legible]
    if empty:
        yield f"Empty statements, kept with their votes but not shown: {_listed(empty)}."
    longer = [len(statement.text) for statement in statements if len(statement.text) > OUR_LONGEST_TEXT]
    if longer:
        yield (
            f"Statements longer than {OUR_LONGEST_TEXT} characters, kept whole: {len(longer)}, "
            f"the longest with {max(longer)} characters."
        )


def _vote_warnings(votes: VoteRows, sign: int | None, without_row: Sequence[int]) -> Iterator[str]:
    if sign == -1:
        yield "The export declares agree = -1, so its votes were turned round."
    if without_row:
        yield f"Statements with votes in votes.csv that comments.csv does not list: {_listed(without_row)}."
    if votes.undecided:
        yield (
            "Votes of one person on one statement that differ at the same time: "
            f"{votes.undecided}; the later row of votes.csv was kept."
        )


def _cut_off_warning(path: Path) -> str | None:
    if ends_with_line_end(path):
        return None
    return f"{path.name} does not end with a line end, so it may be cut off."


def _listed(numbers: Sequence[int]) -> str:
    more = f" and {len(numbers) - 20} more" if len(numbers) > 20 else ""
    return ", ".join(map(str, numbers[:20])) + more
