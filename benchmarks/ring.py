"""Invented conversations of any size: groups on a ring, unequal activity, statements that few see.

People stand near the middle of their group, in two dimensions of opinion and a weaker third. A statement has
a direction (or nearly none), and people agree by how far it points their way. Votes a person are log-normal,
one person in eight casts a single vote; a third of the statements is hardly seen, the rest unequally often.
The truth is mostly two-dimensional and linear, which favours methods of that kind: it is for measuring speed.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

SPREAD_OF_ACTIVITY, SINGLE_VOTE = 1.5, 0.12
HARDLY_SEEN, VOTES_ON_HARDLY_SEEN = 0.33, 2.0
SHARE_OF_KIND = (0.30, 0.55, 0.15)  # agreed by all, dividing, noise
OWN_VIEW = 0.3
CELLS_AT_ONCE = 8_000_000


class RingVotes(NamedTuple):
    """One entry per vote, sorted by person; `truth` is the group of every person."""

    people: NDArray[np.int32]
    statements: NDArray[np.int32]
    values: NDArray[np.int8]
    truth: NDArray[np.int8]


class _Statements(NamedTuple):
    base: NDArray[np.float64]
    direction: NDArray[np.float64]
    passed: NDArray[np.float64]
    shown: NDArray[np.float64]


def ring_votes(
    people: int, statements: int, *, mean_votes: float = 40.0, groups: int = 3, seed: int = 0
) -> RingVotes:
    """Votes of `people` on `statements`; somewhat fewer a person than `mean_votes`, as nobody sees all."""
    random = np.random.default_rng(seed)
    said = _statements(statements, random)
    sizes = np.maximum(random.dirichlet(np.full(groups, 4.0)), 0.08)
    truth = random.choice(groups, people, p=sizes / sizes.sum()).astype(np.int8)
    angles = 2 * np.pi * (np.arange(groups) + 0.25) / groups
    third = 0.5 * random.choice([-1, 1], groups)
    centres = np.stack([1.3 * np.cos(angles), np.sin(angles), third], axis=1)
    many = _activity(people, statements, mean_votes, random)
    step = max(1, CELLS_AT_ONCE // statements)
    parts = [
        _cast(slice(start, min(people, start + step)), many, truth, centres, said, people, random)
        for start in range(0, people, step)
    ]
    return RingVotes(*(np.concatenate(part) for part in zip(*parts, strict=True)), truth)


def _statements(count: int, random: np.random.Generator) -> _Statements:
    kind = random.choice(3, count, p=SHARE_OF_KIND)
    agreed = random.choice([1, 1, 1, 1, -1], count) * random.uniform(1.2, 3.0, count)
    base = np.where(kind == 0, agreed, random.normal(0.7, 0.8, count))
    strength = np.select([kind == 0, kind == 1], [0.3, random.uniform(1.6, 3.6, count)], 0.4)
    direction = random.normal(size=(count, 3)) * (1.0, 0.8, 0.4)
    direction *= (strength / np.linalg.norm(direction, axis=1))[:, None]
    shown = random.lognormal(0.0, 0.9, count)
    shown[random.random(count) < HARDLY_SEEN] = 0.0
    return _Statements(base, direction, np.clip(random.beta(2.2, 14.0, count), 0.01, 0.6), shown)


def _activity(
    people: int, statements: int, mean_votes: float, random: np.random.Generator
) -> NDArray[np.int64]:
    middle = np.log(mean_votes) - SPREAD_OF_ACTIVITY**2 / 2
    many = np.ceil(random.lognormal(middle, SPREAD_OF_ACTIVITY, people))
    many[random.random(people) < SINGLE_VOTE] = 1
    return np.clip(many, 1, max(1, int(0.9 * statements))).astype(np.int64)


def _cast(
    who: slice,
    many: NDArray[np.int64],
    truth: NDArray[np.int8],
    centres: NDArray[np.float64],
    said: _Statements,
    people: int,
    random: np.random.Generator,
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int8]]:
    rows, columns = _seen(who, many, said.shown, people, random)
    count = who.stop - who.start
    places = centres[truth[who]] + OWN_VIEW * random.normal(size=(count, 3))
    passing = np.clip(random.beta(0.8, 11, count), 0, 0.9)
    leaning = said.base[columns] + np.einsum("ij,ij->i", places[rows], said.direction[columns])
    values = np.where(random.random(len(rows)) < 1 / (1 + np.exp(-leaning)), 1, -1)
    answers = (1 - said.passed[columns]) * (1 - passing[rows])
    values[random.random(len(rows)) >= answers] = 0
    return (rows + who.start).astype(np.int32), columns.astype(np.int32), values.astype(np.int8)


def _seen(
    who: slice, many: NDArray[np.int64], shown: NDArray[np.float64], people: int, random: np.random.Generator
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Who saw what: the largest of log weight plus Gumbel noise are a draw without replacement."""
    count = who.stop - who.start
    often, seldom = np.flatnonzero(shown), np.flatnonzero(shown == 0)
    keys = np.log(shown[often], dtype=np.float32) + random.gumbel(size=(count, len(often))).astype(np.float32)
    order = np.argsort(-keys, axis=1)
    rows, ranks = np.nonzero(np.arange(len(often)) < many[who][:, None])
    cells = rows * len(shown) + often[order[rows, ranks]]
    if len(seldom):
        extra = random.poisson(VOTES_ON_HARDLY_SEEN * len(seldom) * count / people)
        cells = np.union1d(
            cells, random.integers(0, count, extra) * len(shown) + random.choice(seldom, extra)
        )
    return np.divmod(np.sort(cells), len(shown))
