"""The public picture keeps its grid from one result to the next, and is as fine as people's number allows."""

import random

import pytest

from charters.terms import Publication
from deliberation.publishing.map_parts import (
    landscape_of,
    own_place,
    picture_of,
    published_groups,
    statement_places,
    statement_points,
)
from tests.crowds import Crowd


def spread(people: int, *, far: float = 1.0, seed: int = 1) -> list[tuple[float, float, int | None]]:
    draw = random.Random(seed)
    return [(draw.gauss(0, far), draw.gauss(0, far), 0) for _ in range(people)]


def test_more_people_give_a_finer_grid(publication: Publication) -> None:
    few, many = (picture_of(spread(people), publication, None, {}) for people in (60, 6000))
    assert many["size"] == pytest.approx(few["size"] / 8**0.5)
    assert len(many["hexagons"]) > 4 * len(few["hexagons"])


@pytest.mark.parametrize(
    ("last", "kept"), [(2.0, True), (1.0, True), (0.25, True), (0.03125, False), (64.0, False)]
)
def test_the_last_grid_is_kept_while_it_suits(publication: Publication, last: float, kept: bool) -> None:
    """The median distance here is about 1.2, so the coarsest of the five grids is 1."""
    picture = picture_of(spread(300), publication, last, {})
    assert (picture["size"] == last) is kept


def test_a_picture_without_bins_keeps_the_grid_for_the_next_result(publication: Publication) -> None:
    picture = picture_of([], publication, 0.5, {})
    assert (picture["size"], picture["hexagons"], picture["outlines"]) == (0.5, [], {})


def test_one_person_far_out_changes_nothing(publication: Publication) -> None:
    points = spread(300)
    there, here = (picture_of([*points, (far, far, 0)], publication, 0.5, {}) for far in (90.0, 30.0))
    assert there == here


def test_the_landscape_shows_groups_that_were_found_without_it(publication: Publication) -> None:
    places = {person: (x, y) for person, (x, y, _) in enumerate(spread(200))}
    picture = landscape_of(places, {}, publication)
    assert {h["group"] for h in picture["hexagons"]} == {None}
    assert (picture["outlines"], picture["ends"]) == ({}, {})
    assert landscape_of(None, {}, publication)["hexagons"] == []
    group_of = {person: person % 2 for person in range(190)}
    both = landscape_of(places, group_of, publication)
    assert {h["group"] for h in both["hexagons"]} == {"A", "B"}  # the ten others are too far apart


def test_groups_that_are_not_shown_are_not_on_the_landscape_either() -> None:
    content = {"groups": [{"id": "A"}, {"id": "C"}]}
    assert published_groups(content, {"7": 0, "8": 1, "9": 2}) == {7: 0, 9: 2}
    assert published_groups({"groups": []}, {"7": 0}) == {}


def test_a_viewer_is_shown_at_the_centre_of_their_hexagon() -> None:
    """Size 1: neighbours in a row stand the square root of 3 apart."""
    for point in ((0.0, 0.0), (0.8, 0.4), (-0.8, 0.1)):
        assert own_place(point, {"size": 1.0}) == (0.0, 0.0)
    assert own_place((1.9, 0.1), {"size": 1.0}) == (pytest.approx(3**0.5), 0.0)


def test_statements_stand_in_whole_steps_and_only_where_their_totals_stand(crowd: Crowd) -> None:
    said = crowd.said()
    places = {one.id: (0.1 * one.number, 0.013 * one.number) for one in said}
    totals = {1: {"votes": 70}, 2: {"votes": 70}, 3: {"votes": 40}, 5: {"votes": 60}, 6: {"votes": 0}}
    content = {"statements": [{"number": n, "totals": row} for n, row in totals.items()]}
    points = statement_points(places, said, content)
    assert points == [
        {"number": 1, "x": 0, "y": 0},
        {"number": 2, "x": 10, "y": 1},
        {"number": 5, "x": 40, "y": 5},  # 3 was removed, and nobody voted on 6
    ]
    assert statement_places({"statements": points}, said) == {101: (0, 0), 102: (10, 1), 105: (40, 5)}
    assert statement_points(None, said, content) == []
    assert statement_places(None, said) == {}
