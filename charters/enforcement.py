"""The only place where a permission is decided.

`decide` takes a policy, an action and facts, and nothing else: no database, no request, no clock. The same
answer lets a verb refuse, tells a page why a button is missing, and makes the published table of permissions.
Every rule is a tuple of small checks; the first one that objects gives the refusal, with the clause it keeps.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType

from charters import checks, discussing, drafting, sides, steering
from charters.accounts import OF_ACCOUNTS
from charters.actions import Action
from charters.agreements import Kind
from charters.facts import Check, Facts, Objection
from charters.reasons import SENTENCES, Reason
from charters.states import Attestation, Phase, Role, Side, Stage, Standing, StatementState, phase_at
from charters.terms import Policy
from charters.wording import Words

__all__ = [
    "RULES",
    "SENTENCES",
    "Attestation",
    "Facts",
    "Permitted",
    "Phase",
    "Reason",
    "Refusal",
    "Refused",
    "Role",
    "Side",
    "Stage",
    "Standing",
    "StatementState",
    "decide",
    "first_state",
    "phase_at",
    "refusal",
    "require",
]


@dataclass(frozen=True, slots=True)
class Permitted:
    """It may be done."""

    action: Action


@dataclass(frozen=True, slots=True)
class Refusal:
    """It may not: the clause that is kept, why, a sentence that says how to mend it, and when if known."""

    action: Action
    clause: str
    clause_title: Words
    clause_text: Words
    reason: Reason
    sentence: Words
    when: datetime | None = None


class Refused(Exception):
    """Raised by `require`, and by verbs that keep a clause themselves; errors.py makes a page of it."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.sentence)
        self.refusal = refusal

    @property
    def clause(self) -> str:
        """The id of the clause that is kept."""
        return self.refusal.clause

    @property
    def clause_text(self) -> Words:
        """That clause in words."""
        return self.refusal.clause_text

    @property
    def reason(self) -> Reason:
        """The short code."""
        return self.refusal.reason

    @property
    def sentence(self) -> Words:
        """Why, and how to mend it."""
        return self.refusal.sentence


def decide(policy: Policy, action: Action, facts: Facts) -> Permitted | Refusal:
    """Whether `action` is permitted under `policy` when `facts` hold, and if not, by which clause."""
    judged = replace(facts, policy=policy)
    for check in RULES[action]:
        objection = check(judged)
        if objection is not None:
            return refusal(policy, action, objection.clause, objection.reason, objection.when)
    return Permitted(action)


def require(policy: Policy, action: Action, facts: Facts) -> Permitted:
    """As `decide`, but raises `Refused` instead of returning a refusal."""
    decision = decide(policy, action, facts)
    if isinstance(decision, Refusal):
        raise Refused(decision)
    return decision


def refusal(
    policy: Policy, action: Action, clause_id: str, reason: Reason, when: datetime | None = None
) -> Refusal:
    """A refusal that quotes the policy's clause."""
    clause = policy.clause(clause_id)
    return Refusal(action, clause.id, clause.title, clause.text, reason, SENTENCES[reason], when)


def first_state(policy: Policy, *, cautious: bool = False) -> StatementState:
    """The state in which a participant's new statement begins: the same for both sides.

    `cautious` says that an identifier or words about harm were found in it: such a text is always read first.
    """
    at_once = policy.moderation.mode == "post" and not cautious
    return StatementState.PUBLISHED if at_once else StatementState.PENDING


def _by_keys(kind: Kind, clause: str) -> Check:
    """What a facilitator does alone where there are no sides, and both sides decide where there are."""
    turned = sides.turned(kind, clause)

    def decided(facts: Facts) -> Objection | None:
        return checks.facilitator(facts) if facts.standing in sides.WITHOUT_SIDES else turned(facts)

    return decided


def _appointing(facts: Facts) -> Objection | None:
    if facts.standing not in sides.WITHOUT_SIDES:
        return sides.turned(Kind.APPOINT_FACILITATOR, "facilitator")(facts)
    return None if sides.operator(facts) is None else checks.facilitator(facts)


# Content acts ask the same of everybody: no check below looks at a side.
_HELD = (checks.living, sides.signed, sides.awake)
_ACTING = (*_HELD, checks.is_open, checks.device, checks.within_limits)
_TAKING_PART = (*_ACTING, checks.attested)
_RUNNING = (checks.facilitator, *_HELD)
# Taking something back is never kept from anybody by a side's silence or a signature.
_TAKING_BACK = (checks.living, checks.is_open, checks.device, checks.within_limits)
_OWN_WORDS = (checks.known_statement, checks.by_its_author, checks.not_removed, checks.unanswered)
_UNREAD = (checks.not_published, checks.not_removed)
_STEERING = (*_HELD, checks.in_consultation, checks.not_closed)
# Nobody is on a side in a trial or an archive, so that is asked first.
_ON_A_SIDE = (sides.sided, checks.living, sides.on_a_side)
_PUTTING = (*_ON_A_SIDE, sides.signed, sides.awake)
_SPEAKING = (
    sides.sided,
    checks.living,
    discussing.voice,
    sides.signed,
    sides.awake,
    checks.device,
    checks.within_limits,
)
_DISCUSSING = (*_SPEAKING, discussing.under_discussion)
# Whoever stands on a side writes, as often as the same limits let everybody.
_BEGINNING = (*_PUTTING, checks.device, checks.within_limits)
_WRITING = (*_BEGINNING, drafting.being_written)
_UNPUBLISHED = (discussing.not_published, discussing.not_removed)
_SETTLING = (drafting.being_written, discussing.published, drafting.may_resolve)
_OWED = (*_ON_A_SIDE, sides.signed, checks.device, checks.within_limits)
_OWN_COMMENT = (discussing.own, discussing.not_removed, discussing.unanswered)
_ASKING = (sides.sided, *_RUNNING, checks.in_consultation, checks.not_closed)

