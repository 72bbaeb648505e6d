"""How two charters differ, in plain words: place, before, after; and which promises read otherwise now."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from charters.canonical import read
from charters.places import place_name, said_at
from charters.terms import Clause, Policy
from charters.versions import Change, changes
from charters.wording import Words

OF_COURSE = frozenset({"uid", "version", "supersedes"})
"""What changes with every version: its name, its number, the fingerprint of the one before."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One place: its path in the file, its name, what stood and stands there; empty where nothing does."""

    path: str
    place: Words
    before: tuple[Words, ...]
    after: tuple[Words, ...]


@dataclass(frozen=True, slots=True)
class Reworded:
    """A promise that reads otherwise; None where there was or is none."""

    id: str
    before: Clause | None
    after: Clause | None


@dataclass(frozen=True, slots=True)
class Differences:
    """All that differs between two charters."""

    places: tuple[Difference, ...]
    promises: tuple[Reworded, ...]

    @property
    def none(self) -> bool:
        """Whether both say the same."""
        return not self.places and not self.promises


def differences(before: Policy, after: Policy) -> Differences:
    """How `after` differs from `before`."""
    found = changes(read(before.file), read(after.file))
    return Differences(tuple(_places(found)), tuple(_promises(before, after)))


def _places(found: Sequence[Change]) -> Iterator[Difference]:
    for change in found:
        if change.path in OF_COURSE or change.path.startswith("clauses."):
            continue
        old, new = change.before, change.after
        if isinstance(old, list) and isinstance(new, list):
            # Of two lists only the rows that are not in both.
            old, new = [row for row in old if row not in new], [row for row in new if row not in old]
        yield Difference(
            change.path, place_name(change.path), said_at(change.path, old), said_at(change.path, new)
        )


def _promises(before: Policy, after: Policy) -> Iterator[Reworded]:
    """Also those whose words are the same and whose numbers are not."""
    for id in dict.fromkeys((*before.clauses, *after.clauses)):
        old, new = before.clauses.get(id), after.clauses.get(id)
        if old is None or new is None or (old.title, old.text) != (new.title, new.text):
            yield Reworded(id, old, new)
