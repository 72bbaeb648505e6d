"""Invented consultations whose truth is known, and real ones whose structure is taken away.

Two generators with different truths, because each favours one family of methods: `planted` (people belong
to groups, and differ within them) is near a model of classes, `ring` (ideal points around a circle, after
the usual item response models) is near a model of axes. `continuum` has no groups at all.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clustering.matrix import AGREE, DISAGREE, PASS, VoteMatrix

Floats = NDArray[np.float64]
Labels = NDArray[np.intp]
Places = NDArray[np.int32]
ENOUGH_VOTES = 7


@dataclass(frozen=True, eq=False)
class Truth:
    """`votes` has person i and statement j as ids i and j. `group` (P,) is everyone's true group;
    `agree` (P, C) and `passing` (P, C) the probability of agreeing, if not passing, and of passing."""

    votes: VoteMatrix
    group: Labels
    agree: Floats
    passing: Floats

    @property
    def shares(self) -> Floats:
        """The probability that a person agrees when shown a statement, passes included (P, C)."""
        return (1 - self.passing) * self.agree


def planted(people: int, statements: int, groups: int, seed: int, *, density: float = 0.3) -> Truth:
    """Groups with a logit of their own on four statements in five, and a spread of views within each.

    Sizes are unequal (the smallest a tenth or more), some people vote on much more than others, and some
    statements are shown more than others. Logits are normal with a deviation drawn from 2.5 to 3.5.
    """
    random = np.random.default_rng([seed, people, statements, groups])
    shares = 0.1 + random.dirichlet(np.full(groups, 3.0)) * (1 - 0.1 * groups)
    group = random.choice(groups, people, p=shares)
    logits = random.normal(0, random.uniform(2.5, 3.5), (groups, statements))
    same = random.random(statements) > 0.8
    logits[:, same] = random.normal(0.7, 1.2, int(same.sum()))
    spread = random.normal(size=(people, 3)) @ random.normal(0, 0.6, (3, statements))
    return _asked(logits[group] + spread + random.normal(0, 0.5, (people, 1)), group, density, random)


def ring(people: int, statements: int, groups: int, seed: int, *, density: float = 0.3) -> Truth:
    """Groups at equal angles on a circle, people around their group's place, statements as directions.

    Half the statements divide, a third unite, the rest say little.
    """
    random = np.random.default_rng([seed, people, statements, groups, 1])
    angle = 2 * np.pi * (np.arange(groups) + 0.25) / groups
    centres = np.column_stack([1.3 * np.cos(angle), np.sin(angle)])
    group = random.choice(groups, people, p=_floored(random.dirichlet(np.full(groups, 6.0)), 0.12))
    places = centres[group] + random.normal(0, 0.32, (people, 2))
    direction = random.normal(size=(2, statements))
    direction /= np.linalg.norm(direction, axis=0)
    kind = random.choice(3, statements, p=[0.5, 0.33, 0.17])
    strength = np.choose(kind, [random.uniform(1.6, 3.6, statements), 0.3, 0.4])
    base = np.choose(kind, [random.normal(0.5, 0.8, statements), random.normal(2.0, 0.5, statements), 0.5])
    return _asked(base + places @ (direction * strength), group, density, random)


def continuum(people: int, statements: int, seed: int, *, density: float = 0.3) -> Truth:
    """Opinions without any groups: everyone somewhere in a cloud of three dimensions."""
    random = np.random.default_rng([seed, people, statements, 2])
    places = random.normal(size=(people, 3)) * [1.5, 0.8, 0.5]
    logits = random.normal(0.5, 1.0, statements) + places @ random.normal(0, 1.0, (3, statements))
    return _asked(logits, np.zeros(people, np.intp), density, random)


def flat(people: int, statements: int, seed: int, *, density: float = 0.3) -> Truth:
    """No structure at all: everyone agrees with a statement with the same probability."""
    random = np.random.default_rng([seed, people, statements, 3])
    logits = np.tile(random.normal(0.5, 1.2, statements), (people, 1))
    return _asked(logits, np.zeros(people, np.intp), density, random)


def _floored(shares: Floats, least: float) -> Floats:
    shares = np.maximum(shares, least)
    return shares / shares.sum()


def _asked(logits: Floats, group: Labels, density: float, random: np.random.Generator) -> Truth:
    """Show statements to people, unevenly, and let them vote as the logits say, passing now and then."""
    people, statements = logits.shape
    activity, weight = random.lognormal(0, 0.6, people), random.lognormal(0, 0.5, statements)
    shown = random.random((people, statements)) < _chances(np.outer(activity, weight), density)
    agree = 1 / (1 + np.exp(-logits))
    habit, difficulty = random.beta(1, 9, people), random.beta(1, 9, statements)
    passing = 1 - np.outer(1 - habit, 1 - difficulty)
    cast = np.where(random.random(logits.shape) < agree, AGREE, DISAGREE)
    cast = np.where(random.random(logits.shape) < passing, PASS, cast)
    rows, columns = np.nonzero(shown)
    return Truth(VoteMatrix.from_votes(rows, columns, cast[rows, columns]), group, agree, passing)


def _chances(weights: Floats, density: float) -> Floats:
    """Proportional to the weights, at most 0.95, and `density` on average."""
    scale = density / weights.mean()
    for _ in range(20):
        scale *= density / np.minimum(weights * scale, 0.95).mean()
    return np.minimum(weights * scale, 0.95)


def ceiling(truth: Truth, groups: int) -> Labels:
    """Everyone's most likely group, by agree shares learned from the true groups (people of `votes`, in
    its order): what no method that must find the groups itself can be expected to exceed."""
    votes = truth.votes
    labels = truth.group[np.array(votes.participant_ids, np.intp)]
    said = votes.values != PASS
    rows, columns, agrees = votes.rows[said], votes.columns[said], votes.values[said] == AGREE
    cell = labels[rows] * votes.shape[1] + columns
    size = groups * votes.shape[1]
    n = np.bincount(cell, minlength=size)
    share = ((np.bincount(cell, weights=agrees, minlength=size) + 0.5) / (n + 1)).reshape(groups, -1)
    fit = np.where(agrees, np.log(share[:, columns]), np.log(1 - share[:, columns]))
    scores = [np.bincount(rows, weights=fit[g], minlength=votes.shape[0]) for g in range(groups)]
    sizes = np.log(np.bincount(labels, minlength=groups) / len(labels))
    return np.argmax(np.array(scores) + sizes[:, None], axis=0)


def without_structure(votes: VoteMatrix, seed: int) -> VoteMatrix:
    """The same people shown the same statements; the answers to each statement dealt out anew."""
    random = np.random.default_rng(seed)
    by_statement = np.lexsort((random.random(votes.n_votes), votes.columns))
    places = np.argsort(votes.columns, kind="stable")
    values = np.empty_like(votes.values)
    values[places] = votes.values[by_statement]
    return _with(votes, votes.rows, votes.columns, values)


def without_some(votes: VoteMatrix, share: float, seed: int) -> VoteMatrix:
    """The votes with this share of them left out, at random."""
    kept = np.random.default_rng(seed).random(votes.n_votes) >= share
    return _with(votes, votes.rows[kept], votes.columns[kept], votes.values[kept])


def _with(votes: VoteMatrix, rows: Places, columns: Places, values: NDArray[np.int8]) -> VoteMatrix:
    people, statements = np.array(votes.participant_ids), np.array(votes.statement_ids)
    return VoteMatrix.from_votes(people[rows], statements[columns], values)
