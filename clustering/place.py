"""Place one ballot on a map that is already there: light enough for a web request."""

from collections.abc import Mapping
from math import dist, sqrt

import numpy as np

from clustering.matrix import AGREE, DISAGREE, PASS, Id
from clustering.results import Axes, Model, Point

ROUNDS = 20


def place(axes: Axes, ballot: Mapping[Id, int]) -> Point:
    """Return (x, y) of a person with these votes (statement id -> +1, 0 or -1).

    With a model: where somebody with these agreeing and disagreeing votes is to be expected, as in the
    analysis itself; passes say nothing.
    Without one, by Polis' rule 1.5: p = sqrt(C / max(n, 1)) * sum over voted statements j of
    (v_j - c_j) * w_j, where n counts the person's votes, and C and n both include every zeroed statement.
    Votes on statements that the axes do not know are left out; without a model no votes give the origin.
    Raises ValueError for an unknown value.
    """
    _check_values(ballot)
    return _by_rule(axes, ballot) if axes.model is None else _by_model(axes, axes.model, ballot)


def _by_rule(axes: Axes, ballot: Mapping[Id, int]) -> Point:
    zeroed = set(axes.zeroed)
    counted = [
        (ballot[name] - axes.center[j], j)
        for j, name in enumerate(axes.statement_ids)
        if name in ballot and name not in zeroed
    ]
    scale = sqrt(len(axes.statement_ids) / max(len(counted) + len(zeroed), 1))
    first, second = axes.components
    return (
        scale * sum(off * first[j] for off, j in counted),
        scale * sum(off * second[j] for off, j in counted),
    )


def _by_model(axes: Axes, model: Model, ballot: Mapping[Id, int]) -> Point:
    """The variational steps of Jaakkola and Jordan (2000) for (u, b), as in `clustering.factors`."""
    size = len(model.origin) + 1
    voted = [j for j, name in enumerate(axes.statement_ids) if ballot.get(name, PASS) != PASS]
    votes = np.array([ballot[axes.statement_ids[j]] for j in voted], float)
    statements = np.zeros((len(voted), size, size))
    upper = np.triu_indices(size)
    for matrix, j in zip(statements, voted, strict=True):
        matrix[upper] = model.moments[j]
        matrix[upper[::-1]] = model.moments[j]
    prior = np.diag([*np.ones(size - 2), 1 / model.variance])
    person, covariance = np.zeros(size - 1), np.linalg.inv(prior)
    for _ in range(ROUNDS):
        whole = np.concatenate(([1.0], person))
        moment = np.outer(whole, whole)
        moment[1:, 1:] += covariance
        xi = np.sqrt(np.maximum((statements * moment).sum(axis=(1, 2)), 1e-8))
        weights = np.tanh(xi / 2) / (2 * xi)
        total = np.einsum("j,jab->ab", weights, statements)
        covariance = np.linalg.inv(prior + total[1:, 1:])
        person = covariance @ (votes / 2 @ statements[:, 1:, -1] - total[0, 1:])
    x, y = np.array(model.turn) @ (person - np.array(model.origin))
    return float(x), float(y)


def nearest_group(point: Point, centres: Mapping[int, Point]) -> int:
    """Return the id of the group whose centre is nearest; of equals, the lowest id.

    Raises ValueError when there are no groups.
    """
    if not centres:
        raise ValueError("There are no groups to choose from: the analysis has 0 group centres.")
    return min(sorted(centres), key=lambda group: dist(point, centres[group]))


def _check_values(ballot: Mapping[Id, int]) -> None:
    for name, value in ballot.items():
        if value not in (AGREE, PASS, DISAGREE):
            raise ValueError(
                f"Unknown vote {value!r} on statement {name!r}: "
                "a vote is +1 (agree), 0 (pass) or -1 (disagree)."
            )
