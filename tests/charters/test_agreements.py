"""Decisions that need both sides: each rule on its own, worked out by hand."""

from datetime import timedelta
from typing import Any

import pytest

from charters.agreements import Kind, State, Sum, begin, counting, fallen, moved, outcome, rule_for, text_of
from charters.keys import Bar, bar_of, holds_class
from charters.policy import load_policy
from charters.rules import Key, Quorum, Rule, Way
from charters.states import Attestation, Role, Side
from tests.charters.avonmere import (
    BOARD,
    CHARTER,
    DAY,
    HALF,
    NOON,
    TEXT,
    THREE_FIFTHS,
    TRUST,
    delegate,
    member,
    put,
)  # fmt: skip

AMEND = put(Kind.AMEND_CHARTER)
OPENING = put(Kind.OPEN_CONSULTATION)
OVER = AMEND.closes_at
THREE = [member("ann"), member("bob"), member("cat")]


def crowd(yes: int, no: int, make: Any = member) -> list[Any]:
    return [make(f"{make.__name__}-{n}", n < yes) for n in range(yes + no)]


def test_an_amendment_falls_when_its_days_are_over_and_not_before() -> None:
    votes = [*THREE, delegate("dan")]
    assert outcome(AMEND, votes, now=OVER - timedelta(seconds=1)).state is State.OPEN
    fallen_now = outcome(AMEND, votes, now=OVER)
    assert (fallen_now.state, fallen_now.at) == (State.AGREED, OVER)
    assert OVER == NOON + 28 * DAY


@pytest.mark.parametrize(
    ("people", "bodies", "state"),
    [
        ((100, 0), (0, 1), State.DECLINED),
        ((0, 100), (1, 0), State.DECLINED),
        ((100, 0), (0, 0), State.LAPSED),
        ((0, 0), (1, 0), State.LAPSED),
        ((2, 0), (1, 0), State.LAPSED),
        ((3, 0), (1, 0), State.AGREED),
        ((3, 2), (1, 0), State.AGREED),
        ((59, 41), (1, 0), State.DECLINED),
        ((60, 40), (1, 0), State.AGREED),
        ((5, 5), (1, 0), State.LAPSED),
        ((10, 0), (1, 1), State.LAPSED),
    ],
)
def test_each_side_must_reach_its_quorum_and_its_share(
    people: tuple[int, int], bodies: tuple[int, int], state: State
) -> None:
    votes = crowd(*people)
    for place, body in enumerate((TRUST, BOARD)[: sum(bodies)]):
        votes.append(delegate(f"delegate-{place}", place < bodies[0], body=body))
    assert outcome(AMEND, votes, now=OVER).state is state


def test_a_tie_turns_no_key_even_where_one_half_is_the_share() -> None:
    rule = Rule(Way.DOUBLE_MAJORITY, 14, HALF, Quorum(2, 1))
    assert not Sum(5, 5).turns(rule, Side.PEOPLE)
    assert not Sum(5, 5).refuses(rule, Side.PEOPLE)
    assert Sum(6, 5).turns(rule, Side.PEOPLE)


def test_the_share_is_exact_where_binary_numbers_are_not() -> None:
    rule = Rule(Way.DOUBLE_MAJORITY, 14, THREE_FIFTHS, Quorum(1, 1))
    assert all(Sum(3 * n, 2 * n).turns(rule, Side.PEOPLE) for n in range(1, 2000))
    assert not any(Sum(3 * n - 1, 2 * n + 1).turns(rule, Side.PEOPLE) for n in range(2, 2000))


def test_of_several_delegates_of_a_body_the_latest_before_closing_counts() -> None:
    first, second = delegate("dan", False), delegate("eve", True, at=NOON + 2 * DAY)
    late = delegate("fay", False, at=OVER)
    assert outcome(AMEND, [*THREE, first, second, late], now=OVER).state is State.AGREED
    assert outcome(AMEND, [*THREE, second, delegate("dan", False, at=NOON + 3 * DAY)], now=OVER).state is (
        State.DECLINED
    )


def test_a_vote_can_be_changed_until_it_closes_and_counts_once() -> None:
    changed = [*THREE, member("ann", False, at=NOON + 2 * DAY), delegate("dan")]
    assert outcome(AMEND, changed, now=OVER).sums[Side.PEOPLE] == Sum(2, 1)
    assert outcome(AMEND, [*changed, member("ann", True, at=OVER)], now=OVER).sums[Side.PEOPLE] == Sum(2, 1)


def test_two_answers_of_one_moment_count_as_no() -> None:
    both = [member("ann", True), member("ann", False)]
    for order in (both, both[::-1]):
        assert [a.yes for a in counting(AMEND, order)[Side.PEOPLE]] == [False]


