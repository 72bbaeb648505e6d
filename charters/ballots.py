"""Whole ballots as they may be published, where the charter said so before the first vote, and only there."""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from random import Random

from charters.terms import Publication


@dataclass(frozen=True, slots=True, order=True)
class OpenVote:
    """One vote in the table of ballots: its row, which says nothing about the person, statement and value."""

    row: int
    statement: int
    value: int


def open_ballots(
    publication: Publication, votes: Iterable[tuple[Hashable, int, int]], lot: Random
) -> list[OpenVote]:
    """The ballots of everybody, each under a row number drawn afresh by `lot`.

    `votes`: (person, statement, value), the newest of each person on each statement. `lot` must be new for
    each release (`random.SystemRandom`), so that rows of two releases cannot be joined by their number. No
    times, no order of voting. Empty below the least number of people. Raises PermissionError where the
    strictest charter concerned does not have ballots published.
    """
    if not (publication.microdata and publication.profile.ballots):
        raise PermissionError(f"under {publication.profile.name} with this charter no ballot is published")
    by_person: dict[Hashable, list[tuple[int, int]]] = {}
    for person, statement, value in votes:
        by_person.setdefault(person, []).append((statement, value))
    if len(by_person) < publication.min_participants:
        return []
    rows = list(range(1, len(by_person) + 1))
    lot.shuffle(rows)
    return sorted(
        OpenVote(row, statement, value)
        for row, ballot in zip(rows, by_person.values(), strict=True)
        for statement, value in ballot
    )
