"""The vote matrix: its sign, its checks, and an order that depends on votes alone."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import clustering.canonical
import clustering.matrix
from clustering.matrix import VoteMatrix

ballots = st.lists(
    st.tuples(st.integers(0, 9), st.integers(0, 6), st.sampled_from([1, 0, -1])), min_size=1, max_size=60
)


def matrix(rows):
    people, statements, values = zip(*rows, strict=True) if rows else ((), (), ())
    return VoteMatrix.from_votes(people, statements, values)


def cells(votes):
    return {
        (votes.participant_ids[i], votes.statement_ids[j]): int(v)
        for i, j, v in zip(votes.rows, votes.columns, votes.values, strict=True)
    }


def test_counts_people_statements_and_votes():
    votes = matrix([("ann", "x", 1), ("ann", "y", 0), ("bo", "x", -1)])
    assert votes.shape == (2, 2)
    assert votes.n_votes == 3
    assert votes.votes_per_participant.tolist() == [2, 1]
    assert votes.votes_per_statement.tolist() == [2, 1]
    assert votes.agrees_per_statement.tolist() == [1, 0]
    assert votes.disagrees_per_statement.tolist() == [1, 0]


def test_a_pass_is_a_vote_and_an_unseen_statement_is_none():
    votes = matrix([("ann", "x", 0), ("bo", "y", 1)])
    assert cells(votes) == {("ann", "x"): 0, ("bo", "y"): 1}


def test_the_later_row_of_a_pair_wins():
    assert cells(matrix([("ann", "x", 1), ("bo", "x", 0), ("ann", "x", -1)])) == {
        ("ann", "x"): -1,
        ("bo", "x"): 0,
    }


def test_ids_keep_their_kind_and_order_of_appearance():
    votes = matrix([(("a", 1), 7, 1), (None, "seven", 1), (("a", 1), 3.5, 1)])
    assert votes.participant_ids == (("a", 1), None)
    assert votes.statement_ids == (7, "seven", 3.5)


def test_arrays_of_numbers_give_the_same_matrix_as_lists():
    people, statements, values = [5, 3, 5, 9, 3], [2, 2, 1, 1, 2], [1, 0, -1, 1, -1]
    one = VoteMatrix.from_votes(people, statements, values)
    two = VoteMatrix.from_votes(np.array(people), np.array(statements), np.array(values))
    assert one.participant_ids == two.participant_ids == (5, 3, 9)
    assert all(type(name) is int for name in two.participant_ids + two.statement_ids)
    assert cells(one) == cells(two)


@pytest.mark.parametrize("apart", [1, 1_000_003])
def test_arrays_of_any_numbers_are_counted_or_sorted_to_the_same_matrix(apart):
    random = np.random.default_rng(3)
    people, statements = random.integers(-40, 40, 900) * apart - 7, random.integers(0, 30, 900) * apart
    values = random.integers(-1, 2, 900)
    one = VoteMatrix.from_votes(people.tolist(), statements.tolist(), values.tolist())
    two = VoteMatrix.from_votes(people, statements, values)
    assert (one.participant_ids, one.statement_ids) == (two.participant_ids, two.statement_ids)
    assert cells(one) == cells(two) == dict(zip(zip(people, statements, strict=True), values, strict=True))


def test_many_votes_are_put_in_order_as_few_are(monkeypatch):
    random = np.random.default_rng(5)
    cells = random.permutation(60 * 40)[:1_500]
    people, statements, values = cells // 40, cells % 40, random.integers(-1, 2, 1_500)
    by_person = np.argsort(people, kind="stable")
    for order in (by_person, np.arange(1_500), np.r_[by_person, by_person[:9]]):
        few = VoteMatrix.from_votes(people[order], statements[order], values[order])
        with monkeypatch.context() as patch:
            for name, few_at_once in (("MANY", 0), ("AT_ONCE", 97), ("FIRST_ROWS", 20)):
                patch.setattr(clustering.matrix, name, few_at_once)
            patch.setattr(clustering.canonical, "AT_ONCE", 101)
            many = VoteMatrix.from_votes(people[order], statements[order], values[order])
            theirs = many.canonical()
        for one, other in ((few, many), (few.canonical(), theirs)):
            assert (one.participant_ids, one.statement_ids) == (other.participant_ids, other.statement_ids)
            for name in ("rows", "columns", "values"):
                assert np.array_equal(getattr(one, name), getattr(other, name))
                assert getattr(one, name).dtype == getattr(other, name).dtype


def test_beyond_sixteen_bits_votes_are_in_order_of_rows_and_columns():
    people, statements = np.array([70_000, 5, 70_000, 5, 70_000]), np.array([70_001, 3, 3, 70_001, 70_001])
    every = np.arange(70_002)
    votes = VoteMatrix.from_votes(
        np.r_[every, people], np.r_[every, statements], np.r_[np.ones(70_002, int), [1, 1, 0, -1, -1]]
    )
    assert (np.diff(votes.rows * 70_002.0 + votes.columns) > 0).all()
    assert votes.n_votes == 70_002 + 4
    assert cells(votes)[70_000, 70_001] == -1


def test_no_votes_at_all_is_an_empty_matrix():
    votes = matrix([])
    assert votes.shape == (0, 0)
    assert votes.n_votes == 0
    assert votes.canonical().shape == (0, 0)


def test_the_arrays_cannot_be_changed():
    votes = matrix([("ann", "x", 1)])
    with pytest.raises(ValueError, match="read-only"):
        votes.values[0] = -1


def test_unequal_lengths_are_refused_with_the_three_lengths():
    with pytest.raises(ValueError, match="have 2, 1 and 3"):
        VoteMatrix.from_votes(["a", "b"], ["x"], [1, 1, 1])


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ([1, 2, 0], "Unknown vote 2 at row 1 of 3"),
        ([1, 0, None], "Unknown vote None at row 2 of 3"),
        (["1", 0, 1], "Unknown vote '1' at row 0 of 3"),
        ([0, True, "agree"], "Unknown vote True at row 1 of 3"),
        ([0.5, 1, 1], "Unknown vote 0.5 at row 0 of 3"),
        ([1, float("nan"), 1], "Unknown vote nan at row 1 of 3"),
    ],
)
def test_an_unknown_vote_is_refused_with_its_row(values, said):
    with pytest.raises(ValueError, match=said):
        VoteMatrix.from_votes(["a", "b", "c"], ["x", "x", "x"], values)


def test_an_id_that_cannot_be_hashed_is_refused_with_its_row():
    with pytest.raises(TypeError, match=r"statement id at row 1 cannot be hashed: \[\]"):
        VoteMatrix.from_votes(["a", "b"], ["x", []], [1, 1])


@settings(derandomize=True, max_examples=60)
@given(ballots)
def test_totals_equal_counts(rows):
    votes, latest = matrix(rows), {(p, s): v for p, s, v in rows}
    assert cells(votes) == latest
    assert votes.n_votes == len(latest)
    assert votes.votes_per_participant.sum() == votes.votes_per_statement.sum() == len(latest)
    passes = sum(v == 0 for v in latest.values())
    assert votes.agrees_per_statement.sum() + votes.disagrees_per_statement.sum() + passes == len(latest)


@settings(derandomize=True, max_examples=60)
@given(ballots, st.randoms(use_true_random=False))
def test_canonical_order_does_not_depend_on_the_order_of_rows(rows, random):
    latest = [(p, s, v) for (p, s), v in {(p, s): v for p, s, v in rows}.items()]
    shuffled = random.sample(latest, len(latest))
    one, two = matrix(latest).canonical(), matrix(shuffled).canonical()
    assert one.participant_ids == two.participant_ids
    assert one.statement_ids == two.statement_ids
    assert one.rows.tolist() == two.rows.tolist()
    assert one.columns.tolist() == two.columns.tolist()
    assert one.values.tolist() == two.values.tolist()
    assert cells(one) == {(p, s): v for p, s, v in latest}


def test_canonical_order_does_not_depend_on_names():
    random = np.random.default_rng(0)
    rows = [(p, s, int(random.integers(-1, 2))) for p in range(30) for s in range(8) if random.random() < 0.6]
    renamed = [(f"p{97 * p % 31}", f"s{5 * s % 11}", v) for p, s, v in rows]
    one, two = matrix(rows).canonical(), matrix(renamed).canonical()
    assert [f"p{97 * p % 31}" for p in one.participant_ids] == list(two.participant_ids)
    assert [f"s{5 * s % 11}" for s in one.statement_ids] == list(two.statement_ids)
    assert one.values.tolist() == two.values.tolist()
