"""k-means with deterministic starts, for the seeds of the latent classes.

Our own few lines: a library's sums follow its threads, and the last bit of a centre can decide a label.
"""

from collections.abc import Iterator

import numpy as np

from clustering.kernels import Floats, Ints

MOST_STEPS = 30


def partitions(points: Floats, k: int) -> Iterator[Ints]:
    """Labels (P,) of a k-means from each of two starts: spread along the first axis, and far apart.

    Skips a start whose clusters run empty.
    """
    for centres in (_along(points, k), _apart(points, k)):
        labels = lloyd(points, centres)
        if len(np.unique(labels)) == k:
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
