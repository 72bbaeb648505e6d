"""Counts that may be published: suppression, rounding, unanimity, remainder, under the policy's profile.

`tabulate` counts, `protect` protects; nothing else may turn ballots into public figures. The rules in plain
English, with worked numbers: docs/explanation/protection.md. Why some are stricter than a first reading:
docs/decisions/0020-protection-that-an-exact-solver-cannot-undo.md.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum, unique
from itertools import permutations

from charters.profiles import Profile
from charters.terms import Publication

AGREE, PASS, DISAGREE = 1, 0, -1


@dataclass(frozen=True, slots=True)
class Counts:
    """True counts of one statement in one set of people. Never published as they are."""

    agrees: int = 0
    disagrees: int = 0
    passes: int = 0

    @property
    def votes(self) -> int:
        """People of the set who voted on the statement."""
        return self.agrees + self.disagrees + self.passes

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            self.agrees + other.agrees, self.disagrees + other.disagrees, self.passes + other.passes
        )


@dataclass(frozen=True, slots=True)
class Tabulation:
    """True counts of a conversation at one moment.

    `sizes`: people per opinion group. `ungrouped`: people in none. `counts`: by (statement, group), where
    the group is None for the ungrouped; a pair without votes may be absent. `statements`: all that are to be
    published, those without votes too.
    """

    statements: tuple[int, ...]
    sizes: Mapping[int, int]
    ungrouped: int
    counts: Mapping[tuple[int, int | None], Counts]

    @property
    def participants(self) -> int:
        """Everybody counted here, in a group or not."""
        return sum(self.sizes.values()) + self.ungrouped


@unique
class ShareWord(StrEnum):
    """What stands in place of counts where nearly everybody, or nearly nobody, agreed."""

    ALMOST_ALL = "almost all"
    ALMOST_NONE = "almost none"


@dataclass(frozen=True, slots=True)
class ProtectedCounts:
    """One row as it may be published: None is an empty cell; `suppressed` says that some cell is empty."""

    agrees: int | None
    disagrees: int | None
    passes: int | None
    votes: int | None
    share_word: ShareWord | None = None
    suppressed: bool = False


EMPTY_ROW = ProtectedCounts(None, None, None, None, suppressed=True)


@dataclass(frozen=True, slots=True)
class Protected:
    """A whole result as it may be published.

    `enough` is False where fewer than `min_participants` took part: then everything else is empty.
    `participants` and `groups` (group -> people) are rounded; `totals` is by statement, `by_group` by
    (statement, group). Groups that were too small are absent; their people count in no group.
    """

    profile: str
    enough: bool
    participants: int | None
    groups: Mapping[int, int]
    totals: Mapping[int, ProtectedCounts]
    by_group: Mapping[tuple[int, int], ProtectedCounts]


def tabulate(
    groups: Sequence[int | None], votes: Iterable[tuple[int, int, int]], statements: Iterable[int] = ()
) -> Tabulation:
    """Count ballots.

    `groups`: for each person, by position, the group or None. `votes`: (person, statement, value) with agree
    +1, pass 0, disagree -1, at most one per person and statement. `statements`: further ones to publish.
    Raises ValueError for an unknown person or value, or a second vote on the same statement.
    """
    tally: dict[tuple[int, int | None], Counter[int]] = {}
    seen: set[tuple[int, int]] = set()
    for person, statement, value in votes:
        if not 0 <= person < len(groups):
            raise ValueError(f"vote by person {person}: there are people 0 to {len(groups) - 1}")
        if value not in (AGREE, PASS, DISAGREE):
            raise ValueError(f"vote {value} by person {person} on {statement}: must be 1, 0 or -1")
        if (person, statement) in seen:
            raise ValueError(f"person {person} votes twice on {statement}: give the newest vote only")
        seen.add((person, statement))
        tally.setdefault((statement, groups[person]), Counter())[value] += 1
    sizes = Counter(group for group in groups if group is not None)
    return Tabulation(
        statements=tuple(sorted({*statements, *(statement for statement, _ in tally)})),
        sizes=dict(sorted(sizes.items())),
        ungrouped=sum(group is None for group in groups),
        counts={key: Counts(c[AGREE], c[DISAGREE], c[PASS]) for key, c in tally.items()},
    )


def protect(tabulation: Tabulation, publication: Publication) -> Protected:
    """What may be published of these counts under the policy's publication part."""
    profile = publication.profile
    if tabulation.participants < publication.min_participants:
        return Protected(profile.name, False, None, {}, {}, {})
    shown = [group for group, size in tabulation.sizes.items() if size >= publication.min_group]
    counted = tuple(counted_groups(tabulation, shown, publication))
    sizes = {group: tabulation.sizes[group] for group in shown}
    people = sum(tabulation.ungrouped if group is None else tabulation.sizes[group] for group in counted)
    totals, by_group = {}, {}
    for statement in tabulation.statements:
        cells: dict[int | None, Counts] = {g: tabulation.counts.get((statement, g), Counts()) for g in shown}
        rest = [tabulation.counts.get((statement, g), Counts()) for g in counted if g not in shown]
        if rest:
            cells[None] = sum(rest, Counts())
        totals[statement], of_groups = published_rows(cells, sizes, people, publication)
        if not _hidden(cells, sizes, people, publication):
            of_groups = dict.fromkeys(of_groups, EMPTY_ROW)
        by_group.update({(statement, group): row for group, row in of_groups.items()})
    return Protected(
        profile=profile.name,
        enough=True,
        participants=rounded(tabulation.participants, profile),
        groups={group: _nearest(tabulation.sizes[group], profile) for group in shown},
        totals=totals,
        by_group=by_group,
    )


