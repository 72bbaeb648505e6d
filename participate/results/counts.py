"""One statement's counts as a table's cells, each in percent of its group's votes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from charters.derived import part_of
from charters.profiles import Profile
from participate.languages import gettext, number
from participate.results.answers import Answer
from participate.results.words import count_in_short, percent, says_no_count


@dataclass(frozen=True, slots=True)
class Counts:
    """A row: whose answers, and how many agree, disagree, pass, and voted at all."""

    name: str
    agree: str
    disagree: str
    passed: str
    votes: str


def counts_of(answer: Answer, row: Mapping[str, Any], profile: Profile) -> Counts:
    """The cells of one group's row, or everybody's. What agrees is said as in every other table."""
    rest = [_cell(row, name, profile) for name in ("disagrees", "passes")]
    return Counts(answer.name, answer.cell, rest[0], rest[1], count_in_short(row))


def _cell(row: Mapping[str, Any], name: str, profile: Profile) -> str:
    if row["votes"] is None or row["votes"] < profile.percent_base or says_no_count(row):
        return gettext("not shown")
    if row[name] is None:
        return gettext("fewer than %(count)s", count=number(profile.smallest))
    share = part_of(row[name], row["votes"], profile)
    return gettext("not shown") if share is None else percent(share)
