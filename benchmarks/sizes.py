"""Sizes for consultations that nobody has held yet, computed from what was measured on small ones.

`python -m benchmarks.sizes` prints the table of docs/how-to/scale.md from benchmarks/results.
"""

import json
import math
from collections.abc import Iterator
from typing import Any, NamedTuple

from benchmarks.report import RESULTS

PEOPLE = (10_000, 100_000, 1_000_000, 10_000_000, 60_000_000)
VOTES_A_PERSON = 30
OF_PEOPLE_IN_THE_BUSIEST_HOUR = 0.02
USED = 0.5  # of a core, or of a machine's memory, so that there is room
WORKER_GB = 8
HEAD = (
    "people", "votes", "votes a second, busiest hour", "web cores", "PostgreSQL cores for votes",
    "PostgreSQL GB", "analysis, CPU minutes", "analysis, GB", "Dask workers of 8 GB",
)  # fmt: skip


class Line(NamedTuple):
    """cost = fixed + each * n, through two measured points."""

    fixed: float
    each: float

    def at(self, n: float) -> float:
        return self.fixed + self.each * n


def rows_of(name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads((RESULTS / f"{name}.json").read_text())["rows"]
    return rows


def through(what: str, key: str) -> Line:
    """The cost of the analysis by the vote, through the two largest conversations measured."""
    low, high = sorted((row["votes"], row[key]) for row in rows_of("scale") if row["what"] == what)[-2:]
    each = (high[1] - low[1]) / (high[0] - low[0])
    return Line(high[1] - each * high[0], each)


def lines() -> Iterator[str]:
    yield f"| {' | '.join(HEAD)} |"
    yield f"|{' ---: |' * len(HEAD)}"
    for people in PEOPLE:
        yield f"| {' | '.join(map(_shown, sizes(people)))} |"


def sizes(people: int) -> tuple[float, ...]:
    """The figures of one row."""
    vote = next(row for row in rows_of("voting") if row["database"] == "postgresql")
    page = {row["page"]: row["CPU ms"] for row in rows_of("pages") if row["database"] == "postgresql"}
    stored = {row["what"]: row["bytes"] for row in rows_of("scale")}
    votes = people * VOTES_A_PERSON
    second = people * OF_PEOPLE_IN_THE_BUSIEST_HOUR / 3600  # people coming in each
    visit = (page["voting page"] + page["map page"]) / 1e3 + VOTES_A_PERSON * vote["CPU us vote"] / 1e6
    gigabytes = through("all", "MB").at(votes) / 1e3
    return (
        people,
        votes,
        second * VOTES_A_PERSON,
        math.ceil(second * visit / USED),
        math.ceil(second * VOTES_A_PERSON * vote["CPU us in PostgreSQL"] / 1e6 / USED),
        (people * stored["PostgreSQL: a person stored"] + votes * stored["PostgreSQL: a vote stored"]) / 1e9,
        through("all", "CPU s").at(votes) / 60,
        gigabytes,
        math.ceil(gigabytes / (WORKER_GB * USED)),
    )


def _shown(value: float) -> str:
    return (
        f"{value:,.2g}"
        if value < 1
        else f"{value:,.0f}"
        if value >= 10
        else f"{value:,.1f}".removesuffix(".0")
    )


if __name__ == "__main__":
    print("\n".join(lines()))
