"""Near-twins: people whose ballots are copies of each other, beyond what like-minded people come to.

People of one opinion vote alike, and a small body of opinion that is sure of itself votes very much alike. So
a pair is measured against like-minded pairs, statement by statement, and people are copies only where a gulf
lies between them and everybody else: bodies of opinion shade off. Part of `clustering.screen`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from clustering.matrix import AGREE, DISAGREE, PASS, VoteMatrix
from clustering.straight import is_straight

Floats = NDArray[np.float32]

LEAST_OPINIONS = 10
SLIPS = (0.005, 0.03, 0.1)
"""Shares of a copied ballot that may differ; each is tried, and the mean is taken."""
FALSE_RATE = 0.0001
"""In a whole conversation of like-minded pairs, a pair is flagged this often at most."""
SUREST, LEAST_MEASURED = 0.97, 200
SET_BAR = 4.0
"""How far above log(n) the evidence of each pair in a set lies: by chance 1 in 55 people have one such."""
LEAST_COPIES = 3
"""How many copies besides their own ballot make a person one of a set."""
MOST_COMPARED = 4_000
BLOCK = 512


@dataclass(frozen=True, slots=True)
class Twins:
    """The rows of people who are copies of each other, with what is known of the nearest two of them.

    `same` of their `common` opinions are equal; `evidence` is a log-likelihood ratio.
    """

    rows: tuple[int, ...]
    common: int
    same: int
    evidence: float
    threshold: float


@dataclass(frozen=True, eq=False)
class Ballots:
    """Dense ballots: for each answer a 0/1 array (people, statements)."""

    agree: Floats
    passed: Floats
    disagree: Floats

    def __len__(self) -> int:
        return len(self.agree)

    @cached_property
    def side_by_side(self) -> Floats:
        return np.concatenate([self.agree, self.passed, self.disagree], axis=1)

    @cached_property
    def seen(self) -> Floats:
        return np.asarray(self.agree + self.passed + self.disagree)

    def some(self, people: "NDArray[np.intp] | list[int]") -> "Ballots":
        return Ballots(self.agree[people], self.passed[people], self.disagree[people])

    def of(self, columns: NDArray[np.intp]) -> "Ballots":
        return Ballots(self.agree[:, columns], self.passed[:, columns], self.disagree[:, columns])


def twins(votes: VoteMatrix) -> list[Twins]:
    """Copies among those with 10 opinions or more, ballots of one answer left out; largest sets first.

    The evidence for a pair is the log-likelihood ratio of "one ballot, with slips" over "two like-minded
    people", summed over the statements both have seen; a pass alike says nothing. By Markov's inequality it
    passes log(1 / a) by chance with probability a at most, so a pair among n people is flagged above
    log(n (n - 1) / 2 / FALSE_RATE), and somebody with at least 3 others above log(n) + 4 is one of a set.
    Both only across a gulf: between a third of log(n) + 4 and all of it may be one person, or a third as
    many as above. Beyond 4,000 people every n-th is compared.
    """
    rows = compared(votes)
    if len(rows) < 3:
        return []
    ballots = dense(votes, rows)
    weights = evidence_weights(*like_minded(ballots))
    found = _found(ballots, weights)
    return sorted((_named(one, rows) for one in found), key=lambda one: (-len(one.rows), one.rows))


def _named(one: Twins, rows: NDArray[np.intp]) -> Twins:
    return Twins(tuple(int(rows[i]) for i in one.rows), one.common, one.same, one.evidence, one.threshold)


def compared(votes: VoteMatrix) -> NDArray[np.intp]:
    """The rows of those whose ballots can be compared: 10 opinions, not all of one answer; 4,000 at most."""
    opinions = np.bincount(votes.rows[votes.values != PASS], minlength=votes.shape[0])
    rows = np.flatnonzero((opinions >= LEAST_OPINIONS) & ~is_straight(votes))
    return rows[:: -(-len(rows) // MOST_COMPARED) or 1]


def dense(votes: VoteMatrix, rows: NDArray[np.intp]) -> Ballots:
    """The ballots of these rows, in their order."""
    place = np.full(votes.shape[0], -1)
    place[rows] = np.arange(len(rows))
    arrays = []
    for value in (AGREE, PASS, DISAGREE):
        cells = (votes.values == value) & (place[votes.rows] >= 0)
        one = np.zeros((len(rows), votes.shape[1]), np.float32)
        one[place[votes.rows[cells]], votes.columns[cells]] = 1
        arrays.append(one)
    return Ballots(*arrays)


def like_minded(ballots: Ballots) -> tuple[Floats, Floats]:
    """For agree and for disagree: how likely somebody like-minded says the same, by statement (C,) each.

    Found on one half of the statements, counted on the other (every second one, both ways round): each
    person's 3 nearest with 8 or more in common, but nobody who is nearly a copy already (95 % of more than
    12), so that copies do not become the measure of what is usual. 10 answers at the mean rate are added. An
    answer that was compared fewer than 200 times, as where there are hardly any statements, is no evidence.
    """
    halves = [np.arange(start, ballots.agree.shape[1], 2) for start in (0, 1)]
    met, same = (np.zeros((2, ballots.agree.shape[1])) for _ in range(2))
    for here, there in (halves, halves[::-1]):
        known, asked = ballots.of(here), ballots.of(there)
        for block in _blocks(len(ballots)):
            one, other = _nearest(known, block)
            seen = asked.seen[other]
            for k, answer in enumerate((asked.agree, asked.disagree)):
                met[k, there] += (answer[one] * seen).sum(axis=0)
                same[k, there] += (answer[one] * answer[other]).sum(axis=0)
    mean = (same.sum(axis=1) / np.maximum(1, met.sum(axis=1)))[:, None]
    chances = np.clip((same + 10 * mean) / (met + 10), 0.02, SUREST).astype(np.float32)
    chances[met.sum(axis=1) < LEAST_MEASURED] = SUREST
    return chances[0], chances[1]


def _nearest(ballots: Ballots, block: slice) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Pairs of each person of the block and their nearest."""
    common = ballots.seen[block] @ ballots.seen.T
    same = ballots.side_by_side[block] @ ballots.side_by_side.T
    rate = (same + 1) / (common + 2)
    rate[(common < 8) | ((common > 12) & (same >= 0.95 * common))] = -1
    people = np.arange(block.start, block.start + len(common))
    rate[np.arange(len(common)), people] = -1
    order = np.argsort(-rate, axis=1, kind="stable")[:, :3]
    known = np.take_along_axis(rate, order, axis=1) >= 0
    return np.repeat(people, order.shape[1])[known.ravel()], order[known]


