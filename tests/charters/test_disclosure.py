"""open-8-5/1: the form of every count, the rules one by one by hand, and what an exact solver can force."""

import csv
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from charters.derived import consensus_of, interval_of, share_of, z_of
from charters.disclosure import (
    EMPTY_ROW,
    Counts,
    Protected,
    ProtectedCounts,
    ShareWord,
    Tabulation,
    protect,
    rounded,
    tabulate,
)
from charters.policy import load_policy

PUBLICATION = load_policy("open-health-space").publication
PROFILE = PUBLICATION.profile
CELLS = ("agrees", "disagrees", "passes", "votes")

counts = st.builds(Counts, st.integers(0, 40), st.integers(0, 40), st.integers(0, 40))


@st.composite
def tabulations(draw: st.DrawFn) -> Tabulation:
    """Any true table of up to four groups, some too small, and a remainder."""
    statements = tuple(range(draw(st.integers(1, 4))))
    groups = range(draw(st.integers(0, 4)))
    cells = {(s, g): draw(counts) for s in statements for g in (*groups, None)}
    least = {g: max(cells[s, g].votes for s in statements) for g in (*groups, None)}
    sizes = {g: least[g] + draw(st.integers(0, 5)) for g in groups}
    return Tabulation(statements, sizes, least[None] + draw(st.integers(0, 5)), cells)


steady = settings(derandomize=True, max_examples=200, deadline=None)


def rows(result: Protected) -> Sequence[ProtectedCounts]:
    return [*result.totals.values(), *result.by_group.values()]


def one_group(agrees: int, disagrees: int, passes: int, size: int | None = None) -> ProtectedCounts:
    """The published row of a group of `size`, beside a group of 50 that voted on nothing."""
    true = Counts(agrees, disagrees, passes)
    table = Tabulation((1,), {0: true.votes if size is None else size, 1: 50}, 0, {(1, 0): true})
    return protect(table, PUBLICATION).by_group[1, 0]


def total(agrees: int, disagrees: int, passes: int, size: int | None = None) -> ProtectedCounts:
    true = Counts(agrees, disagrees, passes)
    table = Tabulation((1,), {0: true.votes if size is None else size}, 0, {(1, 0): true})
    return protect(table, PUBLICATION).totals[1]


def assert_form(result: Protected) -> None:
    """Every published count is empty, nought, or a multiple of 5 that is at least 10."""
    sizes = [*result.groups.values(), result.participants]
    cells = [getattr(row, name) for row in rows(result) for name in CELLS]
    assert all(count is None or count == 0 or (count % 5 == 0 and count >= 10) for count in [*sizes, *cells])
    assert 0 not in sizes
    for row in rows(result):
        assert row.suppressed == (None in (row.agrees, row.disagrees, row.passes, row.votes))
        if row.share_word is not None:
            assert (row.agrees, row.disagrees, row.passes) == (None, None, None)
            assert row.votes is not None
            assert row.votes >= 25


@steady
@given(tabulations())
def test_every_published_count_is_empty_nought_or_a_multiple_of_five_from_ten_up(table: Tabulation) -> None:
    assert_form(protect(table, PUBLICATION))


@pytest.mark.prove
@settings(derandomize=True, max_examples=10_000, deadline=None)
@given(tabulations())
def test_the_form_holds_on_many_more_tables(table: Tabulation) -> None:
    assert_form(protect(table, PUBLICATION))


@steady
@given(tabulations())
def test_a_shown_count_is_the_true_one_to_the_nearest_five(table: Tabulation) -> None:
    for (statement, group), row in protect(table, PUBLICATION).by_group.items():
        true = table.counts.get((statement, group), Counts())
        for name in CELLS:
            shown = getattr(row, name)
            assert shown is None or abs(shown - getattr(true, name)) <= 2


@steady
@given(tabulations())
def test_nought_is_shown_only_on_a_base_of_a_whole_group(table: Tabulation) -> None:
    for (statement, group), row in protect(table, PUBLICATION).by_group.items():
        if 0 in (row.agrees, row.disagrees, row.passes):
            assert table.counts[statement, group].votes >= PUBLICATION.min_group


