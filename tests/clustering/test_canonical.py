"""Colour refinement: people and statements are told apart by votes alone, as far as votes can."""

import numpy as np

from clustering.canonical import refined


def hashes(rows, shape):
    people, statements, values = (np.array(column) for column in zip(*rows, strict=True))
    return refined(people.astype(np.int32), statements.astype(np.int32), values.astype(np.int8), shape)


def partition(codes):
    return [codes.tolist().index(code) for code in codes]


def test_refinement_goes_on_until_nobody_new_is_told_apart():
    # A chain p0 s0 p1 s1 ... s5 p6 of agreeing votes: only the mirror images stay twins, and the middle is
    # told apart from its neighbours only after news of both ends has reached it.
    chain = [(j, j, 1) for j in range(6)] + [(j + 1, j, 1) for j in range(6)]
    people, statements = hashes(chain, (7, 6))
    assert partition(people) == [0, 1, 2, 3, 2, 1, 0]
    assert partition(statements) == [0, 1, 2, 2, 1, 0]


def test_a_pass_is_told_apart_from_agreeing_and_from_not_having_seen():
    people, _ = hashes([(0, 0, 1), (0, 1, 0), (1, 0, 1), (1, 1, 1), (2, 0, 1), (3, 0, 1), (3, 1, -1)], (4, 2))
    assert len(set(people.tolist())) == 4


def test_the_same_votes_have_the_same_hashes():
    people, statements = hashes([(0, 0, 1), (1, 0, 1), (0, 1, -1), (1, 1, -1)], (2, 2))
    assert people[0] == people[1]
    assert statements[0] != statements[1]
