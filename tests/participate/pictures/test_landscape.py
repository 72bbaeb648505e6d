"""The landscape: neutral contours, hexagons by size, and flags that follow from published shares alone."""

import re
from itertools import combinations
from typing import Any

from participate.pictures.frame import frame_of
from participate.pictures.labels import outward_places
from participate.pictures.landscape import LEVELS, flags_of, landscape_picture

SHARES = {1: {"A": 90.0, "B": 88.0}, 2: {"A": 91.0, "B": 10.0}, 3: {"A": 12.0, "B": 80.0}}


def drawn(picture: Any, **how: Any) -> str:
    given: dict[str, Any] = {
        "title": "t",
        "description": "d",
        "names": {},
        "shares": SHARES,
        "common": [1],
        **how,
    }
    svg = landscape_picture(picture, **given)
    assert svg is not None
    return str(svg)


def test_it_has_contours_and_flags_of_which_common_ground_is_marked(picture: Any, tree: Any) -> None:
    svg = drawn(picture)
    tree(svg)
    assert svg.count('class="contour"') == len(LEVELS)
    assert re.findall(r'class="flag-number"[^>]*>(\d+)<', svg) == ["1", "2", "3"]
    assert re.findall(r'class="flag flag-common".*?>(\d+)</text>', svg) == ["1"]
    assert not re.search(r"style=|<style|<script", svg)
    assert "flag-common" not in drawn(picture, common=[])


def test_a_flag_stands_nearer_to_those_who_agree(picture: Any) -> None:
    frame = frame_of(picture["hexagons"], 1.0)
    flags = flags_of(picture["hexagons"], frame, SHARES)
    assert flags[2][0] < flags[1][0] < flags[3][0]  # A is at the left


def test_flags_keep_apart_and_inside(picture: Any) -> None:
    frame = frame_of(picture["hexagons"], 1.0)
    same = {number: {"A": 80.0, "B": 80.0} for number in range(1, 15)}
    flags = list(flags_of(picture["hexagons"], frame, same).values())
    assert len(set(flags)) == 14
    assert all(6 <= value <= 94 for place in flags for value in place)
    for number, (x, y) in enumerate(flags):
        assert all(abs(x - u) >= 13 or abs(y - v) >= 13 for u, v in flags[:number])


def test_flags_keep_clear_of_badges_and_badges_of_each_other(picture: Any) -> None:
    frame = frame_of(picture["hexagons"], 1.0)
    same = {number: {"A": 80.0, "B": 80.0} for number in range(1, 11)}
    badges = [(50.0, 50.0), (50.0, 64.0)]
    flags = flags_of(picture["hexagons"], frame, same, badges).values()
    assert len(flags) == 10
    assert all(abs(x - u) >= 14 or abs(y - v) >= 14 for x, y in flags for u, v in badges)
    one_place = outward_places(dict.fromkeys("ABC", (0.0, 0.0)), frame)
    for one, other in combinations(one_place.values(), 2):
        assert abs(one[0] - other[0]) >= 26 or abs(one[1] - other[1]) >= 16


def test_without_groups_on_the_map_no_statement_has_a_place(picture: Any) -> None:
    nobody = [{**hexagon, "group": None} for hexagon in picture["hexagons"]]
    svg = drawn({**picture, "hexagons": nobody})
    assert "flag" not in svg
    assert svg.count('class="contour"') == len(LEVELS)


def test_a_bigger_hexagon_is_more_people(picture: Any, tree: Any) -> None:
    root = tree(drawn(picture))
    widths = []
    for p in root.iter("{http://www.w3.org/2000/svg}polygon"):
        if (p.get("class") or "").startswith("group-") and p.get("fill-opacity"):
            xs = [float(corner.split(",")[0]) for corner in (p.get("points") or "").split()]
            widths.append(round(max(xs) - min(xs), 3))
    ten, fifteen, twenty_five, ten_again = widths
    assert ten == ten_again < fifteen < twenty_five


def test_without_a_hexagon_there_is_no_picture() -> None:
    nothing = {"hexagons": [], "size": None}
    assert landscape_picture(nothing, title="", description="", names={}, shares={}, common=[]) is None