@steady
@given(tabulations())
def test_nothing_unanimous_shows_a_count(table: Tabulation) -> None:
    for (statement, group), row in protect(table, PUBLICATION).by_group.items():
        true = table.counts.get((statement, group), Counts())
        if true.votes and (true.agrees == true.votes or true.agrees == 0):
            assert (row.agrees, row.disagrees, row.passes) == (None, None, None)


@pytest.mark.parametrize(
    ("true", "shown"),
    [(1, None), (7, None), (8, 10), (10, 10), (12, 10), (13, 15), (17, 15), (18, 20), (422, 420), (423, 425)],
)
def test_counts_under_eight_are_empty_and_others_go_to_the_nearest_five(true: int, shown: int | None) -> None:
    assert rounded(true, PROFILE) == shown


def test_a_row_shows_what_is_large_and_leaves_empty_what_is_small() -> None:
    assert one_group(31, 12, 4) == ProtectedCounts(30, 10, None, 45, suppressed=True)
    assert one_group(31, 12, 0) == ProtectedCounts(30, 10, 0, 45)
    # Of nine votes "0 passes" would be said about fewer people than a group; of sixteen it may be said.
    assert total(8, 1, 0, size=20) == ProtectedCounts(10, None, None, 10, suppressed=True)
    assert total(10, 6, 0, size=20).passes == 0
    assert total(10, 6, 4) == ProtectedCounts(10, None, None, 20, suppressed=True)


@pytest.mark.parametrize(
    ("true", "word"),
    [
        ((38, 2, 0), ShareWord.ALMOST_ALL),
        ((37, 3, 0), None),
        ((40, 0, 0), ShareWord.ALMOST_ALL),
        ((2, 38, 0), ShareWord.ALMOST_NONE),
        ((3, 37, 0), None),
        ((0, 0, 40), ShareWord.ALMOST_NONE),
    ],
)
def test_near_unanimity_becomes_a_word_and_only_the_votes_stay(
    true: tuple[int, int, int], word: ShareWord | None
) -> None:
    for row in (one_group(*true), total(*true)):
        assert row.share_word == word
        assert row.votes == 40
        assert (row.agrees is None and row.disagrees is None and row.passes is None) == (word is not None)


def test_on_a_small_base_a_group_shows_its_votes_alone_whatever_they_were() -> None:
    assert PROFILE.word_base == 25
    for true in ((22, 0, 0), (0, 22, 0), (11, 11, 0), (8, 7, 7)):
        assert one_group(*true) == ProtectedCounts(None, None, None, 20, suppressed=True)
    assert one_group(23, 0, 0).share_word is ShareWord.ALMOST_ALL
    assert one_group(4, 2, 1, size=40) == ProtectedCounts(None, None, None, None, suppressed=True)


def test_groups_under_ten_are_hidden_before_counting_and_join_the_remainder() -> None:
    nine = tabulate([0] * 30 + [1] * 9 + [None] * 1, [(i, 5, 1 if i % 2 else -1) for i in range(40)])
    result = protect(nine, PUBLICATION)
    assert result.groups == {0: 30}
    assert set(result.by_group) == {(5, 0)}
    assert result.totals[5].votes == 40


def test_a_remainder_of_one_to_nine_is_left_out_of_totals() -> None:
    for rest, votes in ((0, 30), (1, 30), (9, 30), (10, 40)):
        table = tabulate([0] * 30 + [None] * rest, [(i, 5, 1 if i % 2 else -1) for i in range(30 + rest)])
        assert protect(table, PUBLICATION).totals[5].votes == votes


def test_under_twenty_people_the_result_says_so_and_nothing_else() -> None:
    ballots = [(i, 1, 1 if i % 2 else -1) for i in range(19)]
    assert protect(tabulate([0] * 19, ballots), PUBLICATION) == Protected(
        PROFILE.name, False, None, {}, {}, {}
    )
    assert protect(tabulate([0] * 20, ballots), PUBLICATION).participants == 20


def test_a_policy_may_ask_for_more_people() -> None:
    table = tabulate([0] * 30 + [1] * 14, [])
    strict = replace(PUBLICATION, min_group=15, min_participants=44)
    assert protect(table, strict).groups == {0: 30}
    assert not protect(table, replace(strict, min_participants=45)).enough


