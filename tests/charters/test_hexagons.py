"""The public picture: no bin of fewer than eight, no outline that one person could move."""

from math import dist, isclose, sqrt
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from charters.hexagons import Hexagon, bin_size, hexagons, outlines
from charters.policy import load_policy

PUBLICATION = load_policy("open-health-space").publication
Person = tuple[float, float, int | None]


def crowd(seed: int = 1) -> list[Person]:
    """Two groups of 60 around (-2, 0) and (2, 1)."""
    rng = Random(seed)
    return [
        (rng.gauss(x, 0.6), rng.gauss(y, 0.6), g) for x, y, g in ((-2, 0, 0), (2, 1, 1)) for _ in range(60)
    ]


coordinates = st.floats(-50, 50)
people = st.lists(st.tuples(coordinates, coordinates, st.sampled_from([None, 0, 1, 2])), max_size=90)
steady = settings(derandomize=True, max_examples=200, deadline=None)


@steady
@given(people)
def test_a_bin_holds_eight_or_more_and_shows_a_protected_count(points: list[Person]) -> None:
    for bin_ in hexagons(points, PUBLICATION):
        true = [(x, y) for x, y, g in points if dist((x, y), bin_.centre) <= bin_.size * (1 + 1e-9)]
        assert len(true) >= 8
        assert bin_.count >= 10
        assert bin_.count % 5 == 0


@steady
@given(coordinates, coordinates)
def test_a_point_lies_within_its_bin(x: float, y: float) -> None:
    (bin_,) = hexagons([(x, y, 0)] * 20, PUBLICATION, size=1.5)
    assert dist((x, y), bin_.centre) <= 1.5 * (1 + 1e-9)
    assert bin_.count == 20


def test_bins_are_named_by_axial_places_from_the_origin() -> None:
    points: list[Person] = [(0.0, 0.0, 0)] * 12 + [(sqrt(3), 0.0, 0)] * 9 + [(sqrt(3) / 2, 1.5, 0)] * 7
    found = hexagons(points, PUBLICATION, size=1.0)
    assert [(h.q, h.r, h.count, h.group) for h in found] == [(0, 0, 10, 0), (1, 0, 10, 0)]
    assert isclose(found[1].centre[0], sqrt(3))


def test_bins_of_small_groups_and_of_a_small_remainder_are_not_drawn() -> None:
    many: list[Person] = [(0.0, 0.0, 0)] * 30
    assert {h.group for h in hexagons([*many, *[(5.0, 5.0, 1)] * 9], PUBLICATION)} == {0}
    assert {h.group for h in hexagons([*many, *[(5.0, 5.0, None)] * 9], PUBLICATION)} == {0}
    assert {h.group for h in hexagons([*many, *[(5.0, 5.0, None)] * 10], PUBLICATION)} == {0, None}
    both = hexagons([*many, *[(5.0, 5.0, 1)] * 9, (5.0, 5.0, None)], PUBLICATION)
    assert [(h.group, h.count) for h in both] == [(0, 30), (None, 10)]


def test_under_twenty_people_nothing_is_drawn() -> None:
    assert hexagons([(0.0, 0.0, 0)] * 19, PUBLICATION) == ()


@pytest.mark.parametrize("to", [(40.0, -30.0), (-9.0, 9.0), (1e6, 0.0)])
def test_moving_one_outlying_person_changes_no_bin_and_no_outline(to: tuple[float, float]) -> None:
    here: list[Person] = [*crowd(), (7.0, 7.0, 1)]
    there: list[Person] = [*crowd(), (*to, 1)]
    assert hexagons(here, PUBLICATION) == hexagons(there, PUBLICATION)
    bins = hexagons(here, PUBLICATION)
    assert outlines(bins, 1) == outlines(hexagons(there, PUBLICATION), 1)
    assert outlines(bins, 1)
    assert bin_size(here) == bin_size(there)


def test_the_order_of_people_changes_nothing() -> None:
    points = crowd()
    assert hexagons(points[::-1], PUBLICATION) == hexagons(points, PUBLICATION)


def test_the_last_size_keeps_the_grid() -> None:
    wide = [(3 * x, 3 * y, g) for x, y, g in crowd()]
    size = bin_size(crowd())
    assert bin_size(wide) > size
    assert {h.size for h in hexagons(wide, PUBLICATION, size=size)} <= {size}


def hexagon(q: int, r: int) -> Hexagon:
    return Hexagon(q, r, ((2 * q + r) * sqrt(3) / 2, 1.5 * r), 1.0, 10, 0)


def area(ring: tuple[tuple[float, float], ...]) -> float:
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, ring[1:] + ring[:1], strict=True)) / 2


def test_an_outline_goes_round_its_bins_counter_clockwise_and_smoothly() -> None:
    (ring,) = outlines([hexagon(0, 0)], 0)
    assert len(ring) == 6 * 4
    # A hexagon of size 1 has area 3 sqrt(3) / 2; each cut takes 1/32 sqrt(3) / 2 a corner at first.
    assert 0.85 * 2.598 < area(ring) < 2.598
    assert all(dist(point, (0.0, 0.0)) <= 1.0 for point in ring)


def test_two_islands_have_two_outlines_and_a_lake_has_its_own() -> None:
    assert len(outlines([hexagon(0, 0), hexagon(5, 0)], 0)) == 2
    around = [hexagon(q, r) for q, r in ((1, 0), (0, 1), (-1, 1), (-1, 0), (0, -1), (1, -1))]
    rings = outlines(around, 0)
    assert sorted(area(ring) > 0 for ring in rings) == [False, True]
    assert outlines(around, 1) == ()


def test_what_cannot_be_placed_is_refused() -> None:
    with pytest.raises(ValueError, match="size is 0: must be a positive number"):
        hexagons(crowd(), PUBLICATION, size=0)
    with pytest.raises(ValueError, match="must be finite"):
        hexagons([*crowd(), (float("nan"), 0.0, 1)], PUBLICATION)
    with pytest.raises(ValueError, match="every coordinate must be finite"):
        hexagons([(float("inf"), 0.0, 1)] * 20, PUBLICATION)
