"""The choice of representative statements, path by path, on counts that can be checked by hand."""

import numpy as np
import pytest

from clustering.polis_statistics import Tally, consensus_list, one_proportion, representative, two_proportions


def tally(*groups):
    """Each group is a list of (agrees, disagrees, seen), one per statement."""
    return Tally(*np.array(groups, np.int64).transpose(2, 0, 1))


def listed(counts, group=0, skip=()):
    n = counts.seen.shape[1]
    scan = [j for j in range(n) if j not in skip]
    return representative(counts, group, [f"s{j}" for j in range(n)], scan)


def names(counts, **more):
    return [(item.tid, item.direction, item.best_agree) for item in listed(counts, **more)]


def test_scores_by_hand():
    # 2 * sqrt(9) * (8/9 - 1/2) = 7/3; nobody asked scores 1
    assert one_proportion(np.array([7, 0]), np.array([8, 0])) == pytest.approx([7 / 3, 1])
    # q1 = 4/4, q2 = 1/4, q = 5/8: 0.75 / sqrt(15/64 * 1/2) = 2.19089; all agree: q = 1 gives 0
    found = two_proportions(np.array([3, 3]), np.array([3, 3]), np.array([0, 3]), np.array([3, 3]))
    assert found == pytest.approx([2.1908902, 0])


def test_at_most_five_are_listed_the_strongest_with_agrees_first():
    # Seven sufficient ones: agreement by n of n against 0 of n for n = 5..9, and two rejections.
    ours = [(n, 0, n) for n in range(5, 10)] + [(0, 20, 20), (0, 21, 21)]
    theirs = [(0, n, n) for n in range(5, 10)] + [(20, 0, 20), (21, 0, 21)]
    assert names(tally(ours, theirs)) == [
        ("s4", "agree", True),
        ("s3", "agree", False),
        ("s2", "agree", False),
        ("s6", "disagree", False),
        ("s5", "disagree", False),
    ]


def test_statements_left_out_of_the_scan_are_not_listed():
    counts = tally([(9, 0, 9), (5, 0, 5)], [(0, 9, 9), (0, 5, 5)])
    assert names(counts, skip=[0]) == [("s1", "agree", True)]


def test_without_sufficient_ones_the_best_agreement_is_listed():
    # Both groups agree alike with s1, so nothing tells it apart; s0 differs more, but not significantly.
    counts = tally([(1, 3, 9), (9, 0, 10)], [(2, 2, 9), (9, 0, 10)])
    assert names(counts) == [("s1", "disagree", True)]


def test_a_best_agreement_that_stands_out_gives_way_only_to_a_larger_product():
    # s0: ra = (9/12) / (5/12) > 1; s1 has the larger pa * pat but rat = 0, so its product is 0.
    counts = tally([(8, 0, 10), (9, 0, 10)], [(4, 4, 10), (9, 0, 10)])
    assert [item.tid for item in listed(counts) if item.best_agree] == ["s0"]


def test_a_best_agreement_that_does_not_stand_out_gives_way_only_to_more_agreement():
    # s0: ra = 1 and its product is 0; s1 has a larger product but a smaller pa * pat.
    counts = tally([(10, 0, 10), (8, 1, 10)], [(10, 0, 10), (4, 5, 10)])
    assert names(counts) == [("s1", "agree", False), ("s0", "disagree", True)]


def test_a_statement_without_agrees_or_disagrees_cannot_be_the_best_agreement():
    # s1: rat = -2.07 and pat = -4.15, whose product would beat that of s0 (0.02), which holds by ra > 1
    # and pa = 52/102 although its pat is only 0.30.
    counts = tally([(51, 40, 100), (0, 0, 20)], [(50, 40, 100), (5, 0, 20)])
    assert names(counts) == [("s0", "agree", True)]


def test_without_sufficient_ones_or_agreement_the_strongest_difference_is_listed():
    counts = tally([(1, 2, 9), (0, 3, 9)], [(3, 2, 9), (3, 1, 9)])
    assert names(counts) == [("s1", "disagree", False)]


def test_without_statements_nothing_is_listed():
    assert listed(tally([(9, 0, 9)], [(0, 9, 9)]), skip=[0]) == []


def test_exact_ties_rank_in_the_order_of_the_scan():
    counts = tally([(8, 0, 8)] * 3, [(0, 8, 8)] * 3)
    found = representative(counts, 0, ["a", "b", "c"], [2, 0, 1])
    assert [item.tid for item in found] == ["c", "a", "b"]


def test_consensus_keeps_the_five_strongest_above_both_bars():
    # pa > 1/2 and pat > 1.2816: 2 of 2 scores 1.73, 3 of 5 scores 0.82, 1 of 1 scores 1.41
    agrees = np.array([2, 3, 1, 10, 11, 12, 13])
    seen = np.array([2, 5, 1, 10, 11, 12, 13])
    found = consensus_list(agrees, seen, list("abcdefg"), range(7))
    assert [item.tid for item in found] == ["g", "f", "e", "d", "a"]
    # (10 + 1) / (10 + 2) and 2 * sqrt(11) * (11 / 11 - 1 / 2)
    assert found[3].p_success == pytest.approx(11 / 12)
    assert found[3].p_test == pytest.approx(11**0.5)