def test_bad_ballots_are_refused_with_their_numbers() -> None:
    with pytest.raises(ValueError, match="vote by person 2: there are people 0 to 1"):
        tabulate([0, 0], [(2, 1, 1)])
    with pytest.raises(ValueError, match="vote 2 by person 0 on 1: must be 1, 0 or -1"):
        tabulate([0, 0], [(0, 1, 2)])
    with pytest.raises(ValueError, match="person 0 votes twice on 1"):
        tabulate([0, 0], [(0, 1, 1), (0, 1, 1)])


def test_derived_figures_come_from_the_protected_counts_alone() -> None:
    row = one_group(31, 12, 4)
    # 30 of 45 is 66.67 %; Wilson by hand: centre (0.6667 + 1.9207 / 45) / (1 + 3.8415 / 45) = 0.6536,
    # half 1.96 / 1.0854 * sqrt(0.2222 / 45 + 3.8415 / 8100) = 0.1329.
    assert share_of(row, PROFILE) == 67
    assert interval_of(row, PROFILE) == (52, 79)
    # Another truth with the same rounded counts gives the same figures.
    assert one_group(29, 11, 4) == row
    # (31 / 47) * (21 / 47) = 0.2947, in steps of 0.05.
    assert consensus_of([row, ProtectedCounts(20, 25, 0, 45)]) == 0.3
    # pooled 50 / 90: (0.6667 - 0.4444) / sqrt(0.24691 * 2 / 45) = 2.1213
    assert z_of(row, ProtectedCounts(20, 25, 0, 45)) == 2.1


def test_a_figure_is_withheld_where_a_count_behind_it_is() -> None:
    unanimous, shown, small = one_group(40, 0, 0), one_group(31, 12, 4), total(10, 5, 0, size=20)
    assert share_of(unanimous, PROFILE) is None
    assert interval_of(unanimous, PROFILE) is None
    assert consensus_of([unanimous, shown]) is None
    assert consensus_of([]) is None
    assert z_of(unanimous, shown) is None
    assert z_of(ProtectedCounts(20, 0, 0, 20), ProtectedCounts(30, 0, 0, 30)) is None
    assert small.agrees == 10
    assert share_of(small, PROFILE) is None
    assert interval_of(small, PROFILE) is None


def test_a_share_without_a_word_never_reads_as_unanimity() -> None:
    row = total(18, 1, 0, size=20)
    assert (row.agrees, row.votes) == (20, 20)
    assert share_of(row, PROFILE) == 95
    low = total(12, 226, 0)
    assert (low.agrees, low.votes) == (10, 240)
    assert share_of(low, PROFILE) == 5


def nasty(rng: Random) -> Tabulation:
    """Small, lopsided tables: where unanimity, small groups and remainders meet."""
    sizes = {group: rng.randint(10, 27) for group in range(rng.choice([1, 2, 2, 3]))}
    rest = rng.choice([0, 0, rng.randint(1, 9), rng.randint(10, 12)])
    shares = [(1, 0, 0), (0, 1, 0), (0, 0, 1), (0.9, 0.1, 0), (0.8, 0.1, 0.1), (0.5, 0.5, 0), (0, 0.5, 0.5)]
    cells = {}
    for group, size in [*sizes.items(), (None, rest)]:
        drawn = rng.choices(range(3), rng.choice(shares), k=rng.choice([size, size, rng.randint(0, size)]))
        cells[0, group] = Counts(drawn.count(0), drawn.count(1), drawn.count(2))
    return Tabulation((0,), sizes, rest, cells)


def hunt(attacker: Any, seed: int, tables: int) -> None:
    solver, rng = attacker(PUBLICATION), Random(seed)
    solved = 0
    while solved < tables:
        table = nasty(rng)
        result = protect(table, PUBLICATION)
        if result.enough:
            assert solver.forced(table, result) == [], table
            solved += 1


def test_an_exact_solver_forces_no_vote(attacker: Any) -> None:
    hunt(attacker, seed=1, tables=12)


@pytest.mark.prove
@pytest.mark.parametrize("seed", range(12, 16))
def test_an_exact_solver_forces_no_vote_in_many_tables(attacker: Any, seed: int) -> None:
    hunt(attacker, seed, tables=40)


