"""Acknowledged-write accounting: what clients were told, against what the database holds."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """What a client knows of a vote it sent."""

    KEPT = "kept"
    """A complete 2xx reply came back."""
    REFUSED = "refused"
    """A complete 4xx reply came back: nothing may have been written."""
    UNKNOWN = "unknown"
    """The connection broke, or the reply was 5xx: it may be there or not."""


@dataclass(frozen=True)
class Entry:
    """One line of a client's journal. A client sends one vote at a time."""

    person: str
    statement: int
    value: int
    outcome: Outcome


Cell = tuple[str, int]


def allowed_values(journal: Iterable[Entry]) -> dict[Cell, set[int | None]]:
    """What the database may hold per person and statement; None stands for no vote.

    After an acknowledged vote: that one, or one sent later whose fate is unknown. None but those.
    """
    allowed: dict[Cell, set[int | None]] = {}
    for entry in journal:
        cell = allowed.setdefault((entry.person, entry.statement), {None})
        if entry.outcome is Outcome.KEPT:
            cell.clear()
        if entry.outcome is not Outcome.REFUSED:
            cell.add(entry.value)
    return allowed


def faults(journal: Iterable[Entry], rows: Iterable[tuple[str, int, int]]) -> list[str]:
    """Every acknowledged vote that is not there as acknowledged, every row too many. Empty when all is well.

    `rows`: person, statement, value of every vote in the database.
    """
    allowed = allowed_values(journal)
    held: dict[Cell, list[int]] = {}
    for person, statement, value in rows:
        held.setdefault((person, statement), []).append(value)
    found = [
        f"{cell} holds {values}, which nobody cast" for cell, values in held.items() if cell not in allowed
    ]
    found += [f"{cell} is there {len(values)} times" for cell, values in held.items() if len(values) > 1]
    return found + _wrong_cells(allowed, held)


def _wrong_cells(allowed: Mapping[Cell, set[int | None]], held: Mapping[Cell, list[int]]) -> list[str]:
    return [
        f"{cell} should be one of {values} and is {held.get(cell, [None])[0]}"
        for cell, values in allowed.items()
        if held.get(cell, [None])[0] not in values
    ]
