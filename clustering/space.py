"""The space of opinion: distances between people that mean something, and the map as its first two axes.

Two people are as far apart as the model's predictions for them: the mean over statements of the squared
difference of predicted logits, a statement weighing most where people split evenly.
"""

from dataclasses import dataclass

import numpy as np

from clustering.factors import Statements
from clustering.kernels import Floats
from clustering.matrix import Counts

FEWEST_VOTES = 5  # on a statement, to take part in distances


@dataclass(frozen=True, eq=False)
class Space:
    """`origin` (d + 1,) in (u, b), `turn` (m, d + 1): a person's place is turn @ ((u, b) - origin).

    Axes by falling spread of the people it was made of; m = d + 1.
    """

    origin: Floats
    turn: Floats

    def places(self, people: Floats) -> Floats:
        """Places (P, m) of people given as E (u, b) (P, d + 1)."""
        placed: Floats = (people - self.origin) @ self.turn.T
        return placed

    def pulls(self, statements: Statements) -> Floats:
        """How far along each axis agreeing with a statement leads (m, C): the gradient of its logit."""
        slopes = np.concatenate((statements.means[:, 1:], np.ones((len(statements.moments), 1))), axis=1)
        pulled: Floats = np.linalg.pinv(self.turn).T @ slopes.T
        return pulled


def space_of(statements: Statements, people: Floats, votes: Counts) -> Space:
    """The space from the statements' posterior and E (u, b) (P, d + 1) of the people in it.

    G = sum of weight (w, 1)(w, 1)' / sum of weight = R R', weight 4 p (1 - p), p = s(mu); places are
    (u, b) R, centred and turned to principal axes. b stays in: in a one-sided set of statements it is the
    divide.
    `votes` (C,): opinions on each statement.
    """
    means = statements.means
    share = 1 / (1 + np.exp(-means[:, 0]))
    weight = np.where(votes >= FEWEST_VOTES, 4 * share * (1 - share), 0.0)
    slopes = np.concatenate((means[:, 1:], np.ones((len(means), 1))), axis=1)
    metric = (slopes * weight[:, None]).T @ slopes / max(weight.sum(), 1e-9)
    values, vectors = np.linalg.eigh(metric)
    root = (vectors * np.sqrt(np.maximum(values, 0.0))) @ vectors.T
    origin = people.mean(axis=0) if len(people) else np.zeros(metric.shape[0])
    scattered = (people - origin) @ root
    _, axes = np.linalg.eigh(scattered.T @ scattered)
    axes = axes[:, ::-1]
    sign = np.where((((slopes @ np.linalg.pinv(root)) @ axes) ** 3).sum(axis=0) < 0, -1.0, 1.0)
    return Space(origin, (root @ axes * sign).T)