CORNERS = {
    "the total's few others all stand in one group": {0: Counts(23, 1, 1), 1: Counts(15, 0, 0)},
    "four groups at the bottom of their step, the total at the top": {
        **{group: Counts(20, 0, 13) for group in range(4)},
        4: Counts(40, 0, 0),
    },
}


@pytest.mark.parametrize("name", CORNERS)
def test_a_statement_whose_rows_would_subtract_to_one_vote_shows_no_group(name: str) -> None:
    true = CORNERS[name]
    cells: dict[tuple[int, int | None], Counts] = {(0, group): counts for group, counts in true.items()}
    result = protect(Tabulation((0,), {g: c.votes for g, c in true.items()}, 0, cells), PUBLICATION)
    assert set(result.by_group.values()) == {EMPTY_ROW}
    assert result.totals[0].votes is not None
    cells[0, 0] = Counts(15, 7, 11)
    shown = protect(Tabulation((0,), dict.fromkeys(true, 40), 0, cells), PUBLICATION)
    assert EMPTY_ROW not in shown.by_group.values()


def test_the_solver_forces_nothing_where_the_rows_would_subtract(attacker: Any) -> None:
    """Shown as they are, the first corner's rows force the second group's vote; emptied, they do not."""
    cells: dict[tuple[int, int | None], Counts] = {(0, 0): Counts(23, 1, 1), (0, 1): Counts(15, 0, 0)}
    table = Tabulation((0,), {0: 25, 1: 15}, 0, cells)
    kept = protect(table, PUBLICATION)
    bare = {(0, 0): one_group(23, 1, 1), (0, 1): one_group(15, 0, 0)}
    assert (0, 1, 0) in attacker(PUBLICATION).forced(table, replace(kept, by_group=bare))
    assert attacker(PUBLICATION).forced(table, kept) == []


def test_the_solver_finds_what_the_rules_prevent(attacker: Any) -> None:
    """Unprotected small unanimity is read off, so the solver is no blind judge."""
    table = Tabulation((0,), {0: 14, 1: 14}, 0, {(0, 0): Counts(14, 0, 0), (0, 1): Counts(3, 9, 2)})
    careless = ProtectedCounts(15, 0, 0, 15)
    result = protect(table, PUBLICATION)
    leaky = replace(result, by_group={**result.by_group, (0, 0): careless})
    solver = attacker(PUBLICATION, row=lambda cell: careless if cell[1:] == (0, 0) else None)
    assert (0, 0, 0) in solver.forced(table, leaky)


def conversation(folder: Path) -> tuple[list[int | None], list[tuple[int, int, int]]]:
    """Group and votes of every person in an exported conversation."""
    with (folder / "participants-votes.csv").open(newline="", encoding="utf-8") as file:
        people = list(csv.DictReader(file))
    statements = [name for name in people[0] if name.isdigit()]
    groups = [int(p["group-id"]) if p["group-id"] else None for p in people]
    return groups, [
        (i, int(s), int(float(p[s]))) for i, p in enumerate(people) for s in statements if p[s] != ""
    ]


@pytest.mark.conversations
@pytest.mark.parametrize(
    ("name", "participants", "groups", "remainder", "told"),
    [
        ("brexit-consensus", 205, {0: 105, 1: 90}, 7, 23),
        ("scoop-biodiversity", 535, {0: 70, 1: 370}, 93, 73),
        ("london.youth.policing", 25, {1: 20}, 8, 16),
    ],
)
def test_real_conversations_keep_what_unanimity_and_remainder_would_tell(
    conversations: Path, name: str, participants: int, groups: dict[int, int], remainder: int, told: int
) -> None:
    labels, votes = conversation(conversations / name)
    table = tabulate(labels, votes)
    result = protect(table, PUBLICATION)
    assert (result.participants, result.groups) == (participants, groups)
    hidden = sum(size for group, size in table.sizes.items() if group not in groups)
    assert table.ungrouped + hidden == remainder
    one_way = {
        key
        for key, c in table.counts.items()
        if c.votes >= 8 and c.votes in (c.agrees, c.disagrees, c.passes)
    }
    assert len({person for person, statement, _ in votes if (statement, labels[person]) in one_way}) == told
    for statement, group in one_way & result.by_group.keys():
        row = result.by_group[statement, group]
        assert (row.agrees, row.disagrees, row.passes) == (None, None, None)
    assert_form(result)
