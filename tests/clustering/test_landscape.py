"""The landscape: the same picture from the same votes, and none where there is nothing to see."""

import numpy as np
import pytest

from clustering import Options, analyse
from clustering.landscape import laid_like, landscape, statement_landscape


@pytest.mark.prove
def test_the_same_votes_and_seed_give_the_same_picture_in_any_order(matrix, camps):
    one = landscape(matrix(camps), seed=3)
    two = landscape(matrix(camps[::-1]), seed=3)
    assert one == two
    assert set(one) == {row[0] for row in camps}
    # The planted camps lie apart: everyone is nearer to the middle of their own.
    middles = []
    for camp in (range(25), range(25, 40)):
        points = [one[f"p{n}"] for n in camp]
        middles.append([sum(axis) / len(points) for axis in zip(*points, strict=True)])
    for n in range(40):
        near = [sum((a - b) ** 2 for a, b in zip(one[f"p{n}"], middle, strict=True)) for middle in middles]
        assert near.index(min(near)) == int(n >= 25)
    whole = analyse(matrix(camps), seed=3, options=Options(landscape=True))
    turned = landscape(matrix(camps), seed=3, axes=whole.axes)
    assert whole.landscape == turned
    assert np.array([one[p] for p in one]) == pytest.approx(np.array([turned[p] for p in one]), abs=1e-6)
    statements = statement_landscape(matrix(camps), seed=3)
    assert whole.statement_landscape == statements
    assert set(statements) == {row[1] for row in camps}
    mirrored = {name: (-x, y) for name, (x, y) in statements.items()}
    places, again, other = (
        np.array([found[name] for name in statements])
        for found in (
            statements,
            statement_landscape(matrix(camps), seed=3, before=statements),
            statement_landscape(matrix(camps), seed=3, before=mirrored),
        )
    )
    assert again == pytest.approx(places - places.mean(axis=0), abs=1e-5)
    assert other != pytest.approx(again * (-1, 1), abs=0.1)


@pytest.mark.prove
def test_beyond_the_landmarks_people_are_put_among_them(matrix, camps, monkeypatch):
    monkeypatch.setattr("clustering.landscape.MOST_LANDMARKS", 30)
    places = {name: np.array(place) for name, place in landscape(matrix(camps), seed=3).items()}
    first, second = (np.mean([places[f"p{n}"] for n in camp], axis=0) for camp in (range(25), range(25, 40)))
    near = [
        np.linalg.norm(places[f"p{n}"] - first) < np.linalg.norm(places[f"p{n}"] - second) for n in range(40)
    ]
    assert near == [n < 25 for n in range(40)]


def test_a_picture_is_turned_but_never_mirrored():
    shape = np.array([(0.0, 0.0), (2.0, 0.0), (0.0, 1.0)])
    turned = shape @ np.array([(0.0, 1.0), (-1.0, 0.0)]) + 5
    assert laid_like(turned, shape) == pytest.approx(shape - shape.mean(axis=0))
    mirrored = laid_like(shape * (-1, 1), shape)
    assert np.linalg.det(mirrored[1:] - mirrored[0]) == pytest.approx(-2.0)


@pytest.mark.prove  # what lays people out takes half a minute to compile
def test_people_on_one_line_and_on_few_spots_still_get_a_picture(matrix):
    votes = matrix([(p, s, 1 if p % 2 else -1) for p in range(16) for s in range(9)])
    assert len(landscape(votes)) == 16


def test_fifteen_people_or_a_unanimous_crowd_have_no_landscape(matrix, camps):
    assert landscape(matrix([row for row in camps if int(row[0][1:]) < 15])) is None
    assert landscape(matrix([(p, s, 1) for p in range(30) for s in range(9)])) is None
    assert landscape(matrix(camps), removed={f"s{n}" for n in range(12)}) is None
    assert statement_landscape(matrix(camps), removed={f"s{n}" for n in range(5)}) is None
