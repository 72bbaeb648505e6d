"""The checks of discussing what is being decided: who has a voice, on what, until when, and own words.

No check looks at a side: a member, a delegate and an adviser speak under the same rules.
"""

from charters import drafting
from charters.agreements import Kind, State
from charters.facts import Facts, Objection
from charters.reasons import Reason
from charters.sides import on_a_side
from charters.states import Role, StatementState

DISCUSSED = frozenset({Kind.ADOPT_CHARTER, Kind.RATIFY_CHARTER, Kind.AMEND_CHARTER})
"""The decisions that people discuss in writing: those about the charter."""


def voice(facts: Facts) -> Objection | None:
    """Whoever stands on a side may comment, and an adviser, who has no key, may too."""
    if facts.signed_in and Role.ADVISER in facts.roles:
        return None
    return None if on_a_side(facts) is None else Objection("sides", Reason.NEEDS_VOICE)


def under_discussion(facts: Facts) -> Objection | None:
    """That the clause spoken of is being written, or that both sides are deciding about the charter now."""
    if facts.proposal is not None:
        return drafting.being_written(facts)
    decision = facts.decision
    if decision is None or decision.kind not in DISCUSSED:
        return Objection("amendment", Reason.NOT_DISCUSSED)
    over = facts.decision_state is not State.OPEN or facts.now >= decision.closes_at
    return Objection("keys", Reason.DECISION_OVER, decision.closes_at) if over else None


def own(facts: Facts) -> Objection | None:
    return None if facts.is_author else Objection("own-words", Reason.NOT_YOUR_COMMENT)


def unanswered(facts: Facts) -> Objection | None:
    """Nobody's words are changed under the reply that was given to them."""
    return Objection("own-words", Reason.COMMENT_ANSWERED) if facts.answered else None


def published(facts: Facts) -> Objection | None:
    waits = facts.statement is StatementState.PENDING
    return Objection("moderation", Reason.COMMENT_PENDING) if waits else not_removed(facts)


def not_published(facts: Facts) -> Objection | None:
    there = facts.statement is StatementState.PUBLISHED
    return Objection("moderation", Reason.COMMENT_PUBLISHED) if there else None


def not_removed(facts: Facts) -> Objection | None:
    gone = facts.statement in (None, StatementState.REMOVED)
    return Objection("moderation", Reason.COMMENT_REMOVED) if gone else None
