"""Statements and groups as the public knows them."""

from dataclasses import dataclass
from datetime import datetime

from charters.states import StatementState


@dataclass(frozen=True, slots=True)
class Said:
    """A statement as the public may see it. `month` is its date at the policy's grain."""

    id: int
    number: int
    text: str
    language: str
    state: StatementState
    seed: bool
    meta: bool
    month: str

    @property
    def shown(self) -> bool:
        """Whether lists may name it."""
        return self.state is StatementState.PUBLISHED and not self.meta


def dated(moment: datetime, grain: str) -> str:
    """A moment as coarse as the policy's `time_grain`: `2026-03`, or the ISO week `2026-W10`."""
    return f"{moment:%G-W%V}" if grain == "week" else f"{moment:%Y-%m}"


def letter(group: int) -> str:
    """The public id of a group: A, B, C."""
    return chr(ord("A") + group)


def number_of(letter: str) -> int:
    """The group that a letter stands for."""
    return ord(letter) - ord("A")
