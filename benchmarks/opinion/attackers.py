"""People who come to spoil a result, and honest people drawn again to see what chance alone does."""

from collections.abc import Collection

import numpy as np

from clustering.matrix import AGREE, DISAGREE, PASS, VoteMatrix

NOISE = 0.1
KINDS = ("dense", "camouflaged", "promoting")


def attacked(
    votes: VoteMatrix, targets: Collection[int], share: float, kind: str = "dense", seed: int = 0
) -> VoteMatrix:
    """The votes with hostile people added, so many that they are `share` of all.

    All of them vote on everything, and against `targets` (positions of statements); who is `promoting` votes
    for them instead. Elsewhere they follow one random line together, each breaking it on a tenth of the
    statements; the `camouflaged` answer everything else as honest people did, drawn from their votes.
    """
    random = np.random.default_rng([seed, int(share * 1000), KINDS.index(kind)])
    people, statements = votes.shape
    many = max(1, round(share * people / (1 - share)))
    cast = _camouflage(votes, many, random) if kind == "camouflaged" else _line(many, statements, random)
    cast[:, sorted(targets)] = AGREE if kind == "promoting" else DISAGREE
    rows, columns = np.divmod(np.arange(cast.size), statements)
    return VoteMatrix.from_votes(
        [*(f"p{row}" for row in votes.rows), *(f"x{row}" for row in rows)],
        np.r_[votes.columns, columns],
        np.r_[votes.values, cast.ravel()],
    )


def _line(many: int, statements: int, random: np.random.Generator) -> np.ndarray:
    line = random.choice([AGREE, DISAGREE], statements)
    broken = random.random((many, statements)) < NOISE
    return np.where(broken, -line, line)


def _camouflage(votes: VoteMatrix, many: int, random: np.random.Generator) -> np.ndarray:
    cast = np.full((many, votes.shape[1]), PASS)
    for column in range(votes.shape[1]):
        cast[:, column] = random.choice(votes.values[votes.columns == column], many)
    return cast


def resampled(votes: VoteMatrix, seed: int) -> VoteMatrix:
    """As many people, drawn from these with replacement: what another day would have brought."""
    random = np.random.default_rng(seed)
    drawn = random.integers(0, votes.shape[0], votes.shape[0])
    starts = np.searchsorted(votes.rows, np.arange(votes.shape[0] + 1))
    entries = [np.arange(starts[i], starts[i + 1]) for i in drawn]
    rows = np.repeat(np.arange(len(drawn)), [len(e) for e in entries])
    taken = np.concatenate(entries)
    return VoteMatrix.from_votes(rows, votes.columns[taken], votes.values[taken])


def dense_enough(votes: VoteMatrix, fewest: int = 7) -> VoteMatrix:
    """People with so many votes only, and statements as numbers from 0 in the order of the matrix."""
    kept = votes.votes_per_participant[votes.rows] >= fewest
    return VoteMatrix.from_votes(votes.rows[kept], votes.columns[kept], votes.values[kept])