def evidence_weights(agree: Floats, disagree: Floats) -> list[Floats]:
    """For each share of slips, what two answers to a statement say (3, 3, C): agree, pass, disagree."""
    out = []
    for slip in SLIPS:
        weight = np.zeros((3, 3, len(agree)), np.float32)
        for at, chance in ((0, agree), (2, disagree)):
            weight[at, at] = np.log((1 - slip) / chance)
            # Where like-minded people differ less than slips would, differing is no evidence of a copy.
            apart = np.minimum(0, np.log(slip / (1 - chance))) / 2
            for other in {0, 1, 2} - {at}:
                weight[at, other] += apart
                weight[other, at] += apart
        out.append(weight)
    return out


def evidence(ballots: Ballots, weights: list[Floats], block: slice) -> Floats:
    """The log-likelihood ratio of each person of the block with everybody; minus infinity with themselves."""
    mine = (ballots.agree[block], ballots.passed[block], ballots.disagree[block])
    each = []
    for weight in weights:
        weighed = [sum(weight[u, v] * mine[u] for u in range(3)) for v in range(3)]
        each.append(np.concatenate(weighed, axis=1) @ ballots.side_by_side.T)
    mixed = np.asarray(np.logaddexp.reduce(each, axis=0) - np.log(len(weights)))
    mixed[np.arange(len(mixed)), np.arange(block.start, block.start + len(mixed))] = -np.inf
    return mixed


def _found(ballots: Ballots, weights: list[Floats]) -> list[Twins]:
    n = len(ballots)
    pair, near = float(np.log(n * (n - 1) / 2 / FALSE_RATE)), float(np.log(n) + SET_BAR)
    pairs: list[tuple[int, int]] = []
    for block in _blocks(n):
        strength = evidence(ballots, weights, block)
        copies = (strength >= near).sum(axis=1)
        gulf = ((strength >= near / 3) & (strength < near)).sum(axis=1)
        apart = 3 * gulf <= np.maximum(copies, 3)
        in_set = apart & (copies >= LEAST_COPIES)
        linked = (apart[:, None] & (strength >= pair)) | (in_set[:, None] & (strength >= near))
        pairs += [(block.start + int(i), int(j)) for i, j in np.argwhere(linked)]
    return [_described(ballots, weights, members, pair, near) for members in _joined(pairs)]


def _joined(pairs: list[tuple[int, int]]) -> list[list[int]]:
    """The sets that the pairs hang together in."""
    leader: dict[int, int] = {}

    def first(one: int) -> int:
        while leader.setdefault(one, one) != one:
            leader[one] = leader[leader[one]]
            one = leader[one]
        return one

    for one, other in pairs:
        low, high = sorted((first(one), first(other)))
        leader[high] = low
    sets: dict[int, list[int]] = {}
    for one in sorted(leader):
        sets.setdefault(first(one), []).append(one)
    return list(sets.values())


def _described(
    ballots: Ballots, weights: list[Floats], members: list[int], pair: float, near: float
) -> Twins:
    own = ballots.some(members)
    strength = evidence(own, weights, slice(0, len(members)))
    i, j = np.unravel_index(int(np.argmax(strength)), strength.shape)
    opinions = own.agree + own.disagree
    common = int((opinions[i] * opinions[j]).sum())
    same = int((own.agree[i] * own.agree[j] + own.disagree[i] * own.disagree[j]).sum())
    best = float(strength[i, j])
    return Twins(tuple(members), common, same, best, pair if best >= pair else near)


def _blocks(n: int) -> Iterator[slice]:
    return (slice(start, min(n, start + BLOCK)) for start in range(0, n, BLOCK))
