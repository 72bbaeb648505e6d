"""Two results side by side: everybody, and those who count for the headline by what was checked about them.

What was checked about somebody is a known attribute, and whoever subtracts one column from the other has the
people of whom nothing was checked. So three sets are protected together: both columns and their difference.

- Both the people who count first and the others are `min_participants` or more, or no pair stands at all.
- A statement's row stands only where the others' row could stand too: both on a base large enough for words,
  and nothing unanimous among the others that the row itself does not say.
- For everybody of one group and one way of coming in who voted all alike, another truth is looked for behind
  all rows together. Without one the row is empty.
- A new pair stands beside an earlier one only where nobody or `min_new_participants` or more have changed in
  each of the two sets. Else the earlier pair is said again as it was.

docs/decisions/0083 has the argument, tests/charters/test_side_by_side.py the proof by trying.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from charters.disclosure import (
    EMPTY_ROW,
    Counts,
    Protected,
    ProtectedCounts,
    Tabulation,
    counted_groups,
    one_differing,
    published_row,
    published_rows,
    rounded,
)
from charters.profiles import PROFILES, Profile
from charters.renewal import Box, Change, boxes_of, compatible, drawn_by, forced_by, forces, total_boxes
from charters.terms import Publication

Cell = tuple[int | None, bool]
"""A group (None: everybody in none that is shown), and whether its people count first."""


@dataclass(frozen=True, slots=True)
class Pair:
    """What may stand side by side. `whole` is everybody's result; `rows` has the others', by statement.

    `people` who count first are rounded. Not `enough`: one of the two sets is too small, and nothing stands.
    """

    enough: bool
    people: int | None
    whole: Protected
    rows: Mapping[int, ProtectedCounts]


@dataclass(frozen=True, slots=True)
class EarlierPair:
    """A pair published before, and how many people of each of the two sets have changed since."""

    pair: Pair
    first: int
    others: int


def side_by_side(
    everybody: Tabulation, first: Tabulation, whole: Protected, publication: Publication
) -> Pair:
    """The pair that may be published at once. `first`: the counts of those who count first, among all.

    `whole` is what is published of everybody. Raises ValueError where `first` is no part of `everybody`.
    """
    shown = list(whole.groups)
    counted = tuple(counted_groups(everybody, shown, publication)) if whole.enough else ()
    some, all_ = _people(first, counted), _people(everybody, counted)
    if some > all_:
        raise ValueError(f"{some} people count first, of {all_} people in all: they must be among them")
    if not whole.enough or min(some, all_ - some) < publication.min_participants:
        return Pair(False, None, whole, {})
    sizes = _Sizes({group: everybody.sizes[group] for group in shown}, some, all_ - some)
    rows = {}
    for statement in everybody.statements:
        cells = _cells(everybody, first, statement, shown, counted)
        row = _row(cells, sizes, publication)
        rows[statement] = row if _hidden(cells, sizes, statement, row, whole, publication) else EMPTY_ROW
    return Pair(True, rounded(some, publication.profile), whole, rows)


def may_renew(publication: Publication, first: Iterable[int], others: Iterable[int]) -> bool:
    """Whether a new pair may be published: in each set nobody, or enough people, changed since each pair.

    `first` and `others`: how many people of the two sets differ from each pair that was published.
    """
    return all(n == 0 or n >= publication.min_new_participants for n in (*first, *others))


def renewed_pair(fresh: Pair, earlier: Sequence[EarlierPair], lot: bytes) -> Pair:
    """`fresh`, with the row empty of every statement that would tell on somebody, or is drawn by lot.

    `lot` as in `charters.renewal`.
    """
    if not fresh.enough or not earlier:
        return fresh
    profile = PROFILES[fresh.whole.profile]
    mine = lot + b"side by side"
    rows = {
        statement: EMPTY_ROW
        if drawn_by(statement, mine, profile) or any(tells(fresh, one, statement) for one in earlier)
        else row
        for statement, row in fresh.rows.items()
    }
    return replace(fresh, rows=rows)


def tells(fresh: Pair, earlier: EarlierPair, statement: int) -> bool:
    """Whether both pairs together force a vote of somebody who came or left in between.

    Asked of those who count first, of the others, and, where only the former changed, of both columns at
    once. Where only the others changed, everybody's own rows have been held against each other before.
    """
    old = earlier.pair
    if EMPTY_ROW in (fresh.rows[statement], old.rows.get(statement, EMPTY_ROW)):
        return False
    profile = PROFILES[fresh.whole.profile]
    known = profile.known_ballots
    rows = [boxes_of(one.rows[statement], profile, group=False) for one in (old, fresh)]
    totals = [total_boxes(one.whole, statement, profile) for one in (old, fresh)]
    rest = [_apart(total, row) for total, row in zip(totals, rows, strict=True)]
    for before, after in ((0, 1), (1, 0)):
        first, others = _unknown(earlier.first, profile), _unknown(earlier.others, profile)
        if first and forces(rows[before], rows[after], first, known):
            return True
        if others and forces(rest[before], rest[after], others, known):
            return True
        if first and not others:
            both = _Both(rows[before], rows[after], totals[before], totals[after])
            if forced_by(both.allow, first, known):
                return True
    return False


@dataclass(frozen=True, slots=True)
class _Sizes:
    """People in each shown group, of those who count first, and of the others; all that are counted."""

    groups: Mapping[int, int]
    first: int
    others: int


def _people(table: Tabulation, counted: Iterable[int | None]) -> int:
    return sum(table.ungrouped if group is None else table.sizes.get(group, 0) for group in counted)


def _cells(
    everybody: Tabulation,
    first: Tabulation,
    statement: int,
    shown: Sequence[int],
    counted: Iterable[int | None],
) -> dict[Cell, Counts]:
    """The true counts by shown group, the rest together under None, and by whether people count first."""
    cells: dict[Cell, Counts] = {}
    for group in counted:
        all_ = everybody.counts.get((statement, group), Counts())
        some = first.counts.get((statement, group), Counts())
        place = group if group in shown else None
        cells[place, True] = cells.get((place, True), Counts()) + some
        cells[place, False] = cells.get((place, False), Counts()) + _less(all_, some)
    return cells


def _less(all_: Counts, some: Counts) -> Counts:
    return Counts(all_.agrees - some.agrees, all_.disagrees - some.disagrees, all_.passes - some.passes)


def _row(cells: Mapping[Cell, Counts], sizes: _Sizes, publication: Publication) -> ProtectedCounts:
    """The row of those who count first; empty where the others' could not stand beside it."""
    least = publication.profile.word_base
    mine = published_row(_sum(cells, first=True), sizes.first, publication, total=False)
    rest = published_row(_sum(cells, first=False), sizes.others, publication, total=False)
    if any(row.votes is None or row.votes < least for row in (mine, rest)):
        return EMPTY_ROW
    return EMPTY_ROW if rest.share_word is not None and mine.share_word is None else mine


