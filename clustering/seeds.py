"""k-means with deterministic starts, for the seeds of the latent classes.

Our own few lines: a library's sums follow its threads, and the last bit of a centre can decide a label.
"""

from collections.abc import Iterator

import numpy as np

from clustering.kernels import Floats, Ints

MOST_STEPS = 12


def partitions(points: Floats, k: int) -> Iterator[Ints]:
    """Labels (P,) of k-means in 2, 3 and all dimensions of `points` (P, m), each from two starts.

    Spread along the first axis, and far apart. A start whose clusters run empty is skipped.
    """
    for width in (2, 3, points.shape[1]):
        placed = points[:, :width]
        for centres in (_along(placed, k), _apart(placed, k)):
            labels = lloyd(placed, centres)
            if np.bincount(labels, minlength=k).min() > 0:
                yield labels


def _along(points: Floats, k: int) -> Floats:
    """The means of k equally large slices along the first axis."""
    order = np.argsort(points[:, 0], kind="stable")
    return np.array([points[part].mean(axis=0) for part in np.array_split(order, k)])


def _apart(points: Floats, k: int) -> Floats:
    """Far-apart points: each next one at the nineteenth twentieth of the distances from those taken.

    Not the farthest of all, which is an outlier of one person.
    """
    centres = [points.mean(axis=0)]
    nearest = ((points - centres[0]) ** 2).sum(axis=1)
    for _ in range(k):
        order = np.argsort(nearest, kind="stable")
        centres.append(points[order[int(0.95 * (len(order) - 1))]])
        nearest = np.minimum(nearest, ((points - centres[-1]) ** 2).sum(axis=1))
    return np.array(centres[1:])


def lloyd(points: Floats, centres: Floats) -> Ints:
    """Labels (P,) after Lloyd's steps (1982) from these centres (k, m); of equals, the first."""
    labels = np.full(len(points), -1)
    for _ in range(MOST_STEPS):
        distances = (centres**2).sum(axis=1) - 2 * points @ centres.T
        found = distances.argmin(axis=1)
        if (found == labels).all():
            break
        labels = found
        counts = np.bincount(labels, minlength=len(centres))
        sums = np.stack([np.bincount(labels, column, minlength=len(centres)) for column in points.T], axis=1)
        centres = np.where(counts[:, None] > 0, sums / np.maximum(counts, 1)[:, None], centres)
    return labels
