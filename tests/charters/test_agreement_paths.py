"""No path leads to *agreed* without both keys, for any answers by anybody in any order."""

from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from charters.agreements import Agreement, Kind, State, outcome
from charters.keys import Answer, bar_of
from charters.rules import Way
from charters.states import Attestation, Role, Side
from tests.charters.avonmere import BOARD, CHARTER, DAY, NOON, TEXT, TRUST, put

steady = settings(derandomize=True, max_examples=150, deadline=None)
HOUR = timedelta(hours=1)
ENOUGH = (Attestation.EMAIL, Attestation.INVITED, Attestation.NHS_LOGIN)
hours = st.integers(-2, 30 * 24).map(lambda n: NOON + timedelta(hours=n))
before = st.integers(-40, 2).map(lambda n: NOON + n * DAY)

anybody = st.builds(
    Answer,
    voter=st.sampled_from("abcdefgh"),
    key=st.sampled_from(Side),
    yes=st.booleans(),
    at=hours,
    text=st.sampled_from([TEXT, "b" * 64]),
    side=st.none() | st.sampled_from(Side),
    joined_at=st.none() | before,
    attestation=st.sampled_from(Attestation),
    body=st.sampled_from([None, TRUST, BOARD, "ods:ZZ9"]),
    founder=st.booleans(),
    roles=st.frozensets(st.sampled_from(Role), max_size=2),
)


@st.composite
def rightful(draw: st.DrawFn) -> Answer:
    """An answer by somebody who may turn their side's key, so that agreement is often reached."""
    side = draw(st.sampled_from(Side))
    body = draw(st.sampled_from([TRUST, BOARD])) if side is Side.BODY else None
    return Answer(
        voter=f"{side}-{draw(st.sampled_from('abcdef'))}",
        key=side,
        yes=draw(st.sampled_from([True] * 5 + [False])),
        at=NOON + timedelta(hours=draw(st.integers(0, 24 * 6) | st.integers(0, 24 * 27))),
        text=TEXT,
        side=side,
        joined_at=NOON - 20 * DAY,
        attestation=Attestation.STAFF if body else Attestation.EMAIL,
        body=body,
    )


answers = st.lists(rightful() | anybody, max_size=16) | st.lists(
    rightful(), min_size=6, max_size=12, unique_by=lambda one: one.voter
)
kinds = st.sampled_from(Kind)
moments = st.integers(0, 40 * 24).map(lambda n: NOON + timedelta(hours=n))


def could_turn(agreement: Agreement, one: Answer) -> bool:
    """The rule in other words than the program's: everything that must be true of one who turns a key."""
    own_side = one.side == one.key and one.joined_at is not None
    in_time = agreement.opened_at <= one.at and one.at < agreement.closes_at
    speaks = one.body in (TRUST, BOARD) if one.key is Side.BODY else one.body is None
    checked = one.attestation in ENOUGH or (one.attestation is Attestation.STAFF and one.key is Side.BODY)
    settled = own_side and one.joined_at is not None and one.joined_at <= NOON
    waited = one.founder or (one.joined_at is not None and one.at - one.joined_at >= timedelta(days=7))
    named = one.founder or agreement.kind is not Kind.ADOPT_CHARTER
    partial = {Role.FACILITATOR, Role.ADVISER, Role.OPERATOR} & one.roles
    return all((one.text == TEXT, own_side, in_time, speaks, checked, settled, waited, named, not partial))


@steady
@given(kinds, anybody)
def test_an_answer_counts_exactly_where_everything_is_true_of_it(kind: Kind, one: Answer) -> None:
    agreement = put(kind)
    assert (bar_of(agreement, one) is None) == could_turn(agreement, one)


@steady
@given(kinds, answers, moments)
def test_nothing_is_agreed_without_both_keys(kind: Kind, given: list[Answer], now: datetime) -> None:
    agreement = put(kind)
    result = outcome(agreement, given, now=now)
    if result.state is not State.AGREED:
        return
    assert result.at is not None
    assert result.at <= now
    until = [one for one in given if one.at <= result.at and could_turn(agreement, one)]
    for side in Side:
        yes = {one.voter if side is Side.PEOPLE else one.body for one in until if one.key is side and one.yes}
        assert len(yes) >= 1
        assert len({one.voter for one in until if one.key is side}) >= 1
        if agreement.rule.way is Way.DOUBLE_MAJORITY:
            everybody = {one.voter if side is Side.PEOPLE else one.body for one in until if one.key is side}
            assert len(everybody) >= agreement.rule.quorum.of(side)
            assert len(yes) * 5 >= 3 * agreement.rule.quorum.of(side)
    assert len({one.voter for one in until}) >= 2


@steady
@given(kinds, answers, moments, st.sampled_from(Side))
def test_one_side_alone_agrees_nothing(kind: Kind, given: list[Answer], now: datetime, side: Side) -> None:
    alone = [replace(one, yes=True) for one in given if one.key is side or one.side is side]
    only = [one for one in alone if one.key is side]
    assert outcome(put(kind), only, now=now).state is not State.AGREED


@steady
@given(kinds, answers, moments, st.sampled_from("abcdefgh"))
def test_nobody_agrees_alone_whatever_roles_they_hold(
    kind: Kind, given: list[Answer], now: datetime, who: str
) -> None:
    mine = [replace(one, voter=who, yes=True) for one in given]
    assert outcome(put(kind), mine, now=now).state is not State.AGREED


