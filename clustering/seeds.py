"""k-means with deterministic starts, for the seeds of the latent classes.

Our own few lines: a library's sums follow its threads, and the last bit of a centre can decide a label.
"""

from collections.abc import Iterator

import numpy as np

from clustering.class_kernels import lloyd
from clustering.kernels import Floats, Ints

MOST_STEPS = 12


def partitions(points: Floats, k: int) -> Iterator[Ints]:
    """Labels (P,) of k-means in 2, 3 and all dimensions of `points` (P, m), each from two starts.

    Spread along the first axis, and far apart. A start whose clusters run empty is skipped, and so is one
    that ends in a partition found before. Clusters are numbered as they are met.
    """
    found = set()
    for width in (2, 3, points.shape[1]):
        placed = np.ascontiguousarray(points[:, :width])
        for centres in (_along(placed, k), _apart(placed, k)):
            labels = lloyd(placed, centres, MOST_STEPS)
            if (
                np.bincount(labels, minlength=k).min() > 0
                and (same := _as_met(labels)).tobytes() not in found
            ):
                found.add(same.tobytes())
                yield same


def _as_met(labels: Ints) -> Ints:
    """The same partition with its clusters numbered in the order in which they are met."""
    _, first = np.unique(labels, return_index=True)
    number = np.empty(len(first), np.int64)
    number[np.argsort(first)] = np.arange(len(first))
    return number[labels]


def _along(points: Floats, k: int) -> Floats:
    """The means of k equally large slices along the first axis."""
    order = np.argsort(points[:, 0], kind="stable")
    return np.array([points[part].mean(axis=0) for part in np.array_split(order, k)])


def _apart(points: Floats, k: int) -> Floats:
    """Far-apart points: each next one at the nineteenth twentieth of the distances from those taken.

    Not the farthest of all, which is an outlier of one person.
    """
    centres, at = [points.mean(axis=0)], int(0.95 * (len(points) - 1))
    nearest = ((points - centres[0]) ** 2).sum(axis=1)
    for _ in range(k):
        far = np.partition(nearest, at)[at]
        centres.append(points[np.flatnonzero(nearest == far)[0]])
        nearest = np.minimum(nearest, ((points - centres[-1]) ** 2).sum(axis=1))
    return np.array(centres[1:])