def test_signatures_of_both_sides_settle_at_once_and_later_acts_change_nothing() -> None:
    signed = [member("ann"), delegate("dan", at=NOON + 2 * DAY)]
    assert outcome(OPENING, signed[:1], now=NOON + DAY).state is State.OPEN
    settled = outcome(OPENING, signed, now=NOON + 2 * DAY)
    assert (settled.state, settled.at) == (State.AGREED, NOON + 2 * DAY)
    later = [*signed, *(member(f"m{n}", False, at=NOON + 3 * DAY) for n in range(5))]
    assert outcome(OPENING, later, now=OPENING.closes_at + DAY) == settled


def test_one_obstinate_member_cannot_block_and_one_eager_member_cannot_carry() -> None:
    against = [member("ann", False), delegate("dan")]
    assert outcome(OPENING, against, now=NOON + DAY).state is State.OPEN
    one_more = [*against, member("bob", at=NOON + 2 * DAY)]
    assert outcome(OPENING, one_more, now=NOON + 2 * DAY).state is State.OPEN
    two_more = [*one_more, member("cat", at=NOON + 3 * DAY)]
    assert outcome(OPENING, two_more, now=NOON + 3 * DAY).state is State.AGREED


def test_a_side_that_cannot_turn_its_key_any_more_ends_it_at_once() -> None:
    declined = [member("ann"), delegate("dan", False, at=NOON + 2 * DAY)]
    alone = {Side.PEOPLE: 40, Side.BODY: 1}
    result = outcome(OPENING, declined, now=NOON + 3 * DAY, electorate=alone)
    assert (result.state, result.at) == (State.DECLINED, NOON + 2 * DAY)
    with_another = {Side.PEOPLE: 40, Side.BODY: 3}
    assert outcome(OPENING, declined, now=NOON + 3 * DAY, electorate=with_another).state is State.OPEN


def test_without_both_signatures_it_lapses_or_is_declined_at_its_end() -> None:
    over = OPENING.closes_at
    assert over == NOON + 14 * DAY
    assert outcome(OPENING, [member("ann")], now=over).state is State.LAPSED
    assert outcome(OPENING, [], now=over).state is State.LAPSED
    assert outcome(OPENING, [member("ann"), delegate("dan", False)], now=over).state is State.DECLINED


@pytest.mark.parametrize(
    ("facts", "bar"),
    [
        ({}, None),
        ({"text": "b" * 64}, Bar.OTHER_TEXT),
        ({"at": NOON - DAY}, Bar.NOT_OPEN),
        ({"at": OVER}, Bar.NOT_OPEN),
        ({"side": Side.BODY}, Bar.WRONG_SIDE),
        ({"side": None}, Bar.WRONG_SIDE),
        ({"joined_at": None}, Bar.WRONG_SIDE),
        ({"body": TRUST}, Bar.NO_BODY),
        ({"roles": frozenset({Role.MEMBER, Role.FACILITATOR})}, Bar.ROLE),
        ({"roles": frozenset({Role.MEMBER, Role.ADVISER})}, Bar.ROLE),
        ({"roles": frozenset({Role.MEMBER, Role.OPERATOR})}, Bar.ROLE),
        ({"roles": frozenset({Role.MEMBER})}, None),
        ({"attestation": Attestation.OPEN}, Bar.CLASS),
        ({"attestation": Attestation.ASSISTED}, Bar.CLASS),
        ({"attestation": Attestation.STAFF}, Bar.CLASS),
        ({"attestation": Attestation.NHS_LOGIN}, None),
        ({"joined_at": NOON + timedelta(seconds=1), "at": NOON + 20 * DAY}, Bar.JOINED_AFTER),
        ({"joined_at": NOON, "at": NOON + 7 * DAY}, None),
        ({"joined_at": NOON, "at": NOON + 7 * DAY - timedelta(seconds=1)}, Bar.TENURE),
        ({"joined_at": NOON, "founder": True}, None),
        ({"joined_at": NOON + DAY, "founder": True}, Bar.JOINED_AFTER),
    ],
)
def test_whose_answer_counts(facts: dict[str, Any], bar: Bar | None) -> None:
    assert bar_of(AMEND, member("ann", **facts)) is bar
    if "body" not in facts and facts.get("attestation") is not Attestation.STAFF:
        swapped = {**facts, "side": Side.PEOPLE} if facts.get("side") is Side.BODY else facts
        assert bar_of(AMEND, delegate("dan", **swapped)) is bar


def test_a_body_that_is_no_party_has_no_key() -> None:
    assert bar_of(AMEND, delegate("dan", body="ods:ZZ9")) is Bar.NO_BODY
    assert bar_of(AMEND, delegate("dan", body=None)) is Bar.NO_BODY


def test_a_signature_for_one_thing_never_counts_for_another() -> None:
    subject = {"consultation": "evening-clinics", "question": "When?", "closes": "2026-12-01"}
    texts = {text_of(kind, subject) for kind in Kind} | {text_of(Kind.CLOSE_EARLY, {**subject, "a": 1})}
    assert len(texts) == len(Kind) + 1
    closing = put(Kind.CLOSE_EARLY, text=text_of(Kind.CLOSE_EARLY, subject))
    signed = member("ann", text=text_of(Kind.EXTEND_CONSULTATION, subject))
    assert bar_of(closing, signed) is Bar.OTHER_TEXT


