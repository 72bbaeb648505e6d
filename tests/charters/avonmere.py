"""The invented charter of an invented place, and its cast, for tests of what both sides decide."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any

from charters.agreements import Agreement, Kind, begin
from charters.drafts import founding_charter
from charters.keys import Answer
from charters.policy import Policy, policy_of
from charters.states import Attestation, Side

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
DAY = timedelta(days=1)
TEXT = "a" * 64
TRUST, BOARD = "ods:XX1", "ods:XX2"
BODIES = {TRUST: "Avonmere Trust", BOARD: "Avonmere Board"}
HALF, THREE_FIFTHS = Fraction(1, 2), Fraction(3, 5)


def avonmere(changes: Mapping[str, Any] | None = None, template: str = "open-health-space") -> Policy:
    """A signed space's charter: two bodies, a quorum small enough for a test."""
    small = {"quorum": {"people": 3, "body": 1}}
    document = founding_charter(
        template,
        slug="avonmere",
        people="Avonmere Voices",
        bodies=BODIES,
        begins=date(2026, 11, 1),
        changes=changes or {"equal_terms": {"adoption": small}, "amendment": small},
    )
    return policy_of(document)


CHARTER = avonmere()


def put(kind: Kind, *, now: datetime = NOON, text: str = TEXT, policy: Policy = CHARTER) -> Agreement:
    """A decision put to both sides at noon."""
    return begin(policy, kind, text, now=now)


def member(voter: str, yes: bool = True, **facts: Any) -> Answer:
    """An answer by a member who may turn the people's key, unless a fact says otherwise."""
    return answer(voter, Side.PEOPLE, yes, **facts)


def delegate(voter: str, yes: bool = True, **facts: Any) -> Answer:
    """An answer by a delegate of the Trust, unless a fact says otherwise."""
    return answer(voter, Side.BODY, yes, **{"body": TRUST, "attestation": Attestation.STAFF, **facts})


def answer(voter: str, key: Side, yes: bool, /, **facts: Any) -> Answer:
    """An answer a day after noon by somebody who joined a month before."""
    given = {
        "voter": voter, "key": key, "yes": yes, "at": NOON + DAY, "text": TEXT, "side": key,
        "joined_at": NOON - 30 * DAY, "attestation": Attestation.EMAIL,
    }  # fmt: skip
    return Answer(**{**given, **facts})
