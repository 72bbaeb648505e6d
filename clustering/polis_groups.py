"""Opinion groups of the compatible mode when none are given (rules 1.7 and 1.8).

People are gathered into up to 100 base clusters, and k-means divides their centres. Polis starts both from
the order of arrival, so that its groups change with it. Here the same is done from several orders of the
seed, and the division that is most like the others is kept.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from clustering.polis_axes import Floats

Labels = NDArray[np.intp]
Weights = NDArray[np.int64]

BASE_CLUSTERS = 100
BASE_ITERATIONS, GROUP_ITERATIONS = 100, 20
STILL = 0.01  # centres that move less than this have arrived
MOST_GROUPS = 5
BASES_PER_EXTRA_GROUP = 12
ORDERS = 20
ORDERED_PEOPLE = 30_000  # the orders times the people, at most: large conversations get fewer
DIGITS = 12  # fewer than a float has: what is equal but for rounding counts as equal
AT_ONCE = 10_000  # people compared with all centres at a time, which bounds the memory


class Clusters(NamedTuple):
    """`centres` (k, 2), each the mean of its members, and `labels` (n,), the cluster of every point."""

    centres: Floats
    labels: Labels


def choose_groups(points: Floats, seed: int) -> Labels:
    """A group number for each of n points (n, 2): 0 for the biggest group, and so on.

    Rules 1.7 and 1.8 from 20 orders of the points (fewer for more than 1,500), of which the first is the one
    given; the most typical of the 20 divisions is taken. Points must come in canonical order: then neither
    arrival nor names matter.
    """
    random, count = np.random.default_rng(seed), len(points)
    orders = [np.arange(count)]
    while len(orders) < min(ORDERS, ORDERED_PEOPLE // max(1, count)):
        orders.append(random.permutation(count))
    found = np.empty((len(orders), count), np.intp)
    for labels, order in zip(found, orders, strict=True):
        labels[order] = divide(points[order])
    return biggest_first(most_typical(found))


def divide(points: Floats) -> Labels:
    """Rule 1.8: base clusters, then groups of them, from one order of the points.

    With B base clusters, every k from 2 to min(5, 2 + B // 12) is tried; the k of the largest silhouette is
    taken, of equals the larger. Fewer than 3 people or 2 distinct points are one group.
    """
    if not len(points):
        return np.zeros(0, np.intp)
    bases = base_clusters(points)
    weights, n_bases = np.bincount(bases.labels), len(bases.centres)
    most = min(MOST_GROUPS, 2 + n_bases // BASES_PER_EXTRA_GROUP, n_bases, len(points) - 1)
    best, best_score = np.zeros(n_bases, np.intp), -np.inf
    for k in range(2, most + 1):
        labels = divided_bases(bases.centres, weights, k)
        score = round(silhouette(bases.centres, labels), DIGITS)
        if score >= best_score:
            best, best_score = labels, score
    return best[bases.labels]


def base_clusters(points: Floats) -> Clusters:
    """Rule 1.7: k-means without weights from the first 100 distinct points; up to 100 people stay alone."""
    start = _first_distinct(points, BASE_CLUSTERS)
    return k_means(points, np.ones(len(points), np.int64), start, BASE_ITERATIONS)


def divided_bases(centres: Floats, weights: Weights, k: int) -> Labels:
    """Rule 1.8: k-means of the base clusters by their size, from the first k distinct centres."""
    return k_means(centres, weights, _first_distinct(centres, k), GROUP_ITERATIONS).labels


def _first_distinct(points: Floats, count: int) -> Floats:
    _, first = np.unique(points, axis=0, return_index=True)
    return points[np.sort(first)[:count]]


def k_means(points: Floats, weights: Weights, centres: Floats, iterations: int) -> Clusters:
    """Rules 1.7 and 1.8: assign each point to its nearest centre, move centres to the weighted means, repeat.

    It ends when every centre, sorted and paired with those before, moves less than 0.01. Clusters that have
    become empty are dropped.
    """
    for _ in range(iterations):
        before = centres
        kept, labels = np.unique(_nearest(points, centres), return_inverse=True)
        totals = np.bincount(labels, weights)
        sums = [np.bincount(labels, weights * axis) for axis in points.T]
        centres = np.stack(sums, axis=1) / totals[:, None]
        if len(kept) == len(before) and _moved(before, centres) < STILL:
            break
    return Clusters(centres, labels)


def _nearest(points: Floats, centres: Floats) -> Labels:
    parts = [points[start : start + AT_ONCE] for start in range(0, len(points), AT_ONCE)]
    return np.concatenate([_squared_gaps(part, centres).argmin(axis=1) for part in parts])


def _squared_gaps(points: Floats, others: Floats) -> Floats:
    gaps: Floats = np.subtract.outer(points[:, 0], others[:, 0]) ** 2
    gaps += np.subtract.outer(points[:, 1], others[:, 1]) ** 2
    return gaps


def _moved(before: Floats, after: Floats) -> float:
    paired = (centres[np.lexsort((centres[:, 1], centres[:, 0]))] for centres in (before, after))
    return float(np.hypot(*np.subtract(*paired).T).max())


def silhouette(centres: Floats, labels: Labels) -> float:
    """Rule 1.8: the mean over base clusters of (b - a) / max(a, b), without weights.

    a is the mean distance to the others of its group, b that to the nearest other group; alone in its group
    it scores 0. One group of everything scores -1, below all others.
    """
    groups, sizes = np.unique(labels, return_counts=True)
    if len(groups) < 2:
        return -1.0
    own = labels[:, None] == groups
    sums = np.sqrt(_squared_gaps(centres, centres)) @ own
    others = own @ sizes - 1
    a = sums[own] / np.maximum(others, 1)
    b = np.where(own, np.inf, sums / sizes).min(axis=1)
    widest = np.maximum(a, b)
    scores = np.divide(b - a, widest, out=np.zeros(len(labels)), where=widest > 0)
    return float(np.where(others == 0, 0.0, scores).mean())


def most_typical(divisions: Labels) -> Labels:
    """Of several divisions (r, n), the one that agrees with all on most pairs of people; of equals the first.

    A pair is agreed on when both divisions put the two together, or both apart. Whole numbers throughout, so
    that equals are equal.
    """
    disagreed = [sum(_pairs_apart(one, other) for other in divisions) for one in divisions]
    typical: Labels = divisions[int(np.argmin(disagreed))]
    return typical


def _pairs_apart(one: Labels, other: Labels) -> int:
    """Twice the number of pairs that one division puts together and the other apart."""
    together = [_squares(one), _squares(other), _squares(one * MOST_GROUPS + other)]
    return together[0] + together[1] - 2 * together[2]


def _squares(labels: Labels) -> int:
    return int((np.bincount(labels) ** 2).sum())


def biggest_first(labels: Labels) -> Labels:
    """Number the groups 0, 1, ... from the biggest down; of equals, the one met first comes first."""
    names, first, inverse, sizes = np.unique(
        labels, return_index=True, return_inverse=True, return_counts=True
    )
    rank = np.empty(len(names), np.intp)
    rank[np.lexsort((first, -sizes))] = np.arange(len(names))
    return rank[inverse]
