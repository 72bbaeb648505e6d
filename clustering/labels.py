"""Labels and axes that stay: groups keep their ids and the map its direction from analysis to analysis."""

from collections.abc import Mapping

import numpy as np
from scipy.optimize import linear_sum_assignment

from clustering.intervals import Floats
from clustering.matrix import Id
from clustering.results import Axes, OpinionAnalysis, Point


def relabelled(found: Mapping[Id, int], previous: OpinionAnalysis | None) -> dict[Id, int]:
    """Give each group the id it shares most people with (Hungarian matching); ids stay 0 to k - 1."""
    k = len(set(found.values()))
    if previous is None or k < 2:
        return dict(found)
    shared = np.zeros((k, k), np.int64)
    for name, group in found.items():
        before = previous.group_of.get(name, k)
        if before < k:
            shared[group, before] += 1
    _, label = linear_sum_assignment(shared, maximize=True)
    return {name: int(label[group]) for name, group in found.items()}


def centres_of(places: Mapping[Id, Point], group_of: Mapping[Id, int]) -> dict[int, Point]:
    """The mean place of each group."""
    if not group_of:
        return {}
    groups, labels = np.unique(np.fromiter(group_of.values(), np.int64, len(group_of)), return_inverse=True)
    points = np.array(list(map(places.__getitem__, group_of)))
    sizes = np.bincount(labels)
    x, y = (np.bincount(labels, axis) / sizes for axis in points.T)
    return dict(zip(groups.tolist(), zip(x.tolist(), y.tolist(), strict=True), strict=True))


def shared_components(axes: Axes, statement_ids: tuple[Id, ...], components: Floats) -> tuple[Floats, Floats]:
    """Two pairs of axes over the statements that both know: these (2, n) and those before (2, n)."""
    column = {name: j for j, name in enumerate(axes.statement_ids)}
    both = [(j, column[name]) for j, name in enumerate(statement_ids) if name in column]
    mine, theirs = np.array(both, int).reshape(-1, 2).T
    before = np.array(axes.components, float).reshape(2, -1)
    return components[:, mine], before[:, theirs]


def aligning(components: Floats, before: Floats) -> Floats:
    """The turn (2, 2), orthogonal, that brings these axes nearest to those before (Procrustes).

    Schoenemann (1966), Psychometrika 31:1: U V' of the singular value decomposition of before components'.
    The identity where nothing is shared.
    """
    left, sizes, right = np.linalg.svd(before @ components.T)
    if not sizes.size or sizes[0] <= 0:
        return np.eye(2)
    turn: Floats = left @ right
    return turn


def correlations(components: Floats, before: Floats) -> tuple[float, float]:
    """The correlation of each axis (2, n) with the one before; 1 where nothing can be compared."""
    first, second = (_cosine(one, two) for one, two in zip(components, before, strict=True))
    return first, second


def _cosine(one: Floats, two: Floats) -> float:
    length = float(np.linalg.norm(one) * np.linalg.norm(two))
    return float(one @ two) / length if length > 0 else 1.0
