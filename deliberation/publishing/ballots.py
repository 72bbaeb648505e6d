"""Whose ballots stand behind published results, as keyed digests: to count who has changed since each one.

A history maps a participant's id (text) to [[result number, digest or None], ...]: from that result on the
ballot was this one, or there was none. It grows with the changes, not with the number of results.
"""

import hmac
import json
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from hashlib import sha256
from typing import Any, TypeAlias

from clustering.matrix import VoteMatrix

History: TypeAlias = dict[str, list[list[Any]]]


def ballot_digests(votes: VoteMatrix, key: bytes) -> dict[str, str]:
    """A keyed digest of each person's ballot: participant id (text) -> 32 hex digits.

    `key` is never in the database, so a digest kept after a vote has changed does not tell what it was
    before. The participant's id goes into it: equal ballots have different digests.
    """
    ballots: dict[int, list[list[Any]]] = {row: [] for row in range(votes.shape[0])}
    for row, column, value in _cells(votes):
        ballots[row].append([votes.statement_ids[column], value])
    return {
        str(votes.participant_ids[row]): _digest(key, [votes.participant_ids[row], sorted(cast)])
        for row, cast in ballots.items()
    }


def _digest(key: bytes, ballot: Any) -> str:
    return hmac.digest(key, b"ballot\0" + json.dumps(ballot).encode(), sha256).hex()[:32]


def _cells(votes: VoteMatrix) -> "zip[tuple[int, int, int]]":
    return zip(votes.rows.tolist(), votes.columns.tolist(), votes.values.tolist(), strict=True)


def commitment_to(votes: VoteMatrix, salt: str) -> str:
    """SHA-256 of the salt and all votes in a fixed order, hex: who holds both can check what was analysed.

    Without the random salt (32 bytes, hex) a guessed ballot could be confirmed.
    """
    rows = sorted(
        [votes.participant_ids[row], votes.statement_ids[column], v] for row, column, v in _cells(votes)
    )
    return sha256(json.dumps([salt, rows]).encode()).hexdigest()


def changed_since(
    history: Mapping[str, Sequence[Sequence[Any]]], ballots: Mapping[str, str], last: int
) -> list[int]:
    """How many people differ between each of the results 1 to `last` and the ballots now, in that order.

    Somebody who joined, left, or has another ballot differs; one who changed and changed back does not.
    """
    # Differences at the ends of the spans of results in which somebody's ballot was another one.
    steps = [0] * (last + 2)
    for person in {*history, *ballots}:
        now = ballots.get(person)
        spans = [[1, None], *history.get(person, [])]
        for (start, digest), following in zip(spans, [*spans[1:], [last + 1, None]], strict=True):
            if digest != now:
                steps[start] += 1
                steps[following[0]] -= 1
    counts, differing = [], 0
    for number in range(1, last + 1):
        differing += steps[number]
        counts.append(differing)
    return counts


def extended(
    history: Mapping[str, Sequence[Sequence[Any]]], ballots: Mapping[str, str], number: int
) -> History:
    """The history with the ballots of result `number` added."""
    grown: History = {person: [list(entry) for entry in entries] for person, entries in history.items()}
    for person in {*grown, *ballots}:
        entries = grown.setdefault(person, [])
        before, now = (entries[-1][1] if entries else None), ballots.get(person)
        if before != now:
            entries.append([number, now])
    return dict(sorted(grown.items()))


def least_change(counts: Sequence[int]) -> int | None:
    """The least number of people in which a new result would differ from an earlier one; None for the first.

    No two results may differ by a few people, whichever they are: some who change their votes back bring a
    new result close to an old one. A difference of nobody counts against the last result alone.
    """
    return min([counts[-1], *filter(None, counts)]) if counts else None


FIRST, OTHERS = "first", "others"
"""Who counts for the headline of a consultation where not everybody does, and who does not."""


def kinds_of(people: Iterable[Hashable], first: Collection[Hashable]) -> dict[str, str]:
    """Of each person (participant's id, text) whether they count first."""
    return {str(person): FIRST if person in first else OTHERS for person in people}


def of_kind(
    history: Mapping[str, Sequence[Sequence[Any]]], kinds: Mapping[str, Sequence[Sequence[Any]]], kind: str
) -> History:
    """The history of those people alone who were of this kind; whoever became another kind left it.

    `kinds` is a history with kinds in place of digests.
    """
    return {person: _while(entries, kinds.get(person, []), kind) for person, entries in history.items()}


def _while(entries: Sequence[Sequence[Any]], kinds: Sequence[Sequence[Any]], kind: str) -> list[list[Any]]:
    found: list[list[Any]] = []
    for number in sorted({entry[0] for entry in (*entries, *kinds)}):
        digest = _at(entries, number) if _at(kinds, number) == kind else None
        if digest != (found[-1][1] if found else None):
            found.append([number, digest])
    return found


def _at(entries: Sequence[Sequence[Any]], number: int) -> Any:
    """What held at the result of this number."""
    return next((value for start, value in reversed(entries) if start <= number), None)
