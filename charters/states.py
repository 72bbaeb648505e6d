"""The states that rules speak of, and the one function that asks the clock.

`deliberation/` stores them; `charters.enforcement` decides by them.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum, unique


@unique
class Stage(StrEnum):
    """How far the facilitator has taken a consultation. Later stages come with the rooms that need them."""

    FRAMING = "framing"
    VOTING = "voting"
    CLOSED = "closed"
    ARCHIVED = "archived"


@unique
class Standing(StrEnum):
    """What a space is.

    A trial is held under an unsigned template, an archive was held elsewhere. The others have two sides: one
    that is founding waits for both signatures, one that is provisional for its ratification.
    """

    TRIAL = "trial"
    ARCHIVE = "archive"
    FOUNDING = "founding"
    PROVISIONAL = "provisional"
    RATIFIED = "ratified"


@unique
class StatementState(StrEnum):
    """The one state of a statement; a removed one keeps its reason beside it."""

    PENDING = "pending"
    PUBLISHED = "published"
    REMOVED = "removed"


@unique
class ProposalState(StrEnum):
    """How far a proposal has come. While it is open for sign-off, writing goes on in the next draft."""

    DRAFTING = "drafting"
    OPEN = "open"
    AGREED = "agreed"
    ANSWERED = "answered"
    DONE = "done"
    WITHDRAWN = "withdrawn"


@unique
class Role(StrEnum):
    """A fact about who acts, never a permission by itself."""

    VISITOR = "visitor"
    PARTICIPANT = "participant"
    MEMBER = "member"
    DELEGATE = "delegate"
    FACILITATOR = "facilitator"
    ADVISER = "adviser"
    OPERATOR = "operator"


@unique
class Side(StrEnum):
    """The two sides of a space. No permission to speak or vote looks at them."""

    PEOPLE = "people"
    BODY = "body"


@unique
class Attestation(StrEnum):
    """What was checked about a participant when they came in."""

    OPEN = "open"
    EMAIL = "email"
    INVITED = "invited"
    NHS_LOGIN = "nhs-login"
    ASSISTED = "assisted"
    STAFF = "staff"


@unique
class Phase(StrEnum):
    """What a consultation is at one moment, dates taken into account."""

    NOT_OPEN = "not open yet"
    OPEN = "open"
    PAUSED = "paused"
    CLOSED = "closed"
    ARCHIVED = "archived"


def phase_at(
    stage: Stage,
    opens_at: datetime | None,
    closes_at: datetime | None,
    now: datetime,
    paused_until: datetime | None = None,
) -> Phase:
    """The phase at `now`; the opening moment is open, the closing moment is closed already.

    A pause ends by itself at `paused_until`, and never puts off the close. None as a date means that none
    was announced. Raises ValueError for a moment without a time zone.
    """
    moments = {"opens_at": opens_at, "closes_at": closes_at, "now": now, "paused_until": paused_until}
    _refuse_unaware(moments)
    if stage is Stage.ARCHIVED:
        return Phase.ARCHIVED
    if stage is Stage.CLOSED or (stage is Stage.VOTING and closes_at is not None and now >= closes_at):
        return Phase.CLOSED
    if stage is Stage.FRAMING or (opens_at is not None and now < opens_at):
        return Phase.NOT_OPEN
    return Phase.PAUSED if paused_until is not None and now < paused_until else Phase.OPEN


@unique
class InvitationState(StrEnum):
    """What a link of invitation is at one moment."""

    USABLE = "usable"
    ENDED = "ended"
    EXPIRED = "expired"
    SPENT = "spent"


def invitation_at(
    *, ends_at: datetime, ended_at: datetime | None, most: int | None, came: int, now: datetime
) -> InvitationState:
    """The state of a link by which `came` people have come in, of `most` (None: as many as like).

    Its last moment is over already. Raises ValueError for a moment without a time zone.
    """
    _refuse_unaware({"ends_at": ends_at, "ended_at": ended_at, "now": now})
    if ended_at is not None and now >= ended_at:
        return InvitationState.ENDED
    if now >= ends_at:
        return InvitationState.EXPIRED
    return InvitationState.SPENT if most is not None and came >= most else InvitationState.USABLE


def pause_left(
    most: timedelta, used: timedelta, begun: datetime | None, until: datetime | None, now: datetime
) -> timedelta:
    """How long voting may still be paused, of `most` in all: `used` by earlier pauses, and by the last one.

    The last one began at `begun` and ends by itself at `until`; both are None where there was none.
    """
    last = timedelta() if begun is None or until is None else max(timedelta(), min(now, until) - begun)
    return max(timedelta(), most - used - last)


def _refuse_unaware(moments: Mapping[str, datetime | None]) -> None:
    for name, moment in moments.items():
        if moment is not None and moment.utcoffset() is None:
            raise ValueError(f"{name} is {moment.isoformat()}, which has no time zone: give aware moments")
