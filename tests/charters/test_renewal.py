"""Two results together: what ten newcomers, eight of them known, would tell about the other two."""

import csv
from collections.abc import Iterator
from itertools import combinations
from random import Random
from typing import Any

import pytest

from charters.disclosure import EMPTY_ROW, Counts, Protected, Tabulation, protect, tabulate
from charters.policy import load_policy
from charters.renewal import Earlier, renewed, tells

PUBLICATION = load_policy("open-health-space").publication
LOT = b"a secret for this result only"
VALUES = (Counts(agrees=1), Counts(disagrees=1), Counts(passes=1), Counts())


def table(*groups: Counts) -> Tabulation:
    """One statement, groups of exactly those who voted on it."""
    cells: dict[tuple[int, int | None], Counts] = {(0, g): true for g, true in enumerate(groups)}
    return Tabulation((0,), {g: true.votes for g, true in enumerate(groups)}, 0, cells)


def published(before: Tabulation, after: Tabulation, changed: int = 10) -> tuple[Protected, Protected]:
    old = protect(before, PUBLICATION)
    return old, renewed(protect(after, PUBLICATION), [Earlier(old, changed)], LOT)


BEFORE, AFTER = table(Counts(12, 20, 0)), table(Counts(18, 24, 0))
FOUR_AND_FOUR = (4, 4, 0)


def test_rounding_alone_tells_the_votes_of_two_newcomers(attacker: Any) -> None:
    """10 agreed of 8 to 12, then 20 of 18 to 22: with four known ones, two more must both have agreed."""
    old, new = protect(BEFORE, PUBLICATION), protect(AFTER, PUBLICATION)
    assert (old.totals[0].agrees, new.totals[0].agrees) == (10, 20)
    assert attacker(PUBLICATION).pair(BEFORE, old, AFTER, new, FOUR_AND_FOUR, 0) == [0]


def test_a_later_result_leaves_such_a_statement_empty(attacker: Any) -> None:
    old, new = published(BEFORE, AFTER)
    assert tells(protect(AFTER, PUBLICATION), Earlier(old, 10), 0)
    assert new.totals[0] == new.by_group[0, 0] == EMPTY_ROW
    assert attacker(PUBLICATION).pair(BEFORE, old, AFTER, new, FOUR_AND_FOUR, 0) == []


def test_it_is_shown_again_once_enough_others_have_come() -> None:
    assert not tells(protect(AFTER, PUBLICATION), Earlier(protect(BEFORE, PUBLICATION), 20), 0)


def test_leavers_are_kept_as_newcomers_are() -> None:
    assert tells(protect(BEFORE, PUBLICATION), Earlier(protect(AFTER, PUBLICATION), 10), 0)


def test_a_small_step_tells_nothing() -> None:
    old = protect(BEFORE, PUBLICATION)
    assert not tells(protect(table(Counts(15, 24, 0)), PUBLICATION), Earlier(old, 10), 0)


def test_about_one_statement_in_twenty_is_empty_by_lot_and_the_same_lot_draws_the_same() -> None:
    true: dict[tuple[int, int | None], Counts] = {(s, 0): Counts(15, 15, 0) for s in range(100)}
    full = protect(Tabulation(tuple(range(100)), {0: 30}, 0, true), PUBLICATION)
    later = renewed(full, [Earlier(full, 10)], LOT)
    empty = {s for s, row in later.totals.items() if row == EMPTY_ROW}
    assert 1 <= len(empty) <= 10
    assert {s for (s, _), row in later.by_group.items() if row == EMPTY_ROW} == empty
    assert renewed(full, [Earlier(full, 10)], LOT) == later
    assert renewed(full, [Earlier(full, 10)], LOT[::-1]) != later


def test_the_first_result_and_one_of_too_few_people_stay_as_they_are() -> None:
    fresh, few = protect(AFTER, PUBLICATION), protect(table(Counts(5, 5, 5)), PUBLICATION)
    assert renewed(fresh, [], LOT) == fresh
    assert renewed(fresh, [Earlier(few, 10)], LOT) == fresh
    assert renewed(few, [Earlier(fresh, 10)], LOT) == few


