"""What a later result may say, given what earlier ones said: nobody may be read off by subtraction.

Take two results of rounded counts and ten newcomers between them, eight of whose ballots somebody knows.
Where a count stood at the top of its step before, and stands at the bottom of a later step after, the other
two must both have voted that way. Such a statement's rows are left empty in the later result. A few more,
drawn by lot, are left empty too, so that an empty row says nothing by itself. docs/decisions/0020 tells why.
"""

import hmac
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import product

from charters.disclosure import EMPTY_ROW, Protected, ProtectedCounts, ShareWord
from charters.profiles import PROFILES, Profile

Change = tuple[int, int, int]
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Earlier:
    """A result published before: its rows, and how many people changed between it and the new one."""

    result: Protected
    changed: int


@dataclass(frozen=True, slots=True)
class Box:
    """True counts that a row allows: a span for agrees, disagrees and passes, and one for their sum."""

    cells: tuple[Span, Span, Span]
    votes: Span


def renewed(fresh: Protected, earlier: Iterable[Earlier], lot: bytes) -> Protected:
    """`fresh`, with the rows empty of every statement that would tell on newcomers or leavers, or is drawn.

    `earlier`: every result published before. `lot`: a secret of at least 16 bytes, another for each result;
    the same one gives the same result. Raises ValueError for a shorter one.
    """
    if len(lot) < 16:
        raise ValueError(f"lot has {len(lot)} bytes: give a secret of at least 16")
    past = [one for one in earlier if one.result.enough]
    if not fresh.enough or not past:
        return fresh
    profile = PROFILES[fresh.profile]
    empty = {
        statement
        for statement in fresh.totals
        if drawn_by(statement, lot, profile) or any(tells(fresh, one, statement) for one in past)
    }
    totals = {s: EMPTY_ROW if s in empty else row for s, row in fresh.totals.items()}
    by_group = {key: EMPTY_ROW if key[0] in empty else row for key, row in fresh.by_group.items()}
    return replace(fresh, totals=totals, by_group=by_group)


def tells(fresh: Protected, earlier: Earlier, statement: int) -> bool:
    """Whether the statement's rows, before and after, force a vote of people whom nobody else knows.

    Asked for people who all came and for people who all left, of the total and of each group that bears the
    same name in both results.
    """
    profile = PROFILES[fresh.profile]
    old, new = earlier.result, fresh
    if statement not in old.totals:
        return False
    unknown = max(earlier.changed - profile.known_ballots, 1)
    pairs = [(total_boxes(old, statement, profile), total_boxes(new, statement, profile))]
    for group in old.groups.keys() & new.groups.keys():
        rows = old.by_group[statement, group], new.by_group[statement, group]
        pairs.append((boxes_of(rows[0], profile, group=True), boxes_of(rows[1], profile, group=True)))
    return any(
        forces(before, after, unknown, profile.known_ballots)
        or forces(after, before, unknown, profile.known_ballots)
        for before, after in pairs
    )


def drawn_by(statement: int, lot: bytes, profile: Profile) -> bool:
    """Whether the lot leaves this statement empty."""
    drawn = hmac.digest(lot, str(statement).encode(), "sha256")
    return int.from_bytes(drawn[:4]) % profile.lot_one_in == 0


def forces(before: Sequence[Box], after: Sequence[Box], unknown: int, known: int) -> bool:
    """Whether rows before and after force the votes of `unknown` people, for one who knows `known` others."""
    if reach_of(before, after) < unknown:
        return False
    return forced_by(
        lambda change: any(compatible(old, new, change) for old in before for new in after), unknown, known
    )


def forced_by(possible: Callable[[Change], bool], unknown: int, known: int) -> bool:
    """Whether some knowledge of `known` people leaves the `unknown` others only one way to have voted.

    `possible` says whether what was published allows a change.
    """
    fits = cache(possible)
    return any(
        fits(change) and not any(map(fits, _one_other(change, value)))
        for value in range(3)
        for change in _with(unknown, value, known)
    )


def reach_of(before: Sequence[Box], after: Sequence[Box]) -> int:
    """The most that any one count can have grown by."""
    return max(new.cells[i][1] - old.cells[i][0] for old in before for new in after for i in range(3))


