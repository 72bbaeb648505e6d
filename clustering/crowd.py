"""Everybody's ballots, wherever they lie: what the engine asks of all people and not of a sample of them."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from clustering.ballots import Ballots
from clustering.classes import Classes, expected
from clustering.factors import Statements, projected
from clustering.kernels import Floats, Ints


class Crowd(Protocol):
    """P people in canonical order. Each answer about a person depends on their own ballot alone."""

    @property
    def n_people(self) -> int: ...

    @property
    def n_votes(self) -> int:
        """Votes of everybody, passes included."""
        ...

    def projected(self, people: Ints, statements: Statements) -> Floats:
        """E (u, b) (n, d + 1) of these people (positions, rising)."""
        ...

    def memberships(self, people: Ints, classes: Classes) -> Floats:
        """How probable each class is for each of these people (n, k)."""
        ...


@dataclass(frozen=True, eq=False)
class Here:
    """A crowd in the memory of this process."""

    ballots: Ballots

    @property
    def n_people(self) -> int:
        return self.ballots.n_people

    @property
    def n_votes(self) -> int:
        return int(self.ballots.starts[-1])

    def projected(self, people: Ints, statements: Statements) -> Floats:
        return projected(self._opinions_of(people), statements)

    def memberships(self, people: Ints, classes: Classes) -> Floats:
        return memberships_of(self._opinions_of(people), classes.shares, classes.agree)

    def _opinions_of(self, people: Ints) -> Ballots:
        opinions = self.ballots.opinions
        return opinions if len(people) == opinions.n_people else opinions.of_people(people)


def memberships_of(opinions: Ballots, shares: Floats, agree: Floats) -> Floats:
    """How probable each class is for each person (P, k), from agreeing and disagreeing votes alone."""
    k = len(shares)
    probable = np.empty((opinions.n_people, k))
    expected(opinions, shares, agree, probable, np.zeros((opinions.n_statements, 2, k)))
    return probable
