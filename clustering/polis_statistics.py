"""What statements say about groups and about everyone, in the compatible mode (rules 1.9 to 1.11).

Everything here is arithmetic on counts. A, D and S are agrees, disagrees and votes seen (passes included).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clustering.matrix import AGREE, DISAGREE, Id, VoteMatrix
from clustering.polis_axes import Flags, Floats
from clustering.results import Direction

Counts = NDArray[np.int64]

SIGNIFICANT = 1.2816  # one-sided 90 %, as Polis has it: no correction for the many tests
MOST_LISTED = 5
META_PRIORITY = 49.0


@dataclass(frozen=True)
class Tally:
    """Counts A, D, S with statements along the last axis."""

    agrees: Counts
    disagrees: Counts
    seen: Counts


@dataclass(frozen=True)
class PolisRepresentative:
    """One entry of a group's list; the fields are those of `clustering.results.Representative`."""

    tid: Id
    direction: Direction
    n_success: int
    n_trials: int
    p_success: float
    p_test: float
    repness: float
    repness_test: float
    best_agree: bool = False


@dataclass(frozen=True)
class PolisConsensusItem:
    """One entry of a consensus list; the fields are those of `clustering.results.ConsensusItem`."""

    tid: Id
    n_success: int
    n_trials: int
    p_success: float
    p_test: float


def count_by_group(votes: VoteMatrix, group_of_row: NDArray[np.intp], n_groups: int) -> Tally:
    """Rule 1.9: A, D, S of each group (k, C). `group_of_row` (P,) is -1 for people in no group."""
    groups, shape = group_of_row[votes.rows], (n_groups, votes.shape[1])
    return Tally(*(_counted(votes, groups, kept, shape) for kept in _kinds(votes)))


def count_all(votes: VoteMatrix) -> Tally:
    """A, D, S over all voters (C,)."""
    return Tally(votes.agrees_per_statement, votes.disagrees_per_statement, votes.votes_per_statement)


def _kinds(votes: VoteMatrix) -> tuple[Flags, Flags, Flags]:
    return votes.values == AGREE, votes.values == DISAGREE, np.ones(votes.n_votes, bool)


def _counted(votes: VoteMatrix, groups: NDArray[np.intp], kept: Flags, shape: tuple[int, int]) -> Counts:
    kept = kept & (groups >= 0)
    cells = groups[kept] * shape[1] + votes.columns[kept]
    return np.bincount(cells, minlength=shape[0] * shape[1]).reshape(shape)


def smoothed_share(successes: Counts, seen: Counts) -> Floats:
    """Rule 1.10: pa = (A + 1) / (S + 2)."""
    share: Floats = (successes + 1) / (seen + 2)
    return share


def one_proportion(successes: Counts, seen: Counts) -> Floats:
    """Rule 1.10: pat = 2 sqrt(S + 1) ((A + 1) / (S + 1) - 1/2); 1 where nobody has voted."""
    score: Floats = 2 * np.sqrt(seen + 1) * ((successes + 1) / (seen + 1) - 0.5)
    return score


def two_proportions(successes: Counts, seen: Counts, others: Counts, others_seen: Counts) -> Floats:
    """Rule 1.10: rat, the pooled two-proportion score of the group against all other groups.

    All four counts have 1 added first; 0 where the pooled share is 1.
    """
    n, m = seen + 1, others_seen + 1
    pooled = (successes + others + 2) / (n + m)
    spread = np.sqrt(pooled * (1 - pooled) * (1 / n + 1 / m))
    difference = (successes + 1) / n - (others + 1) / m
    score: Floats = np.divide(difference, spread, out=np.zeros(difference.shape), where=pooled < 1)
    return score


@dataclass(frozen=True)
class Evidence:
    """Rule 1.10 in one direction for one group: successes, pa, pat, ra, rat, each (C,)."""

    successes: Counts
    p: Floats
    p_test: Floats
    r: Floats
    r_test: Floats

    @property
    def metric(self) -> Floats:
        """r * rt * p * pt."""
        return self.r * self.r_test * self.p * self.p_test

    @property
    def significant(self) -> Flags:
        """Both scores above 1.2816."""
        return (self.r_test > SIGNIFICANT) & (self.p_test > SIGNIFICANT)


def evidence(successes: Counts, seen: Counts, group: int) -> Evidence:
    """Rule 1.10 for one group, from the counts (k, C) of one direction and of votes seen."""
    n, s = successes[group], seen[group]
    others, others_seen = successes.sum(axis=0) - n, seen.sum(axis=0) - s
    p = smoothed_share(n, s)
    r = p / smoothed_share(others, others_seen)
    return Evidence(n, p, one_proportion(n, s), r, two_proportions(n, s, others, others_seen))