def test_a_lot_that_can_be_guessed_is_refused() -> None:
    with pytest.raises(ValueError, match="lot has 3 bytes: give a secret of at least 16"):
        renewed(protect(AFTER, PUBLICATION), [], b"lot")


def arrivals(rng: Random) -> tuple[Tabulation, Tabulation, list[Counts]]:
    """A conversation of two groups and ten newcomers who like much the same things."""
    base = [Counts(rng.randint(5, 16), rng.randint(0, 14), rng.randint(0, 9)) for _ in range(2)]
    leaning = rng.choice([(8, 1, 1, 0), (5, 3, 1, 1), (1, 8, 0, 1), (4, 4, 1, 1)])
    new = rng.choices(VALUES, leaning, k=10)
    groups = [rng.randrange(2) for _ in new]
    after = [sum((v for v, g in zip(new, groups, strict=True) if g == own), base[own]) for own in range(2)]
    sizes = [max(10, true.votes) for true in base]
    before = table(*base)
    grown = {g: sizes[g] + groups.count(g) for g in range(2)}
    cells: dict[tuple[int, int | None], Counts] = {(0, g): true for g, true in enumerate(after)}
    return (
        Tabulation((0,), dict(enumerate(sizes)), 0, before.counts),
        Tabulation((0,), grown, 0, cells),
        new,
    )


def known_sums(new: list[Counts]) -> Iterator[tuple[int, int, int]]:
    """What any eight of the ten voted together."""
    sums = {sum(eight, Counts()) for eight in combinations(new, 8)}
    yield from ((s.agrees, s.disagrees, s.passes) for s in sums)


def hunt(attacker: Any, seed: int, rounds: int) -> tuple[int, int]:
    """How many rounds force a vote without, and with, the check against the earlier result."""
    solver, rng, bare, kept = attacker(PUBLICATION), Random(seed), 0, 0
    for _ in range(rounds):
        before, after, new = arrivals(rng)
        old, fresh = protect(before, PUBLICATION), protect(after, PUBLICATION)
        if not old.enough:
            continue
        held = renewed(fresh, [Earlier(old, 10)], LOT)
        for known in known_sums(new):
            bare += bool(solver.pair(before, old, after, fresh, known, 0))
            kept += bool(solver.pair(before, old, after, held, known, 0))
    return bare, kept


def test_eight_of_ten_newcomers_known_force_no_vote_of_the_other_two(attacker: Any) -> None:
    bare, kept = hunt(attacker, seed=4, rounds=12)
    assert kept == 0
    assert bare > 0


@pytest.mark.prove
@pytest.mark.parametrize("seed", range(4))
def test_eight_of_ten_known_force_nothing_in_many_rounds(attacker: Any, seed: int) -> None:
    bare, kept = hunt(attacker, seed, rounds=60)
    assert kept == 0
    assert bare > 0


@pytest.mark.conversations
@pytest.mark.parametrize(
    ("name", "first", "statements", "after_ten", "after_forty"),
    [("brexit-consensus", 102, 50, 16, 1), ("scoop-biodiversity", 268, 314, 41, 1)],
)
def test_what_ten_newcomers_would_tell_in_real_conversations(
    conversations: Any, name: str, first: int, statements: int, after_ten: int, after_forty: int
) -> None:
    """Statements that a renewal after 10 people must leave empty, and after 40, of those in the export."""
    with (conversations / name / "participants-votes.csv").open(newline="", encoding="utf-8") as file:
        people = list(csv.DictReader(file))
    ids = [s for s in people[0] if s.isdigit()]
    groups = [int(p["group-id"]) if p["group-id"] else None for p in people]

    def result(count: int) -> Protected:
        some = people[:count]
        votes = [(i, int(s), int(float(p[s]))) for i, p in enumerate(some) for s in ids if p[s] != ""]
        return protect(tabulate(groups[:count], votes, map(int, ids)), PUBLICATION)

    old = result(first)
    assert len(old.totals) == statements
    for changed, told in ((10, after_ten), (40, after_forty)):
        new = result(first + changed)
        assert sum(tells(new, Earlier(old, changed), s) for s in new.totals) == told
