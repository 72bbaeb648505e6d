"""Routing: how soon every statement has 20 answers, how evenly, and how well estimates are corrected."""

from statistics import mean
from typing import Any

from tests.clustering.routing_simulation import ENOUGH, gini, simulate

CASES = ((20, 1_000, 0), (40, 2_000, 10), (100, 2_000, 20), (300, 2_500, 60))
"""Statements, people, and how many of the statements come half-way."""


def measure() -> list[dict[str, Any]]:
    return [_case(*case) for case in CASES]


def _case(statements: int, people: int, late: int) -> dict[str, Any]:
    """Errors are means over the statements, in percentage points, as are the covered truths of the intervals.

    `wait`: the longest that any statement waited for 20 answers, in draws; `bound`: the longest it should.
    """
    course, every = simulate(statements, people, late=late), range(statements)
    shares = [course.corrected(number) for number in every]
    return {
        "statements": statements,
        "late": late,
        "people": people,
        "draws": course.draws,
        "fewest": min(course.seen),
        "most": max(course.seen),
        "Gini": round(gini(course.seen), 3),
        "wait": max(course.waited(number) for number in every),
        "bound": int(ENOUGH * statements / 0.5),
        "plain error": round(100 * mean(course.plain(n) - course.truth[n] for n in every), 2),
        "corrected error": round(100 * mean(shares[n].estimate - course.truth[n] for n in every), 2),
        "covered %": round(100 * mean(shares[n].low <= course.truth[n] <= shares[n].high for n in every), 1),
    }
