"""Sums over people: whatever an analysis needs of many people, in the size of the statements.

Sums of disjoint sets of people add up to the sums of all of them: exactly where they count, to rounding where
they weigh. So people may be split up in any way, over files or machines, and their votes need never meet.
"""

from dataclasses import dataclass

import numpy as np

from clustering import chances, kernels
from clustering.ballots import Ballots
from clustering.classes import Classes
from clustering.consensus import BINS
from clustering.crossfit import votes_by_group
from clustering.crowd import memberships_of
from clustering.factors import Factors, Statements, extended
from clustering.kernels import PACKED, F, Floats, Ints
from clustering.matrix import Counts


@dataclass(frozen=True, eq=False)
class Counted:
    """Whole numbers: `people`, and agreeing, disagreeing and passing votes on each statement (C, 3)."""

    people: int
    votes: Counts

    @classmethod
    def of(cls, ballots: Ballots) -> "Counted":
        return cls(ballots.n_people, ballots.counts)

    def __add__(self, other: "Counted") -> "Counted":
        return Counted(self.people + other.people, self.votes + other.votes)

    @property
    def n_votes(self) -> int:
        return int(self.votes.sum())


@dataclass(frozen=True, eq=False)
class Sums:
    """What is summed over people once there is a model of the statements.

    `counted` as without one. `weighed` (C, PACKED + F): for each statement the sums of omega E zz' and of the
    half votes times E z, all that its next posterior depends on. `moments` (PACKED,): the sum of E zz'.
    `histogram` (C, BINS): how many people have each probability to agree, for the trimmed mean. `sizes` (k,)
    of the groups, and `by_group` (k, C, 3), votes by the likeliest group; k = 0 without groups.
    """

    counted: Counted
    weighed: Floats
    moments: Floats
    histogram: Ints
    sizes: Ints
    by_group: Counts

    @classmethod
    def of(cls, ballots: Ballots, statements: Statements, classes: Classes | None = None) -> "Sums":
        """The sums of these people: in any partition of all people, each person in one part."""
        opinions = ballots.opinions
        people = extended(Factors(statements, np.zeros((0, 0))), opinions).people
        weighed = np.zeros((ballots.n_statements, PACKED + F))
        kernels.statement_sums(*opinions.by_statement, people, statements.moments, weighed)
        histogram = np.zeros((ballots.n_statements, BINS), np.int64)
        chances.histograms(people, statements.moments, BINS, histogram)
        k = 0 if classes is None else len(classes.shares)
        labels = _labels(opinions, classes)
        return cls(
            Counted.of(ballots),
            weighed,
            people[:, :PACKED].sum(axis=0),
            histogram,
            np.bincount(labels, minlength=k) if k else np.zeros(0, np.int64),
            votes_by_group(ballots, labels, k) if k else np.zeros((0, ballots.n_statements, 3), np.int64),
        )

    def __add__(self, other: "Sums") -> "Sums":
        return Sums(
            self.counted + other.counted,
            self.weighed + other.weighed,
            self.moments + other.moments,
            self.histogram + other.histogram,
            self.sizes + other.sizes,
            self.by_group + other.by_group,
        )


def _labels(opinions: Ballots, classes: Classes | None) -> Ints:
    if classes is None:
        return np.zeros(opinions.n_people, np.int64)
    labels: Ints = memberships_of(opinions, classes.shares, classes.agree).argmax(axis=1)
    return labels
