"""The default engine's parts, asked about votes in any order."""

import numpy as np

from benchmarks.opinion.predictors import Cells, Floats, Positions
from clustering.ballots import Ballots
from clustering.factors import fit_factors
from clustering.matrix import PASS, Id, VoteMatrix
from clustering.passing import fit_intercepts


def factors(votes: VoteMatrix, cells: Cells) -> Floats:
    """The engine's own prediction: low rank for agreeing, two intercepts for passing."""
    ordered = votes.canonical()
    rows = _moved(votes.participant_ids, ordered.participant_ids)[cells.rows]
    columns = _moved(votes.statement_ids, ordered.statement_ids)[cells.columns]
    agree = fit_factors(Ballots.of(ordered).opinions).agreement(rows, columns)
    passing = fit_intercepts(ordered.rows, ordered.columns, ordered.values == PASS, ordered.shape)
    skips = passing.probability(rows, columns)
    return np.column_stack([(1 - skips) * agree, (1 - skips) * (1 - agree), skips])


def _moved(before: tuple[Id, ...], after: tuple[Id, ...]) -> Positions:
    """Where each of these ids stands in the other order."""
    place = {name: i for i, name in enumerate(after)}
    return np.array([place[name] for name in before], np.int32)
