"""Four gates that a fair consultation passes: asked while it can still change things, with its reasons, for
long enough, and with a day on which the answer comes.

Nobody opens what is missing. What falls short may go on with a public reason, which stands on the record.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum, unique
from math import ceil
from types import MappingProxyType

from charters.terms import Fairness

PROMPT = re.compile(r"\[\[.*?\]\]", re.S)
"""A gap that an outline leaves for a facilitator to fill, such as `[[Why do you ask now?]]`."""


@unique
class Gate(StrEnum):
    """One principle of fair consultation."""

    FORMATIVE = "formative"
    REASONS = "reasons"
    TIME = "time"
    ACCOUNT = "account"


EVERY_GATE = frozenset(Gate)
PRINCIPLES: Mapping[Gate, str] = MappingProxyType(
    {
        Gate.FORMATIVE: "Nothing is decided yet",
        Gate.REASONS: "People are told enough to judge",
        Gate.TIME: "There is enough time",
        Gate.ACCOUNT: "The answer has a day",
    }
)

SHORTFALLS: Mapping[Gate, str] = MappingProxyType(
    {
        Gate.REASONS: "Fewer words of background than the rules ask for",
        Gate.TIME: "Less time than the rules ask for",
        Gate.ACCOUNT: "No answer day yet",
    }
)
"""What the record says in front of the reason why something falls short."""


@unique
class Verdict(StrEnum):
    """What a gate says: it is met, it falls short, or something that nobody may leave out is missing."""

    MET = "met"
    SHORT = "short"
    MISSING = "missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Framed:
    """A consultation as it was framed. `departures` has the public reason for each gate that falls short.

    `opens_at` is None where it opens as soon as somebody opens it; all moments are aware.
    """

    kind: str = ""
    nothing_decided: bool = False
    background: str = ""
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    answer_by: datetime | None = None
    departures: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Finding:
    """What a gate found: the principle, what is so, and how to mend it where it is not met.

    The words are for facilitators, whose pages are in English.
    """

    gate: Gate
    verdict: Verdict
    found: str
    mend: str = ""
    departure: str = ""

    @property
    def principle(self) -> str:
        return PRINCIPLES[self.gate]

    @property
    def holds(self) -> bool:
        """Whether this gate keeps the consultation from opening."""
        return self.verdict is Verdict.MISSING or (self.verdict is Verdict.SHORT and not self.departure)


def findings(fairness: Fairness, framed: Framed, now: datetime) -> tuple[Finding, ...]:
    """What each of the four gates says of a consultation that is to open at `now` or on its day."""
    found = (_formative(framed), _reasons(fairness, framed), _time(fairness, framed, now), _account(framed))
    return tuple(replace(one, departure=framed.departures.get(one.gate, "")) for one in found)


def opening_held_by(fairness: Fairness, framed: Framed, now: datetime) -> frozenset[Gate]:
    """The gates that keep it from opening: what is missing, and what falls short without a reason."""
    return frozenset(finding.gate for finding in findings(fairness, framed, now) if finding.holds)


def closing_held_by(framed: Framed, now: datetime) -> frozenset[Gate]:
    """The gates that keep it from being closed by hand: nobody ends a question without a day for the answer.

    Voting that ends on its announced day ends whatever the gates say: that day was promised too.
    """
    answered = framed.answer_by is not None and framed.answer_by > now
    return frozenset() if answered else frozenset({Gate.ACCOUNT})


def least_days(fairness: Fairness, kind: str) -> int:
    """For how many days a consultation of this kind is to be open at least."""
    return fairness.least_days.get(kind, fairness.least_days["blank"])


def days_open(opens_at: datetime, closes_at: datetime) -> int:
    """The days on which people can vote, the first and the last among them."""
    return max(0, ceil((closes_at - opens_at) / timedelta(days=1)))


def prompts_left(text: str) -> list[str]:
    """The gaps of an outline that nobody has filled."""
    return PROMPT.findall(text)


def _formative(framed: Framed) -> Finding:
    if framed.nothing_decided:
        return Finding(Gate.FORMATIVE, Verdict.MET, "It is said publicly that nothing is decided.")
    return Finding(
        Gate.FORMATIVE,
        Verdict.MISSING,
        "Nobody has said yet that nothing is decided.",
        "Say it when you open it. Where something is decided, ask about what is not.",
    )


def _reasons(fairness: Fairness, framed: Framed) -> Finding:
    length, gaps = len(framed.background.split()), len(prompts_left(framed.background))
    if length == 0:
        mend = "Write why you ask, what can change and what cannot."
        return Finding(Gate.REASONS, Verdict.MISSING, "There is no background.", mend)
    if gaps:
        found = f"The background still has {_count(gaps, 'gap')} in double square brackets."
        return Finding(Gate.REASONS, Verdict.MISSING, found, "Fill each gap, or take it out.")
    found, least = f"The background has {_count(length, 'word')}.", fairness.reasons_words
    if length < least:
        mend = f"Write {least} words or more, or say why fewer are enough."
        return Finding(Gate.REASONS, Verdict.SHORT, found, mend)
    return Finding(Gate.REASONS, Verdict.MET, found)


def _time(fairness: Fairness, framed: Framed, now: datetime) -> Finding:
    if framed.closes_at is None:
        return Finding(Gate.TIME, Verdict.MISSING, "No last day is set.", "Set the last day of voting.")
    days = days_open(max(framed.opens_at or now, now), framed.closes_at)
    if days == 0:
        return Finding(Gate.TIME, Verdict.MISSING, "The last day has passed.", "Set a later last day.")
    found, least = f"People can vote for {_count(days, 'day')}.", least_days(fairness, framed.kind)
    if days < least:
        mend = f"Give them {least} days or more, or say why fewer are enough."
        return Finding(Gate.TIME, Verdict.SHORT, found, mend)
    return Finding(Gate.TIME, Verdict.MET, found)


def _account(framed: Framed) -> Finding:
    if framed.answer_by is None:
        found = "Nobody has said when the answer comes."
        mend = "Set the day of the answer, or leave it empty and say publicly why when you open it."
        return Finding(Gate.ACCOUNT, Verdict.SHORT, found, mend)
    if framed.closes_at is not None and framed.answer_by <= framed.closes_at:
        found = "The answer would come before voting ends."
        return Finding(Gate.ACCOUNT, Verdict.MISSING, found, "Set a day after the last day of voting.")
    return Finding(Gate.ACCOUNT, Verdict.MET, "The day of the answer is set.")


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"
