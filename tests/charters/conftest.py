"""What several tests of the charters need: the policy's text, and an exact attacker.

The attacker is no part of the program. It knows the published rows, the rules, the exact size of every group
and of the remainder, the target's group, and that the target voted. It looks for what holds in *every* table
of true counts that would have been published like this.
"""

from collections.abc import Callable, Iterable, Mapping, Set
from functools import lru_cache
from importlib import resources
from itertools import product

import pytest

from charters.disclosure import EMPTY_ROW, Counts, Protected, ProtectedCounts, Tabulation, protect
from charters.terms import Publication

Cell = tuple[int, int, int]
AGREE, DISAGREE, PASS = 0, 1, 2
# Three counts in one number, so that adding cells adds numbers: no table here has a million people.
STEP = 1 << 20


@pytest.fixture
def policy_text() -> str:
    """The open health space's policy file as it stands."""
    folder = resources.files("charters") / "policies"
    return (folder / "open-health-space.json").read_text(encoding="utf-8")


class Attacker:
    """An exact solver over true counts per statement; statements do not bind each other."""

    def __init__(
        self, publication: Publication, row: Callable[[Cell], ProtectedCounts | None] | None = None
    ) -> None:
        """`row` replaces the program's rule for the row of a group, where it returns one."""
        self.publication = publication
        self._row = row
        self._cells = lru_cache(maxsize=4096)(self._cells_like)

    def forced(self, truth: Tabulation, published: Protected) -> list[tuple[int, int | None, int]]:
        """(statement, group, value) that every consistent table gives to everybody there who voted."""
        found = []
        for statement in truth.statements:
            for group, possible in self.worlds(truth, published, statement).items():
                for value in (AGREE, DISAGREE, PASS):
                    others = [v for v in (AGREE, DISAGREE, PASS) if v != value]
                    if (
                        possible
                        and all(w[v] == 0 for w in possible for v in others)
                        and any(map(sum, possible))
                    ):
                        found.append((statement, group, value))
        return found

    def worlds(
        self, truth: Tabulation, published: Protected, statement: int
    ) -> Mapping[int | None, set[Cell]]:
        """For each group (None: the counted remainder): the true counts that fit everything published."""
        shown = list(published.groups)
        hidden = [size for group, size in truth.sizes.items() if group not in shown]
        rest = truth.ungrouped + sum(hidden)
        sizes: dict[int | None, int] = {group: truth.sizes[group] for group in shown}
        rows: dict[int | None, ProtectedCounts | None] = {g: published.by_group[statement, g] for g in shown}
        if rest >= self.publication.min_group:
            sizes[None], rows[None] = rest, None
        cells = {group: self._cells(rows[group], size, False) for group, size in sizes.items()}
        total = self._cells(published.totals[statement], sum(sizes.values()), True)
        fits: dict[int | None, set[Cell]] = {}
        for group in sizes:
            others = _sums(cells[other] for other in sizes if other != group)
            fits[group] = {_apart(c) for c in cells[group] if not total.isdisjoint(map(c.__add__, others))}
        return fits

    def pair(
        self,
        before: Tabulation,
        old: Protected,
        after: Tabulation,
        new: Protected,
        known: Cell,
        statement: int,
    ) -> list[int]:
        """Values that both of two newcomers must have voted, for one who knows the `known` votes of the rest.

        Groups are drawn afresh for each result, so only the totals of the two are linked.
        """
        if new.totals[statement] == EMPTY_ROW or old.totals[statement] == EMPTY_ROW:
            return []
        first, second = self.totals(before, old, statement), self.totals(after, new, statement)
        steps = [0, *map(_one, [(1, 0, 0), (0, 1, 0), (0, 0, 1)])]
        fits = {
            one + other
            for one in steps
            for other in steps
            if not second.isdisjoint(map((_one(known) + one + other).__add__, first))
        }
        both = [_one(cell) for cell in [(2, 0, 0), (0, 2, 0), (0, 0, 2)]]
        return [value for value in (AGREE, DISAGREE, PASS) if fits == {both[value]}]

    def totals(self, truth: Tabulation, published: Protected, statement: int) -> Set[int]:
        """The true totals that fit everything published on the statement."""
        shown = list(published.groups)
        cells = [self._cells(published.by_group[statement, g], truth.sizes[g], False) for g in shown]
        rest = truth.participants - sum(truth.sizes[g] for g in shown)
        if rest >= self.publication.min_group:
            cells.append(self._cells(None, rest, False))
        people = truth.participants - (rest if rest < self.publication.min_group else 0)
        return _sums(cells) & self._cells(published.totals[statement], people, True)

    def _cells_like(self, row: ProtectedCounts | None, size: int, total: bool) -> frozenset[int]:
        """Every (agrees, disagrees, passes) of at most `size` people that is published as `row`."""
        spans = [_span(row, cell, size) for cell in ("agrees", "disagrees", "passes")]
        if row == EMPTY_ROW and not total:
            # So many votes or so few: the program also empties rows that would tell.
            return frozenset(_one(cell) for cell in product(range(size + 1), repeat=3) if sum(cell) <= size)
        low, high = _votes(row, size)
        return frozenset(
            _one((a, d, p))
            for a, d in product(spans[0], spans[1])
            for p in spans[2]
            if low <= a + d + p <= high and (row is None or self._published((a, d, p), size, total) == row)
        )

    def _published(self, cell: Cell, size: int, total: bool) -> ProtectedCounts:
        """What the program publishes for one statement on which `size` people voted so."""
        if total:
            # Nine people in no group are left out of totals, and bring every group over the threshold.
            one = Tabulation((0,), {0: size}, 9 if size < 20 else 0, {(0, 0): Counts(*cell)})
            return protect(one, self.publication).totals[0]
        if self._row is not None and (other := self._row(cell)) is not None:
            return other
        two = Tabulation((0,), {0: size, 1: 20}, 0, {(0, 0): Counts(*cell)})
        return protect(two, self.publication).by_group[0, 0]


def _span(row: ProtectedCounts | None, name: str, size: int) -> range:
    value = None if row is None else getattr(row, name)
    return range(size + 1) if value is None else range(max(value - 2, 0), min(value + 2, size) + 1)


def _votes(row: ProtectedCounts | None, size: int) -> tuple[int, int]:
    if row is None:
        return 0, size
    return (0, 7) if row.votes is None else (max(row.votes - 2, 0), min(row.votes + 2, size))


def _one(cell: Cell | tuple[int, ...]) -> int:
    agrees, disagrees, passes = cell
    return (agrees * STEP + disagrees) * STEP + passes


def _apart(number: int) -> Cell:
    return number // STEP // STEP, number // STEP % STEP, number % STEP


def _sums(sets: Iterable[frozenset[int]]) -> set[int]:
    sums = {0}
    for cells in sets:
        sums = {one + other for one in sums for other in cells}
    return sums


@pytest.fixture(scope="session")
def attacker() -> type[Attacker]:
    """The exact solver; make one per publication."""
    return Attacker