def test_somebody_who_answers_on_both_sides_counts_on_neither() -> None:
    both = [member("ann"), delegate("ann")]
    assert counting(OPENING, both) == {Side.PEOPLE: (), Side.BODY: ()}
    assert outcome(OPENING, both, now=NOON + DAY).state is State.OPEN


def test_only_founders_sign_a_founding_charter_and_need_not_wait() -> None:
    founding = put(Kind.ADOPT_CHARTER)
    new = {"joined_at": NOON, "at": NOON + DAY}
    assert bar_of(founding, member("ann", **new)) is Bar.NOT_FOUNDER
    signed = [member("ann", founder=True, **new), delegate("dan", founder=True, **new)]
    assert outcome(founding, signed, now=NOON + DAY).state is State.AGREED


def test_when_the_text_moves_signatures_fall_away_and_the_time_begins_anew() -> None:
    votes = [*THREE, delegate("dan")]
    later = moved(AMEND, "b" * 64, now=NOON + 27 * DAY)
    assert later.closes_at == NOON + 55 * DAY
    assert outcome(later, votes, now=later.closes_at).state is State.LAPSED
    assert fallen(later, votes) == {"ann", "bob", "cat", "dan"}
    again = [member(name, text="b" * 64, at=NOON + 30 * DAY) for name in ("ann", "bob", "cat")]
    assert fallen(later, [*votes, *again]) == {"dan"}
    back = moved(later, TEXT, now=NOON + 28 * DAY)
    assert fallen(back, votes) == {"ann", "bob", "cat", "dan"}
    assert moved(AMEND, TEXT, now=NOON + DAY) is AMEND


def test_a_proposals_signatures_belong_to_its_version() -> None:
    with pytest.raises(ValueError, match="close this and begin another"):
        moved(put(Kind.AGREE_PROPOSAL), "b" * 64, now=NOON + DAY)


def test_nothing_is_agreed_under_a_template() -> None:
    with pytest.raises(ValueError, match="nothing can be agreed under a template"):
        begin(load_policy("open-health-space"), Kind.OPEN_CONSULTATION, TEXT, now=NOON)


def test_a_vote_is_never_shorter_than_its_rule_and_may_end_with_the_day() -> None:
    evening = NOON.replace(hour=23, minute=59) + 28 * DAY
    assert begin(CHARTER, Kind.AMEND_CHARTER, TEXT, now=NOON, closes_at=evening).closes_at == evening
    with pytest.raises(ValueError, match="must be open until 2026-11-30"):
        begin(CHARTER, Kind.AMEND_CHARTER, TEXT, now=NOON, closes_at=NOON + 27 * DAY)
    with pytest.raises(ValueError, match="must be after opened_at"):
        begin(CHARTER, Kind.OPEN_CONSULTATION, TEXT, now=NOON, closes_at=NOON)


def test_every_kind_has_the_rule_that_the_charter_gives_it() -> None:
    ways = {kind: rule_for(CHARTER, kind).way for kind in Kind}
    majority = {kind for kind, way in ways.items() if way is Way.DOUBLE_MAJORITY}
    assert majority == {
        Kind.RATIFY_CHARTER,
        Kind.AMEND_CHARTER,
        Kind.AGREE_PROPOSAL,
        Kind.WITHDRAW_PROPOSAL,
    }
    service = load_policy("service-change")
    assert rule_for(service, Kind.EXTEND_CONSULTATION) == Rule(Way.DOUBLE_MAJORITY, 14, HALF, Quorum(20, 1))


def test_an_emergency_act_is_confirmed_within_its_hours_or_ends() -> None:
    hiding = put(Kind.CONFIRM_HIDING)
    assert hiding.closes_at == NOON + timedelta(hours=72)
    soon = NOON + timedelta(hours=71)
    signed = [member("ann", at=soon), delegate("dan", at=soon)]
    assert outcome(hiding, signed, now=soon).state is State.AGREED
    assert outcome(hiding, signed[:1], now=hiding.closes_at).state is State.LAPSED


@pytest.mark.parametrize(
    ("asked", "enough"),
    [
        (Attestation.EMAIL, {Attestation.EMAIL, Attestation.INVITED, Attestation.NHS_LOGIN}),
        (Attestation.INVITED, {Attestation.INVITED, Attestation.NHS_LOGIN}),
        (Attestation.NHS_LOGIN, {Attestation.NHS_LOGIN}),
    ],
)
def test_a_key_asks_for_its_class_or_a_stronger_one(asked: Attestation, enough: set[Attestation]) -> None:
    key = Key(asked, 7)
    assert {given for given in Attestation if holds_class(key, Side.PEOPLE, given)} == enough
    assert {given for given in Attestation if holds_class(key, Side.BODY, given)} == enough | {
        Attestation.STAFF
    }


def test_an_empty_side_has_not_declined() -> None:
    nobody = {Side.PEOPLE: 40, Side.BODY: 0}
    assert outcome(OPENING, [member("ann")], now=NOON + DAY, electorate=nobody).state is State.OPEN
