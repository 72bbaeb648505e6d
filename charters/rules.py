"""The parts of a charter that say who decides, by which rule, how long, and what is owed."""

from dataclasses import dataclass
from enum import StrEnum, unique
from fractions import Fraction

from charters.states import Attestation, Side


@unique
class Way(StrEnum):
    """How both sides decide: a signature from each, or a majority on each."""

    ONE_EACH = "one-each"
    DOUBLE_MAJORITY = "double-majority"


@unique
class PartyKind(StrEnum):
    """Which side a party stands on; a steward helps and has no key."""

    PEOPLE = "people"
    BODY = "body"
    STEWARD = "steward"


@dataclass(frozen=True, slots=True)
class Party:
    """Who signs: the people's side as a whole, each body by its own name."""

    id: str
    kind: PartyKind
    name: str


@dataclass(frozen=True, slots=True)
class Quorum:
    """How many must vote: members on the people's side, bodies on the other."""

    people: int = 1
    body: int = 1

    def of(self, side: Side) -> int:
        """The number for one side."""
        return self.people if side is Side.PEOPLE else self.body


@dataclass(frozen=True, slots=True)
class Rule:
    """How one kind of decision is made. `share` is of yes among yes and no, the same for both sides.

    `open_days` is how long a vote is open, or after how long a decision without both signatures lapses.
    """

    way: Way
    open_days: int
    share: Fraction = Fraction(1, 2)
    quorum: Quorum = Quorum()


@dataclass(frozen=True, slots=True)
class Key:
    """Who may turn their side's key: what was checked about them, and since when they belong to the side."""

    attestation: Attestation
    tenure_days: int


@dataclass(frozen=True, slots=True)
class Founding:
    """How a space begins: so many founders of each side at the least, and days in which they can sign."""

    people: int
    body: int
    open_days: int


@dataclass(frozen=True, slots=True)
class Running:
    """Ends of the operator's emergency act, of silence, and of a facilitator's time."""

    hide_hours: int
    dormant_days: int
    facilitator_days: int


@dataclass(frozen=True, slots=True)
class Duty:
    """What `party` owes, within how many days; the party "body" means every body."""

    party: str
    do: str
    within_days: int


@dataclass(frozen=True, slots=True)
class Rights:
    """What each person can do with their own data."""

    access_days: int
    withdraw: str
