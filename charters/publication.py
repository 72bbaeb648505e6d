"""When a result may be published: the first, a later one, the closing one. The clock is passed in."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum, unique

from charters.terms import Publication


@unique
class Verdict(StrEnum):
    """What the rule says; the first three publish."""

    FIRST = "first"
    RENEWED = "renewed"
    CLOSING = "closing"
    TOO_FEW_PEOPLE = "too-few-people"
    TOO_FEW_CHANGED = "too-few-changed"
    QUIET_BEFORE_CLOSE = "quiet-before-close"
    LAST_STANDS = "last-stands"


PUBLISHES = frozenset({Verdict.FIRST, Verdict.RENEWED, Verdict.CLOSING})


@dataclass(frozen=True, slots=True)
class PublicationDecision:
    """Whether to publish, the verdict, and the reason in words for the page."""

    publish: bool
    verdict: Verdict
    sentence: str


def may_publish(
    publication: Publication,
    *,
    now: datetime,
    participants: int,
    changed: int | None,
    closes_at: datetime | None = None,
    closed: bool = False,
) -> PublicationDecision:
    """Whether the working result may become the published one at `now`.

    `participants`: people whose votes it counts. `changed`: people whose ballot differs from the last
    published result (`people_changed`), None where nothing has been published. `closes_at`: the announced
    close. `closed`: closed by hand, or an archive; the moment `closes_at` closes by itself.
    Raises ValueError for a moment without a time zone.
    """
    for name, moment in (("now", now), ("closes_at", closes_at)):
        if moment is not None and moment.utcoffset() is None:
            raise ValueError(f"{name} is {moment.isoformat()}, which has no time zone: give aware moments")
    verdict = _verdict(publication, now, participants, changed, closes_at, closed)
    return PublicationDecision(verdict in PUBLISHES, verdict, _sentence(verdict, publication))


def people_changed(before: Mapping[Hashable, Hashable], now: Mapping[Hashable, Hashable]) -> int:
    """How many people two results differ by: joined, left, or with another ballot.

    Both map a participant to their ballot, or a digest of it. A merge of two pseudonyms makes one of them
    leave. Somebody who changes a vote and changes it back, or comes and goes in between, is not counted.
    """
    return sum(before.get(person, _ABSENT) != now.get(person, _ABSENT) for person in {*before, *now})


_ABSENT = object()


def _verdict(
    publication: Publication,
    now: datetime,
    participants: int,
    changed: int | None,
    closes_at: datetime | None,
    closed: bool,
) -> Verdict:
    over = closed or (closes_at is not None and now >= closes_at)
    if participants < publication.min_participants:
        return Verdict.LAST_STANDS if over and changed is not None else Verdict.TOO_FEW_PEOPLE
    quiet = timedelta(hours=publication.profile.quiet_hours)
    if not over and closes_at is not None and now >= closes_at - quiet:
        return Verdict.QUIET_BEFORE_CLOSE
    if changed is None:
        return Verdict.FIRST
    if changed < publication.min_new_participants:
        return Verdict.LAST_STANDS if over else Verdict.TOO_FEW_CHANGED
    return Verdict.CLOSING if over else Verdict.RENEWED


def _sentence(verdict: Verdict, publication: Publication) -> str:
    people, new = publication.min_participants, publication.min_new_participants
    return {
        Verdict.FIRST: f"This is the first result: at least {people} people have taken part.",
        Verdict.RENEWED: f"At least {new} people joined, changed a vote or left since the last result.",
        Verdict.CLOSING: "This is the closing result.",
        Verdict.TOO_FEW_PEOPLE: f"A result is published once {people} people have taken part.",
        Verdict.TOO_FEW_CHANGED: (
            f"A new result is published once {new} people have joined, changed a vote or left."
        ),
        Verdict.QUIET_BEFORE_CLOSE: (
            f"Nothing new is published in the last {publication.profile.quiet_hours} hours before the close."
        ),
        Verdict.LAST_STANDS: f"The last result stands: fewer than {new} people have changed since.",
    }[verdict]
