"""Opinion groups of the compatible mode when none are given: k-means on the two axes (rule 1.8)."""

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import KMeans
from sklearn.metrics import silhouette_score

from clustering.polis_axes import Floats

Labels = NDArray[np.intp]

MOST_GROUPS = 5
PEOPLE_PER_EXTRA_GROUP = 12
STARTS = 10
SILHOUETTE_SAMPLE = 5_000
DIGITS = 12  # fewer than a float has: what is equal but for rounding counts as equal


def choose_groups(points: Floats, seed: int) -> Labels:
    """Return a group number for each of n points (n, 2): 0 for the biggest group, and so on.

    For every k from 2 to min(5, 2 + n // 12), k-means from 10 seeded starts; the k of the largest mean
    silhouette is taken, of equals the larger. Polis clusters up to 100 base clusters instead of people, from
    starts that follow arrival order. Fewer than 3 people or 2 distinct points are one group.
    Points must come in canonical order: then neither arrival nor names matter.
    """
    distinct = len(np.unique(points, axis=0))
    most = min(MOST_GROUPS, 2 + len(points) // PEOPLE_PER_EXTRA_GROUP, distinct, len(points) - 1)
    best, best_score = np.zeros(len(points), np.intp), -np.inf
    for k in range(2, most + 1):
        labels = _k_means(points, k, seed)
        score = _silhouette(points, labels)
        if score >= best_score:
            best, best_score = labels, score
    return biggest_first(best)


def _k_means(points: Floats, k: int, seed: int) -> Labels:
    """The tightest of 10 runs from starts that follow the seed; of equally tight ones, the first.

    Each runs until nobody changes group (tol=0): with the usual tolerance, 40 starts on one conversation of
    1,921 people ended in six divisions that differed by a few people, with tol=0 in two.
    scikit-learn adds up over several threads in no fixed order, so its own measure of tightness varies in
    the last digits and may prefer another of two equal divisions. It is therefore measured again here.
    """
    runs = [
        biggest_first(KMeans(k, n_init=1, tol=0, random_state=start).fit_predict(points))
        for start in np.random.SeedSequence(seed).generate_state(STARTS).tolist()
    ]
    return min(runs, key=lambda labels: _tightness(points, labels))


def _tightness(points: Floats, labels: Labels) -> float:
    """The sum of squared distances to the centres as a share of that to the common centre."""
    within = sum(_spread(points[labels == group]) for group in np.unique(labels))
    return round(within / _spread(points), DIGITS)


def _spread(points: Floats) -> float:
    return float(((points - points.mean(axis=0)) ** 2).sum())


def _silhouette(points: Floats, labels: Labels) -> float:
    # Canonical order is as good as random with respect to place, so its beginning is a fair sample.
    points, labels = points[:SILHOUETTE_SAMPLE], labels[:SILHOUETTE_SAMPLE]
    if len(np.unique(labels)) < 2:
        return -1.0
    return round(float(silhouette_score(points, labels)), DIGITS)


def biggest_first(labels: Labels) -> Labels:
    """Number the groups 0, 1, ... from the biggest down; of equals, the one met first comes first."""
    names, first, inverse, sizes = np.unique(
        labels, return_index=True, return_inverse=True, return_counts=True
    )
    rank = np.empty(len(names), np.intp)
    rank[np.lexsort((first, -sizes))] = np.arange(len(names))
    return rank[inverse]
