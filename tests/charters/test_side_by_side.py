"""Everybody and those who count first, side by side: two columns, and what their difference would tell."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from charters.disclosure import (
    EMPTY_ROW,
    Counts,
    Protected,
    ProtectedCounts,
    Tabulation,
    protect,
    published_row,
)
from charters.policy import load_policy
from charters.side_by_side import EarlierPair, Pair, may_renew, renewed_pair, side_by_side, tells

PUBLICATION = load_policy("open-health-space").publication
PROFILE = PUBLICATION.profile
LOT = b"a secret for this result only"
Kinds = Mapping[tuple[int, bool], Counts]


def tables(cells: Kinds, more: int = 0) -> tuple[Tabulation, Tabulation]:
    """One statement: everybody, and those who count first. Each group has who voted, and `more` of each."""
    groups = sorted({group for group, _ in cells})
    all_ = {g: cells[g, True] + cells[g, False] for g in groups}
    some = {g: cells[g, True] for g in groups}
    return (
        Tabulation((1,), {g: true.votes + 2 * more for g, true in all_.items()}, 0, _of_one(all_)),
        Tabulation((1,), {g: true.votes + more for g, true in some.items()}, 0, _of_one(some)),
    )


def _of_one(counts: Mapping[int, Counts]) -> dict[tuple[int, int | None], Counts]:
    return {(1, group): true for group, true in counts.items()}


def pair_of(cells: Kinds, more: int = 0) -> Pair:
    everybody, first = tables(cells, more)
    return side_by_side(everybody, first, protect(everybody, PUBLICATION), PUBLICATION)


def kind(cells: Kinds, *, first: bool) -> Counts:
    return sum((true for (_, whose), true in cells.items() if whose is first), Counts())


numbers = st.builds(Counts, st.integers(0, 24), st.integers(0, 24), st.integers(0, 24))
lopsided = st.builds(Counts, st.integers(0, 24), st.just(0), st.sampled_from([0, 0, 9]))
cells_of_two = st.fixed_dictionaries(
    {(group, first): numbers | lopsided for group in (0, 1) for first in (True, False)}
)
steady = settings(derandomize=True, max_examples=120, deadline=None)


@steady
@given(cells_of_two)
def test_neither_column_nor_their_difference_breaks_the_profile(cells: Kinds) -> None:
    """Each shown row has the profile's form, and the others' own row could have been shown as well."""
    pair = pair_of(cells)
    mine, rest = kind(cells, first=True), kind(cells, first=False)
    if not pair.enough:
        assert not pair.rows
        return
    assert min(mine.votes, rest.votes) >= PUBLICATION.min_participants
    row = pair.rows[1]
    if row == EMPTY_ROW:
        return
    for count in (row.agrees, row.disagrees, row.passes, row.votes):
        assert count is None or count == 0 or (count % 5 == 0 and count >= 10)
    theirs = published_row(rest, rest.votes, PUBLICATION, total=False)
    for one in (row, theirs):
        assert one.votes is not None
        assert one.votes >= PROFILE.word_base
    assert theirs.share_word is None or row.share_word is not None


def attacked(attacker: Any, cells: Kinds, pair: Pair) -> list[Any]:
    """What the exact solver finds about either kind, who has both columns and subtracts them."""
    everybody, first = tables(cells)
    people = first.participants, everybody.participants - first.participants
    truth = Tabulation(
        (1,),
        {0: people[0], 1: people[1]},
        0,
        {(1, 0): kind(cells, first=True), (1, 1): kind(cells, first=False)},
    )
    rows = {(1, 0): pair.rows[1], (1, 1): EMPTY_ROW}
    columns = Protected(PROFILE.name, True, None, {0: people[0], 1: people[1]}, pair.whole.totals, rows)
    return list(attacker(PUBLICATION).forced(truth, columns))


@pytest.mark.prove
@settings(derandomize=True, max_examples=12, deadline=None)
@given(
    st.fixed_dictionaries(
        {
            (0, True): st.builds(Counts, st.integers(0, 26), st.just(0), st.integers(0, 8)),
            (0, False): st.builds(Counts, st.integers(0, 2), st.integers(0, 8), st.integers(20, 26)),
        }
    )
)
def test_an_exact_solver_forces_no_vote_of_either_kind(attacker: Any, cells: Kinds) -> None:
    pair = pair_of(cells)
    assert not pair.enough or attacked(attacker, cells, pair) == []


def test_the_rows_are_those_worked_out_by_hand(data: Path) -> None:
    spec = json.loads((data / "attestation" / "two-ways.json").read_text(encoding="utf-8"))
    people, expected = spec["people"], spec["expected"]
    both = {
        int(n): (Counts(*rows["attested"]), Counts(*rows["others"])) for n, rows in spec["answers"].items()
    }
    numbers = tuple(both)
    everybody = Tabulation(
        numbers, {}, sum(people.values()), {(n, None): some + rest for n, (some, rest) in both.items()}
    )
    first = Tabulation(numbers, {}, people["attested"], {(n, None): some for n, (some, _) in both.items()})
    pair = side_by_side(everybody, first, protect(everybody, PUBLICATION), PUBLICATION)
    assert (pair.enough, pair.people) == (True, expected["people"]["attested"])
    for number in numbers:
        row, total = pair.rows[number], pair.whole.totals[number]
        assert [total.agrees, total.disagrees, total.passes, total.votes] == expected["all"][str(number)]
        word = row.share_word.value if row.share_word else None
        shown = [row.agrees, row.disagrees, row.passes, row.votes, word]
        assert shown == expected["attested"][str(number)], number


MIXED = Counts(14, 9, 9)


def test_nothing_stands_where_either_kind_is_under_twenty_people() -> None:
    few, many = Counts(9, 9, 1), Counts(30, 20, 10)
    for some, rest in ((few, many), (many, few)):
        pair = pair_of({(0, True): some, (0, False): rest})
        assert (pair.enough, pair.people, pair.rows) == (False, None, {})
    assert pair_of({(0, True): replace(few, passes=2), (0, False): many}).enough


def test_nothing_stands_where_a_stricter_policy_asks_for_more() -> None:
    everybody, first = tables({(0, True): MIXED, (0, False): MIXED})
    strict = replace(PUBLICATION, min_participants=33)
    assert not side_by_side(everybody, first, protect(everybody, strict), strict).enough


def test_a_row_is_empty_where_too_few_of_the_others_answered() -> None:
    """Twenty-two others: their row would say its votes alone, and the difference must not say more."""
    assert pair_of({(0, True): MIXED, (0, False): Counts(10, 8, 5)}).rows[1] != EMPTY_ROW
    assert pair_of({(0, True): MIXED, (0, False): Counts(10, 8, 4)}).rows[1] == EMPTY_ROW


def test_a_row_is_empty_where_the_others_all_but_agree() -> None:
    """30 of 62 agree in all, and 14 of 32: the difference would say that nearly all of the others do."""
    assert pair_of({(0, True): MIXED, (0, False): Counts(29, 1, 0)}).rows[1] == EMPTY_ROW
    both = pair_of({(0, True): Counts(39, 1, 0), (0, False): Counts(29, 1, 0)}).rows[1]
    assert both.share_word == "almost all"


def test_a_row_is_empty_that_would_tell_with_the_groups() -> None:
    """In group 0 nobody disagrees. Had nobody who counts first passed, all of them there must have agreed."""
    cells = {
        (0, True): Counts(10, 0, 0),
        (0, False): Counts(0, 0, 21),
        (1, True): Counts(10, 10, 0),
        (1, False): Counts(5, 0, 0),
    }
    pair = pair_of(cells)
    assert pair.whole.by_group[1, 0].disagrees == 0
    assert published_row(kind(cells, first=True), 30, PUBLICATION, total=False).passes == 0
    assert pair.rows[1] == EMPTY_ROW
    mixed = {**cells, (0, True): Counts(8, 1, 4), (1, False): Counts(5, 4, 4)}
    assert pair_of(mixed).rows[1] != EMPTY_ROW


def test_whoever_is_left_out_of_the_totals_is_left_out_of_both_columns() -> None:
    """Nine people in no group are in no total; with them, a row could be larger than everybody's."""
    counts: dict[tuple[int, int | None], Counts] = {(1, 0): Counts(30, 20, 10), (1, None): Counts(9, 0, 0)}
    everybody = Tabulation((1,), {0: 60, 1: 20}, 9, counts)
    first = Tabulation((1,), {0: 30}, 9, {(1, 0): Counts(14, 10, 6), (1, None): Counts(9, 0, 0)})
    pair = side_by_side(everybody, first, protect(everybody, PUBLICATION), PUBLICATION)
    assert pair.whole.totals[1].votes == 60
    assert pair.people == 30
    assert pair.rows[1].agrees == 15


