"""Appeals against a removal, and the emergency act: what holds at a moment. The clock is passed in."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum, unique

from charters.states import Side
from charters.terms import Moderation, Policy

SEALED_FOR = frozenset({"unlawful", "identifying"})
"""Reasons for which a text stays sealed when the deciders do not both say that it may come back."""


@unique
class AppealState(StrEnum):
    """What an appeal has come to."""

    OPEN = "open"
    UPHELD = "upheld"
    RESTORED = "restored"
    SEALED = "sealed"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a decider says for their side: whether the removal stands, why, and when."""

    decider: str
    side: Side
    stands: bool
    at: datetime


def may_decide(decider: str, *, removed_by: str, author: str) -> bool:
    """Whether somebody may decide: neither who removed the text nor who wrote it."""
    return decider not in (removed_by, author)


def appeal_ends(moderation: Moderation, removed_at: datetime) -> datetime:
    """Until when the author can appeal; at that moment it is too late."""
    return removed_at + timedelta(days=moderation.appeal_days)


def decision_due(moderation: Moderation, appealed_at: datetime) -> datetime:
    """When the silence of a side counts as its answer."""
    return appealed_at + timedelta(days=moderation.appeal_days)


def seal_ends(moderation: Moderation, removed_at: datetime) -> datetime:
    """When a removed text is erased; never while an appeal on it can still be open."""
    return removed_at + timedelta(days=moderation.sealed_days)


def appeal_state(
    policy: Policy,
    verdicts: Iterable[Verdict],
    *,
    removed_for: str,
    removed_by: str,
    author: str,
    appealed_at: datetime,
    now: datetime,
) -> AppealState:
    """What the appeal has come to at `now`.

    The first verdict of each side counts, from somebody who neither removed the text nor wrote it, given in
    time. Where both say the same, so it is. Where they differ, or a side is silent to the end, the text comes
    back, unless it was removed as unlawful or identifying: then it stays sealed and both reasons are public.
    """
    due = decision_due(policy.moderation, appealed_at)
    said: dict[Side, Verdict] = {}
    for verdict in sorted(verdicts, key=lambda verdict: (verdict.at, verdict.decider)):
        in_time = appealed_at <= verdict.at <= now and verdict.at < due
        other = {given.decider for side, given in said.items() if side is not verdict.side}
        rightful = may_decide(verdict.decider, removed_by=removed_by, author=author)
        if in_time and rightful and verdict.decider not in other:
            said.setdefault(verdict.side, verdict)
    answers = {verdict.stands for verdict in said.values()}
    if len(said) == len(Side) and len(answers) == 1:
        return AppealState.UPHELD if answers == {True} else AppealState.RESTORED
    if len(said) < len(Side) and now < due:
        return AppealState.OPEN
    return AppealState.SEALED if removed_for in SEALED_FOR else AppealState.RESTORED


def hidden(policy: Policy, *, hidden_at: datetime, confirmed: bool, now: datetime) -> bool:
    """Whether what the operator hid in an emergency is hidden at `now`.

    `confirmed`: both sides have agreed to it (`Kind.CONFIRM_HIDING`). Unless they have, it ends by itself.
    """
    ends = hidden_at + timedelta(hours=policy.running.hide_hours)
    return hidden_at <= now and (confirmed or now < ends)
