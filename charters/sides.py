"""The checks of equal terms: signed charters, sides, keys, founders, appeals, purposes.

Each is a small function that objects or does not; `charters.enforcement` says which act asks which.
"""

from datetime import timedelta

from charters.agreements import Kind, State, earliest_close
from charters.appeals import appeal_ends, decision_due
from charters.due import can_wake, provisional_over, ratification_due
from charters.facts import Check, Facts, Objection
from charters.keys import KEYLESS, Answer, Bar, bar_of, key_from
from charters.promises import may_be_read
from charters.reasons import Reason
from charters.states import Attestation, Role, Side, Standing, StatementState

WITHOUT_SIDES = frozenset({Standing.TRIAL, Standing.ARCHIVE})
SIDE_ROLES = {Role.MEMBER: Side.PEOPLE, Role.DELEGATE: Side.BODY}
BARS = {
    Bar.OTHER_TEXT: Reason.TEXT_MOVED,
    Bar.NOT_OPEN: Reason.DECISION_OVER,
    Bar.WRONG_SIDE: Reason.NEEDS_SIDE,
    Bar.NO_BODY: Reason.NO_BODY,
    Bar.NOT_FOUNDER: Reason.NEEDS_FOUNDER,
    Bar.ROLE: Reason.NO_KEY_IN_ROLE,
    Bar.CLASS: Reason.KEY_CLASS,
    Bar.JOINED_AFTER: Reason.JOINED_AFTER,
    Bar.TENURE: Reason.KEY_TENURE,
}


def signed(facts: Facts) -> Objection | None:
    """A space with sides is open only over a charter that both have signed, over its exact text."""
    if facts.standing in WITHOUT_SIDES:
        return None
    digest = facts.charter().digest
    by_both = all(facts.held.signatures.get(side) == digest for side in Side)
    if facts.standing is Standing.FOUNDING or not by_both:
        return Objection("signatures", Reason.UNSIGNED)
    return Objection("founding", Reason.RATIFICATION_OVER) if _unratified(facts) else None


def _unratified(facts: Facts) -> bool:
    """A provisional charter that nobody ratified in time holds no longer: the founders begin anew."""
    provisional = facts.standing is Standing.PROVISIONAL
    return provisional and provisional_over(facts.charter(), facts.held.quorate_since, now=facts.now)


def awake(facts: Facts) -> Objection | None:
    return Objection("silence", Reason.DORMANT) if facts.held.asleep else None


def asleep(facts: Facts) -> Objection | None:
    return None if facts.held.asleep else Objection("silence", Reason.AWAKE)


def newcomers(facts: Facts) -> Objection | None:
    enough = can_wake(facts.charter(), facts.held.asleep, facts.held.newcomers)
    return None if enough else Objection("silence", Reason.NO_NEWCOMERS)


def sided(facts: Facts) -> Objection | None:
    """A trial and an archive have no sides, so nothing is signed in them."""
    return Objection("trial", Reason.TRIAL_DECIDES_NOTHING) if facts.standing in WITHOUT_SIDES else None


def founding(facts: Facts) -> Objection | None:
    over = facts.standing is not Standing.FOUNDING and not _unratified(facts)
    return Objection("founding", Reason.FOUNDED_ALREADY) if over else None


def provisional(facts: Facts) -> Objection | None:
    over = facts.standing is not Standing.PROVISIONAL
    return Objection("founding", Reason.NOT_PROVISIONAL) if over else None


def ratified(facts: Facts) -> Objection | None:
    waits = facts.standing is not Standing.RATIFIED
    return Objection("founding", Reason.PROVISIONAL) if waits else None


def quorate(facts: Facts) -> Objection | None:
    """Ratifying begins when each side is as many as its quorum asks, and early enough to end in time."""
    rule, since = facts.charter().amendment, facts.held.quorate_since
    enough = all(facts.held.members.get(side, 0) >= rule.quorum.of(side) for side in Side)
    if not enough or since is None:
        return Objection("founding", Reason.TOO_FEW_MEMBERS)
    late = earliest_close(rule, facts.now) > ratification_due(facts.charter(), since)
    return Objection("founding", Reason.RATIFICATION_OVER) if late else None


def enough_founders(facts: Facts) -> Objection | None:
    least = facts.charter().founding
    named = facts.held.founders
    enough = named.get(Side.PEOPLE, 0) >= least.people and named.get(Side.BODY, 0) >= least.body
    return None if enough else Objection("founding", Reason.TOO_FEW_FOUNDERS)


def founder(facts: Facts) -> Objection | None:
    named = facts.belonging is not None and facts.belonging.founder
    return None if named else Objection("founding", Reason.NEEDS_FOUNDER)


def on_a_side(facts: Facts) -> Objection | None:
    belongs = facts.signed_in and facts.side is not None and facts.belonging is not None
    role = any(role in facts.roles and side is facts.side for role, side in SIDE_ROLES.items())
    return None if belongs and role else Objection("sides", Reason.NEEDS_SIDE)


def no_keyless_role(facts: Facts) -> Objection | None:
    """Whoever runs, advises or hosts reads why they have no key, and not that they should join a side."""
    return Objection("keys", Reason.NO_KEY_IN_ROLE) if facts.roles & KEYLESS else None


def involved(facts: Facts) -> Objection | None:
    """Whoever stands on a side here, or runs the space or the installation."""
    runs = facts.signed_in and facts.roles & {Role.FACILITATOR, Role.OPERATOR}
    return None if runs else on_a_side(facts)


