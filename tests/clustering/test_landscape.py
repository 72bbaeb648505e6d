"""The landscape: the same picture from the same votes, and none where there is nothing to see."""

import pytest

from clustering import Options, analyse
from clustering.landscape import landscape


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
    assert analyse(matrix(camps), seed=3, options=Options(landscape=True)).landscape == one


def test_people_on_one_line_and_on_few_spots_still_get_a_picture(matrix):
    votes = matrix([(p, s, 1 if p % 2 else -1) for p in range(16) for s in range(9)])
    assert len(landscape(votes)) == 16


def test_fifteen_people_or_a_unanimous_crowd_have_no_landscape(matrix, camps):
    assert landscape(matrix([row for row in camps if int(row[0][1:]) < 15])) is None
    assert landscape(matrix([(p, s, 1) for p in range(30) for s in range(9)])) is None
    assert landscape(matrix(camps), removed={f"s{n}" for n in range(12)}) is None
