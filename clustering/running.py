"""An analysis that takes new votes in as they come, in the time of the ballots they touch.

Between two analyses factors, groups and what groups say are kept as sums over people. Somebody who votes has
their old part taken out of the sums and their new part put in; then the statements are solved once. The
number of groups, the evidence and the consensus wait for the next full analysis, and so do new statements.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from clustering import class_kernels
from clustering.ballots import Ballots
from clustering.classes import expected, hard, maximised, shares_of
from clustering.factors import Statements, people_of, resolved, summed
from clustering.kernels import Floats, Ints
from clustering.matrix import Id, VoteMatrix
from clustering.results import Model, OpinionAnalysis


@dataclass(eq=False)
class Running:
    """The state: `opinions` of P people on C statements, and sums made of them.

    `statements` is their posterior, `people` (P, WIDTH) everybody's moments as they went into `sums`
    (C, PACKED + F); `responsibilities` (P, k) as they went into `counts` (C, 2, k).
    """

    row: dict[Id, int]
    statement_ids: tuple[Id, ...]
    opinions: Ballots
    statements: Statements
    people: Floats
    sums: Floats
    responsibilities: Floats
    counts: Floats
    shares: Floats
    agree: Floats

    @classmethod
    def of(cls, votes: VoteMatrix, analysis: OpinionAnalysis) -> "Running":
        """From an analysis of the default engine and its votes.

        Raises ValueError for an analysis without a model: of another engine, or of no vote.
        """
        model = analysis.axes.model
        if model is None:
            raise ValueError(f'An analysis by "{analysis.engine}" without a model cannot be gone on with.')
        kept = votes.without(set(votes.statement_ids) - set(analysis.statement_ids)).canonical()
        opinions = Ballots.of(kept).opinions
        statements = _statements(model, analysis.statement_ids, kept.statement_ids)
        people = people_of(opinions, statements)
        k = max(analysis.group_of.values(), default=0) + 1
        labels = np.array([analysis.group_of.get(name, -1) for name in kept.participant_ids])
        responsibilities = np.where(labels[:, None] < 0, 1 / k, hard(np.maximum(labels, 0), k))
        counts = _counted(opinions, responsibilities)
        shares, agree = maximised(counts, responsibilities.sum(axis=0), shares_of(opinions), len(labels))
        running = cls(
            {name: i for i, name in enumerate(kept.participant_ids)},
            kept.statement_ids, opinions, statements, people,
            summed(opinions, statements, people), responsibilities, counts, shares, agree,
        )  # fmt: skip
        running._count_again(np.arange(len(labels)), opinions, opinions)
        return running

    def update(
        self, participant_ids: Sequence[Id], statement_ids: Sequence[Id], values: Sequence[int]
    ) -> None:
        """Take these votes in; a vote on a statement that was voted on before replaces it.

        Raises ValueError for a statement that the last analysis did not know, before anything is changed;
        otherwise as `VoteMatrix.from_votes`.
        """
        new = VoteMatrix.from_votes(participant_ids, statement_ids, values)
        column = {name: j for j, name in enumerate(self.statement_ids)}
        unknown = [name for name in new.statement_ids if name not in column]
        if unknown:
            raise ValueError(
                f"The last analysis does not know statement {unknown[0]!r}: analyse again first."
            )
        columns = np.array([column[name] for name in new.statement_ids], np.int32)
        rows = self._rows(new.participant_ids)
        touched = np.unique(rows)
        before = self.opinions.of_people(touched)
        self._insert(rows[new.rows], columns[new.columns], new.values)
        self._take_in(touched, before, self.opinions.of_people(touched))

    @property
    def participant_ids(self) -> tuple[Id, ...]:
        return tuple(self.row)

    @property
    def labels(self) -> Ints:
        """The likeliest group of each person (P,), in the order of `participant_ids`."""
        labels: Ints = self.responsibilities.argmax(axis=1)
        return labels

    def _rows(self, names: Sequence[Id]) -> Ints:
        """The rows of these people; who is new gets one, without votes yet."""
        fresh = [name for name in names if name not in self.row]
        if fresh:
            self.row.update({name: len(self.row) + n for n, name in enumerate(fresh)})
            nobody = np.full(len(fresh), self.opinions.starts[-1])
            self.opinions = Ballots(
                np.concatenate((self.opinions.starts, nobody)),
                self.opinions.statements,
                self.opinions.votes,
                len(self.statement_ids),
            )
            strangers = self.opinions.of_people(np.arange(len(self.people), len(self.row)))
            self.people = np.concatenate((self.people, people_of(strangers, self.statements)))
            even = np.tile(self.shares, (len(fresh), 1))
            self.responsibilities = np.concatenate((self.responsibilities, even))
        return np.array([self.row[name] for name in names], np.int64)

    def _insert(self, rows: Ints, columns: Any, values: Any) -> None:
        """Put votes into the ballots, in place of those on the same cells."""
        count, before = len(self.statement_ids), self.opinions
        old = before.people.astype(np.int64) * count + before.statements
        cells = rows * count + columns
        order = np.argsort(cells)
        rows, columns, cells, values = rows[order], columns[order], cells[order], values[order]
        at = np.searchsorted(old, cells)
        there = at < len(old)
        there[there] = old[at[there]] == cells[there]
        votes = before.votes.copy()
        votes[at[there]] = values[there]
        new = ~there
        added = np.bincount(rows[new], minlength=len(self.row))
        starts = before.starts + np.concatenate(([0], np.cumsum(added)))
        merged = Ballots(
            starts,
            np.insert(before.statements, at[new], columns[new]),
            np.insert(votes, at[new], values[new]),
            count,
        )
        # A pass says nothing, and a vote may have become one.
        self.opinions = merged if values.all() else merged.opinions

    def _take_in(self, touched: Ints, before: Ballots, after: Ballots) -> None:
        self.sums -= summed(before, self.statements, self.people[touched])
        self.people[touched] = people_of(after, self.statements)
        self.sums += summed(after, self.statements, self.people[touched])
        self.statements = resolved(self.sums, self.statements)
        self._count_again(touched, before, after)

    def _count_again(self, touched: Ints, before: Ballots, after: Ballots) -> None:
        self.counts -= _counted(before, self.responsibilities[touched])
        mine = np.empty((len(touched), len(self.shares)))
        expected(after, self.shares, self.agree, mine, self.counts)
        self.responsibilities[touched] = mine
        self.shares, self.agree = maximised(
            self.counts,
            self.responsibilities.sum(axis=0),
            self._overall(),
            len(self.row),
        )

    def _overall(self) -> Floats:
        """`classes.shares_of`, from the counts: everybody is in the classes once."""
        disagree, agree = self.counts.sum(axis=2).T
        overall: Floats = (agree + 1) / (agree + disagree + 2)
        return overall


def _counted(opinions: Ballots, responsibilities: Floats) -> Floats:
    counts = np.zeros((opinions.n_statements, 2, responsibilities.shape[1]))
    class_kernels.count_by_class(
        opinions.starts, opinions.statements, opinions.votes, responsibilities, counts
    )
    return counts


def _statements(model: Model, known: tuple[Id, ...], wanted: tuple[Id, ...]) -> Statements:
    row = {name: j for j, name in enumerate(known)}
    return Statements.of_moments(np.array([model.moments[row[name]] for name in wanted]), model.variance)
