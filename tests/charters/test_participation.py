"""How many had joined by when: rounded, said once, and no closer than the results' own numbers of people."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charters.disclosure import rounded
from charters.participation import Joined, end_of, joined_by
from charters.policy import load_policy

MONTHLY = load_policy("open-health-space").publication
WEEKLY = replace(MONTHLY, time_grain="week")
START = date(2026, 3, 2)  # a Monday


def days(*counts: int, apart: int = 10) -> list[date]:
    """So many first votes every ten days."""
    return [START + timedelta(days=apart * turn) for turn, count in enumerate(counts) for _ in range(count)]


def test_months_that_are_over_are_counted_and_rounded() -> None:
    came = days(12, 9, 3, 8, 30, 1, 1)  # 2, 12 and 22 March; 1, 11 and 21 April; 1 May
    assert joined_by(came, MONTHLY, today=date(2026, 5, 2)) == (
        Joined(date(2026, 3, 31), 25),  # 24
        Joined(date(2026, 4, 30), 65),  # 63
    )
    assert len(joined_by(came, MONTHLY, today=date(2026, 4, 30))) == 1  # its last day is not over


def test_weeks_end_on_sundays_and_a_week_without_anybody_has_its_row() -> None:
    rows = joined_by(days(25, 0, 25, apart=7), WEEKLY, today=date(2026, 3, 23))
    assert rows == tuple(Joined(date(2026, 3, day), people) for day, people in ((8, 25), (15, 25), (22, 50)))


@pytest.mark.parametrize(
    ("day", "grain", "end"),
    [
        (date(2026, 12, 31), "month", date(2026, 12, 31)),
        (date(2026, 12, 1), "month", date(2026, 12, 31)),
        (date(2028, 2, 3), "month", date(2028, 2, 29)),
        (date(2026, 12, 31), "week", date(2027, 1, 3)),
        (date(2026, 3, 8), "week", date(2026, 3, 8)),
    ],
)
def test_where_a_month_and_a_week_end(day: date, grain: str, end: date) -> None:
    assert end_of(day, grain) == end


def test_rows_begin_where_twenty_people_had_come() -> None:
    came = days(5, 0, 0, 14, 0, 0, 0, 2)  # 19 by the end of April
    assert joined_by(came, MONTHLY, today=date(2026, 6, 1)) == (Joined(date(2026, 5, 31), 20),)
    assert joined_by([], MONTHLY, today=date(2026, 6, 1)) == ()


def test_what_was_said_is_repeated_and_never_falls_whoever_leaves() -> None:
    said = joined_by(days(40), MONTHLY, today=date(2026, 4, 2))
    assert said == (Joined(date(2026, 3, 31), 40),)
    left = days(24, 0, 0, 2)
    assert joined_by(left, MONTHLY, today=date(2026, 5, 2), earlier=said) == (
        *said,
        Joined(date(2026, 4, 30), 40),
    )


def test_another_grain_goes_on_where_the_last_ended() -> None:
    said = joined_by(days(40), MONTHLY, today=date(2026, 4, 2))
    rows = joined_by(days(40, 0, 0, 10), WEEKLY, today=date(2026, 4, 14), earlier=said)
    assert [row.until for row in rows] == [date(2026, 3, 31), date(2026, 4, 5), date(2026, 4, 12)]


# Lives: people come, change their minds, and are erased; now and then a result is published.

KINDS = ["join"] * 6 + ["erase", "erase", "publish"]


def lived(seed: int) -> list[tuple[date, tuple[Joined, ...]]]:
    """Day and rows of every result; each act takes a part of a day."""
    draw = Random(seed)
    here: dict[int, date] = {}
    results: list[tuple[date, tuple[Joined, ...]]] = []
    for turn in range(200):
        today = START + timedelta(days=turn // 3)
        act = draw.choice(KINDS)
        if act == "join":
            here[turn] = today
        elif act == "erase" and here:
            del here[draw.choice(sorted(here))]
        elif act == "publish" and len(here) >= MONTHLY.min_participants:
            before = results[-1][1] if results else ()
            results.append((today, joined_by(here.values(), WEEKLY, today=today, earlier=before)))
    return results


@pytest.mark.parametrize("seed", range(40))
def test_every_figure_is_protected_and_said_once(seed: int) -> None:
    results = lived(seed)
    assert len(results[-1][1]) > 3
    for today, rows in results:
        assert all(row.people >= 20 and row.people % 5 == 0 for row in rows)
        assert all(row.until < today and row.until == end_of(row.until, "week") for row in rows)
        assert all(a.people <= b.people and a.until < b.until for a, b in pairwise(rows))
    for (_, before), (_, after) in pairwise(results):
        assert after[: len(before)] == before


def test_an_erasure_or_a_change_of_mind_changes_no_row_that_was_said() -> None:
    came = days(*[7] * 20, apart=3)
    said = joined_by(came, WEEKLY, today=date(2026, 5, 1))
    for gone in range(len(came)):
        rest = came[:gone] + came[gone + 1 :]
        assert joined_by(rest, WEEKLY, today=date(2026, 5, 1), earlier=said) == said
        later = [*rest, date(2026, 4, 30)]  # a first vote that was given anew
        assert joined_by(later, WEEKLY, today=date(2026, 5, 1), earlier=said) == said


# What two results and the rows between them tell together, by an exact solver.

Figure = tuple[int, int]


def closest(figures: Sequence[Figure], first: int, second: int) -> tuple[int, int]:
    """The least and the most people who can have come between two moments, given all figures.

    `figures`: (moment, published count), nobody leaving. The true counts are whole numbers within 2 of what
    is published and never fall: a system of differences, whose shortest paths are its exact bounds.
    """
    ordered = sorted(figures)
    nodes = range(len(ordered) + 1)
    far = 10**6
    way = {(a, b): 0 if a == b else far for a in nodes for b in nodes}
    for node, (_, people) in enumerate(ordered, start=1):
        way[0, node], way[node, 0] = people + 2, -(max(people - 2, 20))
    for node in nodes[1:-1]:
        way[node + 1, node] = 0  # the earlier is at most the later
    for middle in nodes:
        for a in nodes:
            for b in nodes:
                way[a, b] = min(way[a, b], way[a, middle] + way[middle, b])
    one, other = (1 + [moment for moment, _ in ordered].index(wanted) for wanted in (first, second))
    return -way[other, one], way[one, other]


@given(st.lists(st.integers(0, 9), min_size=4, max_size=14), st.integers(20, 60))
def test_the_rows_between_two_results_tell_nothing_closer_about_who_came_between(
    steps: list[int], start: int
) -> None:
    """Results at the first and the last moment; at every moment between, the row of a month that ended."""
    true = [start + sum(steps[:moment]) for moment in range(len(steps) + 1)]
    figures = [(moment, rounded(count, MONTHLY.profile) or 0) for moment, count in enumerate(true)]
    last = len(figures) - 1
    alone = closest([figures[0], figures[-1]], 0, last)
    assert closest(figures, 0, last) == alone
    for (one, people), (two, more) in pairwise(figures):
        least, most = closest(figures, one, two)
        assert (least, most) == closest([(one, people), (two, more)], one, two)
        assert most - least >= 2  # at least three numbers are possible, nought among them where few came


def test_the_solver_knows_what_two_figures_tell() -> None:
    """20 to 22 people, since none stands under 20, then 28 to 32."""
    assert closest([(0, 20), (1, 30)], 0, 1) == (6, 12)
    assert closest([(0, 25), (1, 25)], 0, 1) == (0, 4)