RULES: Mapping[Action, tuple[Check, ...]] = MappingProxyType(
    {
        **OF_ACCOUNTS,
        Action.ENTER_BY_INVITATION: (*_ACTING, steering.invited),
        Action.END_INVITATION: (*_RUNNING, checks.in_consultation, steering.invitation_goes),
        # Owed also by a space that has fallen asleep.
        Action.GIVE_ANSWER: (
            *_ON_A_SIDE,
            sides.signed,
            sides.delegate,
            checks.in_consultation,
            checks.over,
        ),
        Action.MAKE_INVITATION: (*_RUNNING, checks.in_consultation, checks.not_closed),
        # Votes as any other: what holds for those who vote holds for the sheet that they filled in.
        Action.ENTER_SHEET: (
            *_RUNNING,
            checks.in_consultation,
            checks.is_open,
            checks.within_limits,
            steering.paper_admitted,
        ),
        Action.DECIDE_APPEAL: (*_ON_A_SIDE, sides.may_decide_appeal),
        Action.KEEP_QUESTION: (checks.facilitator, checks.in_consultation),
        Action.REPORT_QUESTION: (checks.in_consultation, checks.device, checks.within_limits),
        Action.ADD_SEED: (*_RUNNING, checks.in_consultation, checks.not_closed),
        Action.ADD_STATEMENT: _TAKING_PART,
        Action.APPEAL: (sides.sided, checks.device, sides.appealable),
        Action.HIDE_STATEMENT: (
            sides.operator,
            sides.with_ground,
            checks.known_statement,
            checks.not_removed,
        ),
        Action.KEEP_STATEMENT: (checks.facilitator, checks.published),
        Action.PUBLISH_STATEMENT: (checks.facilitator, sides.awake, checks.known_statement, *_UNREAD),
        Action.REMOVE_STATEMENT: (checks.facilitator, checks.known_statement, checks.not_removed),
        # What can be read can be reported, also when voting is over and in an archive.
        Action.REPORT_STATEMENT: (
            checks.in_consultation,
            checks.shown,
            checks.device,
            checks.within_limits,
            checks.published,
        ),
        Action.UNDO_MODERATION: (checks.facilitator, checks.known_statement, checks.undoable),
        Action.REVISE_STATEMENT: (*_TAKING_PART, *_OWN_WORDS, checks.in_no_result),
        # What was voted on is never changed: another one takes its place, and voters are asked again.
        Action.REPLACE_STATEMENT: (
            *_TAKING_PART,
            checks.known_statement,
            checks.by_its_author,
            checks.published,
        ),
        Action.READ_QUEUE: (checks.facilitator,),
        Action.SET_ASIDE: (*_BEGINNING, checks.published),
        Action.WITHDRAW_STATEMENT: (*_TAKING_BACK, *_OWN_WORDS),
        Action.CAST_VOTE: (*_TAKING_PART, checks.published),
        Action.UNDO_VOTE: _TAKING_BACK,
        Action.UNDO_CLAUSE_VOTE: drafting.TAKING_BACK,
        Action.VOTE_ON_CLAUSE: (*_HELD, *drafting.TAKING_BACK, checks.attested, checks.published),
        Action.READ_HEALTH: (),
        Action.READ_OPERATING: (sides.operator,),
        Action.FOUND_SPACE: (sides.operator, sides.enough_founders),
        Action.READ_DATA: (),
        Action.READ_PAGE: (),
        Action.AMEND_CHARTER: _PUTTING,
        Action.FOUND_CHARTER: (*_ON_A_SIDE, sides.founding, sides.founder),
        Action.RATIFY_CHARTER: (*_PUTTING, sides.provisional, sides.quorate),
        Action.APPEAL_COMMENT: (sides.sided, checks.device, sides.appealable),
        Action.KEEP_COMMENT: (checks.facilitator, discussing.published),
        Action.PUBLISH_COMMENT: (checks.facilitator, sides.awake, *_UNPUBLISHED),
        Action.REMOVE_COMMENT: (checks.facilitator, discussing.not_removed),
        # What can be read can be reported, also when the decision has ended and the space sleeps.
        Action.REPORT_COMMENT: (checks.device, checks.within_limits, discussing.published),
        Action.RESOLVE_COMMENT: (*_SPEAKING, *_SETTLING),
        Action.UNDO_COMMENT: (checks.facilitator, checks.undoable),
        Action.REVISE_COMMENT: (*_DISCUSSING, *_OWN_COMMENT),
        # Taken back also when the decision is over, and by somebody who has left their side.
        Action.WITHDRAW_COMMENT: (checks.device, checks.within_limits, *_OWN_COMMENT),
        Action.WRITE_COMMENT: _DISCUSSING,
        Action.WRITE_CLAUSE: _WRITING,
        Action.MAKE_COMMITMENT: (*_BEGINNING, drafting.agreed),
        # Owed also by a space that has fallen asleep.
        Action.REPORT_COMMITMENT: (*_OWED, drafting.own_promise, drafting.promise_open),
        Action.ANSWER_PROPOSAL: (*_OWED, sides.delegate, drafting.agreed),
        Action.CHANGE_ATTESTATION: (
            _by_keys(Kind.CHANGE_ATTESTATION, "who-may-vote"),
            *_STEERING,
            checks.not_begun,
        ),
        Action.ANNOUNCE_ANSWER: (*_RUNNING, checks.in_consultation),
        Action.CLOSE_CONSULTATION: (
            _by_keys(Kind.CLOSE_EARLY, "running"),
            *_STEERING,
            checks.opened,
            steering.answer_announced,
        ),
        Action.CREATE_CONSULTATION: _RUNNING,
        Action.MOVE_LAST_DAY: (_by_keys(Kind.EXTEND_CONSULTATION, "running"), *_STEERING, checks.opened),
        Action.NOTIFY: (*_RUNNING, checks.in_consultation),
        Action.OPEN_CONSULTATION: (
            _by_keys(Kind.OPEN_CONSULTATION, "running"),
            *_STEERING,
            checks.framing,
            steering.fair,
        ),
        Action.PAUSE_CONSULTATION: (*_RUNNING, checks.is_open, steering.may_pause),
        # What both sides have closed, nobody opens again alone.
        Action.REOPEN_CONSULTATION: (
            _by_keys(Kind.EXTEND_CONSULTATION, "running"),
            *_HELD,
            checks.in_consultation,
            steering.reopenable,
        ),
        Action.RESUME_CONSULTATION: (*_RUNNING, checks.in_consultation, steering.paused),
        Action.REVISE_CONSULTATION: (*_RUNNING, checks.in_consultation, checks.framing, checks.not_closed),
        Action.ANSWER_DECISION: (
            sides.sided,
            checks.living,
            sides.no_keyless_role,
            sides.on_a_side,
            sides.awake,
            sides.may_answer,
        ),
        Action.PUT_ATTESTATION: (*_ASKING, checks.not_begun),
        Action.PUT_EARLY_CLOSE: (*_ASKING, checks.opened),
        Action.PUT_EXTENSION: (*_ASKING, checks.opened),
        Action.PUT_FACILITATOR: (*_PUTTING, sides.with_end),
        Action.PUT_OPENING: (*_ASKING, checks.framing, steering.fair),
        Action.PUT_OUTCOME: (*_PUTTING, sides.ratified),
        Action.PUT_PROPOSAL: (*_PUTTING, sides.ratified, drafting.being_written, drafting.co_author),
        Action.PUT_WITHDRAWAL: (*_PUTTING, sides.ratified, drafting.being_written, drafting.co_author),
        Action.INVITE_DELEGATE: (*_ON_A_SIDE, sides.delegate),
        Action.APPOINT_FACILITATOR: (_appointing, *_HELD, sides.with_end),
        # For whoever answers for the page: nothing is done by it, and nobody's own is shown.
        Action.LOOK_AS: (sides.sided, sides.involved),
        Action.FINISH_PARTICIPATION: (checks.device,),
        Action.READ_PERSONAL_DATA: (sides.for_a_purpose,),
        Action.READ_OWN_PLACE: (checks.device,),
        Action.INVITE_ADVISER: (sides.sided, *_RUNNING),
        Action.BECOME_ADVISER: (
            sides.sided,
            *_HELD,
            checks.signed_in,
            steering.invited,
            sides.interests_declared,
        ),
        Action.STOP_ADVISING: (sides.sided, sides.adviser),
        Action.BEGIN_PROPOSAL: _BEGINNING,
        # Nobody is kept from taking their own name from under a text.
        Action.STOP_SUPPORT: (checks.device, checks.within_limits, drafting.known, drafting.co_author),
        Action.SUPPORT_PROPOSAL: (*_WRITING, drafting.co_author),
        Action.DECLARE_INTERESTS: (sides.sided, sides.on_a_side),
        Action.JOIN_SIDE: (sides.sided, checks.living, checks.signed_in, sides.on_no_side, sides.may_join),
        Action.LEAVE_SIDE: (sides.sided, sides.on_a_side),
        Action.WAKE_SPACE: (*_ON_A_SIDE, sides.asleep, sides.newcomers),
        Action.ANSWER_SUGGESTION: (*_WRITING, drafting.suggestion_open),
        Action.SUGGEST_WORDING: (*_SPEAKING, drafting.being_written),
    }
)
