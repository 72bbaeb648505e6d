"""The landscape of statements: a dot for each, and signs that keep apart."""

from math import hypot
from typing import Any

from participate.pictures.statements import nearest, signs_of, statement_picture

POINTS = [{"number": n, "x": n % 5, "y": n // 5} for n in range(1, 13)]


def test_every_statement_has_a_dot_and_those_that_tell_most_a_number(tree: Any) -> None:
    signs = signs_of(POINTS, [3, 7, 99, 12], 2)
    assert list(signs) == [3, 7]
    svg = str(statement_picture(POINTS, title="t", description="d", signs=signs, common=[3, 4]))
    tree(svg)
    assert svg.count('class="statement-dot"') == 10
    assert svg.count('class="statement-dot statement-dot-common"') == 2
    assert (svg.count('class="flag-number"'), svg.count('class="flag flag-common"')) == (2, 1)
    assert statement_picture([], title="", description="", signs={}, common=[]) is None


def test_signs_keep_apart_and_close_to_their_dots_or_are_left_out() -> None:
    same = [{"number": n, "x": 0, "y": 0} for n in range(12)]
    places = list(signs_of(same, range(12), 12).values())
    assert 1 < len(places) < 12
    for number, (x, y) in enumerate(places):
        assert hypot(x - 50, y - 50) <= 11
        assert all(abs(x - u) >= 9 or abs(y - v) >= 10 for u, v in places[:number])


def test_the_table_names_those_nearest_to_each() -> None:
    assert nearest(POINTS, 2)[1] == [2, 6]