def test_who_counts_first_must_be_among_everybody() -> None:
    everybody, first = tables({(0, True): MIXED, (0, False): MIXED})
    with pytest.raises(ValueError, match="64 people count first, of 32 people in all"):
        side_by_side(first, everybody, protect(first, PUBLICATION), PUBLICATION)


@pytest.mark.parametrize(
    ("first", "others", "may"),
    [
        ((), (), True),
        ((0,), (10,), True),
        ((10,), (0,), True),
        ((9,), (10,), False),
        ((10,), (1,), False),
        ((10, 30), (10, 3), False),
        ((0, 12), (0, 40), True),
    ],
)
def test_a_new_pair_needs_nobody_or_ten_people_changed_of_each_kind(
    first: tuple[int, ...], others: tuple[int, ...], may: bool
) -> None:
    assert may_renew(PUBLICATION, first, others) is may


JOINT_BEFORE, JOINT_AFTER, JOINT_OTHERS = Counts(16, 13, 0), Counts(19, 19, 0), Counts(23, 7, 2)
"""Nine of ten who came and count first voted. Either column alone forces nobody; both together do."""


def shown(whole: ProtectedCounts, row: ProtectedCounts) -> Pair:
    return Pair(True, 60, Protected(PROFILE.name, True, 120, {}, {1: whole}, {}), {1: row})


