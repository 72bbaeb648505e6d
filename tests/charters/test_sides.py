"""Equal terms at the one place of decision: who may found, join, sign, amend, open, appoint, appeal, read."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from charters.actions import Action
from charters.agreements import Kind, State, begin
from charters.enforcement import Refusal, decide
from charters.facts import Belonging, Facts, Held, Joining, Reading, Removal
from charters.permissions import CAST
from charters.reasons import Reason
from charters.states import Attestation, ProposalState, Role, Side, Stage, Standing, StatementState
from tests.charters.avonmere import CHARTER, DAY, NOON, TEXT, TRUST, avonmere

BOTH = dict.fromkeys(Side, CHARTER.digest)
PLENTY = dict.fromkeys(Side, 40)
HELD = Held(signatures=BOTH, members=PLENTY, founders=PLENTY)
SPACE = Facts(
    now=NOON,
    standing=Standing.RATIFIED,
    held=HELD,
    stage=Stage.VOTING,
    opens_at=NOON - DAY,
    closes_at=NOON + DAY,
    opening_held_by=frozenset(),
    closing_held_by=frozenset(),
    statement=StatementState.PUBLISHED,
    has_device=True,
    signed_in=True,
)
ANN = replace(
    SPACE,
    side=Side.PEOPLE,
    roles=frozenset({Role.MEMBER}),
    attestation=Attestation.EMAIL,
    belonging=Belonging(joined_at=NOON - 30 * DAY),
)
DAN = replace(
    ANN,
    side=Side.BODY,
    roles=frozenset({Role.DELEGATE}),
    attestation=Attestation.STAFF,
    belonging=Belonging(joined_at=NOON - 30 * DAY, body=TRUST),
)
FLO = replace(SPACE, roles=frozenset({Role.FACILITATOR}), role_ends=NOON + DAY)
OLA = replace(SPACE, roles=frozenset({Role.OPERATOR}))
NOBODY = replace(SPACE, signed_in=False)
TRIAL = {"standing": Standing.TRIAL}
AMEND = begin(CHARTER, Kind.AMEND_CHARTER, TEXT, now=NOON - DAY)


def why(action: Action, facts: Facts, **changes: Any) -> Reason | None:
    decision = decide(CHARTER, action, replace(facts, **changes))
    return decision.reason if isinstance(decision, Refusal) else None


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({}, None),
        ({"held": Held(signatures={})}, Reason.UNSIGNED),
        ({"held": Held(signatures={Side.PEOPLE: CHARTER.digest})}, Reason.UNSIGNED),
        ({"held": Held(signatures={Side.BODY: CHARTER.digest})}, Reason.UNSIGNED),
        (
            {"held": Held(signatures={**BOTH, Side.BODY: avonmere({"title": "Another"}).digest})},
            Reason.UNSIGNED,
        ),
        ({"standing": Standing.FOUNDING}, Reason.UNSIGNED),
        ({"standing": Standing.PROVISIONAL}, None),
        ({"held": replace(HELD, asleep=frozenset({Side.PEOPLE}))}, Reason.DORMANT),
    ],
)
def test_a_space_opens_only_over_a_charter_that_both_have_signed(
    changes: dict[str, Any], reason: Reason | None
) -> None:
    both = frozenset(Kind)
    assert why(Action.OPEN_CONSULTATION, FLO, stage=Stage.FRAMING, agreed=both, **changes) is reason
    for action in (Action.CAST_VOTE, Action.ADD_STATEMENT):
        assert why(action, ANN, **changes) is reason
    assert why(Action.CREATE_CONSULTATION, FLO, **changes) is reason
    assert why(Action.PUT_OPENING, FLO, stage=Stage.FRAMING, **changes) is reason


def test_one_letter_of_the_charter_changed_and_the_space_refuses_to_open() -> None:
    changed = avonmere({"clauses": [{"id": "trial", "text": "A trial decides nothing at all."}]})
    opening = replace(FLO, stage=Stage.FRAMING, agreed=frozenset({Kind.OPEN_CONSULTATION}))
    refused = decide(changed, Action.OPEN_CONSULTATION, opening)
    assert isinstance(refused, Refusal)
    assert (refused.clause, refused.reason) == ("signatures", Reason.UNSIGNED)
    assert refused.clause_text == changed.clause("signatures").text


@pytest.mark.parametrize(
    ("action", "kind"),
    [
        (Action.OPEN_CONSULTATION, Kind.OPEN_CONSULTATION),
        (Action.CLOSE_CONSULTATION, Kind.CLOSE_EARLY),
        (Action.MOVE_LAST_DAY, Kind.EXTEND_CONSULTATION),
        (Action.CHANGE_ATTESTATION, Kind.CHANGE_ATTESTATION),
        (Action.APPOINT_FACILITATOR, Kind.APPOINT_FACILITATOR),
    ],
)
def test_what_both_sides_decide_nobody_does_alone_however_many_roles_they_hold(
    action: Action, kind: Kind
) -> None:
    framed = action in (Action.OPEN_CONSULTATION, Action.CHANGE_ATTESTATION)
    able = {"stage": Stage.FRAMING if framed else Stage.VOTING, "until": NOON + DAY}
    all_roles = replace(ANN, roles=frozenset(Role), role_ends=None)
    assert why(action, all_roles, **able) is Reason.NEEDS_BOTH_KEYS
    assert why(action, all_roles, agreed=frozenset(Kind) - {kind}, **able) is Reason.NEEDS_BOTH_KEYS
    assert why(action, NOBODY, agreed=frozenset({kind}), **able) is None
    assert why(action, FLO, **able, **TRIAL) is None
    assert why(action, NOBODY, **able, **TRIAL) is Reason.NEEDS_FACILITATOR


def test_what_both_sides_have_closed_a_facilitator_does_not_open_again_alone() -> None:
    closed = {"stage": Stage.CLOSED, "reopen_ends": NOON + DAY}
    assert why(Action.REOPEN_CONSULTATION, FLO, **closed) is Reason.NEEDS_BOTH_KEYS
    assert why(Action.REOPEN_CONSULTATION, FLO, **closed, **TRIAL) is None
    agreed = frozenset({Kind.EXTEND_CONSULTATION})
    assert why(Action.REOPEN_CONSULTATION, NOBODY, agreed=agreed, **closed) is None


def test_who_may_vote_is_changed_only_before_it_opens() -> None:
    agreed = frozenset({Kind.CHANGE_ATTESTATION})
    assert why(Action.CHANGE_ATTESTATION, FLO, agreed=agreed) is Reason.ALREADY_OPEN
    assert why(Action.PUT_ATTESTATION, FLO) is Reason.ALREADY_OPEN
    assert why(Action.PUT_ATTESTATION, FLO, opens_at=NOON + timedelta(hours=1)) is None


def test_a_facilitators_time_ends() -> None:
    assert why(Action.CREATE_CONSULTATION, FLO) is None
    assert why(Action.CREATE_CONSULTATION, FLO, role_ends=NOON) is Reason.NEEDS_FACILITATOR
    for until, reason in (
        (None, Reason.NEEDS_END),
        (NOON, Reason.NEEDS_END),
        (NOON + 365 * DAY, None),
        (NOON + 366 * DAY, Reason.TOO_LONG),
    ):
        assert why(Action.PUT_FACILITATOR, ANN, until=until) is reason
        agreed = frozenset({Kind.APPOINT_FACILITATOR})
        assert why(Action.APPOINT_FACILITATOR, NOBODY, agreed=agreed, until=until) is reason


@pytest.mark.parametrize(
    ("named", "reason"),
    [
        ({Side.PEOPLE: 2, Side.BODY: 1}, None),
        ({Side.PEOPLE: 1, Side.BODY: 1}, Reason.TOO_FEW_FOUNDERS),
        ({Side.PEOPLE: 9}, Reason.TOO_FEW_FOUNDERS),
        ({}, Reason.TOO_FEW_FOUNDERS),
    ],
)
def test_the_operator_founds_a_space_with_founders_of_both_sides(
    named: dict[Side, int], reason: Reason | None
) -> None:
    held = Held(founders=named)
    assert why(Action.FOUND_SPACE, OLA, held=held) is reason
    assert why(Action.FOUND_SPACE, FLO, held=held) is Reason.NEEDS_OPERATOR
    assert why(Action.FOUND_SPACE, OLA, held=held, signed_in=False) is Reason.NEEDS_OPERATOR


def test_only_founders_put_the_founding_charter_and_only_while_founding() -> None:
    founder = replace(ANN, belonging=Belonging(joined_at=NOON, founder=True), standing=Standing.FOUNDING)
    assert why(Action.FOUND_CHARTER, founder) is None
    assert why(Action.FOUND_CHARTER, ANN, standing=Standing.FOUNDING) is Reason.NEEDS_FOUNDER
    assert why(Action.FOUND_CHARTER, founder, standing=Standing.PROVISIONAL) is Reason.FOUNDED_ALREADY
    assert why(Action.FOUND_CHARTER, founder, **TRIAL) is Reason.TRIAL_DECIDES_NOTHING


def test_a_provisional_space_consults_but_agrees_no_proposal_until_it_is_ratified() -> None:
    provisional = {"standing": Standing.PROVISIONAL}
    for action in (Action.PUT_PROPOSAL, Action.PUT_OUTCOME):
        assert why(action, ANN, **provisional) is Reason.PROVISIONAL
        assert why(action, ANN, proposal=ProposalState.DRAFTING, co_author=True) is None
    assert why(Action.CAST_VOTE, ANN, **provisional) is None
    assert why(Action.RATIFY_CHARTER, ANN, **provisional) is Reason.TOO_FEW_MEMBERS
    enough = {"held": replace(HELD, quorate_since=NOON), **provisional}
    assert why(Action.RATIFY_CHARTER, ANN, **enough) is None
    assert why(Action.RATIFY_CHARTER, ANN) is Reason.NOT_PROVISIONAL
    few = replace(HELD, members={Side.PEOPLE: 2, Side.BODY: 1}, quorate_since=NOON)
    assert why(Action.RATIFY_CHARTER, ANN, held=few, **provisional) is Reason.TOO_FEW_MEMBERS


def test_a_provisional_charter_that_nobody_ratified_in_time_holds_no_longer() -> None:
    founder = replace(ANN, belonging=Belonging(joined_at=NOON, founder=True), standing=Standing.PROVISIONAL)

    def on_day(day: int, action: Action) -> Reason | None:
        return why(action, founder, held=replace(HELD, quorate_since=NOON - day * DAY))

    assert on_day(32, Action.RATIFY_CHARTER) is None
    assert on_day(33, Action.RATIFY_CHARTER) is Reason.RATIFICATION_OVER
    assert (on_day(59, Action.CAST_VOTE), on_day(60, Action.CAST_VOTE)) == (None, Reason.RATIFICATION_OVER)
    assert on_day(59, Action.FOUND_CHARTER) is Reason.FOUNDED_ALREADY
    assert on_day(60, Action.FOUND_CHARTER) is None


def test_in_a_trial_nothing_is_signed_or_agreed() -> None:
    deciding = [action for action in Action if action.value.startswith(("space:decision", "space:charter"))]
    assert len(deciding) == 12
    for action in (*deciding, Action.APPEAL, Action.DECIDE_APPEAL, Action.JOIN_SIDE, Action.WAKE_SPACE):
        for who in (ANN, DAN, FLO, OLA):
            assert why(action, who, **TRIAL) is Reason.TRIAL_DECIDES_NOTHING


@pytest.mark.parametrize(
    ("joining", "changes", "reason"),
    [
        (Joining(side=Side.PEOPLE, interests=True), {}, None),
        (Joining(side=Side.PEOPLE), {}, Reason.NEEDS_INTERESTS),
        (Joining(side=Side.PEOPLE, interests=True, body_address=True), {}, Reason.BODY_ADDRESS),
        (Joining(side=Side.PEOPLE, interests=True), {"attestation": Attestation.STAFF}, Reason.BODY_ADDRESS),
        (Joining(side=Side.PEOPLE, interests=True), {"side": Side.BODY}, Reason.ON_A_SIDE),
        (Joining(side=Side.PEOPLE, interests=True), {"side": Side.PEOPLE}, Reason.ON_A_SIDE),
        (Joining(side=Side.PEOPLE, interests=True), {"signed_in": False}, Reason.NEEDS_SIGN_IN),
        (Joining(side=Side.BODY, interests=True), {}, Reason.NEEDS_INVITATION),
        (Joining(side=Side.BODY, interests=True, invited_by="ods:ZZ9"), {}, Reason.NEEDS_INVITATION),
        (Joining(side=Side.BODY, interests=True, invited_by=TRUST, body_address=True), {}, None),
        (Joining(side=Side.BODY, invited_by=TRUST), {}, Reason.NEEDS_INTERESTS),
        (None, {}, Reason.NEEDS_SIDE),
    ],
)
def test_who_may_join_which_side(
    joining: Joining | None, changes: dict[str, Any], reason: Reason | None
) -> None:
    assert why(Action.JOIN_SIDE, SPACE, joining=joining, **changes) is reason


def test_a_body_names_its_own_delegates() -> None:
    assert why(Action.INVITE_DELEGATE, DAN) is None
    assert why(Action.INVITE_DELEGATE, ANN) is Reason.NEEDS_DELEGATE
    between = Belonging(joined_at=NOON - DAY, body=TRUST)
    assert why(Action.INVITE_DELEGATE, ANN, belonging=between) is Reason.NEEDS_DELEGATE
    for who in (FLO, OLA, NOBODY):
        assert why(Action.INVITE_DELEGATE, who) is Reason.NEEDS_SIDE


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({}, None),
        ({"shown": "b" * 64}, Reason.TEXT_MOVED),
        ({"decision": None}, Reason.NO_DECISION),
        ({"decision_state": State.AGREED}, Reason.DECISION_OVER),
        ({"now": AMEND.closes_at}, Reason.DECISION_OVER),
        ({"signed_in": False}, Reason.NEEDS_SIDE),
        ({"side": None}, Reason.NEEDS_SIDE),
        ({"roles": frozenset({Role.VISITOR})}, Reason.NEEDS_SIDE),
        ({"roles": frozenset({Role.FACILITATOR}), "side": None}, Reason.NO_KEY_IN_ROLE),
        ({"roles": frozenset({Role.ADVISER}), "side": None}, Reason.NO_KEY_IN_ROLE),
        ({"roles": frozenset({Role.OPERATOR}), "side": None}, Reason.NO_KEY_IN_ROLE),
        ({"roles": frozenset({Role.MEMBER, Role.DELEGATE, Role.FACILITATOR})}, Reason.NO_KEY_IN_ROLE),
        ({"roles": frozenset({Role.MEMBER, Role.DELEGATE, Role.OPERATOR})}, Reason.NO_KEY_IN_ROLE),
        ({"roles": frozenset({Role.MEMBER, Role.DELEGATE, Role.ADVISER})}, Reason.NO_KEY_IN_ROLE),
        ({"attestation": Attestation.OPEN}, Reason.KEY_CLASS),
        ({"held": replace(HELD, asleep=frozenset(Side))}, Reason.DORMANT),
    ],
)
def test_who_may_sign_is_the_same_for_a_member_and_a_delegate(
    changes: dict[str, Any], reason: Reason | None
) -> None:
    asked = {"decision": AMEND, "decision_state": State.OPEN, "shown": TEXT}
    for who in (ANN, DAN):
        assert why(Action.ANSWER_DECISION, who, **{**asked, **changes}) is reason


def test_somebody_too_new_is_told_from_when_they_may_sign() -> None:
    asked = {"decision": AMEND, "decision_state": State.OPEN, "shown": TEXT}
    new = Belonging(joined_at=NOON - 2 * DAY)
    refused = decide(CHARTER, Action.ANSWER_DECISION, replace(ANN, belonging=new, **asked))
    assert isinstance(refused, Refusal)
    assert (refused.reason, refused.when) == (Reason.KEY_TENURE, NOON + 5 * DAY)
    assert why(Action.ANSWER_DECISION, ANN, belonging=new, now=NOON + 5 * DAY, **asked) is None
    founder = replace(new, founder=True)
    assert why(Action.ANSWER_DECISION, ANN, belonging=founder, **asked) is None
    after = Belonging(joined_at=NOON)
    assert why(Action.ANSWER_DECISION, ANN, belonging=after, **asked) is Reason.JOINED_AFTER


def test_a_silent_space_is_read_joined_and_left_and_woken_by_newcomers() -> None:
    asleep = replace(HELD, asleep=frozenset({Side.BODY}))
    author = replace(ANN, is_author=True, answered=False, in_result=False, held=asleep)
    reading = (Action.READ_PAGE, Action.READ_DATA, Action.REPORT_STATEMENT)
    for action in (*reading, Action.UNDO_VOTE, Action.WITHDRAW_STATEMENT, Action.LEAVE_SIDE):
        assert why(action, author) is None
    assert why(Action.REVISE_STATEMENT, author) is Reason.DORMANT
    assert why(Action.AMEND_CHARTER, ANN, held=asleep) is Reason.DORMANT
    assert why(Action.WAKE_SPACE, ANN, held=asleep) is Reason.NO_NEWCOMERS
    assert why(Action.WAKE_SPACE, ANN, held=replace(asleep, newcomers={Side.BODY: 1})) is None
    assert why(Action.WAKE_SPACE, ANN) is Reason.AWAKE
    assert why(Action.WAKE_SPACE, OLA, held=replace(asleep, newcomers={Side.BODY: 1})) is Reason.NEEDS_SIDE


def test_the_operator_hides_on_a_legal_ground_and_changes_nothing() -> None:
    assert why(Action.HIDE_STATEMENT, OLA, ground=True) is None
    assert why(Action.HIDE_STATEMENT, OLA) is Reason.NEEDS_GROUND
    assert why(Action.HIDE_STATEMENT, FLO, ground=True) is Reason.NEEDS_OPERATOR
    for action in (Action.REMOVE_STATEMENT, Action.PUBLISH_STATEMENT, Action.OPEN_CONSULTATION):
        assert why(action, OLA) is not None


GONE = {"statement": StatementState.REMOVED}
REMOVAL = Removal(removed_at=NOON - DAY)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"removal": REMOVAL}, None),
        ({"removal": None}, Reason.NOT_REMOVED),
        ({"removal": REMOVAL, "statement": StatementState.PUBLISHED}, Reason.NOT_REMOVED),
        ({"removal": REMOVAL, "is_author": False}, Reason.NOT_THE_AUTHOR),
        ({"removal": replace(REMOVAL, appealed_at=NOON)}, Reason.APPEAL_OVER),
        ({"removal": replace(REMOVAL, removed_at=NOON - 14 * DAY)}, Reason.APPEAL_OVER),
        ({"removal": REMOVAL, "has_device": False}, Reason.NEEDS_DEVICE),
    ],
)
def test_the_author_appeals_in_time_and_once(changes: dict[str, Any], reason: Reason | None) -> None:
    assert why(Action.APPEAL, NOBODY, **{**GONE, "is_author": True, **changes}) is reason


@pytest.mark.parametrize(
    ("case", "reason"),
    [
        (Removal(removed_at=NOON - 2 * DAY, appealed_at=NOON - DAY), None),
        (Removal(removed_at=NOON - 2 * DAY), Reason.NO_APPEAL),
        (None, Reason.NO_APPEAL),
        (Removal(removed_at=NOON, appealed_at=NOON, removed_by_me=True), Reason.OWN_CASE),
        (Removal(removed_at=NOON, appealed_at=NOON, decided=True), Reason.APPEAL_OVER),
        (Removal(removed_at=NOON - 20 * DAY, appealed_at=NOON - 14 * DAY), Reason.APPEAL_OVER),
    ],
)
def test_an_appeal_is_decided_by_people_of_both_sides_who_had_no_part_in_it(
    case: Removal | None, reason: Reason | None
) -> None:
    for who in (ANN, DAN):
        assert why(Action.DECIDE_APPEAL, who, removal=case, **GONE) is reason
        if reason is None:
            assert why(Action.DECIDE_APPEAL, who, removal=case, is_author=True, **GONE) is Reason.OWN_CASE
    for who in (FLO, OLA, NOBODY):
        assert why(Action.DECIDE_APPEAL, who, removal=case, **GONE) is Reason.NEEDS_SIDE


def test_personal_data_is_read_for_a_listed_purpose_or_not_at_all() -> None:
    narrow = avonmere({"purposes": ["run-space", "publish-aggregate"]})

    def asked(purpose: str, *given: Any) -> Reason | None:
        reading = Reading(asset="vote", purpose=purpose, given_under=given)
        return why(Action.READ_PERSONAL_DATA, OLA, reading=reading)

    assert asked("publish-aggregate", CHARTER, narrow) is None
    assert asked("approved-research", CHARTER) is None
    assert asked("approved-research", CHARTER, narrow) is Reason.PURPOSE
    for unlisted in ("advertising", "sale", "curiosity", ""):
        assert asked(unlisted, CHARTER) is Reason.PURPOSE
    assert why(Action.READ_PERSONAL_DATA, OLA) is Reason.PURPOSE


def test_the_cast_of_the_published_table_is_as_equal_as_these() -> None:
    rows = {
        action: [decide(CHARTER, action, CAST[name]) for name in ("member", "delegate")] for action in Action
    }
    unequal = {a for a, (one, other) in rows.items() if type(one) is not type(other)}
    assert unequal <= {Action.INVITE_DELEGATE, Action.ANSWER_DECISION, Action.ADD_PASSKEY}
