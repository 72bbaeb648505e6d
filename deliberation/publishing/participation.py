"""Participation over time, as a published document has it: rows of dates and rounded numbers of people."""

from collections.abc import Hashable, Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from charters.participation import Joined, end_of, joined_by
from charters.terms import Publication
from deliberation.opinion.arrivals import Arrivals


def participation_of(
    came: Arrivals,
    people: Iterable[Hashable],
    publication: Publication,
    *,
    participants: int | None,
    today: date,
    over: bool,
    earlier: Mapping[str, Any] | None,
) -> list[dict[str, Any]]:
    """The rows for a result of these `people`: of each month or week that is over, and of today.

    `participants` is the result's own published number of people, and stands in the row of today. `over`:
    nobody can join any more; then rows end with the last votes. `earlier`: the document before.
    """
    if participants is None or came.newest is None:
        return []
    grain = publication.time_grain
    last = end_of(came.newest, grain) if over else today
    rows = joined_by(
        [came.first_days[person] for person in people if person in came.first_days],  # type: ignore[index]
        publication,
        today=min(today, last + timedelta(days=1)),
        earlier=_joined(earlier),
    )
    shown = [_row(row.until, row.people, complete=True) for row in rows]
    if over and rows and rows[-1].until >= came.newest:
        return shown
    return [*shown, _row(today, participants, complete=False)]


def _row(until: date, people: int, *, complete: bool) -> dict[str, Any]:
    return {"until": until.isoformat(), "people": people, "complete": complete}


def _joined(earlier: Mapping[str, Any] | None) -> list[Joined]:
    """The rows that are said for good."""
    rows = earlier.get("participation", []) if earlier is not None else []
    return [Joined(date.fromisoformat(row["until"]), row["people"]) for row in rows if row["complete"]]
