"""Soft edges: closed rings around the hexagons they are made of, and of nothing else."""

from math import dist, exp, log, sqrt

import pytest

from participate.pictures.contours import contours

ROW = ((0.0, 0.0, 1.0), (1.7321, 0.0, 1.0))


def inside(point: tuple[float, float], ring: tuple[tuple[float, float], ...]) -> bool:
    """By counting the sides that a line to the right crosses."""
    x, y = point
    crossed = 0
    for (ax, ay), (bx, by) in zip(ring, ring[1:] + ring[:1], strict=True):
        if (ay > y) != (by > y) and x < ax + (y - ay) / (by - ay) * (bx - ax):
            crossed += 1
    return crossed % 2 == 1


def test_one_hill_has_a_round_edge_where_the_formula_says() -> None:
    """exp(-r^2 / 2 w^2) = level, so r = w sqrt(-2 ln level)."""
    [ring] = contours(((3.0, -2.0, 1.0),), 1.0, 0.8, 0.22)
    expected = 0.8 * sqrt(-2 * log(0.22))
    assert all(dist(point, (3.0, -2.0)) == pytest.approx(expected, rel=0.02) for point in ring)
    assert exp(-(expected**2) / (2 * 0.8**2)) == pytest.approx(0.22)


def test_neighbours_share_an_edge_and_far_ones_do_not() -> None:
    [ring] = contours(ROW, 1.0, 0.8, 0.22)
    assert all(inside((x, y), ring) for x, y, _ in ROW)
    far = contours((*ROW, (9.0, 0.0, 1.0)), 1.0, 0.8, 0.22)
    assert len(far) == 2


def test_a_ring_of_hexagons_keeps_its_hole() -> None:
    around = tuple(
        (3 * x, 3 * y, 1.0)
        for x, y in ((1, 0), (0.5, 0.866), (-0.5, 0.866), (-1, 0), (-0.5, -0.866), (0.5, -0.866))
    )
    rings = contours(around, 1.0, 0.8, 0.22)
    assert len(rings) == 2


def test_higher_levels_lie_within_lower_ones() -> None:
    [low], [high] = contours(ROW, 1.0, 1.1, 0.2), contours(ROW, 1.0, 1.1, 0.6)
    assert all(inside(point, low) for point in high)


def test_nothing_makes_no_edge_and_the_same_makes_the_same() -> None:
    assert contours((), 1.0, 0.8, 0.22) == ()
    assert contours(ROW, 1.0, 0.8, 2.5) == ()  # no hill is so high
    assert contours(tuple(reversed(ROW)), 1.0, 0.8, 0.22)[0] == contours(ROW, 1.0, 0.8, 0.22)[0]