def _with(unknown: int, value: int, known: int) -> Iterator[Change]:
    """Every change in which all the unknown chose `value` and the known chose as they may."""
    for agrees, disagrees, passes in product(range(known + 1), repeat=3):
        if agrees + disagrees + passes <= known:
            yield _moved((agrees, disagrees, passes), value, unknown)


def _one_other(change: Change, value: int) -> Iterator[Change]:
    """The same with one of the unknown not having voted, or having chosen otherwise."""
    less = _moved(change, value, -1)
    yield less
    yield from (_moved(less, other, 1) for other in range(3) if other != value)


def _moved(change: Change, value: int, by: int) -> Change:
    cells = list(change)
    cells[value] += by
    return cells[0], cells[1], cells[2]


def compatible(old: Box, new: Box, change: Change) -> bool:
    """Whether some true counts lie in `old` and, after `change`, in `new`."""
    low = [max(o[0], n[0] - c) for o, n, c in zip(old.cells, new.cells, change, strict=True)]
    high = [min(o[1], n[1] - c) for o, n, c in zip(old.cells, new.cells, change, strict=True)]
    if any(least > most for least, most in zip(low, high, strict=True)):
        return False
    moved = sum(change)
    least = max(sum(low), old.votes[0], new.votes[0] - moved)
    return least <= min(sum(high), old.votes[1], new.votes[1] - moved)


def total_boxes(result: Protected, statement: int, profile: Profile) -> list[Box]:
    """The total's boxes, as narrow as the group rows make them when nobody stands outside the groups."""
    boxes = boxes_of(result.totals[statement], profile, group=False)
    rows = [
        _hull(boxes_of(result.by_group[statement, group], profile, group=True)) for group in result.groups
    ]
    if not rows:
        return boxes
    floor = [sum(row.cells[i][0] for row in rows) for i in range(3)]
    ceiling = [sum(row.cells[i][1] for row in rows) for i in range(3)]
    narrow = []
    for box in boxes:
        spans = [
            (max(span[0], least), min(span[1], most))
            for span, least, most in zip(box.cells, floor, ceiling, strict=True)
        ]
        low, high = sum(span[0] for span in spans), sum(span[1] for span in spans)
        if all(a <= b for a, b in spans) and low <= box.votes[1] and high >= box.votes[0]:
            narrow.append(Box((spans[0], spans[1], spans[2]), box.votes))
    return narrow or boxes


def _hull(boxes: Sequence[Box]) -> Box:
    spans = [(min(b.cells[i][0] for b in boxes), max(b.cells[i][1] for b in boxes)) for i in range(3)]
    votes = min(b.votes[0] for b in boxes), max(b.votes[1] for b in boxes)
    return Box((spans[0], spans[1], spans[2]), votes)


def boxes_of(row: ProtectedCounts, profile: Profile, *, group: bool) -> list[Box]:
    """True counts that a row allows, as boxes that hold nothing else; leaving some out is the safe side."""
    small = profile.smallest - 1
    if row == EMPTY_ROW:
        return [Box(((0, 10**9),) * 3, (0, 10**9))]
    if row.votes is None:
        return [Box(((0, small),) * 3, (0, small))]
    votes = _span(row.votes, profile)
    most = votes[1]
    if row.share_word is not None:
        odd = (100 - profile.unanimous) * votes[0] // 100
        if row.share_word is ShareWord.ALMOST_NONE:
            return [Box(((0, odd), (0, most), (0, most)), votes)]
        agrees = (votes[0] - odd, most)
        return [Box((agrees, (0, odd), (0, 0)), votes), Box((agrees, (0, 0), (0, odd)), votes)]
    if votes == (0, 0):
        return [Box(((0, 0),) * 3, votes)]
    if group and row.votes < profile.word_base:
        return [Box(((0, most),) * 3, votes)]
    cells = [_span(cell, profile) for cell in (row.agrees, row.disagrees, row.passes)]
    return [Box((cells[0], cells[1], cells[2]), votes)]


def _span(cell: int | None, profile: Profile) -> Span:
    if cell is None:
        return 1, profile.smallest - 1
    half = profile.round_to // 2
    return (0, 0) if cell == 0 else (max(cell - half, profile.smallest), cell + half)
