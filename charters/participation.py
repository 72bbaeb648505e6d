"""How many people had joined by the end of each month or week, as far as that may be published.

The figure is cumulative: it is the same kind of figure as a result's number of people, for another moment.
So it is rounded like that one, none stands under `min_participants`, and beside the numbers of people of all
results it tells nothing closer about how many came in between (docs/decisions/0070 has the argument, and
tests/charters/test_participation.py the proof by trying). Three more rules:

- Only spans of time that are over are counted; the last moment of a result is that result's own number.
- A figure is said once. Later results repeat it, whoever leaves, changes a vote or is erased afterwards, so
  two results cannot be subtracted.
- Rows begin where the figure does. How many months passed with a few people before is not told.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from charters.disclosure import rounded
from charters.terms import Publication


@dataclass(frozen=True, slots=True)
class Joined:
    """About how many `people` had joined by the end of the day `until`."""

    until: date
    people: int


def joined_by(
    first_days: Iterable[date],
    publication: Publication,
    *,
    today: date,
    earlier: Sequence[Joined] = (),
) -> tuple[Joined, ...]:
    """The rows that may be published today, oldest first.

    `first_days`: for each person who takes part, the day of their first vote. `earlier`: the rows of the
    result before, which are repeated as they are.
    """
    days = sorted(first_days)
    rows = list(earlier)
    if not days:
        return tuple(rows)
    said = rows[-1].until if rows else days[0] - timedelta(days=1)
    for until in _ends(said + timedelta(days=1), today, publication.time_grain):
        true = bisect_right(days, until)
        figure = rounded(true, publication.profile) if true >= publication.min_participants else None
        if figure is not None:
            # Who has left since is not in the count: it may not fall below what was said before.
            rows.append(Joined(until, max([figure, *(row.people for row in rows[-1:])])))
    return tuple(rows)


def end_of(day: date, grain: str) -> date:
    """The last day of the month or of the week (Monday to Sunday) that a day belongs to."""
    if grain == "week":
        return day + timedelta(days=6 - day.weekday())
    following = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return following - timedelta(days=1)


def _ends(first: date, today: date, grain: str) -> Iterator[date]:
    """The last days of the spans from that of `first` on that are over by today."""
    end = end_of(first, grain)
    while end < today:
        yield end
        end = end_of(end + timedelta(days=1), grain)