def rounded(count: int, profile: Profile) -> int | None:
    """A count as it may be shown: None (empty) below the smallest, else the nearest multiple.

    Nought is None here too; whether it may be shown depends on its base, which the caller knows.
    """
    return None if count < profile.smallest else _nearest(count, profile)


def _nearest(count: int, profile: Profile) -> int:
    return (count + profile.round_to // 2) // profile.round_to * profile.round_to


def counted_groups(
    tabulation: Tabulation, shown: Sequence[int], publication: Publication
) -> Iterable[int | None]:
    """The groups that totals are made of: those shown, and the remainder unless it is too small to hide in.

    The remainder is everybody in no shown group; it is counted as a whole or left out as a whole.
    """
    hidden = [group for group in tabulation.sizes if group not in shown]
    remainder = tabulation.ungrouped + sum(tabulation.sizes[group] for group in hidden)
    return (*shown, *hidden, None) if remainder >= publication.min_group else tuple(shown)


def published_rows(
    cells: Mapping[int | None, Counts], sizes: Mapping[int, int], people: int, publication: Publication
) -> tuple[ProtectedCounts, dict[int, ProtectedCounts]]:
    """The total's row and each shown group's, of one statement; under None stand those of the remainder."""
    total = published_row(sum(cells.values(), Counts()), people, publication, total=True)
    rows = {
        group: published_row(cells[group], size, publication, total=False) for group, size in sizes.items()
    }
    return total, rows


def _hidden(
    cells: Mapping[int | None, Counts], sizes: Mapping[int, int], people: int, publication: Publication
) -> bool:
    """Whether every set of people who all voted alike is published as if somebody in it had not.

    A vote is forced only where all its group voted alike in truth. So for each such group another truth is
    looked for, with one voter who differs, that is published in the very same rows. A small total without
    any count says too little to need one.
    """
    published = published_rows(cells, sizes, people, publication)
    total = published[0]
    if total.agrees is total.disagrees is total.passes is None and total.share_word is None:
        return True
    return all(
        any(published_rows(other, sizes, people, publication) == published for other in _others(cells, group))
        for group, true in cells.items()
        if true.votes in (true.agrees, true.disagrees, true.passes) and true.votes
    )


def _others(cells: Mapping[int | None, Counts], group: int | None) -> Iterator[Mapping[int | None, Counts]]:
    """The truth with one voter of `group` differing, and perhaps one of another group differing too."""
    for one in one_differing(cells[group]):
        changed = {**cells, group: one}
        yield changed
        for other in cells:
            if other != group:
                yield from ({**changed, other: two} for two in one_differing(cells[other]))


def one_differing(true: Counts) -> Iterator[Counts]:
    """The same number of votes with one of them for something else."""
    counts = (true.agrees, true.disagrees, true.passes)
    for away, to in permutations(range(3), 2):
        if counts[away]:
            moved = [n - (i == away) + (i == to) for i, n in enumerate(counts)]
            yield Counts(moved[0], moved[1], moved[2])


def published_row(true: Counts, people: int, publication: Publication, *, total: bool) -> ProtectedCounts:
    """The row of one set of `people`, by itself: everybody's (`total`), or that of some of them."""
    profile = publication.profile
    votes = _cell(true.votes, people, publication)
    word = _share_word(true, profile)
    if votes is None or votes < profile.word_base:
        # Here "almost all" would mean "all", so unanimity must look like any other row of a small base.
        if not total or word is not None or votes is None:
            return ProtectedCounts(None, None, None, votes, suppressed=True)
    elif word is not None:
        return ProtectedCounts(None, None, None, votes, word, suppressed=True)
    cells = [_cell(count, true.votes, publication) for count in (true.agrees, true.disagrees, true.passes)]
    return ProtectedCounts(cells[0], cells[1], cells[2], votes, suppressed=None in cells)


def _cell(count: int, base: int, publication: Publication) -> int | None:
    if count == 0:
        return 0 if base >= publication.min_group else None
    return rounded(count, publication.profile)


def _share_word(true: Counts, profile: Profile) -> ShareWord | None:
    if true.votes == 0:
        return None
    if 100 * true.agrees >= profile.unanimous * true.votes:
        return ShareWord.ALMOST_ALL
    if 100 * true.agrees <= (100 - profile.unanimous) * true.votes:
        return ShareWord.ALMOST_NONE
    return None
