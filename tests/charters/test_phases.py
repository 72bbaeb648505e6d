"""Phases, pauses and invitations over time: what one moment follows from another, whatever the dates."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from charters.states import InvitationState, Phase, Stage, invitation_at, pause_left, phase_at

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
moments = st.integers(-100, 100).map(lambda hours: NOON + hours * HOUR)
dates = st.none() | moments
steady = settings(derandomize=True, max_examples=400)
ORDER = [Phase.NOT_OPEN, Phase.OPEN, Phase.CLOSED]
"""A pause stands where open stands."""


@steady
@given(st.sampled_from(Stage), dates, dates, dates, moments, moments)
def test_time_alone_only_leads_on(
    stage: Stage,
    opens: datetime | None,
    closes: datetime | None,
    until: datetime | None,
    one: datetime,
    other: datetime,
) -> None:
    earlier, later = sorted((one, other))
    before = phase_at(stage, opens, closes, earlier, until)
    after = phase_at(stage, opens, closes, later, until)
    if Phase.ARCHIVED in (before, after):
        assert before is after is Phase.ARCHIVED
        return
    places = [ORDER.index(Phase.OPEN if phase is Phase.PAUSED else phase) for phase in (before, after)]
    assert places == sorted(places)
    if before is Phase.OPEN:
        assert after is not Phase.PAUSED  # a pause is begun by somebody, never by the clock


@steady
@given(st.sampled_from(Stage), dates, dates, moments, moments)
def test_a_pause_changes_open_and_nothing_else_and_ends_by_itself(
    stage: Stage, opens: datetime | None, closes: datetime | None, until: datetime, now: datetime
) -> None:
    without = phase_at(stage, opens, closes, now)
    paused = phase_at(stage, opens, closes, now, until)
    expected = Phase.PAUSED if without is Phase.OPEN and now < until else without
    assert paused is expected
    assert phase_at(stage, opens, closes, until, until) is phase_at(stage, opens, closes, until)


def test_a_pause_does_not_put_off_the_close() -> None:
    assert phase_at(Stage.VOTING, None, NOON, NOON - HOUR, NOON + HOUR) is Phase.PAUSED
    assert phase_at(Stage.VOTING, None, NOON, NOON, NOON + HOUR) is Phase.CLOSED


def test_a_pause_without_a_time_zone_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="paused_until is 2026-11-03T12:00:00, which has no time zone"):
        phase_at(Stage.VOTING, None, None, NOON, datetime(2026, 11, 3, 12))  # noqa: DTZ001


@steady
@given(st.lists(st.tuples(st.integers(1, 80), st.integers(0, 80), st.integers(0, 100)), max_size=12))
def test_all_pauses_together_are_never_longer_than_the_rule(
    acts: list[tuple[int, int, int]],
) -> None:
    """Each act asks for so many hours, is ended by hand after some, and lets some go by before the next."""
    most, used, now, total = 72 * HOUR, timedelta(), NOON, timedelta()
    begun: datetime | None = None
    until: datetime | None = None
    for asked, after, between in acts:
        left = pause_left(most, used, begun, until, now)
        if asked * HOUR <= left:
            used += until - begun if begun is not None and until is not None else timedelta()
            begun, until = now, now + min(asked, after) * HOUR if after < asked else now + asked * HOUR
            total += until - begun
            now = until
        now += between * HOUR
        assert total <= most
        assert pause_left(most, used, begun, until, now) == most - total


def test_what_is_left_of_a_pause_runs_down_while_it_lasts() -> None:
    most, begun, until = 72 * HOUR, NOON, NOON + 10 * HOUR
    assert pause_left(most, timedelta(), None, None, NOON) == most
    assert pause_left(most, timedelta(), begun, until, NOON + 4 * HOUR) == 68 * HOUR
    assert pause_left(most, timedelta(), begun, until, NOON + 99 * HOUR) == 62 * HOUR
    assert pause_left(most, 80 * HOUR, begun, until, NOON) == timedelta()


@steady
@given(moments, dates, st.none() | st.integers(1, 5), st.integers(0, 7), moments)
def test_an_invitation_is_usable_only_while_nothing_stands_against_it(
    ends: datetime, ended: datetime | None, most: int | None, came: int, now: datetime
) -> None:
    state = invitation_at(ends_at=ends, ended_at=ended, most=most, came=came, now=now)
    usable = now < ends and (ended is None or now < ended) and (most is None or came < most)
    assert (state is InvitationState.USABLE) == usable
    if state is InvitationState.SPENT:
        assert most is not None
        assert came >= most
    later = invitation_at(ends_at=ends, ended_at=ended, most=most, came=came, now=now + HOUR)
    assert usable or later is not InvitationState.USABLE


def test_each_end_of_an_invitation_is_told_apart() -> None:
    def state(**change: object) -> InvitationState:
        given = {"ends_at": NOON + HOUR, "ended_at": None, "most": 3, "came": 2, "now": NOON} | change
        return invitation_at(**given)  # type: ignore[arg-type]

    assert state() is InvitationState.USABLE
    assert state(came=3) is InvitationState.SPENT
    assert state(ends_at=NOON) is InvitationState.EXPIRED
    assert state(ended_at=NOON) is InvitationState.ENDED
    assert state(ended_at=NOON, ends_at=NOON, came=3) is InvitationState.ENDED
