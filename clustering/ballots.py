"""The votes as the engine walks them: by person and by statement, both in canonical order."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from clustering.ballot_kernels import columns_of, counts_of, kept_of, rows_of
from clustering.intervals import Flags
from clustering.kernels import Ints, Places, Votes
from clustering.matrix import Counts, VoteMatrix


@dataclass(frozen=True, eq=False)
class Ballots:
    """P people and C statements. Person i cast the votes `starts[i]` to `starts[i + 1]`: `votes` (+1, 0, -1)
    on `statements`, rising.

    The order is that of `VoteMatrix.canonical`: the first n people are then a random sample of all, and the
    same one whatever their names.
    """

    starts: Ints
    statements: Places
    votes: Votes
    n_statements: int

    @classmethod
    def of(cls, canonical: VoteMatrix) -> "Ballots":
        """From a matrix in canonical order."""
        return cls(canonical.starts, canonical.columns, canonical.values, canonical.shape[1])

    @property
    def n_people(self) -> int:
        return len(self.starts) - 1

    @cached_property
    def by_statement(self) -> tuple[Ints, Places, Votes]:
        """The same votes by statement: starts (C + 1,), people rising, votes."""
        return columns_of(self.starts, self.statements, self.votes, self.n_statements)

    @cached_property
    def counts(self) -> Counts:
        """Agreeing, disagreeing and passing votes on each statement (C, 3)."""
        return counts_of(self.statements, self.votes, self.n_statements)

    @cached_property
    def people(self) -> Places:
        """Who cast each vote (n,)."""
        return np.repeat(np.arange(self.n_people, dtype=np.int32), np.diff(self.starts))

    @cached_property
    def opinions(self) -> "Ballots":
        """The agreeing and disagreeing votes alone."""
        return self.where(self.votes != 0)

    def first(self, n: int) -> "Ballots":
        """The first n people, or all of them if there are no more."""
        if n >= self.n_people:
            return self
        end = self.starts[n]
        return Ballots(self.starts[: n + 1], self.statements[:end], self.votes[:end], self.n_statements)

    def of_people(self, people: Ints) -> "Ballots":
        """These people (positions, rising) alone."""
        return Ballots(*rows_of(self.starts, self.statements, self.votes, people), self.n_statements)

    def where(self, kept: Flags) -> "Ballots":
        """The votes marked (n,) alone, of the same people."""
        return Ballots(*kept_of(self.starts, self.statements, self.votes, kept), self.n_statements)

    def fold(self, fold: int, folds: int, salt: int) -> Flags:
        """Which votes (n,) are in this one of `folds` random parts of the cells."""
        inside: Flags = self.parts(folds, salt) == fold
        return inside

    def parts(self, folds: int, salt: int) -> NDArray[np.uint8]:
        """In which of `folds` random parts each vote (n,) is.

        By splitmix64 (Steele, Lea and Flood 2014) of person, statement and salt: a cell's part depends on
        nothing else.
        """
        cell = self.people.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        cell += self.statements.astype(np.uint64) * np.uint64(0xD1B54A32D192ED03)
        cell += np.array([(salt + 1) * 0x8CB92BA72F3D8DD7 % 2**64], np.uint64)
        cell = (cell ^ (cell >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        cell = (cell ^ (cell >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return ((cell ^ (cell >> np.uint64(31))) % np.uint64(folds)).astype(np.uint8)
