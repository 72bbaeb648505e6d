"""A day is a day in London, also when the clocks change."""

from datetime import UTC, date, datetime

import pytest

from deliberation.spaces.days import day_in_london, first_moment, last_moment


@pytest.mark.parametrize(
    ("day", "begins", "ends"),
    [
        ((2026, 3, 28), (2026, 3, 28, 0), (2026, 3, 28, 23, 59, 59)),
        ((2026, 3, 29), (2026, 3, 29, 0), (2026, 3, 29, 22, 59, 59)),  # the clocks go forward: 23 hours
        ((2026, 3, 30), (2026, 3, 29, 23), (2026, 3, 30, 22, 59, 59)),
        ((2026, 10, 24), (2026, 10, 23, 23), (2026, 10, 24, 22, 59, 59)),
        ((2026, 10, 25), (2026, 10, 24, 23), (2026, 10, 25, 23, 59, 59)),  # and back: 25 hours
        ((2026, 10, 26), (2026, 10, 26, 0), (2026, 10, 26, 23, 59, 59)),
    ],
)
def test_a_day_begins_and_ends_with_the_clocks_in_london(
    day: tuple[int, ...], begins: tuple[int, ...], ends: tuple[int, ...]
) -> None:
    assert first_moment(date(*day)) == datetime(*begins, tzinfo=UTC)
    assert last_moment(date(*day)) == datetime(*ends, tzinfo=UTC)


def test_both_ends_of_a_day_carry_its_name() -> None:
    for day in (date(2026, 3, 29), date(2026, 10, 25)):
        assert day_in_london(first_moment(day)) == day_in_london(last_moment(day)) == day
