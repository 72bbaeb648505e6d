"""The landscape: a second picture of the voters, for looking at. Groups are never read off it.

People who vote alike stand near each other here as well, but distances between far-off people mean little.
"""

import warnings
from collections.abc import Collection

import numpy as np

from clustering.matrix import Id, VoteMatrix
from clustering.polis_axes import Floats, fit_axes
from clustering.results import Point

FACTORS = 10
NEIGHBOURS = 15
FEWEST_PEOPLE = 16
START_SIZE, START_JITTER = 10.0, 0.01


def landscape(votes: VoteMatrix, *, seed: int = 0, removed: Collection[Id] = ()) -> dict[Id, Point] | None:
    """Return participant id -> (x, y) by UMAP (McInnes, Healy and Melville 2018).

    None for fewer than 16 people, or when nothing tells them apart. UMAP sees the first 10 factors of the
    votes and starts from the first two, so that the picture is turned like the linear map. `removed` names
    statements to leave out. The same votes and seed give the same picture: people are taken in canonical
    order, by one thread. The first call in a fresh environment compiles for tens of seconds; the caller
    says by NUMBA_CACHE_DIR where the compiled code is kept.
    """
    ordered = votes.canonical()
    removed_columns = np.array([name in removed for name in ordered.statement_ids], bool)
    factors = fit_axes(ordered, removed_columns, FACTORS).projections
    if len(factors) < FEWEST_PEOPLE or not factors.any():
        return None
    points = _embedded(factors, seed)
    return {name: (float(x), float(y)) for name, (x, y) in zip(ordered.participant_ids, points, strict=True)}


def _embedded(factors: Floats, seed: int) -> Floats:
    with warnings.catch_warnings():
        # umap says at import that a part of it which is not used here wants Tensorflow.
        warnings.filterwarnings("ignore", "Tensorflow not installed", ImportWarning)
        from umap import UMAP

    umap = UMAP(
        n_components=2,
        n_neighbors=min(NEIGHBOURS, len(factors) - 1),
        init=_start(factors, seed),
        random_state=seed,
        n_jobs=1,
    )
    points: Floats = umap.fit_transform(factors)
    return points


def _start(factors: Floats, seed: int) -> Floats:
    """The first two factors, scaled, and a little noise: people on one spot could never part otherwise."""
    size = np.abs(factors[:, :2]).max()
    noise = np.random.default_rng(seed).normal(scale=START_JITTER, size=(len(factors), 2))
    start: Floats = START_SIZE * (factors[:, :2] / size + noise)
    return start