def test_the_difference_of_two_columns_would_tell_what_neither_does() -> None:
    """Everybody's agrees rise by 11 or more, those of the first by 4 or fewer: 7 others came to agree.

    Ten others came. Who knows that five of eight agreed knows that the two left did.
    """
    old = shown(ProtectedCounts(60, 40, 20, 120), ProtectedCounts(30, 20, 10, 60))
    new = shown(ProtectedCounts(75, 45, 20, 140), ProtectedCounts(30, 25, 15, 70))
    assert tells(new, EarlierPair(old, first=10, others=10), 1)
    assert not tells(new, EarlierPair(old, first=10, others=30), 1)


def test_both_columns_at_once_would_tell_where_only_one_kind_changed() -> None:
    cells = JOINT_BEFORE, JOINT_AFTER
    old, new = (pair_of({(0, True): some, (0, False): JOINT_OTHERS}, more=20) for some in cells)
    assert EMPTY_ROW not in (old.rows[1], new.rows[1])
    assert tells(new, EarlierPair(old, first=10, others=0), 1)
    assert not tells(new, EarlierPair(old, first=10, others=12), 1)


def test_a_later_pair_leaves_such_a_statement_empty_and_some_by_lot() -> None:
    old, new = (
        pair_of({(0, True): some, (0, False): JOINT_OTHERS}, more=20) for some in (JOINT_BEFORE, JOINT_AFTER)
    )
    later = renewed_pair(new, [EarlierPair(old, first=10, others=0)], LOT)
    assert later.rows[1] == EMPTY_ROW
    assert renewed_pair(new, [], LOT) == new
    many = replace(new, rows=dict.fromkeys(range(2, 102), new.rows[1]))
    drawn = renewed_pair(many, [EarlierPair(old, first=10, others=0)], LOT)
    assert 1 <= sum(row == EMPTY_ROW for row in drawn.rows.values()) <= 10
