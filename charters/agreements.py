"""Decisions that need both sides: what is decided, by which rule, how it stands at a moment.

Everything here is a function of plain facts: the agreement, the answers given so far, the clock. Each side
turns its own key; a key is turned where enough of those who may turn it have answered, more of them yes than
no, and yes reaches the share of the rule. With `one-each` an answer is a signature, one is enough, and the
decision falls as soon as both keys are turned. With `double-majority` it falls when the time is over, so
that the order of the votes cannot matter and a vote can be changed until then.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum, unique
from typing import Any

from charters.canonical import digest
from charters.keys import Answer, Decision, bar_of
from charters.rules import Rule, Way
from charters.states import Side
from charters.terms import Policy


@unique
class Kind(StrEnum):
    """What both sides decide."""

    ADOPT_CHARTER = "adopt-charter"
    RATIFY_CHARTER = "ratify-charter"
    AMEND_CHARTER = "amend-charter"
    OPEN_CONSULTATION = "open-consultation"
    EXTEND_CONSULTATION = "extend-consultation"
    CLOSE_EARLY = "close-early"
    CHANGE_ATTESTATION = "change-attestation"
    AGREE_PROPOSAL = "agree-proposal"
    WITHDRAW_PROPOSAL = "withdraw-proposal"
    PUBLISH_OUTCOME = "publish-outcome"
    APPOINT_FACILITATOR = "appoint-facilitator"
    CONFIRM_HIDING = "confirm-hiding"


@unique
class State(StrEnum):
    """How a decision stands. Only an open one changes."""

    OPEN = "open"
    AGREED = "agreed"
    DECLINED = "declined"
    LAPSED = "lapsed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement(Decision):
    """A decision that is put to both sides.

    `opened_at`: since when this very text stands. `closes_at`: when it ends; an answer at that moment is too
    late.
    """

    kind: Kind
    rule: Rule

    def __post_init__(self) -> None:
        least = earliest_close(self.rule, self.opened_at)
        if self.rule.way is Way.DOUBLE_MAJORITY and self.closes_at < least:
            raise ValueError(f"closes_at is {self.closes_at}: the vote must be open until {least} at least")
        if self.closes_at <= self.opened_at:
            raise ValueError(f"closes_at is {self.closes_at}: it must be after opened_at, {self.opened_at}")


@dataclass(frozen=True, slots=True)
class Sum:
    """The answers of one side that count: people's, or bodies'."""

    yes: int = 0
    no: int = 0

    @property
    def votes(self) -> int:
        """Everybody who answered."""
        return self.yes + self.no

    def turns(self, rule: Rule, side: Side) -> bool:
        """Whether this side's key is turned. A tie turns none, also where the share is one half."""
        enough = self.votes >= rule.quorum.of(side)
        return enough and self.yes > self.no and self.yes >= rule.share * self.votes

    def refuses(self, rule: Rule, side: Side) -> bool:
        """Whether this side has said no: enough answered, the key is not turned, and it is no tie."""
        enough = self.votes >= rule.quorum.of(side)
        return enough and self.yes != self.no and not self.turns(rule, side)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a decision stands at a moment; `at` is when it fell, None while it is open."""

    state: State
    at: datetime | None
    sums: Mapping[Side, Sum]
    turned: frozenset[Side]


def rule_for(policy: Policy, kind: Kind) -> Rule:
    """The charter's rule for this kind of decision."""
    match kind:
        case Kind.ADOPT_CHARTER:
            return Rule(Way.ONE_EACH, policy.founding.open_days)
        case Kind.RATIFY_CHARTER | Kind.AMEND_CHARTER:
            return policy.amendment
        case Kind.AGREE_PROPOSAL | Kind.WITHDRAW_PROPOSAL:
            return policy.adoption
        case Kind.PUBLISH_OUTCOME:
            return policy.agreements["outcome"]
        case Kind.APPOINT_FACILITATOR:
            return policy.agreements["facilitator"]
        case Kind.CONFIRM_HIDING:
            return Rule(Way.ONE_EACH, 0)
    return policy.agreements["consultation"]


def begin(
    policy: Policy, kind: Kind, text: str, *, now: datetime, closes_at: datetime | None = None
) -> Agreement:
    """Put a decision to both sides. `text`: the SHA-256 of what they sign.

    `closes_at` may be later than the rule's least, for example at the end of that day. Raises ValueError for
    an earlier one, and for a charter that is a template: it binds nobody, so nothing is agreed under it.
    """
    if policy.is_template:
        raise ValueError(f"{policy.uid} is a template, and nothing can be agreed under a template")
    rule = rule_for(policy, kind)
    if closes_at is None and kind is Kind.CONFIRM_HIDING:
        closes_at = now + timedelta(hours=policy.running.hide_hours)
    return Agreement(
        kind=kind,
        rule=rule,
        key=policy.key,
        bodies=policy.bodies,
        founders_only=kind is Kind.ADOPT_CHARTER,
        text=text,
        opened_at=now,
        closes_at=earliest_close(rule, now) if closes_at is None else closes_at,
    )


