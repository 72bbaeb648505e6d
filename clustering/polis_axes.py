"""The two axes of the compatible mode: means, principal components and places (rules 1.2 to 1.6).

Rule numbers here and in the sibling modules are those of docs/explanation/opinion-analysis.md.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import eigh
from scipy.sparse import csr_array

from clustering.matrix import VoteMatrix

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

ENOUGH_VOTES = 7
ENOUGH_PEOPLE = 15


@dataclass(frozen=True, eq=False)
class Fit:
    """`center` (C,), `components` (d, C) and `projections` (P, d) for one vote matrix, in its order."""

    center: Floats
    components: Floats
    projections: Floats


def fit_axes(votes: VoteMatrix, zeroed: Flags, n_components: int = 2) -> Fit:
    """Fit the axes and place everyone. `zeroed` (C,) marks removed and meta statements.

    Bits depend on the order of rows and columns, so callers pass a matrix in canonical order; and on how many
    threads the linear algebra may use, so that is fixed where analyses run.
    """
    center = column_means(votes, zeroed)
    offsets = _offsets(votes, zeroed, center)
    components = _components(offsets, n_components)
    return Fit(center, components, _projections(votes, zeroed, offsets, components))


def column_means(votes: VoteMatrix, zeroed: Flags) -> Floats:
    """Rules 1.3 and 1.4: the mean of the votes seen on each statement (C,); 0 for a zeroed one."""
    sums = votes.agrees_per_statement - votes.disagrees_per_statement
    means: Floats = np.where(zeroed, 0.0, sums / np.maximum(votes.votes_per_statement, 1))
    return means


def _offsets(votes: VoteMatrix, zeroed: Flags, center: Floats) -> csr_array:
    """The centred matrix (P, C) of rule 1.4, which the mean fill of rule 1.3 makes sparse.

    A missing vote is filled with the mean of its column and a zeroed column is 0 with mean 0: both are
    exactly 0 after centring and need not be stored.
    """
    kept = ~zeroed[votes.columns]
    rows, columns = votes.rows[kept], votes.columns[kept]
    return csr_array((votes.values[kept] - center[columns], (rows, columns)), shape=votes.shape)


def _components(offsets: csr_array, count: int) -> Floats:
    """Rule 1.4: the leading right singular vectors (count, C), by a full symmetric eigenproblem.

    Polis uses at most 100 power iterations from a random start; this is what they converge to. A component
    that the votes do not have (rank below 2) is zero, and so is the weight of a statement on which all votes
    are alike. The sign, free in any PCA, is the one that makes the
    sum of cubes of the weights positive: the few statements that weigh most point to the positive side.
    """
    n_people, n_statements = offsets.shape
    components = np.zeros((count, n_statements))
    if min(offsets.shape) == 0:
        return components
    wide = n_statements > n_people
    gram = (offsets @ offsets.T if wide else offsets.T @ offsets).toarray()
    n = len(gram)
    strengths, vectors = eigh(gram, subset_by_index=[max(0, n - count), n - 1])
    floor = np.abs(gram).max() * n * max(offsets.shape) * np.finfo(float).eps
    varied = np.bincount(offsets.indices, offsets.data != 0, minlength=n_statements) > 0
    for axis, column in enumerate(reversed(range(len(strengths)))):
        if strengths[column] > floor:
            vector = offsets.T @ vectors[:, column] if wide else vectors[:, column]
            vector = np.where(varied, vector / np.linalg.norm(vector), 0.0)
            components[axis] = vector if np.sum(vector**3) >= 0 else -vector
    return components


def _projections(votes: VoteMatrix, zeroed: Flags, offsets: csr_array, components: Floats) -> Floats:
    """Rule 1.5: sqrt(C / max(n_i, 1)) times the sum over seen statements of offset times weight (P, 2).

    C and n_i count every zeroed statement, as if everyone had seen it.
    """
    n_seen = np.bincount(votes.rows[~zeroed[votes.columns]], minlength=votes.shape[0]) + zeroed.sum()
    scale = np.sqrt(votes.shape[1] / np.maximum(n_seen, 1))
    places: Floats = scale[:, None] * (offsets @ components.T)
    return places


def statement_extremity(center: Floats, components: Floats) -> Floats:
    """Rule 1.11: how far from the origin someone would be who only agreed with this statement (C,)."""
    lengths: Floats = np.sqrt(len(center)) * np.abs(1 - center) * np.hypot(components[0], components[1])
    return lengths


def grouped_people(votes: VoteMatrix) -> NDArray[np.intp]:
    """Rule 1.6: who is clustered, as positions in the order of the matrix.

    Everyone with at least min(7, C) votes, removed statements included; if these are fewer than 15, the next
    with most votes until 15. Polis also keeps everyone who ever qualified, which needs a history.
    """
    counts = votes.votes_per_participant
    chosen = counts >= min(ENOUGH_VOTES, votes.shape[1])
    if chosen.sum() < ENOUGH_PEOPLE:
        chosen[np.argsort(-counts, kind="stable")[:ENOUGH_PEOPLE]] = True
    return np.flatnonzero(chosen)
