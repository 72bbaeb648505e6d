"""The checks of taking part, of one's own words, and of who runs what: dates, devices, limits, states.

Each is a small function that objects or does not; `charters.enforcement` says which act asks which.
"""

from charters.facts import Facts, Objection
from charters.reasons import Reason
from charters.states import Phase, Role, Stage, Standing, StatementState

ENTRUSTED = frozenset({Role.DELEGATE, Role.FACILITATOR, Role.OPERATOR})


def living(facts: Facts) -> Objection | None:
    archived = facts.standing is Standing.ARCHIVE or facts.stage is Stage.ARCHIVED
    return Objection("archive", Reason.ARCHIVE) if archived else None


def is_open(facts: Facts) -> Objection | None:
    match facts.phase():
        case None:
            return Objection("open-dates", Reason.NO_CONSULTATION)
        case Phase.NOT_OPEN:
            return Objection("open-dates", Reason.NOT_OPEN_YET, facts.opens_at)
        case Phase.CLOSED:
            return Objection("open-dates", Reason.CLOSED, facts.closes_at)
        case Phase.ARCHIVED:
            return Objection("archive", Reason.ARCHIVE)
        case Phase.PAUSED:
            return Objection("pausing", Reason.PAUSED, facts.paused_until)
    return None


def in_consultation(facts: Facts) -> Objection | None:
    return None if facts.stage is not None else Objection("open-dates", Reason.NO_CONSULTATION)


def not_closed(facts: Facts) -> Objection | None:
    closed = facts.phase() is Phase.CLOSED
    return Objection("open-dates", Reason.CLOSED, facts.closes_at) if closed else None


def over(facts: Facts) -> Objection | None:
    closed = facts.phase() is Phase.CLOSED
    return None if closed else Objection("duties", Reason.STILL_OPEN, facts.closes_at)


def framing(facts: Facts) -> Objection | None:
    voting = facts.stage is Stage.VOTING
    return Objection("open-dates", Reason.ALREADY_OPEN) if voting else None


def opened(facts: Facts) -> Objection | None:
    framing = facts.stage is Stage.FRAMING
    return Objection("open-dates", Reason.NOT_OPEN_YET, facts.opens_at) if framing else None


def device(facts: Facts) -> Objection | None:
    return None if facts.has_device else Objection("own-device", Reason.NEEDS_DEVICE)


def within_limits(facts: Facts) -> Objection | None:
    over = facts.limit_reached
    return Objection("fair-limits", Reason.TOO_MANY, facts.limit_ends) if over else None


def attested(facts: Facts) -> Objection | None:
    if facts.attestation in facts.attested:
        return None
    return Objection("who-may-vote", Reason.NEEDS_ATTESTATION)


def facilitator(facts: Facts) -> Objection | None:
    serves = facts.role_ends is None or facts.now < facts.role_ends
    if Role.FACILITATOR in facts.roles and facts.signed_in and serves:
        return None
    return Objection("facilitator", Reason.NEEDS_FACILITATOR)


def published(facts: Facts) -> Objection | None:
    match facts.statement:
        case StatementState.PUBLISHED:
            return None
        case StatementState.PENDING:
            return Objection("moderation", Reason.STATEMENT_PENDING)
        case StatementState.REMOVED:
            return Objection("moderation", Reason.STATEMENT_REMOVED)
    return Objection("moderation", Reason.NO_STATEMENT)


def known_statement(facts: Facts) -> Objection | None:
    return None if facts.statement is not None else Objection("moderation", Reason.NO_STATEMENT)


def not_published(facts: Facts) -> Objection | None:
    published = facts.statement is StatementState.PUBLISHED
    return Objection("moderation", Reason.STATEMENT_PUBLISHED) if published else None


def not_removed(facts: Facts) -> Objection | None:
    removed = facts.statement is StatementState.REMOVED
    return Objection("moderation", Reason.STATEMENT_REMOVED) if removed else None


def by_its_author(facts: Facts) -> Objection | None:
    return None if facts.is_author else Objection("own-words", Reason.NOT_THE_AUTHOR)


def unanswered(facts: Facts) -> Objection | None:
    return Objection("own-words", Reason.STATEMENT_ANSWERED) if facts.answered else None


def in_no_result(facts: Facts) -> Objection | None:
    return Objection("own-words", Reason.STATEMENT_IN_RESULT) if facts.in_result else None


def shown(facts: Facts) -> Objection | None:
    early = facts.phase() is Phase.NOT_OPEN
    return Objection("open-dates", Reason.NOT_OPEN_YET, facts.opens_at) if early else None


def undoable(facts: Facts) -> Objection | None:
    if facts.undo_ends is not None and facts.now < facts.undo_ends:
        return None
    return Objection("moderation", Reason.CANNOT_UNDO, facts.undo_ends)


def signed_in(facts: Facts) -> Objection | None:
    return None if facts.signed_in else Objection("sign-in", Reason.NEEDS_SIGN_IN)


def entrusted(facts: Facts) -> Objection | None:
    """Passkeys are for those who act for others; everybody else needs no more than their link."""
    held = (facts.roles | facts.tasks) & ENTRUSTED
    return None if held else Objection("sign-in", Reason.NEEDS_TASK)


def not_begun(facts: Facts) -> Objection | None:
    begun = facts.phase() is not Phase.NOT_OPEN
    return Objection("who-may-vote", Reason.ALREADY_OPEN) if begun else None
