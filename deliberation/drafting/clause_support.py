"""What may be published of votes on clauses: how each opinion group stands to each clause, protected.

Counted as statements are (`charters.disclosure`, `charters.renewal`): nothing here turns ballots into public
figures by itself. Groups come from votes on statements alone; whoever is in none is counted beside them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from charters.disclosure import Protected, ProtectedCounts, protect, rounded, tabulate
from charters.profiles import Profile
from charters.renewal import Earlier, renewed
from charters.terms import Publication
from clustering.matrix import VoteMatrix
from deliberation.publishing.rows import SHARED_FROM, level_of, row_document, row_of
from deliberation.publishing.said import letter, number_of

FORMAT = "participate-clause-support/1"
"""Names the shape of what `support_of` gives."""
IN_NO_GROUP = 99
NO_GROUP = "none"
"""How those who are in no opinion group are called, inside and in the document."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """A question as it is counted.

    `stood` are the people whose vote is older than the version, where the words were sealed before.
    `before` are those who voted on the words that these took the place of; None where there were none.
    """

    question_id: int
    number: int
    clause: int
    hash: str
    stood: frozenset[int] | None = None
    before: frozenset[int] | None = None


def support_of(
    votes: VoteMatrix,
    counted: Sequence[Counted],
    groups: Mapping[int, int],
    publication: Publication,
    *,
    earlier: Sequence[tuple[Mapping[str, Any], int]] = (),
    lot: bytes = b"",
) -> dict[str, Any]:
    """What may be published of the votes on the clauses of a version, as plain JSON.

    `groups`: the opinion group of each participant, by id; empty before there are any. `earlier`: every
    document published about the proposal before, oldest first, and how many people have changed since; then
    `lot` is a secret as in `charters.renewal`. With fewer people than `min_participants` no row says
    anything. No row holds votes on other words than those of its hash.
    """
    fresh = _protected(votes, counted, groups, publication)
    past = [Earlier(protected_in(content), changed) for content, changed in earlier]
    protected = renewed(fresh, past, lot) if past else fresh
    voted = _voters(votes)
    return {
        "format": FORMAT,
        "profile": protected.profile,
        "enough": protected.enough,
        "participants": protected.participants,
        "groups": [{"id": _called(group), "size": size} for group, size in protected.groups.items()],
        "clauses": [_clause(one, protected, voted, publication.profile) for one in counted],
    }


def _protected(
    votes: VoteMatrix, counted: Sequence[Counted], groups: Mapping[int, int], publication: Publication
) -> Protected:
    number = {one.question_id: one.number for one in counted}
    numbers = [number[name] for name in votes.statement_ids]
    cells = zip(votes.rows.tolist(), votes.columns.tolist(), votes.values.tolist(), strict=True)
    return protect(
        tabulate(
            _groups_of(votes, groups, publication),
            ((person, numbers[column], value) for person, column, value in cells),
            number.values(),
        ),
        publication,
    )


def _groups_of(votes: VoteMatrix, groups: Mapping[int, int], publication: Publication) -> list[int | None]:
    """The group of each voter; None for everybody unless two opinion groups are large enough to be shown.

    As with statements: one group beside a remainder would be a claim that there are groups.
    """
    mine = [groups.get(person, IN_NO_GROUP) for person in votes.participant_ids]
    large = {one for one in mine if one != IN_NO_GROUP and mine.count(one) >= publication.min_group}
    return list(mine) if len(large) > 1 else [None] * len(mine)


def _clause(
    one: Counted, protected: Protected, voted: Mapping[int, frozenset[int]], profile: Profile
) -> dict[str, Any]:
    rows = {group: protected.by_group[one.number, group] for group in protected.groups}
    total = protected.totals.get(one.number)
    return {
        "clause": one.clause,
        "question": one.number,
        "hash": one.hash,
        "totals": row_document(total, profile) if total else None,
        "groups": {_called(group): row_document(row, profile) for group, row in rows.items()},
        "least": _least(rows, profile),
        "shared": _shared(rows, profile),
        **_since(one, voted.get(one.question_id, frozenset()), protected.enough, profile),
    }


def _least(rows: Mapping[int, ProtectedCounts], profile: Profile) -> str | None:
    """The opinion group least in favour; None where two are equal or a share is withheld."""
    levels = _levels(rows, profile)
    known = [level for level in levels.values() if level is not None]
    if len(known) < 2 or len(known) < len(levels) or known.count(min(known)) > 1:
        return None
    return next(letter(group) for group, level in levels.items() if level == min(known))


def _shared(rows: Mapping[int, ProtectedCounts], profile: Profile) -> bool:
    """Whether 60 % or more of every opinion group agree; False where a share is withheld."""
    levels = _levels(rows, profile).values()
    return len(levels) > 1 and all(level is not None and level >= SHARED_FROM for level in levels)


def _levels(rows: Mapping[int, ProtectedCounts], profile: Profile) -> dict[int, int | None]:
    return {group: level_of(row, profile, "agree") for group, row in rows.items() if group != IN_NO_GROUP}


def _since(one: Counted, voted: frozenset[int], enough: bool, profile: Profile) -> dict[str, Any]:
    """How many votes stand from an earlier version, and what became of those on the words before.

    Rounded as every count is. None where too few, and where there is nothing to count.
    """
    told: dict[str, Any] = {"carried": None, "renewed": None, "lapsed": None, "changed": False}
    if one.before is not None:
        told["changed"] = True
        if enough:
            told["renewed"] = rounded(len(one.before & voted), profile)
            told["lapsed"] = rounded(len(one.before - voted), profile)
    if one.stood is not None and enough:
        told["carried"] = rounded(len(one.stood), profile)
    return told


def _voters(votes: VoteMatrix) -> dict[int, frozenset[int]]:
    """Who voted on each question, by ids."""
    found: dict[int, set[int]] = {name: set() for name in votes.statement_ids}
    for row, column in zip(votes.rows.tolist(), votes.columns.tolist(), strict=True):
        found[votes.statement_ids[column]].add(votes.participant_ids[row])
    return {name: frozenset(people) for name, people in found.items()}


def protected_in(content: Mapping[str, Any]) -> Protected:
    """The protected counts that a published document was made of."""
    groups = {_number_of(group["id"]): group["size"] for group in content["groups"]}
    clauses = content["clauses"]
    return Protected(
        profile=content["profile"],
        enough=content["enough"],
        participants=content["participants"],
        groups=groups,
        totals={one["question"]: row_of(one["totals"]) for one in clauses if one["totals"]},
        by_group={
            (one["question"], group): row_of(one["groups"][_called(group)])
            for one in clauses
            for group in groups
        },
    )


def _called(group: int) -> str:
    return NO_GROUP if group == IN_NO_GROUP else letter(group)


def _number_of(name: str) -> int:
    return IN_NO_GROUP if name == NO_GROUP else number_of(name)
