"""Landscapes: second pictures, of the voters and of the statements, for looking at.

People who vote alike stand near each other, and statements that people vote alike on. Distances between what
is far apart mean little, and groups are never read off a landscape.
"""

import warnings
from collections.abc import Collection, Mapping
from typing import Any

import numpy as np

from clustering.kernels import Floats
from clustering.matrix import Id, VoteMatrix
from clustering.model import Fitted, Work, fitted_to, work_of
from clustering.options import Options
from clustering.results import Axes, Landscapes, Point

NEIGHBOURS = 15
FEWEST_PEOPLE, FEWEST_STATEMENTS = 16, 8
MOST_LANDMARKS = 20_000
START_SIZE, START_JITTER = 10.0, 0.01
ALIKE = 1e-6


def landscapes(votes: VoteMatrix, *, seed: int, removed: Collection[Id], axes: Axes) -> Landscapes:
    """Both pictures of an analysis: of people, turned like its map, and of statements."""
    people = landscape(votes, seed=seed, removed=removed, axes=axes)
    return people, statement_landscape(votes, seed=seed, removed=removed)


def landscape(
    votes: VoteMatrix, *, seed: int = 0, removed: Collection[Id] = (), axes: Axes | None = None
) -> dict[Id, Point] | None:
    """Return participant id -> (x, y) by UMAP (McInnes, Healy and Melville 2018).

    None for fewer than 16 people, or when nothing tells them apart. UMAP sees people's places in all
    dimensions of the space of opinion and starts from the first two; beyond 20,000 people it learns from the
    first so many in canonical order, and puts the others among them. With `axes` the picture is turned to lie
    as that map does, never mirrored; the map follows the one before, so the picture does too. `removed` names
    statements to leave out. The same votes and seed give the same picture, by one thread. The first call in a
    fresh environment compiles for tens of seconds; the caller says by NUMBA_CACHE_DIR where that is kept.
    """
    work, model = _fitted(votes, removed)
    if model is None or work.crowd.n_people < FEWEST_PEOPLE:
        return None
    places = model.space.places(model.people)
    points = _embedded(places, seed)
    if points is None:
        return None
    turn = model.space.turn[:2] if axes is None or axes.model is None else np.array(axes.model.turn)
    points = laid_like(points, (model.people - model.space.origin) @ turn.T)
    return _named(work.votes.participant_ids, points)


def statement_landscape(
    votes: VoteMatrix,
    *,
    seed: int = 0,
    removed: Collection[Id] = (),
    before: Mapping[Id, Point] | None = None,
) -> dict[Id, Point] | None:
    """Return statement id -> (x, y): near each other where the same people agree, and as many.

    By UMAP from each statement's intercept and weights in the model of the votes. None for fewer than 8
    statements, or when nothing tells them apart. The picture is turned to lie like that `before`, by the
    statements in both; without it like the map, where agreeing with a statement leads towards its place.
    """
    work, model = _fitted(votes, removed)
    if model is None or work.votes.shape[1] < FEWEST_STATEMENTS:
        return None
    statements, names = model.factors.statements, work.votes.statement_ids
    pulls = model.space.pulls(statements)[:2].T
    points = _embedded(np.concatenate((pulls, statements.means), axis=1), seed, seen=slice(2, None))
    if points is None:
        return None
    known = [j for j, name in enumerate(names) if name in (before or {})]
    if before and len(known) > 2:
        target = np.array([before[names[j]] for j in known], float)
        return _named(names, laid_like(points, target, np.array(known)))
    return _named(names, laid_like(points, pulls))


def _fitted(votes: VoteMatrix, removed: Collection[Id]) -> tuple[Work, Fitted | None]:
    work = work_of(votes, Options(moderated_out=tuple(removed)))
    return work, fitted_to(work, None) if len(work.grouped) else None


def _named(names: tuple[Id, ...], points: Floats) -> dict[Id, Point]:
    return {name: (float(x), float(y)) for name, (x, y) in zip(names, points, strict=True)}


def laid_like(points: Floats, target: Floats, known: Any = slice(None)) -> Floats:
    """`points` (n, 2) about their middle, turned so that those `known` lie as `target` (m, 2) does.

    The turn is that of Kabsch (1976), Acta Crystallographica A32:922: the nearest one without a mirror.
    """
    here = points - points[known].mean(axis=0)
    left, _, right = np.linalg.svd((target - target.mean(axis=0)).T @ here[known])
    turn = left @ np.diag([1.0, np.sign(np.linalg.det(left @ right)) or 1.0]) @ right
    laid: Floats = here @ turn.T
    return laid


def _embedded(features: Floats, seed: int, seen: slice = slice(None)) -> Floats | None:
    """Places (n, 2) by UMAP of the columns `seen`, from a start that is the first two; None for all alike."""
    if np.ptp(features[:, seen], axis=0).max() < ALIKE or not np.ptp(features[:, :2], axis=0).max():
        return None
    landmarks, rest = features[:MOST_LANDMARKS], features[MOST_LANDMARKS:]
    umap = _umap()(
        n_components=2,
        n_neighbors=min(NEIGHBOURS, len(landmarks) - 1),
        init=_start(landmarks, seed),
        random_state=seed,
        n_jobs=1,
    )
    points: Floats = umap.fit_transform(landmarks[:, seen])
    if len(rest):
        points = np.concatenate((points, umap.transform(rest[:, seen])))
    return points


def _umap() -> Any:
    with warnings.catch_warnings():
        # umap says at import that a part of it which is not used here wants Tensorflow.
        warnings.filterwarnings("ignore", "Tensorflow not installed", ImportWarning)
        from umap import UMAP

    return UMAP


def _start(features: Floats, seed: int) -> Floats:
    """The first two columns, scaled, and a little noise: people on one spot could never part otherwise."""
    middle = features[:, :2] - features[:, :2].mean(axis=0)
    size = np.abs(middle).max()
    noise = np.random.default_rng(seed).normal(scale=START_JITTER, size=(len(features), 2))
    start: Floats = START_SIZE * (middle / size + noise)
    return start