def text_of(kind: Kind, subject: Mapping[str, Any]) -> str:
    """What is signed where it is no charter: the hash of the subject and of what is to be done with it.

    A signature to close something early so never counts for extending it. A charter is signed over its own
    hash, `Policy.digest`.
    """
    return digest({"decision": kind.value, "subject": subject})


def earliest_close(rule: Rule, opened_at: datetime) -> datetime:
    """The first moment at which a decision of this rule may end."""
    return opened_at + timedelta(days=rule.open_days)


def moved(agreement: Agreement, text: str, *, now: datetime) -> Agreement:
    """The same decision over a text that has changed: all signatures fall away and its time begins anew.

    Raises ValueError for a proposal: a signature belongs to its sealed version, and sealing a new one ends
    the decision about the old (`State.LAPSED`).
    """
    if agreement.kind is Kind.AGREE_PROPOSAL:
        raise ValueError("a proposal's signatures belong to their version: close this and begin another")
    if text == agreement.text:
        return agreement
    lasts = agreement.closes_at - agreement.opened_at
    return replace(agreement, text=text, opened_at=now, closes_at=now + lasts)


def fallen(agreement: Agreement, answers: Iterable[Answer]) -> frozenset[str]:
    """Those whose newest answer was to an earlier text: they are asked again, with the difference shown."""
    newest: dict[str, Answer] = {}
    for answer in answers:
        if answer.voter not in newest or newest[answer.voter].at < answer.at:
            newest[answer.voter] = answer
    return frozenset(
        voter
        for voter, answer in newest.items()
        if answer.text != agreement.text or answer.at < agreement.opened_at
    )


def counting(agreement: Agreement, answers: Iterable[Answer]) -> Mapping[Side, tuple[Answer, ...]]:
    """The answers that count: of each member, and for each body of its delegates, the newest that is valid.

    Somebody who has answered on both sides counts on neither. Of two at the same moment no counts.
    """
    valid = [answer for answer in answers if bar_of(agreement, answer) is None]
    sides: dict[str, set[Side]] = {}
    for answer in valid:
        sides.setdefault(answer.voter, set()).add(answer.key)
    newest: dict[tuple[Side, str], Answer] = {}
    for answer in valid:
        who = (answer.key, answer.voter if answer.body is None else answer.body)
        if len(sides[answer.voter]) == 1 and (who not in newest or _later(answer, newest[who])):
            newest[who] = answer
    return {side: tuple(a for (key, _), a in sorted(newest.items()) if key is side) for side in Side}


def outcome(
    agreement: Agreement,
    answers: Iterable[Answer],
    *,
    now: datetime,
    electorate: Mapping[Side, int] | None = None,
) -> Outcome:
    """How the decision stands at `now`. What has fallen once stays: later answers change nothing.

    `electorate`: how many could answer on each side (bodies on the body's), where that is known; it lets a
    decision by signatures end at once when a side cannot turn its key any more.
    """
    given = sorted((answer for answer in answers if answer.at <= now), key=lambda answer: answer.at)
    if agreement.rule.way is Way.ONE_EACH:
        for moment in sorted({answer.at for answer in given}):
            so_far = _stands(agreement, [answer for answer in given if answer.at <= moment])
            if len(so_far.turned) == len(Side):
                return replace(so_far, state=State.AGREED, at=moment)
            if electorate is not None and any(_hopeless(so_far.sums[s], electorate[s]) for s in electorate):
                return replace(so_far, state=State.DECLINED, at=moment)
    result = _stands(agreement, given)
    if now < agreement.closes_at:
        return result
    return replace(result, state=_ended(agreement.rule, result), at=agreement.closes_at)


def _stands(agreement: Agreement, answers: Iterable[Answer]) -> Outcome:
    by_side = counting(agreement, answers)
    sums = {
        side: Sum(sum(a.yes for a in by_side[side]), sum(not a.yes for a in by_side[side])) for side in Side
    }
    turned = frozenset(side for side in Side if sums[side].turns(agreement.rule, side))
    return Outcome(State.OPEN, None, sums, turned)


def _ended(rule: Rule, result: Outcome) -> State:
    if len(result.turned) == len(Side):
        return State.AGREED
    refused = any(result.sums[side].refuses(rule, side) for side in Side)
    return State.DECLINED if refused else State.LAPSED


def _hopeless(side: Sum, electorate: int) -> bool:
    """Whether yes cannot outnumber no, even if everybody who is left said yes."""
    return side.no > 0 and side.yes + max(electorate - side.votes, 0) <= side.no


def _later(one: Answer, other: Answer) -> bool:
    return (one.at, not one.yes) > (other.at, not other.yes)
