"""Two results side by side, made ready for pages: those who count for the headline first, then everybody."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from charters.profiles import Profile
from participate.languages import gettext, ngettext, number, said
from participate.results.answers import answer_of
from participate.results.counts import Counts, counts_of
from participate.results.days import plain_day
from participate.results.published import Shown
from participate.results.words import in_words, says_no_count
from participate.who_may_vote import classes_named, name_of, what_was_checked


@dataclass(frozen=True, slots=True)
class Cell:
    """One column's answer to a statement: the share that agrees, and the rest in small print."""

    name: str
    agree: str
    rest: str


@dataclass(frozen=True, slots=True)
class Line:
    """A statement and both columns. No text where it was removed."""

    number: int
    text: str
    language: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Beside:
    """The pair as a page shows it. `why_not` says in words why there is none; then there are no lines.

    `older`: the result that it is of, where that is not the newest, and its day.
    """

    name: str
    checked: str
    headline: Sequence[str]
    why_not: str
    older: tuple[int, str] | None
    lines: Sequence[Line]


def beside(shown: Shown, numbers: Sequence[int]) -> Beside | None:
    """The pair of these statements; None where everybody who may vote counts for the headline."""
    part = shown.content.get("attestation")
    if part is None:
        return None
    classes = classes_named(part["headline"])
    name = said(name_of(classes))
    return Beside(
        name=name,
        checked=said(what_was_checked(classes)),
        headline=_headline(name, part) if part["shown"] else [],
        why_not="" if part["shown"] else _why_not(),
        older=_older(shown, part),
        lines=[_line(shown, number, rows, name) for number, rows in _rows(part, numbers)],
    )


def both_counts(shown: Shown, statement: int) -> list[Counts]:
    """Both rows of one statement for a table of its own; none where they do not stand."""
    part = shown.content.get("attestation")
    if not part or not part["shown"]:
        return []
    name = said(name_of(classes_named(part["headline"])))
    return [row for _, rows in _rows(part, [statement]) for row in _counts(rows, name, shown.result.profile)]


def _why_not() -> str:
    return gettext("Too few people came in one way or the other, so the two cannot be told apart.")


def _headline(name: str, part: Mapping[str, Any]) -> list[str]:
    people = gettext("%(who)s: about %(count)s people.", who=name, count=number(part["people"]["attested"]))
    agree = len(part["agree"])
    if not agree:
        return [people, gettext("There is nothing yet that most of them agree on.")]
    return [
        people,
        ngettext(
            "Most of them agree on %(things)s thing.",
            "Most of them agree on %(things)s things.",
            agree,
            things=in_words(agree),
        ),
    ]


def _older(shown: Shown, part: Mapping[str, Any]) -> tuple[int, str] | None:
    if not part["shown"] or part["result"] == shown.result.row.number:
        return None
    return part["result"], plain_day(date.fromisoformat(part["counted"]))


def _rows(part: Mapping[str, Any], numbers: Sequence[int]) -> list[tuple[int, Mapping[str, Any]]]:
    if not part["shown"]:
        return []
    by_number = {one["number"]: one for one in part["statements"]}
    return [(number, by_number[number]) for number in numbers if number in by_number]


def _line(shown: Shown, statement: int, rows: Mapping[str, Any], name: str) -> Line:
    text, language = shown.text(statement)
    counts = _counts(rows, name, shown.result.profile)
    documents = (rows["attested"], rows["all"])
    cells = [_cell(row, one) for row, one in zip(documents, counts, strict=True)]
    return Line(statement, text, language, tuple(cells))


def _counts(rows: Mapping[str, Any], name: str, profile: Profile) -> list[Counts]:
    both = ((name, rows["attested"]), (gettext("Everybody"), rows["all"]))
    return [counts_of(answer_of(who, row, profile), row, profile) for who, row in both]


def _cell(row: Mapping[str, Any], counts: Counts) -> Cell:
    if says_no_count(row):
        return Cell(counts.name, counts.agree if row["share_word"] else gettext("not shown"), "")
    rest = gettext("%(against)s disagree, %(passed)s pass", against=counts.disagree, passed=counts.passed)
    return Cell(counts.name, counts.agree, rest)