def representative(
    by_group: Tally, group: int, statement_ids: Sequence[Id], scan: Sequence[int]
) -> list[PolisRepresentative]:
    """Rule 1.10, selection: at most 5 statements for one group, agrees before disagrees.

    `scan` are the columns to look at, in the order that decides exact ties; removed and meta ones left out.
    """
    agree = evidence(by_group.agrees, by_group.seen, group)
    disagree = evidence(by_group.disagrees, by_group.seen, group)
    says_agree = agree.r_test > disagree.r_test
    metric = np.where(says_agree, agree.metric, disagree.metric)
    voted = (agree.successes > 0) | (disagree.successes > 0)
    sufficient = agree.significant | disagree.significant

    best_agree = _best_agree(agree, [j for j in scan if voted[j]])
    listed = sorted((j for j in scan if sufficient[j] and j != best_agree), key=lambda j: -metric[j])
    if best_agree is not None:
        listed = [best_agree, *listed]
    elif not listed and scan:
        listed = [max(scan, key=lambda j: max(agree.r_test[j], disagree.r_test[j]))]
    listed = sorted(listed[:MOST_LISTED], key=lambda j: not says_agree[j])
    return [
        _represented(agree if says_agree[j] else disagree, by_group.seen[group], j, statement_ids[j],
                     direction="agree" if says_agree[j] else "disagree", best_agree=j == best_agree)
        for j in listed
    ]  # fmt: skip


def _best_agree(agree: Evidence, scan: Sequence[int]) -> int | None:
    """Rule 1.10, step 3: one holder, challenged in order.

    The label is decided elsewhere, so that even this statement can be listed as a disagreement.
    """
    holder: int | None = None
    plain, metric = agree.p * agree.p_test, agree.metric
    for j in scan:
        if holder is None:
            takes = agree.p_test[j] > SIGNIFICANT or (agree.r[j] > 1 and agree.p[j] > 0.5)
        elif agree.r[holder] > 1:
            takes = metric[j] > metric[holder]
        else:
            takes = plain[j] > plain[holder]
        holder = j if takes else holder
    return holder


def _represented(
    of: Evidence, seen: Counts, j: int, tid: Id, *, direction: Direction, best_agree: bool
) -> PolisRepresentative:
    return PolisRepresentative(
        tid, direction, int(of.successes[j]), int(seen[j]), float(of.p[j]), float(of.p_test[j]),
        float(of.r[j]), float(of.r_test[j]), best_agree,
    )  # fmt: skip


def consensus_list(
    successes: Counts, seen: Counts, statement_ids: Sequence[Id], scan: Sequence[int]
) -> tuple[PolisConsensusItem, ...]:
    """Rule 1.11: the 5 strongest by pa * pat among all voters' pa > 1/2 and pat > 1.2816."""
    p, p_test = smoothed_share(successes, seen), one_proportion(successes, seen)
    listed = [j for j in scan if p[j] > 0.5 and p_test[j] > SIGNIFICANT]
    listed.sort(key=lambda j: -p[j] * p_test[j])
    return tuple(
        PolisConsensusItem(statement_ids[j], int(successes[j]), int(seen[j]), float(p[j]), float(p_test[j]))
        for j in listed[:MOST_LISTED]
    )


def group_aware_consensus(by_group: Tally) -> Floats:
    """Rule 1.11: the product over groups of (A + 1) / (S + 2) (C,); shrinks as groups are added."""
    product: Floats = np.prod(smoothed_share(by_group.agrees, by_group.seen), axis=0)
    return product


def priorities(by_group: Tally, extremity: Floats, meta: Flags) -> Floats:
    """Rule 1.11: how much Polis wants each statement to be shown (C,), from the sums over groups.

    ((1 - p) (E + 1) a (1 + 8 * 2^(-S / 5)))^2 with a = (A + 1)/(S + 2), p = (P + 1)/(S + 2); 49 for meta.
    """
    a, d, s = (counts.sum(axis=0) for counts in (by_group.agrees, by_group.disagrees, by_group.seen))
    importance = (1 - smoothed_share(s - a - d, s)) * (extremity + 1) * smoothed_share(a, s)
    boost = 1 + 8 * 2.0 ** (-s / 5)
    weights: Floats = np.where(meta, META_PRIORITY, (importance * boost) ** 2)
    return weights
