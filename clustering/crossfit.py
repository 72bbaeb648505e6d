"""What groups say, counted on votes that were not used to find them.

Groups are found so that their members vote alike, so the same votes overstate how alike they are. Five-fold
cross-fitting: a fifth of the votes is dropped, the groups are fitted without it, and only the dropped votes
are counted, under those labels.
"""

import numpy as np
from scipy.optimize import linear_sum_assignment

from clustering.ballots import Ballots
from clustering.classes import WARM_STEPS, Classes, fit_classes, shares_of
from clustering.kernels import Ints
from clustering.matrix import Counts

FOLDS, SALT = 5, 303
MANY, FEW_STEPS = 1_500, 3  # of so many people the dropped votes move a class by next to nothing


def cross_fitted(ballots: Ballots, classes: Classes) -> Counts:
    """Votes by group, statement and way (k, C, 3): agreeing, disagreeing, passing.

    `ballots` holds every vote of the people in `classes`, passes included. Each vote is counted once.
    """
    labels, k = classes.labels, classes.agree.shape[1]
    steps = WARM_STEPS if ballots.n_people < MANY else FEW_STEPS
    counts = np.zeros((k, ballots.n_statements, 3), np.int64)
    parts = ballots.parts(FOLDS, SALT)
    for fold in range(FOLDS):
        held = parts == fold
        kept = ballots.where(~held & (ballots.votes != 0))
        again = fit_classes(kept, classes.responsibilities, overall=shares_of(kept), steps=steps)
        counts += votes_by_group(ballots.where(held), matched(again.labels, labels, k), k)
    return counts


def votes_by_group(ballots: Ballots, labels: Ints, k: int) -> Counts:
    """Votes by group, statement and way (k, C, 3) under these labels (P,)."""
    way = np.where(ballots.votes > 0, 0, np.where(ballots.votes < 0, 1, 2))
    cell = (labels[ballots.people].astype(np.int64) * ballots.n_statements + ballots.statements) * 3 + way
    return np.bincount(cell, minlength=k * ballots.n_statements * 3).reshape(k, -1, 3)


def matched(labels: Ints, reference: Ints, k: int) -> Ints:
    """`labels` (P,) renamed to share as many people with `reference` as can be (Kuhn 1955, Munkres 1957)."""
    shared = np.bincount(labels * k + reference, minlength=k * k).reshape(k, k)
    _, name = linear_sum_assignment(shared, maximize=True)
    renamed: Ints = name[labels]
    return renamed
