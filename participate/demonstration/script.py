"""What a demonstration is written in: consultations, statements, and how each planted group leans.

A leaning has one letter for each planted group, in the order of the consultation's groups: `Y` almost all
agree, `y` most agree, `.` opinions differ, `n` most disagree, `N` almost all disagree.
"""

from dataclasses import dataclass

from charters.states import Attestation
from deliberation.opinion.moderation import RemovalReason
from deliberation.opinion.reports import ReportReason

LEANINGS = {"Y": (0.88, 0.05), "y": (0.68, 0.18), ".": (0.41, 0.41), "n": (0.18, 0.68), "N": (0.05, 0.88)}
"""The chances of agreeing and disagreeing; whoever is left passes."""


@dataclass(frozen=True, slots=True)
class Planted:
    """A published statement. `day` is when it was added, counted from the opening; 0 for a first one."""

    text: str
    leaning: str
    day: int = 0
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Removed:
    """A statement that a facilitator took out, for this reason and with this note to its author."""

    text: str
    day: int
    reason: RemovalReason
    note: str
    same_as: str = ""
    """The words of the statement that says the same, for a duplicate."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A statement that nobody has read yet."""

    text: str
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Reported:
    """A published statement about which people have sent reports: (reason, words, how many hours ago)."""

    text: str
    reports: tuple[tuple[ReportReason, str, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """One invented consultation.

    `groups` has each planted group and how many are in it. Days are whole days in London from the making:
    it opened at the beginning of the day `opened` days ago, and its last day is `closes` days ahead, less
    than 0 for one that is over. People came until `last_voter` days ago and cast `fewest` votes or more.
    `first_person` numbers them within the space, so that some take part in several consultations.
    """

    slug: str
    title: str
    question: str
    background: str
    opened: int
    closes: int
    last_voter: int
    groups: dict[str, int]
    first_person: int
    fewest: int
    statements: tuple[Planted, ...]
    removed: tuple[Removed, ...] = ()
    waiting: tuple[Waiting, ...] = ()
    reported: tuple[Reported, ...] = ()
    checked: tuple[tuple[Attestation, float], ...] = ()
    """How many of those who come were checked in which way, as shares; they count for the headline then."""

    @property
    def people(self) -> int:
        return sum(self.groups.values())
