"""Who may turn a key: whether one answer counts, and if not, why.

Both sides are asked the same: belonging to the side, what was checked, since when, before the decision began.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum, unique
from types import MappingProxyType

from charters.rules import Key
from charters.states import Attestation, Role, Side

# What was checked, from little to much. Somebody entered by a helper has no sign-in of their own.
STRENGTH: Mapping[Attestation, int] = MappingProxyType(
    {
        Attestation.OPEN: 0,
        Attestation.ASSISTED: 0,
        Attestation.EMAIL: 1,
        Attestation.INVITED: 2,
        Attestation.NHS_LOGIN: 3,
        Attestation.STAFF: 3,
    }
)
KEYLESS = frozenset({Role.FACILITATOR, Role.ADVISER, Role.OPERATOR})
"""Roles whose holders run, advise or host: they have no key while they serve."""


@unique
class Bar(StrEnum):
    """Why an answer does not count."""

    OTHER_TEXT = "other-text"
    NOT_OPEN = "not-open"
    WRONG_SIDE = "wrong-side"
    NO_BODY = "no-body"
    NOT_FOUNDER = "not-founder"
    ROLE = "role"
    CLASS = "class"
    JOINED_AFTER = "joined-after"
    TENURE = "tenure"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a key is turned for: the text by its SHA-256, since and until when, who has a key at all."""

    key: Key
    bodies: frozenset[str]
    founders_only: bool = False
    text: str
    opened_at: datetime
    closes_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One person's yes or no at one moment, with what was true of them.

    `voter` is any name that is theirs alone in the space. `key` is the side they answered for, `side` the one
    they belong to, since `joined_at`. `text` is the SHA-256 of what they were shown. `body` is set for
    delegates alone. `founder`: the operator named them in public when the space was founded.
    """

    voter: str
    key: Side
    yes: bool
    at: datetime
    text: str
    side: Side | None
    joined_at: datetime | None
    attestation: Attestation
    body: str | None = None
    founder: bool = False
    roles: frozenset[Role] = frozenset()


def bar_of(decision: Decision, answer: Answer) -> Bar | None:
    """Why this answer does not count; None where it does."""
    if answer.text != decision.text:
        return Bar.OTHER_TEXT
    if not decision.opened_at <= answer.at < decision.closes_at:
        return Bar.NOT_OPEN
    if answer.side is None or answer.side is not answer.key or answer.joined_at is None:
        return Bar.WRONG_SIDE
    if (answer.key is Side.BODY and answer.body not in decision.bodies) or (
        answer.key is Side.PEOPLE and answer.body is not None
    ):
        return Bar.NO_BODY
    if decision.founders_only and not answer.founder:
        return Bar.NOT_FOUNDER
    if answer.roles & KEYLESS:
        return Bar.ROLE
    if not holds_class(decision.key, answer.key, answer.attestation):
        return Bar.CLASS
    if answer.joined_at > decision.opened_at:
        return Bar.JOINED_AFTER
    if not answer.founder and answer.at < key_from(decision.key, answer.joined_at):
        return Bar.TENURE
    return None


def holds_class(key: Key, side: Side, attestation: Attestation) -> bool:
    """Whether enough was checked about somebody. Staff of a body never count among the people."""
    if attestation is Attestation.STAFF:
        return side is Side.BODY
    return STRENGTH[attestation] >= STRENGTH[key.attestation]


def key_from(key: Key, joined_at: datetime) -> datetime:
    """From when somebody who joined then may turn a key."""
    return joined_at + timedelta(days=key.tenure_days)
