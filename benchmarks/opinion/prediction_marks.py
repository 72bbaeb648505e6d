"""Q2, held-out votes: is what the engine says of votes that it was not shown better than the plain ways?"""

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np

from benchmarks.opinion import engine, predictors
from benchmarks.opinion.conversations import Conversation
from benchmarks.opinion.figures import Row, figure
from clustering.matrix import VoteMatrix

PREDICTORS: dict[str, predictors.Predictor] = {
    "statement shares": predictors.marginals,
    "PCA(2)": predictors.mean_filled,
    "PCA(2) + person": predictors.mean_filled_personal,
    "Polis group means": predictors.group_means,
    "engine": engine.factors,
}
OUTCOMES = ("three outcomes", "agree or disagree")
RIVALS = (
    ("PCA(2)", 0, 0.95),
    ("Polis group means", 0, 0.95),
    ("PCA(2)", 1, 0.9),
    ("Polis group means", 1, 0.9),
    ("PCA(2) + person", 0, 0.9),
)
"""Whom to beat, in which outcome, on what share of the conversations."""
Split: TypeAlias = tuple[VoteMatrix, predictors.Cells]


def marks(given: Sequence[Conversation], seeds: int) -> list[Row]:
    """Losses of every predictor, and how often the engine's is the lower one (mean over the seeds)."""
    loss = np.array([_losses(conversation, seeds) for conversation in given])
    names = list(PREDICTORS)
    rows = [
        figure("Q2", f"log-loss, {outcome}, {name}", loss[:, i, j].tolist())
        for j, outcome in enumerate(OUTCOMES)
        for i, name in enumerate(names)
    ]
    ours = loss[:, names.index("engine")]
    for rival, part, least in RIVALS:
        lower = ours[:, part] < loss[:, names.index(rival), part]
        rows.append(
            figure("Q2", f"below {rival}, {OUTCOMES[part]}", lower.astype(float).tolist(), least=least)
        )
    plain = loss[:, names.index("PCA(2)"), 0]
    rows.append(figure("Q2", "lower than PCA(2) by, three outcomes", (1 - ours[:, 0] / plain).tolist()))
    overall = 1 - ours[:, 0].mean() / plain.mean()
    return [*rows, figure("Q2", "mean loss lower than PCA(2)'s by, three outcomes", [overall], least=0.1)]


def _losses(conversation: Conversation, seeds: int) -> list[list[float]]:
    """(predictors, 2), means over the seeds."""
    splits = [predictors.held_out(conversation.votes, seed) for seed in range(seeds)]
    return [_mean_loss(predict, splits) for predict in PREDICTORS.values()]


def _mean_loss(predict: predictors.Predictor, splits: Sequence[Split]) -> list[float]:
    losses = [predictors.losses(predict(*split), split[1]) for split in splits]
    return [float(loss) for loss in np.mean(losses, axis=0)]