def _sum(cells: Mapping[Cell, Counts], *, first: bool) -> Counts:
    return sum((true for (_, whose), true in cells.items() if whose is first), Counts())


def _hidden(
    cells: Mapping[Cell, Counts],
    sizes: _Sizes,
    statement: int,
    row: ProtectedCounts,
    whole: Protected,
    publication: Publication,
) -> bool:
    """Whether everybody who voted as all of their kind did is published as if one of them had not.

    As `charters.disclosure` asks of groups, of each group's people of either kind, behind all rows at once.
    """
    if row == EMPTY_ROW:
        return True
    if whole.totals[statement] == EMPTY_ROW:
        return False

    def alike(other: Mapping[Cell, Counts]) -> bool:
        groups = {group: other[group, True] + other[group, False] for group, _ in other}
        total, rows = published_rows(groups, sizes.groups, sizes.first + sizes.others, publication)
        return (
            total == whole.totals[statement]
            and all(whole.by_group[statement, g] in (EMPTY_ROW, of_group) for g, of_group in rows.items())
            and _row(other, sizes, publication) == row
        )

    return all(
        any(map(alike, _others(cells, cell)))
        for cell, true in cells.items()
        if true.votes and true.votes in (true.agrees, true.disagrees, true.passes)
    )


def _others(cells: Mapping[Cell, Counts], cell: Cell) -> Iterator[Mapping[Cell, Counts]]:
    """The truth with one voter of a kind differing, and perhaps one of another kind differing too."""
    for one in one_differing(cells[cell]):
        changed = {**cells, cell: one}
        yield changed
        for other in cells:
            if other != cell:
                yield from ({**changed, other: two} for two in one_differing(cells[other]))


def _unknown(changed: int, profile: Profile) -> int:
    """Of those who changed, whose votes nobody else knows; one at least, nobody where nobody changed."""
    return max(changed - profile.known_ballots, 1) if changed else 0


def _apart(totals: Sequence[Box], rows: Sequence[Box]) -> list[Box]:
    """What both columns allow for the others' true counts."""
    found = []
    for total in totals:
        for row in rows:
            spans = [(max(t[0] - r[1], 0), t[1] - r[0]) for t, r in zip(total.cells, row.cells, strict=True)]
            votes = max(total.votes[0] - row.votes[1], 0), total.votes[1] - row.votes[0]
            if votes[1] >= votes[0] and all(high >= low for low, high in spans):
                found.append(Box((spans[0], spans[1], spans[2]), votes))
    return found


@dataclass(frozen=True, slots=True)
class _Both:
    """Both columns before and after, where nobody changed but people who count first."""

    row_before: Sequence[Box]
    row_after: Sequence[Box]
    before: Sequence[Box]
    after: Sequence[Box]

    def allow(self, change: Change) -> bool:
        """Whether each column may have changed so. That one is part of the other binds them no closer."""
        return _fit(self.row_before, self.row_after, change) and _fit(self.before, self.after, change)


def _fit(before: Sequence[Box], after: Sequence[Box], change: Change) -> bool:
    return any(compatible(old, new, change) for old in before for new in after)
