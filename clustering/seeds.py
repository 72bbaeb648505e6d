"""Deterministic starts for the latent classes: by k-means, and by slices across the map.

Our own few lines: a library's sums follow its threads, and the last bit of a centre can decide a label.
"""

from collections.abc import Iterator

import numpy as np

from clustering.class_kernels import lloyd
from clustering.kernels import Floats, Ints

MOST_STEPS = 12
TINY = 1e-12
ACROSS = np.array([[1.0, 1.0], [1.0, -1.0]])


def partitions(points: Floats, k: int) -> Iterator[Ints]:
    """Different labels (P,) to start from: k-means among `points` (P, m), and slices.

    k-means from two starts, spread along the first axis and far apart. Equal slices along both diagonals of
    the first two axes, because k-means finds the same cut from nearly everywhere, while opinions can divide
    as well along another. A start with a group that runs empty is skipped. Groups are numbered as met.
    """
    seen = set()
    for labels in _candidates(points, k):
        if np.bincount(labels, minlength=k).min() > 0 and (same := _as_met(labels)).tobytes() not in seen:
            seen.add(same.tobytes())
            yield same


def _candidates(points: Floats, k: int) -> Iterator[Ints]:
    placed = np.ascontiguousarray(points)
    for centres in (_along(placed, k), _apart(placed, k)):
        yield lloyd(placed, centres, MOST_STEPS)
    spread = points[:, :2] / np.maximum(points[:, :2].std(axis=0), TINY)
    for direction in ACROSS:
        yield _slices((spread * direction).sum(axis=1), k)


def _slices(along: Floats, k: int) -> Ints:
    """Labels (P,) of k equally large slices by rank."""
    labels = np.empty(len(along), np.int64)
    labels[np.argsort(along, kind="stable")] = np.arange(len(along)) * k // max(len(along), 1)
    return labels


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
