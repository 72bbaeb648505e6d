"""The four gates: what is missing nobody may leave out, what falls short needs a public reason."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from charters.actions import Action
from charters.enforcement import Facts, Permitted, Reason, Refusal, Role, Stage, decide
from charters.fairness import (
    EVERY_GATE,
    PRINCIPLES,
    Framed,
    Gate,
    Verdict,
    closing_held_by,
    days_open,
    findings,
    least_days,
    opening_held_by,
    prompts_left,
)
from charters.policy import load_policy

POLICY = load_policy("open-health-space")
FAIR = POLICY.fairness
NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
DAY = timedelta(days=1)
READY = Framed(
    kind="blank",
    nothing_decided=True,
    background="word " * 30,
    closes_at=NOON + 14 * DAY,
    answer_by=NOON + 70 * DAY,
)


def verdicts(framed: Framed, now: datetime = NOON) -> dict[Gate, Verdict]:
    return {finding.gate: finding.verdict for finding in findings(FAIR, framed, now)}


def test_what_is_ready_meets_all_four_and_each_says_so() -> None:
    assert verdicts(READY) == dict.fromkeys(Gate, Verdict.MET)
    assert opening_held_by(FAIR, READY, NOON) == frozenset()
    assert set(PRINCIPLES) == EVERY_GATE
    assert all(finding.found and not finding.mend for finding in findings(FAIR, READY, NOON))


@pytest.mark.parametrize(
    ("change", "gate", "verdict", "found"),
    [
        ({"nothing_decided": False}, Gate.FORMATIVE, Verdict.MISSING, "Nobody has said"),
        ({"background": "  "}, Gate.REASONS, Verdict.MISSING, "no background"),
        ({"background": "word " * 40 + "[[Why now?]]"}, Gate.REASONS, Verdict.MISSING, "1 gap"),
        ({"background": "[[Why?]] [[What\ncan?]]"}, Gate.REASONS, Verdict.MISSING, "2 gaps"),
        ({"background": "word " * 29}, Gate.REASONS, Verdict.SHORT, "29 words"),
        ({"closes_at": None}, Gate.TIME, Verdict.MISSING, "No last day"),
        ({"closes_at": NOON}, Gate.TIME, Verdict.MISSING, "has passed"),
        ({"closes_at": NOON + 13 * DAY}, Gate.TIME, Verdict.SHORT, "13 days"),
        ({"closes_at": NOON + 20 * DAY, "kind": "improve-service"}, Gate.TIME, Verdict.SHORT, "20 days"),
        ({"closes_at": NOON + DAY}, Gate.TIME, Verdict.SHORT, "1 day."),
        ({"opens_at": NOON + 2 * DAY}, Gate.TIME, Verdict.SHORT, "12 days"),
        ({"answer_by": None}, Gate.ACCOUNT, Verdict.SHORT, "Nobody has said when"),
        ({"answer_by": NOON + 14 * DAY}, Gate.ACCOUNT, Verdict.MISSING, "before voting ends"),
    ],
)
def test_one_thing_that_is_wanting_is_found_at_its_gate_and_says_how_to_mend_it(
    change: dict[str, object], gate: Gate, verdict: Verdict, found: str
) -> None:
    framed = replace(READY, **change)  # type: ignore[arg-type]
    assert verdicts(framed) == {**dict.fromkeys(Gate, Verdict.MET), gate: verdict}
    finding = next(one for one in findings(FAIR, framed, NOON) if one.gate is gate)
    assert found in finding.found
    assert finding.mend
    assert opening_held_by(FAIR, framed, NOON) == {gate}
    with_reason = replace(framed, departures={gate: "A reason that everybody reads."})
    held = opening_held_by(FAIR, with_reason, NOON)
    assert held == (frozenset() if verdict is Verdict.SHORT else {gate})


def test_an_opening_day_that_has_passed_counts_from_today() -> None:
    late = replace(READY, opens_at=NOON - 30 * DAY)
    assert verdicts(late)[Gate.TIME] is Verdict.MET
    assert "14 days" in findings(FAIR, late, NOON)[2].found


def test_the_first_and_the_last_day_both_count() -> None:
    midnight = datetime(2026, 11, 2, tzinfo=UTC)
    assert days_open(midnight, midnight + 14 * DAY - timedelta(seconds=1)) == 14
    assert days_open(NOON, midnight + 14 * DAY - timedelta(seconds=1)) == 14
    assert days_open(NOON, NOON - DAY) == 0


def test_every_kind_has_its_days_and_an_unknown_one_those_of_a_blank_page() -> None:
    assert least_days(FAIR, "choose-options") == FAIR.least_days["choose-options"] > least_days(FAIR, "blank")
    assert least_days(FAIR, "") == least_days(FAIR, "nothing known") == FAIR.least_days["blank"]


def test_a_gap_is_two_brackets_and_a_link_is_none() -> None:
    assert prompts_left("See [our page](https://example.org) [[Say why.]]") == ["[[Say why.]]"]


moments = st.none() | st.integers(-40, 90).map(lambda days: NOON + days * DAY)
framed = st.builds(
    Framed,
    kind=st.sampled_from(["", "blank", "improve-service", "choose-options"]),
    nothing_decided=st.booleans(),
    background=st.integers(0, 60).map(lambda words: "word " * words) | st.just("word " * 60 + "[[gap]]"),
    opens_at=moments,
    closes_at=moments,
    answer_by=moments,
    departures=st.dictionaries(st.sampled_from(Gate), st.sampled_from(["", "Because of the winter."])),
)
FLO = Facts(now=NOON, roles=frozenset({Role.FACILITATOR}), signed_in=True, stage=Stage.FRAMING)


@settings(derandomize=True, max_examples=400)
@given(framed)
def test_nothing_opens_that_a_person_could_not_defend_in_public(some: Framed) -> None:
    held = opening_held_by(FAIR, some, NOON)
    facts = replace(FLO, opens_at=some.opens_at, closes_at=some.closes_at, opening_held_by=held)
    decision = decide(POLICY, Action.OPEN_CONSULTATION, facts)
    if isinstance(decision, Permitted):
        assert some.nothing_decided
        assert some.background
        assert not prompts_left(some.background)
        assert some.closes_at is not None
        assert some.closes_at > NOON
        assert some.answer_by is None or some.answer_by > some.closes_at
        days = days_open(max(some.opens_at or NOON, NOON), some.closes_at)
        assert days >= least_days(FAIR, some.kind) or some.departures[Gate.TIME]
        assert len(some.background.split()) >= FAIR.reasons_words or some.departures[Gate.REASONS]
        assert some.answer_by is not None or some.departures[Gate.ACCOUNT]
    else:
        assert decision.reason is Reason.NOT_FAIR_YET
        assert decision.clause == "fair-consultation"


@settings(derandomize=True)
@given(framed)
def test_no_reason_lets_anybody_leave_out_what_is_missing(some: Framed) -> None:
    excused = replace(some, departures=dict.fromkeys(Gate, "Because of the winter."))
    missing = {gate for gate, verdict in verdicts(some).items() if verdict is Verdict.MISSING}
    assert opening_held_by(FAIR, excused, NOON) == missing


def test_closing_by_hand_needs_a_day_for_the_answer_that_is_still_to_come() -> None:
    assert closing_held_by(READY, NOON) == frozenset()
    for answer_by in (None, NOON, NOON - DAY):
        assert closing_held_by(replace(READY, answer_by=answer_by), NOON) == {Gate.ACCOUNT}
    held = replace(FLO, stage=Stage.VOTING, opens_at=NOON - DAY, closing_held_by=frozenset({Gate.ACCOUNT}))
    decision = decide(POLICY, Action.CLOSE_CONSULTATION, held)
    assert isinstance(decision, Refusal)
    assert (decision.clause, decision.reason) == ("fair-consultation", Reason.NO_ANSWER_DAY)
    # Nobody has answered yet, so nobody waits for an answer.
    called_off = replace(held, opens_at=NOON + DAY)
    assert isinstance(decide(POLICY, Action.CLOSE_CONSULTATION, called_off), Permitted)
