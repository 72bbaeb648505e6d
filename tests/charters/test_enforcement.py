"""The one decision: every action has a rule, sides are equal, and each refusal quotes a clause."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from charters.actions import Action
from charters.enforcement import (
    RULES,
    SENTENCES,
    Attestation,
    Facts,
    Permitted,
    Phase,
    Reason,
    Refusal,
    Refused,
    Role,
    Side,
    Stage,
    Standing,
    StatementState,
    decide,
    first_state,
    phase_at,
    require,
)
from charters.fairness import Gate
from charters.policy import load_policy, parse_policy
from charters.states import InvitationState

POLICY = load_policy("open-health-space")
NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
DAY = timedelta(days=1)
ANNE = Facts(
    now=NOON,
    stage=Stage.VOTING,
    opens_at=NOON - DAY,
    closes_at=NOON + DAY,
    statement=StatementState.PUBLISHED,
    has_device=True,
)
FLO = replace(ANNE, roles=frozenset({Role.FACILITATOR}), signed_in=True)
CONTENT = (
    Action.CAST_VOTE,
    Action.UNDO_VOTE,
    Action.ADD_STATEMENT,
    Action.REPORT_STATEMENT,
    Action.REPORT_QUESTION,
)

moments = st.sampled_from([None, NOON - DAY, NOON, NOON + DAY])
gates = st.frozensets(st.sampled_from(Gate))
facts = st.builds(
    Facts,
    now=st.just(NOON),
    roles=st.frozensets(st.sampled_from(Role)),
    side=st.none() | st.sampled_from(Side),
    standing=st.sampled_from(Standing),
    stage=st.none() | st.sampled_from(Stage),
    opens_at=moments,
    closes_at=moments,
    paused_until=moments,
    opening_held_by=gates,
    closing_held_by=gates,
    pause_left=st.sampled_from([timedelta(), DAY]),
    reopen_ends=moments,
    invitation=st.none() | st.sampled_from(InvitationState),
    statement=st.none() | st.sampled_from(StatementState),
    attestation=st.sampled_from(Attestation),
    attested=st.frozensets(st.sampled_from(Attestation)),
    has_device=st.booleans(),
    signed_in=st.booleans(),
    undo_ends=moments,
    limit_reached=st.booleans(),
)
OF_THE_OPERATOR = {
    Action.READ_OPERATING,
    Action.FOUND_SPACE,
    Action.HIDE_STATEMENT,
    Action.APPOINT_FACILITATOR,
    Action.LOOK_AS,
    Action.ADD_PASSKEY,
}
"""Founding, helping a trial, one emergency act, pages that change nothing, a passkey of their own."""
actions = st.sampled_from(Action)
steady = settings(derandomize=True, max_examples=300)


def reason(action: Action, given: Facts) -> Reason | None:
    decision = decide(POLICY, action, given)
    return decision.reason if isinstance(decision, Refusal) else None


def test_every_action_has_a_rule_and_every_rule_an_action() -> None:
    assert set(RULES) == set(Action)


def test_actions_are_scope_resource_action_and_sorted() -> None:
    values = [action.value for action in Action]
    assert values == sorted(values)
    assert all(len(value.split(":")) == 3 for value in values)


def test_every_reason_has_a_sentence_of_plain_length() -> None:
    assert set(SENTENCES) == set(Reason)
    for sentence in SENTENCES.values():
        assert all(len(part.split()) <= 20 for part in sentence.split("."))


@steady
@given(actions, facts)
def test_a_refusal_quotes_a_clause_of_the_policy_and_says_how_to_mend_it(action: Action, some: Facts) -> None:
    decision = decide(POLICY, action, some)
    if isinstance(decision, Refusal):
        assert decision.clause_text == POLICY.clause(decision.clause).text
        assert decision.sentence == SENTENCES[decision.reason]
        with pytest.raises(Refused) as refused:
            require(POLICY, action, some)
        assert refused.value.refusal == decision
        assert (refused.value.clause, refused.value.reason) == (decision.clause, decision.reason)
    else:
        assert require(POLICY, action, some) == Permitted(action)


@steady
@given(actions, facts, st.none() | st.sampled_from(Side))
def test_no_permission_looks_at_a_side(action: Action, some: Facts, other: Side | None) -> None:
    assert decide(POLICY, action, some) == decide(POLICY, action, replace(some, side=other))


@steady
@given(actions, facts, st.sampled_from([Role.OPERATOR, Role.PARTICIPANT, Role.VISITOR]))
def test_running_the_machine_gives_no_permission(action: Action, some: Facts, role: Role) -> None:
    assume(action not in OF_THE_OPERATOR)
    with_role = replace(some, roles=some.roles | {role})
    without = replace(some, roles=some.roles - {role})
    given, plain = decide(POLICY, action, with_role), decide(POLICY, action, without)
    # Who runs the machine is told that they have no key, where others are told to join a side.
    assert given == plain or (action is Action.ANSWER_DECISION and isinstance(given, Refusal))


@steady
@given(st.sampled_from(CONTENT), facts)
def test_being_facilitator_neither_opens_nor_closes_a_content_act(action: Action, some: Facts) -> None:
    nobody = replace(some, roles=frozenset(), signed_in=False)
    flo = replace(some, roles=frozenset({Role.FACILITATOR}), signed_in=True)
    assert decide(POLICY, action, nobody) == decide(POLICY, action, flo)


@steady
@given(facts)
def test_votes_are_taken_only_in_an_open_consultation_of_a_living_space(some: Facts) -> None:
    if isinstance(decide(POLICY, Action.CAST_VOTE, some), Permitted):
        assert some.phase() is Phase.OPEN
        assert some.standing is Standing.TRIAL
        assert some.has_device
        assert some.statement is StatementState.PUBLISHED
        assert some.paused_until is None or some.paused_until <= some.now
        assert not some.limit_reached


@pytest.mark.parametrize(
    "action",
    [Action.READ_PAGE, Action.READ_DATA, Action.READ_OWN_DATA, Action.READ_HEALTH, Action.END_SESSION],
)
def test_reading_and_signing_out_are_open_to_everybody(action: Action) -> None:
    assert decide(POLICY, action, Facts(now=NOON)) == Permitted(action)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({}, None),
        ({"stage": Stage.FRAMING}, Reason.NOT_OPEN_YET),
        ({"opens_at": NOON + timedelta(seconds=1)}, Reason.NOT_OPEN_YET),
        ({"opens_at": NOON}, None),
        ({"closes_at": NOON}, Reason.CLOSED),
        ({"closes_at": NOON + timedelta(seconds=1)}, None),
        ({"closes_at": None}, None),
        ({"stage": Stage.CLOSED}, Reason.CLOSED),
        ({"stage": Stage.ARCHIVED}, Reason.ARCHIVE),
        ({"standing": Standing.ARCHIVE}, Reason.ARCHIVE),
        ({"stage": None}, Reason.NO_CONSULTATION),
        ({"paused_until": NOON + timedelta(seconds=1)}, Reason.PAUSED),
        ({"paused_until": NOON}, None),
        ({"paused_until": NOON + DAY, "closes_at": NOON}, Reason.CLOSED),
        ({"has_device": False}, Reason.NEEDS_DEVICE),
        ({"limit_reached": True}, Reason.TOO_MANY),
        ({"attested": frozenset({Attestation.EMAIL})}, Reason.NEEDS_ATTESTATION),
        ({"statement": StatementState.PENDING}, Reason.STATEMENT_PENDING),
        ({"statement": StatementState.REMOVED}, Reason.STATEMENT_REMOVED),
        ({"statement": None}, Reason.NO_STATEMENT),
    ],
)
def test_anne_may_vote_unless_one_thing_stands_against_it(
    change: dict[str, object], why: Reason | None
) -> None:
    assert reason(Action.CAST_VOTE, replace(ANNE, **change)) == why  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "action",
    [
        Action.CREATE_CONSULTATION,
        Action.OPEN_CONSULTATION,
        Action.CLOSE_CONSULTATION,
        Action.REVISE_CONSULTATION,
        Action.PAUSE_CONSULTATION,
        Action.RESUME_CONSULTATION,
        Action.REOPEN_CONSULTATION,
        Action.MOVE_LAST_DAY,
        Action.ANNOUNCE_ANSWER,
        Action.NOTIFY,
        Action.MAKE_INVITATION,
        Action.END_INVITATION,
        Action.ENTER_SHEET,
        Action.APPOINT_FACILITATOR,
        Action.ADD_SEED,
        Action.PUBLISH_STATEMENT,
        Action.REMOVE_STATEMENT,
        Action.READ_QUEUE,
        Action.KEEP_STATEMENT,
        Action.KEEP_QUESTION,
        Action.UNDO_MODERATION,
    ],
)
def test_running_a_consultation_needs_a_signed_in_facilitator(action: Action) -> None:
    assert reason(action, ANNE) is Reason.NEEDS_FACILITATOR
    assert reason(action, replace(FLO, signed_in=False)) is Reason.NEEDS_FACILITATOR
    assert reason(action, FLO) is not Reason.NEEDS_FACILITATOR


def test_flo_opens_what_is_framed_and_closes_what_is_open() -> None:
    framed = replace(FLO, stage=Stage.FRAMING, opening_held_by=frozenset(), closing_held_by=frozenset())
    assert reason(Action.OPEN_CONSULTATION, framed) is None
    assert reason(Action.OPEN_CONSULTATION, FLO) is Reason.ALREADY_OPEN
    assert reason(Action.CLOSE_CONSULTATION, framed) is Reason.NOT_OPEN_YET
    assert reason(Action.CLOSE_CONSULTATION, replace(FLO, closing_held_by=frozenset())) is None
    assert reason(Action.CLOSE_CONSULTATION, replace(FLO, stage=Stage.CLOSED)) is Reason.CLOSED
    assert reason(Action.OPEN_CONSULTATION, replace(FLO, stage=Stage.CLOSED)) is Reason.CLOSED


def test_a_statement_goes_one_way_and_no_facilitator_brings_a_removed_one_back() -> None:
    pending = replace(FLO, statement=StatementState.PENDING)
    removed = replace(FLO, statement=StatementState.REMOVED)
    assert reason(Action.PUBLISH_STATEMENT, pending) is None
    assert reason(Action.PUBLISH_STATEMENT, FLO) is Reason.STATEMENT_PUBLISHED
    assert reason(Action.PUBLISH_STATEMENT, removed) is Reason.STATEMENT_REMOVED
    assert reason(Action.REMOVE_STATEMENT, FLO) is None
    assert reason(Action.REMOVE_STATEMENT, removed) is Reason.STATEMENT_REMOVED


def test_only_the_last_act_can_be_undone_and_only_for_a_while() -> None:
    for ends in (None, NOON, NOON - DAY):
        assert reason(Action.UNDO_MODERATION, replace(FLO, undo_ends=ends)) is Reason.CANNOT_UNDO
    assert reason(Action.UNDO_MODERATION, replace(FLO, undo_ends=NOON + timedelta(seconds=1))) is None


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({}, None),
        ({"closes_at": NOON}, None),
        ({"stage": Stage.ARCHIVED, "standing": Standing.ARCHIVE}, None),
        ({"stage": Stage.FRAMING}, Reason.NOT_OPEN_YET),
        ({"stage": None}, Reason.NO_CONSULTATION),
        ({"has_device": False}, Reason.NEEDS_DEVICE),
        ({"limit_reached": True}, Reason.TOO_MANY),
        ({"statement": StatementState.PENDING}, Reason.STATEMENT_PENDING),
        ({"statement": StatementState.REMOVED}, Reason.STATEMENT_REMOVED),
        ({"statement": None}, Reason.NO_STATEMENT),
    ],
)
def test_what_can_be_read_can_be_reported(change: dict[str, object], why: Reason | None) -> None:
    assert reason(Action.REPORT_STATEMENT, replace(ANNE, **change)) == why  # type: ignore[arg-type]


def test_a_device_over_its_limit_waits_with_every_act_that_writes() -> None:
    over = replace(FLO, limit_reached=True)
    for action in (Action.CAST_VOTE, Action.UNDO_VOTE, Action.ADD_STATEMENT):
        assert reason(action, over) is Reason.TOO_MANY
    # These are not counted for a device, so no count of it may stand against them.
    for action in (Action.BEGIN_SESSION, Action.ADD_SEED):
        assert reason(action, over) is None


def test_a_refusal_says_when_it_opens() -> None:
    early = replace(ANNE, opens_at=NOON + DAY)
    decision = decide(POLICY, Action.CAST_VOTE, early)
    assert isinstance(decision, Refusal)
    assert decision.when == NOON + DAY


def test_a_moment_without_a_time_zone_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="closes_at is 2026-11-03T12:00:00, which has no time zone"):
        phase_at(Stage.VOTING, None, datetime(2026, 11, 3, 12), NOON)  # noqa: DTZ001


def test_the_policy_says_how_a_new_statement_begins(policy_text: str) -> None:
    assert first_state(POLICY) is StatementState.PUBLISHED
    assert first_state(parse_policy(policy_text.replace('"post"', '"pre"'))) is StatementState.PENDING
    assert first_state(POLICY, cautious=True) is StatementState.PENDING
