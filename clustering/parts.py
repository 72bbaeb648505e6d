"""The default engine over people in parts: files, or machines, that nobody holds all of.

Statements are known by sums over people and people by their own ballots, so all the engine needs of a part
are sums, hashes, and the answers about its own people. The order of people, the sample that models are fitted
to and every figure are those of one process that holds all votes.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import add
from typing import Any, Protocol, TypeVar

import numpy as np
from scipy.sparse import csr_array

from clustering import canonical
from clustering.ballots import Ballots
from clustering.canonical import Hashes, Order
from clustering.classes import Classes
from clustering.crowd import memberships_of
from clustering.factors import Statements, projected
from clustering.intervals import Flags
from clustering.kernels import RANK, Floats, Ints, Places, Votes
from clustering.matrix import Id, VoteMatrix
from clustering.model import MOST_COUNTED, VOTES_TO_BE_GROUPED, Work
from clustering.opinion import answer_of
from clustering.options import DEFAULTS, Options, Progress
from clustering.results import OpinionAnalysis
from clustering.sums import Counted

T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class Part:
    """Some of the people with all their votes. Columns of `ballots` are positions in `statement_ids`."""

    participant_ids: tuple[Id, ...]
    statement_ids: tuple[Id, ...]
    ballots: Ballots

    @classmethod
    def of(cls, votes: VoteMatrix) -> "Part":
        return cls(votes.participant_ids, votes.statement_ids, Ballots.of(votes))


class Parts(Protocol):
    """Parts of the people, wherever they lie; no person is in two. Functions go to them."""

    def each(self, work: Callable[..., T], *values: Any, own: Sequence[Any] | None = None) -> list[T]:
        """What `work(part, *values)` gives for each part, in order; `own` has one more value for each."""
        ...

    def changed(self, work: Callable[..., Part], *values: Any) -> "Parts":
        """The parts that `work(part, *values)` makes of these."""
        ...


@dataclass(frozen=True, eq=False)
class PartsHere:
    """Parts in the memory of this process."""

    parts: tuple[Part, ...]

    def each(self, work: Callable[..., T], *values: Any, own: Sequence[Any] | None = None) -> list[T]:
        if own is None:
            return [work(part, *values) for part in self.parts]
        return [work(part, *values, mine) for part, mine in zip(self.parts, own, strict=True)]

    def changed(self, work: Callable[..., Part], *values: Any) -> "PartsHere":
        return PartsHere(tuple(work(part, *values) for part in self.parts))


def analyse_parts(
    parts: Parts,
    *,
    seed: int = 0,
    options: Options = DEFAULTS,
    previous: OpinionAnalysis | None = None,
    progress: Progress = lambda _stage, _done, _total: None,
) -> OpinionAnalysis:
    """The analysis that `clustering.analyse` makes of the votes of all parts together.

    By the default engine alone. Raises ValueError for another one, and for a landscape, which needs all votes
    in one place.
    """
    if options.engine != "default" or options.landscape:
        raise ValueError("Votes in parts are analysed by the default engine, without a landscape.")
    everyone = _joined(parts.each(participants_of))
    names = tuple(dict.fromkeys(_joined(parts.each(statements_of))))
    kept = tuple(name for name in names if name not in options.removed)
    parts = parts.changed(renumbered, {name: place for place, name in enumerate(kept)})
    people, statements = refined(parts, len(kept))
    ids, order = _joined(parts.each(participants_of)), canonical.order_of(statements, kept)
    place = np.empty(len(order), np.int32)
    place[order] = np.arange(len(order), dtype=np.int32)
    crowd = CrowdInParts.of(parts.changed(reordered, place), canonical.order_of(people, ids))
    votes = _without_votes([ids[i] for i in crowd.order.tolist()], [kept[j] for j in order.tolist()])
    work = work_in(crowd, votes, everyone)
    return answer_of(work, _without_votes(everyone, names), seed, options, previous, progress)


def _joined(named: list[tuple[Id, ...]]) -> tuple[Id, ...]:
    return tuple(name for names in named for name in names)


def _without_votes(people: Sequence[Id], statements: Sequence[Id]) -> VoteMatrix:
    nothing = np.zeros(0, np.int32)
    return VoteMatrix(tuple(people), tuple(statements), nothing, nothing.copy(), np.zeros(0, np.int8))


def work_in(crowd: "CrowdInParts", votes: VoteMatrix, everyone: tuple[Id, ...]) -> Work:
    """What the engine works on; only the ballots that it counts are fetched."""
    enough = min(VOTES_TO_BE_GROUPED, len(votes.statement_ids))
    grouped = np.flatnonzero(crowd.lengths >= max(enough, 1))
    counted = crowd.ballots(grouped[:MOST_COUNTED], len(votes.statement_ids))
    known = set(votes.participant_ids) if len(everyone) > len(votes.participant_ids) else set(everyone)
    rest = (name for name in everyone if name not in known)
    return Work(votes, crowd, grouped, counted, counted.opinions, (*votes.participant_ids, *rest))


def refined(parts: Parts, n_statements: int) -> tuple[Hashes, Hashes]:
    """`canonical.refined` of all people, part after part, and of the statements."""
    statements = np.full(n_statements, canonical.STATEMENT, np.uint64)
    history: list[Hashes] = []
    found = parts.each(hashed, n_statements, history)
    told_apart = -1
    while True:
        statements = canonical.next_statements(statements, reduce(add, (sums for _, sums in found)))
        history.append(statements)
        found = parts.each(hashed, n_statements, history)
        people = np.concatenate([mine for mine, _ in found])
        before, told_apart = told_apart, canonical.different(people, statements)
        if canonical.enough_rounds(len(history), before, told_apart):
            return people, statements


@dataclass(frozen=True, eq=False)
class CrowdInParts:
    """A crowd whose ballots lie in parts. `order` (P,): the person, counted part after part, at each place;
    `of_part` (P,) and `inside` (P,): their part and their place in it; `lengths` (P,): how much they voted.
    """

    parts: Parts
    order: Order
    of_part: Ints
    inside: Ints
    lengths: Ints
    counted: Counted

    @classmethod
    def of(cls, parts: Parts, order: Order) -> "CrowdInParts":
        lengths = parts.each(lengths_of)
        sizes = [len(mine) for mine in lengths]
        of_part = np.repeat(np.arange(len(sizes)), sizes)
        inside = np.concatenate([np.arange(size) for size in sizes])
        counted = reduce(add, parts.each(counted_of))
        return cls(parts, order, of_part[order], inside[order], np.concatenate(lengths)[order], counted)

    @property
    def n_people(self) -> int:
        return len(self.order)

    @property
    def n_votes(self) -> int:
        return self.counted.n_votes

    def projected(self, people: Ints, statements: Statements) -> Floats:
        return self._asked(people, RANK + 1, projected_in, statements)

    def memberships(self, people: Ints, classes: Classes) -> Floats:
        return self._asked(people, len(classes.shares), memberships_in, classes.shares, classes.agree)

    def ballots(self, people: Ints, n_statements: int) -> Ballots:
        """The ballots of these people, here."""
        mine = self._split(people)
        found = self.parts.each(picked_from, own=[self.inside[people][one] for one in mine])
        starts = np.cumsum(np.concatenate([[0], *(np.diff(one.starts) for one in found)]))
        joined = Ballots(
            starts,
            np.concatenate([one.statements for one in found]),
            np.concatenate([one.votes for one in found]),
            n_statements,
        )
        return joined.of_people(np.argsort(np.concatenate([np.flatnonzero(one) for one in mine])))

    def _split(self, people: Ints) -> list[Flags]:
        """Which of these people are in each part."""
        return [self.of_part[people] == part for part in range(int(self.of_part.max(initial=0)) + 1)]

    def _asked(self, people: Ints, width: int, work: Callable[..., Floats], *values: Any) -> Floats:
        answers = np.empty((len(people), width))
        mine = self._split(people)
        own = [self.inside[people][one] for one in mine]
        for one, answer in zip(mine, self.parts.each(work, *values, own=own), strict=True):
            answers[one] = answer
        return answers


# What is done where a part lies.


def participants_of(part: Part) -> tuple[Id, ...]:
    return part.participant_ids


def statements_of(part: Part) -> tuple[Id, ...]:
    return part.statement_ids


def lengths_of(part: Part) -> Ints:
    return np.diff(part.ballots.starts)


def counted_of(part: Part) -> Counted:
    return Counted.of(part.ballots)


def renumbered(part: Part, places: dict[Id, int]) -> Part:
    """With columns as `places` numbers the statements; votes on others, and people without votes, go."""
    place = np.array([places.get(name, -1) for name in part.statement_ids], np.int32)
    columns = place[part.ballots.statements]
    inside = columns >= 0
    ballots = Ballots(part.ballots.starts, columns, part.ballots.votes, len(places))
    if not inside.all():
        ballots = ballots.where(inside)
    voting = np.flatnonzero(np.diff(ballots.starts))
    ids = part.participant_ids
    if len(voting) < len(ids):
        ids, ballots = tuple(ids[i] for i in voting.tolist()), ballots.of_people(voting)
    return Part(ids, tuple(places), ballots)


def hashed(part: Part, n_statements: int, history: Sequence[Hashes]) -> tuple[Hashes, Hashes]:
    """The hashes of these people after so many rounds of the statements, and what they are to the next."""
    cells = _cells(part)
    people = np.full(part.ballots.n_people, canonical.PERSON, np.uint64)
    for statements in history:
        people = canonical.next_people(*cells, people, statements)
    return people, canonical.statement_sums(*cells, people, n_statements)


def _cells(part: Part) -> tuple[Places, Places, Votes]:
    return part.ballots.people, part.ballots.statements, part.ballots.votes


def reordered(part: Part, place: Places) -> Part:
    """With statements in their canonical places, and each person's votes sorted by them."""
    ballots = part.ballots
    shape = (ballots.n_people, len(place))
    rows = csr_array((ballots.votes, place[ballots.statements], ballots.starts), shape=shape, copy=True)
    rows.sort_indices()
    ballots = Ballots(ballots.starts, rows.indices.astype(np.int32), rows.data, len(place))
    return Part(part.participant_ids, (), ballots)


def picked_from(part: Part, people: Ints) -> Ballots:
    return part.ballots.of_people(people)


def projected_in(part: Part, statements: Statements, people: Ints) -> Floats:
    return projected(part.ballots.of_people(people).opinions, statements)


def memberships_in(part: Part, shares: Floats, agree: Floats, people: Ints) -> Floats:
    return memberships_of(part.ballots.of_people(people).opinions, shares, agree)
