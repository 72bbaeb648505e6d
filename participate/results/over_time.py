"""Participation over time: how many people had joined by when, as columns and as a table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from markupsafe import Markup

from participate.languages import gettext, number
from participate.pictures.columns import Column, columns
from participate.results.days import plain_day, short_day

SMALLEST_STEP = 10
"""Fewer newcomers than this are not told: two rounded figures that are 5 apart may be 1 apart in truth."""


@dataclass(frozen=True, slots=True)
class Row:
    """By the end of the day `until` about `people` had joined, `new` of them since the row before."""

    until: str
    people: str
    new: str


@dataclass(frozen=True, slots=True)
class OverTime:
    """`open`: the last row is of a month or week that is not over."""

    picture: Markup
    rows: list[Row]
    open: bool


def over_time(content: Mapping[str, Any]) -> OverTime | None:
    """The picture and its table; None where there is but one moment to show."""
    found: Sequence[Mapping[str, Any]] = content.get("participation", [])
    if len(found) < 2:
        return None
    days = [date.fromisoformat(row["until"]) for row in found]
    drawn = [
        Column(short_day(day), row["people"], number(row["people"]), open=not row["complete"])
        for day, row in zip(days, found, strict=True)
    ]
    before = [0, *(row["people"] for row in found[:-1])]
    return OverTime(
        columns(drawn, title=gettext("People who had joined"), description=_described(days, found)),
        [
            Row(plain_day(day), _about(row["people"]), _new(row["people"] - earlier))
            for day, row, earlier in zip(days, found, before, strict=True)
        ],
        open=not found[-1]["complete"],
    )


def _about(people: int) -> str:
    return gettext("about %(count)s", count=number(people))


def _new(people: int) -> str:
    if people < SMALLEST_STEP:
        return gettext("fewer than %(count)s", count=number(SMALLEST_STEP))
    return _about(people)


def _described(days: Sequence[date], found: Sequence[Mapping[str, Any]]) -> str:
    return gettext(
        "From about %(first)s people by %(start)s to about %(last)s by %(end)s.",
        first=number(found[0]["people"]),
        start=plain_day(days[0]),
        last=number(found[-1]["people"]),
        end=plain_day(days[-1]),
    )
