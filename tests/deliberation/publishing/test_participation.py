"""Participation over time in a published document: what is over, today, and what was said before."""

from datetime import date
from typing import Any

import pytest

from charters.terms import Publication
from deliberation.opinion.arrivals import Arrivals
from deliberation.publishing.participation import participation_of

MARCH, APRIL = date(2026, 3, 2), date(2026, 4, 20)
CAME = Arrivals({person: MARCH if person < 40 else APRIL for person in range(65)}, APRIL)


def rows(publication: Publication, **how: Any) -> list[tuple[str, int, bool]]:
    given = {"participants": 65, "today": APRIL, "over": False, "earlier": None, **how}
    found = participation_of(given.pop("came", CAME), range(65), publication, **given)
    return [(row["until"], row["people"], row["complete"]) for row in found]


def test_the_last_row_is_the_result_itself(publication: Publication) -> None:
    assert rows(publication) == [("2026-03-31", 40, True), ("2026-04-20", 65, False)]


def test_under_twenty_people_there_is_no_row(publication: Publication) -> None:
    assert rows(publication, participants=None) == []
    assert rows(publication, came=Arrivals({}, None)) == []


@pytest.mark.parametrize(
    ("today", "last"),
    [
        (date(2026, 4, 25), ("2026-04-25", 65, False)),
        (date(2026, 5, 1), ("2026-04-30", 65, True)),
        (date(2027, 8, 1), ("2026-04-30", 65, True)),
    ],
)
def test_when_all_is_over_rows_end_with_the_last_votes(
    publication: Publication, today: date, last: tuple[str, int, bool]
) -> None:
    assert rows(publication, over=True, today=today) == [("2026-03-31", 40, True), last]


def test_what_was_said_of_a_month_stands_and_what_was_said_of_today_does_not(
    publication: Publication,
) -> None:
    before = participation_of(
        CAME, range(65), publication, participants=65, today=APRIL, over=False, earlier=None
    )
    fewer = Arrivals({person: day for person, day in CAME.first_days.items() if person >= 12}, APRIL)
    later = rows(
        publication, came=fewer, participants=55, today=date(2026, 5, 3), earlier={"participation": before}
    )
    assert later == [("2026-03-31", 40, True), ("2026-04-30", 55, True), ("2026-05-03", 55, False)]


def test_a_document_from_before_has_no_rows_to_repeat(publication: Publication) -> None:
    assert rows(publication, earlier={"number": 1}) == rows(publication)
