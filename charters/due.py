"""What falls due, and when: answers that bodies owe, ratification, the sleep of a silent space."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from charters.rules import Duty
from charters.states import Side
from charters.terms import Policy

EVERY_BODY = "body"


def duties_of(policy: Policy, body: str) -> tuple[Duty, ...]:
    """What this body owes, one of each kind: the shortest time among what binds every body and it alone."""
    owed: dict[str, Duty] = {}
    for duty in policy.duties:
        if duty.party in (EVERY_BODY, body) and (
            duty.do not in owed or duty.within_days < owed[duty.do].within_days
        ):
            owed[duty.do] = duty
    return tuple(owed.values())


def due_at(policy: Policy, body: str, do: str, since: datetime) -> datetime | None:
    """When a body must have done this; None where it does not owe it."""
    days = [duty.within_days for duty in duties_of(policy, body) if duty.do == do]
    return since + timedelta(days=days[0]) if days else None


def overdue(
    policy: Policy, body: str, do: str, since: datetime, *, done_at: datetime | None, now: datetime
) -> bool:
    """Whether a body is late with this at `now`, or was late when it did it. That is shown in public."""
    due = due_at(policy, body, do, since)
    return due is not None and (now if done_at is None else min(done_at, now)) > due


def ratification_due(policy: Policy, quorum_reached_at: datetime) -> datetime:
    """Until when a provisional charter must be ratified, once the sides are enough people."""
    return quorum_reached_at + timedelta(days=policy.ratify_days)


def provisional_over(policy: Policy, quorum_reached_at: datetime | None, *, now: datetime) -> bool:
    """Whether a provisional charter holds no longer at `now`: its time to be ratified has gone by."""
    return quorum_reached_at is not None and now >= ratification_due(policy, quorum_reached_at)


def sleeps_at(policy: Policy, quiet_since: Mapping[Side, datetime]) -> datetime:
    """When the space falls asleep. `quiet_since`: each side's last act, or when it became empty."""
    return min(quiet_since[side] for side in Side) + timedelta(days=policy.running.dormant_days)


def dormant(policy: Policy, quiet_since: Mapping[Side, datetime], *, now: datetime) -> bool:
    """Whether the space is asleep at `now`: readable, exportable, no new acts."""
    return now >= sleeps_at(policy, quiet_since)


def can_wake(policy: Policy, asleep: Iterable[Side], newcomers: Mapping[Side, int]) -> bool:
    """Whether enough have come for each side that fell silent: founders anew, or a body that follows."""
    least = {Side.PEOPLE: policy.founding.people, Side.BODY: policy.founding.body}
    return all(newcomers.get(side, 0) >= least[side] for side in asleep)