@steady
@given(kinds, answers, moments, st.randoms(use_true_random=False))
def test_the_order_in_which_answers_are_told_does_not_matter(
    kind: Kind, given: list[Answer], now: datetime, random: object
) -> None:
    agreement = put(kind)
    other = list(given)
    random.shuffle(other)  # type: ignore[attr-defined]
    assert outcome(agreement, other, now=now) == outcome(agreement, given, now=now)


@steady
@given(answers, st.lists(st.integers(0, 24 * 27), min_size=24, max_size=24))
def test_when_a_majority_is_asked_the_order_of_the_votes_does_not_matter(
    given: list[Answer], times: list[int]
) -> None:
    agreement = put(Kind.AMEND_CHARTER)
    latest = {one.voter if one.body is None else one.body: one for one in given if could_turn(agreement, one)}
    once = [one for one in latest.values() if sum(one.voter == other.voter for other in latest.values()) == 1]
    moved = [
        replace(one, at=NOON + timedelta(hours=n), founder=True) for one, n in zip(once, times, strict=False)
    ]
    first, second = (outcome(agreement, some, now=agreement.closes_at) for some in (once, moved))
    assert (first.state, first.sums) == (second.state, second.sums)


@steady
@given(kinds, answers, moments)
def test_answers_that_do_not_count_change_nothing(kind: Kind, given: list[Answer], now: datetime) -> None:
    agreement = put(kind)
    counting = [one for one in given if bar_of(agreement, one) is None]
    assert outcome(agreement, counting, now=now) == outcome(agreement, given, now=now)


@steady
@given(kinds, answers, moments, moments)
def test_what_has_fallen_stays(kind: Kind, given: list[Answer], one: datetime, other: datetime) -> None:
    agreement = put(kind)
    earlier, later = sorted((one, other))
    before = outcome(agreement, given, now=earlier)
    if before.state is not State.OPEN:
        assert outcome(agreement, given, now=later) == before


@steady
@given(st.integers(1, 200), st.integers(1, 2), st.sampled_from([Kind.AMEND_CHARTER, Kind.AGREE_PROPOSAL]))
def test_all_people_and_no_body_fails_and_the_reverse(people: int, bodies: int, kind: Kind) -> None:
    agreement = put(kind)
    for willing in Side:
        votes = [vote(Side.PEOPLE, n, willing is Side.PEOPLE) for n in range(people)]
        votes += [vote(Side.BODY, n, willing is Side.BODY) for n in range(bodies)]
        result = outcome(agreement, votes, now=agreement.closes_at)
        assert result.state in (State.DECLINED, State.LAPSED)
        assert result.turned <= {willing}


@steady
@given(st.integers(0, 60), st.integers(0, 60), st.integers(0, 2), st.integers(0, 2))
def test_one_no_instead_of_a_yes_never_helps(yes: int, no: int, bodies_for: int, bodies_against: int) -> None:
    assume(bodies_for + bodies_against <= 2)
    agreement = put(Kind.AMEND_CHARTER)

    def state(people_for: int, people_against: int) -> State:
        votes = [vote(Side.PEOPLE, n, n < people_for) for n in range(people_for + people_against)]
        votes += [vote(Side.BODY, n, n < bodies_for) for n in range(bodies_for + bodies_against)]
        return outcome(agreement, votes, now=agreement.closes_at).state

    if yes and state(yes - 1, no + 1) is State.AGREED:
        assert state(yes, no) is State.AGREED


@steady
@given(
    st.lists(
        st.tuples(st.sampled_from("ab"), st.booleans(), st.integers(1, 600), st.sampled_from(Side)),
        max_size=8,
    )
)
def test_the_two_sides_are_worth_the_same(acts: list[tuple[str, bool, int, Side]]) -> None:
    """Whatever some members and as many bodies did, with the sides changed over the result is the mirror."""
    signing = put(Kind.APPOINT_FACILITATOR)
    here = [replace(vote(side, "ab".index(who), yes), at=NOON + hour * HOUR) for who, yes, hour, side in acts]
    there = [
        replace(vote(_other(side), "ab".index(who), yes), at=NOON + hour * HOUR)
        for who, yes, hour, side in acts
    ]
    one, other = (outcome(signing, some, now=signing.closes_at) for some in (here, there))
    assert (one.state, one.at) == (other.state, other.at)
    assert all(one.sums[side] == other.sums[_other(side)] for side in Side)


def _other(side: Side) -> Side:
    return Side.BODY if side is Side.PEOPLE else Side.PEOPLE


def vote(side: Side, number: int, yes: bool) -> Answer:
    body = (TRUST, BOARD)[number] if side is Side.BODY else None
    return Answer(
        voter=f"{side}-{number}",
        key=side,
        yes=yes,
        at=NOON + DAY,
        text=TEXT,
        side=side,
        joined_at=NOON - 20 * DAY,
        attestation=Attestation.EMAIL,
        body=body,
    )


def test_the_strategies_reach_agreement_so_that_these_tests_can_fail() -> None:
    some = (Kind.AMEND_CHARTER, Kind.AGREE_PROPOSAL, Kind.OPEN_CONSULTATION)
    reached = set()

    @settings(derandomize=True, max_examples=300, database=None, deadline=None)
    @given(st.sampled_from(some), answers)
    def look(kind: Kind, given: list[Answer]) -> None:
        reached.add((kind, outcome(put(kind), given, now=NOON + 100 * DAY).state))

    look()
    assert {state for _, state in reached} == {State.AGREED, State.DECLINED, State.LAPSED}
    assert {kind for kind, state in reached if state is State.AGREED} == set(some)


def test_the_charter_of_these_tests_asks_for_three_members_and_one_body() -> None:
    assert (CHARTER.amendment.quorum.people, CHARTER.amendment.quorum.body) == (3, 1)