def on_no_side(facts: Facts) -> Objection | None:
    return None if facts.side is None else Objection("sides", Reason.ON_A_SIDE)


def interests_declared(facts: Facts) -> Objection | None:
    said = facts.joining is not None and facts.joining.interests
    return None if said else Objection("sides", Reason.NEEDS_INTERESTS)


def may_join(facts: Facts) -> Objection | None:
    """Interests are declared; a body's people come by its invitation, and not in among the people."""
    asked = facts.joining
    if asked is None:
        return Objection("sides", Reason.NEEDS_SIDE)
    if not asked.interests:
        return Objection("sides", Reason.NEEDS_INTERESTS)
    if asked.side is Side.PEOPLE and (asked.body_address or facts.attestation is Attestation.STAFF):
        return Objection("sides", Reason.BODY_ADDRESS)
    if asked.side is Side.BODY and asked.invited_by not in facts.charter().bodies:
        return Objection("sides", Reason.NEEDS_INVITATION)
    return None


def own_address(facts: Facts) -> Objection | None:
    """Nobody on the people's side takes on an address that a body lists, as nobody joins it with one."""
    asked = facts.joining
    listed = asked is not None and asked.side is Side.PEOPLE and asked.body_address
    return Objection("sides", Reason.BODY_ADDRESS) if listed else None


def delegate(facts: Facts) -> Objection | None:
    """A body names its own delegates: who speaks for it now, and nobody else."""
    speaks = facts.belonging is not None and facts.belonging.body in facts.charter().bodies
    return None if speaks and facts.side is Side.BODY else Objection("sides", Reason.NEEDS_DELEGATE)


def adviser(facts: Facts) -> Objection | None:
    advises = facts.signed_in and Role.ADVISER in facts.roles
    return None if advises else Objection("sides", Reason.NEEDS_ADVISER)


def operator(facts: Facts) -> Objection | None:
    runs = Role.OPERATOR in facts.roles and facts.signed_in
    return None if runs else Objection("operator", Reason.NEEDS_OPERATOR)


def with_ground(facts: Facts) -> Objection | None:
    return None if facts.ground else Objection("emergency", Reason.NEEDS_GROUND)


def may_answer(facts: Facts) -> Objection | None:
    """Whether the person may turn a key of this decision: the same for a member and a delegate."""
    decision, place = facts.decision, facts.belonging
    if decision is None or facts.decision_state is None:
        return Objection("keys", Reason.NO_DECISION)
    if facts.decision_state is not State.OPEN:
        return Objection("keys", Reason.DECISION_OVER, decision.closes_at)
    if facts.side is None or place is None:
        return Objection("keys", Reason.NEEDS_SIDE)
    answer = Answer(
        voter="",
        key=facts.side,
        yes=True,
        at=facts.now,
        text=facts.shown,
        side=facts.side,
        joined_at=place.joined_at,
        attestation=facts.attestation,
        body=place.body,
        founder=place.founder,
        roles=facts.roles,
    )
    bar = bar_of(decision, answer)
    if bar is None:
        return None
    when = key_from(decision.key, place.joined_at) if bar is Bar.TENURE else None
    return Objection("keys", BARS[bar], when)


def turned(kind: Kind, clause: str) -> Check:
    """That both sides have agreed to this very act; where there are no sides, nobody asks them."""

    def both_keys(facts: Facts) -> Objection | None:
        if facts.standing in WITHOUT_SIDES or kind in facts.agreed:
            return None
        return Objection(clause, Reason.NEEDS_BOTH_KEYS)

    return both_keys


def with_end(facts: Facts) -> Objection | None:
    """A facilitator is appointed until a day, and for no longer than the charter says."""
    if facts.standing in WITHOUT_SIDES:
        return None
    if facts.until is None or facts.until <= facts.now:
        return Objection("facilitator", Reason.NEEDS_END)
    longest = timedelta(days=facts.charter().running.facilitator_days)
    return Objection("facilitator", Reason.TOO_LONG) if facts.until > facts.now + longest else None


def appealable(facts: Facts) -> Objection | None:
    removal = facts.removal
    if removal is None or facts.statement is not StatementState.REMOVED:
        return Objection("appeals", Reason.NOT_REMOVED)
    if not facts.is_author:
        return Objection("appeals", Reason.NOT_THE_AUTHOR)
    ends = appeal_ends(facts.charter().moderation, removal.removed_at)
    over = removal.appealed_at is not None or facts.now >= ends
    return Objection("appeals", Reason.APPEAL_OVER, ends) if over else None


def may_decide_appeal(facts: Facts) -> Objection | None:
    removal = facts.removal
    if removal is None or removal.appealed_at is None:
        return Objection("appeals", Reason.NO_APPEAL)
    if removal.removed_by_me or facts.is_author:
        return Objection("appeals", Reason.OWN_CASE)
    due = decision_due(facts.charter().moderation, removal.appealed_at)
    over = removal.decided or facts.now >= due
    return Objection("appeals", Reason.APPEAL_OVER, due) if over else None


def for_a_purpose(facts: Facts) -> Objection | None:
    """Personal data is read for a purpose that the charter lists, and listed when the data was given."""
    reading = facts.reading
    if reading is None:
        return Objection("purposes", Reason.PURPOSE)
    charters = (facts.charter(), *reading.given_under)
    listed = all(may_be_read(facts.charter(), one, reading.asset, reading.purpose) for one in charters)
    return None if listed else Objection("purposes", Reason.PURPOSE)
