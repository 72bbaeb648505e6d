"""How the compatible mode finds groups of its own: every step on points that can be checked by hand."""

import numpy as np
import pytest

from clustering import polis_groups
from clustering.polis_groups import base_clusters, choose_groups, divide, k_means, most_typical, silhouette

near = pytest.approx
# The corners of a rectangle, 10 wide and 3 high, with 3, 1, 2 and 1 people at them.
CORNERS = np.array([(0, 0), (0, 3), (10, 0), (10, 3)], float)
PEOPLE = np.repeat(CORNERS, (3, 1, 2, 1), axis=0)
DIAGONAL = 109**0.5


def test_up_to_a_hundred_places_each_are_a_base_cluster():
    found = base_clusters(PEOPLE)
    assert found.centres.tolist() == CORNERS.tolist()
    assert found.labels.tolist() == [0, 0, 0, 1, 2, 2, 3]


def test_beyond_a_hundred_places_the_first_hundred_gather_the_rest():
    line = np.array([(float(n), 0.0) for n in range(100)])
    found = base_clusters(np.r_[line, [(0.0, 0.2), (7.0, 0.4), (7.0, 0.8)]])
    assert found.labels.tolist() == [*range(100), 0, 7, 7]
    assert found.centres[[0, 1, 7]] == near(np.array([(0, 0.1), (1, 0), (7, 0.4)]))


def test_k_means_weighs_places_by_their_people():
    # One round from (0, 0) and (0, 3): the lower corners, (3 * 0 + 2 * 10) / 5, and the upper, (0 + 10) / 2.
    once = k_means(CORNERS, np.array([3, 1, 2, 1]), CORNERS[:2], 1)
    assert once.centres.tolist() == [[4, 0], [5, 3]]
    assert once.labels.tolist() == [0, 1, 0, 1]
    # Now (10, 0) is 6 from the one and sqrt 34 from the other, and changes; the rest follows.
    found = k_means(CORNERS, np.array([3, 1, 2, 1]), CORNERS[:2], 20)
    assert found.centres == near(np.array([(0, 0.75), (10, 1)]))


def test_a_cluster_that_nobody_is_nearest_to_is_dropped():
    found = k_means(CORNERS, np.ones(4, int), np.array([(0, 0), (99, 99), (10, 0)], float), 20)
    assert found.centres.tolist() == [[0, 1.5], [10, 1.5]]


@pytest.mark.parametrize(("step", "rounds"), [(0.019, 1), (0.03, 2)])
def test_k_means_ends_when_no_centre_moves_a_hundredth(step, rounds, monkeypatch):
    # From (0, 0) the centre of (0, 0) and (step, 0) moves half a step, then not at all.
    done, nearest = [], polis_groups._nearest
    monkeypatch.setattr(polis_groups, "_nearest", lambda *of: done.append(1) or nearest(*of))
    k_means(np.array([(0, 0), (step, 0)]), np.ones(2, int), np.zeros((1, 2)), 20)
    assert len(done) == rounds


def test_silhouettes_by_hand():
    # Divided left and right: a = 3 and b = (10 + sqrt 109) / 2 for every corner.
    assert silhouette(CORNERS, np.array([0, 0, 1, 1])) == near(1 - 6 / (10 + DIAGONAL))
    # Divided up and down: a = 10 and b = (3 + sqrt 109) / 2 < a.
    assert silhouette(CORNERS, np.array([0, 1, 0, 1])) == near((3 + DIAGONAL) / 20 - 1)
    # The first alone scores 0. (0, 3): a = (10 + sqrt 109) / 2, b = 3. (10, 0): a = (3 + sqrt 109) / 2,
    # b = 10. (10, 3): a = (3 + 10) / 2, b = sqrt 109.
    scores = [0, 6 / (10 + DIAGONAL) - 1, 1 - (3 + DIAGONAL) / 20, 1 - 6.5 / DIAGONAL]
    assert silhouette(CORNERS, np.array([1, 0, 0, 0])) == near(sum(scores) / 4)
    assert silhouette(CORNERS, np.zeros(4, int)) == -1


def test_one_order_follows_its_first_places():
    points = np.repeat(CORNERS, 2, axis=0)
    assert divide(points).tolist() == [0, 0, 1, 1, 0, 0, 1, 1]
    assert divide(points[[0, 4, 1, 2, 3, 5, 6, 7]]).tolist() == [0, 1, 0, 0, 0, 1, 1, 1]


@pytest.mark.parametrize(("places", "k"), [(2, 2), (11, 2), (12, 3), (24, 4), (36, 5), (99, 5)])
def test_how_many_groups_are_tried_and_that_more_win_a_tie(places, k, monkeypatch):
    monkeypatch.setattr(polis_groups, "silhouette", lambda centres, labels: 0.5)
    points = np.array([(float(n), 0.0) for n in range(places)] + [(0.0, 0.0)])
    assert len(set(divide(points).tolist())) == k


def test_the_most_typical_division_agrees_with_most_pairs():
    # On people 0 to 3 the second and third are one division under two names; the first parts other pairs.
    assert most_typical(np.array([[0, 1, 0, 1], [0, 0, 1, 1], [1, 1, 0, 0]])).tolist() == [0, 0, 1, 1]
    # One person apart is one person from both; both are two from each other.
    ends = [[0, 0, 0, 1, 1, 1], [0, 1, 1, 1, 1, 1]]
    assert most_typical(np.array([*ends, [0, 0, 1, 1, 1, 1]])).tolist() == [0, 0, 1, 1, 1, 1]


def test_the_orders_of_the_seed_find_what_one_order_misses():
    # In the order given, the first two places are both on the left; most orders begin otherwise.
    points = np.repeat(CORNERS, (5, 4, 3, 2), axis=0)
    assert divide(points).tolist() == [0] * 5 + [1] * 4 + [0] * 3 + [1] * 2
    assert choose_groups(points, seed=0).tolist() == [0] * 9 + [1] * 5


def test_large_conversations_get_fewer_orders(monkeypatch):
    done, one = [], polis_groups.divide
    monkeypatch.setattr(polis_groups, "divide", lambda points: done.append(1) or one(points))
    monkeypatch.setattr(polis_groups, "ORDERED_PEOPLE", 50)
    for people, orders in ((7, 7), (20, 2), (60, 1)):
        done.clear()
        choose_groups(np.resize(PEOPLE, (people, 2)), seed=0)
        assert len(done) == orders
