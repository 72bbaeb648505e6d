"""Old promises hold, answers fall due, silent spaces sleep, and ballots stay closed unless it was said."""

from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from charters.ballots import open_ballots
from charters.disclosure import protect, tabulate
from charters.due import can_wake, dormant, due_at, duties_of, overdue, ratification_due, sleeps_at
from charters.policy import load_policy
from charters.profiles import PROFILES
from charters.promises import Fate, fate, leaves_at, may_be_read, publication_for, strictest
from charters.states import Side
from charters.terms import Publication
from tests.charters.avonmere import BOARD, BODIES, DAY, NOON, TRUST, avonmere

steady = settings(derandomize=True, max_examples=200, deadline=None)
CHARTER = avonmere()
publications = st.integers(10, 40).flatmap(
    lambda group: st.builds(
        Publication,
        profile=st.sampled_from(list(PROFILES.values())),
        min_group=st.just(group),
        min_participants=st.integers(2 * group, 200),
        min_new_participants=st.integers(10, 60),
        time_grain=st.sampled_from(["week", "month"]),
    )
)


def test_profiles_stand_from_the_strictest_to_the_loosest() -> None:
    names = [name for name, profile in PROFILES.items() if not profile.ballots]
    assert list(PROFILES)[: len(names)] == names
    for strict, loose in zip(list(PROFILES.values()), list(PROFILES.values())[1:], strict=False):
        assert strict.smallest >= loose.smallest
        assert strict.round_to >= loose.round_to
        assert strict.unanimous <= loose.unanimous
        assert strict.percent_base >= loose.percent_base
        assert strict.quiet_hours >= loose.quiet_hours
        assert all(strict.floors[name] >= loose.floors[name] for name in strict.floors)
        assert strict.ballots <= loose.ballots


@steady
@given(st.lists(publications, min_size=1, max_size=4), st.randoms(use_true_random=False))
def test_the_strictest_keeps_each_promise_and_no_order_matters(given: list[Publication], lot: Random) -> None:
    result = strictest(given)
    for one in given:
        assert result.min_group >= one.min_group
        assert result.min_participants >= one.min_participants
        assert result.min_new_participants >= one.min_new_participants
        assert (result.time_grain, one.time_grain) != ("week", "month")
        assert result.profile.ballots <= one.profile.ballots
    other = list(given)
    lot.shuffle(other)
    assert strictest([*other, given[0]]) == result


def test_loosened_later_a_figure_with_an_old_vote_keeps_the_old_rule() -> None:
    strict = avonmere({"publication": {"min_participants": 60, "min_group": 30}})
    votes = [(person, 0, 1 if person % 2 else -1) for person in range(45)]
    table = tabulate([0] * 25 + [1] * 20, votes)
    assert protect(table, CHARTER.publication).enough
    assert protect(table, publication_for(CHARTER, [CHARTER])).enough
    assert not protect(table, publication_for(CHARTER, [CHARTER, strict])).enough
    assert publication_for(CHARTER, [strict]).min_group == 30
    with pytest.raises(ValueError, match="at least"):
        strictest([])


def test_what_is_given_is_kept_no_longer_than_either_charter_says() -> None:
    vote = {"id": "vote", "personal": True, "owner": "voter", "licence": None, "after_retention": "aggregate"}
    rest = [{"id": "statement", "personal": False, "owner": "author", "licence": "CC-BY-4.0"}]
    rest.append({"id": "aggregate", "personal": False, "owner": "common", "licence": "CC-BY-4.0"})
    short = avonmere({"assets": [{**vote, "retention_days": 100}, *rest]})
    gone = avonmere({"assets": [{**vote, "retention_days": 100, "after_retention": "delete"}, *rest]})
    assert leaves_at(CHARTER, CHARTER, "vote", NOON) == NOON + 730 * DAY
    for now, then in ((CHARTER, short), (short, CHARTER)):
        assert leaves_at(now, then, "vote", NOON) == NOON + 100 * DAY
        assert fate(now, then, "vote", NOON, now=NOON + 100 * DAY - timedelta(seconds=1)) is Fate.KEEP
        assert fate(now, then, "vote", NOON, now=NOON + 100 * DAY) is Fate.AGGREGATE
    assert fate(CHARTER, gone, "vote", NOON, now=NOON + 100 * DAY) is Fate.DELETE
    assert leaves_at(CHARTER, CHARTER, "statement", NOON) is None
    assert fate(CHARTER, CHARTER, "statement", NOON, now=NOON + 9999 * DAY) is Fate.KEEP


def test_a_purpose_added_later_does_not_reach_what_was_given_before() -> None:
    narrow = avonmere({"purposes": ["run-space", "publish-aggregate"]})
    assert may_be_read(CHARTER, CHARTER, "vote", "approved-research")
    assert not may_be_read(CHARTER, narrow, "vote", "approved-research")
    assert not may_be_read(narrow, CHARTER, "vote", "approved-research")
    assert not may_be_read(CHARTER, CHARTER, "vote", "advertising")
    assert not may_be_read(CHARTER, CHARTER, "address", "run-space")


def test_a_late_answer_is_late_and_stays_so() -> None:
    due = due_at(CHARTER, TRUST, "answer-consensus-item", NOON)
    assert due == NOON + 56 * DAY

    def late(done_at: int | None, now: int) -> bool:
        done = None if done_at is None else NOON + done_at * DAY
        return overdue(CHARTER, TRUST, "answer-consensus-item", NOON, done_at=done, now=NOON + now * DAY)

    assert [late(None, 56), late(None, 57), late(56, 400), late(57, 400)] == [False, True, False, True]


def test_a_body_owes_what_binds_every_body_and_what_binds_it_alone() -> None:
    own = {"party": TRUST, "do": "answer-consensus-item", "within_days": 14}
    policy = avonmere({"duties": [{"party": "body", "do": "answer-consensus-item", "within_days": 56}, own]})
    assert [duty.within_days for duty in duties_of(policy, TRUST)] == [14]
    assert [duty.within_days for duty in duties_of(policy, BOARD)] == [56]
    assert due_at(policy, BOARD, "name-delegates", NOON) is None
    assert not overdue(policy, BOARD, "name-delegates", NOON, done_at=None, now=NOON + 999 * DAY)


def test_a_space_sleeps_when_a_side_is_silent_and_wakes_with_newcomers() -> None:
    quiet = {Side.PEOPLE: NOON, Side.BODY: NOON + 10 * DAY}
    assert sleeps_at(CHARTER, quiet) == NOON + 90 * DAY
    assert not dormant(CHARTER, quiet, now=NOON + 90 * DAY - timedelta(seconds=1))
    assert dormant(CHARTER, quiet, now=NOON + 90 * DAY)
    assert not can_wake(CHARTER, {Side.PEOPLE}, {Side.PEOPLE: 1, Side.BODY: 5})
    assert can_wake(CHARTER, {Side.PEOPLE}, {Side.PEOPLE: 2})
    assert can_wake(CHARTER, {Side.BODY}, {Side.BODY: 1})
    assert not can_wake(CHARTER, set(Side), {Side.PEOPLE: 2})


def test_a_provisional_charter_waits_so_long_for_its_ratification() -> None:
    assert ratification_due(CHARTER, NOON) == NOON + 60 * DAY


def test_no_ballot_leaves_a_space_whose_charter_did_not_say_so() -> None:
    votes = [(person, 0, 1) for person in range(30)]
    with pytest.raises(PermissionError, match="no ballot is published"):
        open_ballots(CHARTER.publication, votes, Random(1))
    ballots = load_policy("open-ballots").publication
    mixed = strictest([ballots, CHARTER.publication])
    for closed in (mixed, replace(ballots, microdata=False)):
        with pytest.raises(PermissionError):
            open_ballots(closed, votes, Random(1))


@steady
@given(st.integers(0, 40), st.integers(0, 2**32))
def test_open_ballots_keep_ballots_whole_under_numbers_that_say_nothing(people: int, seed: int) -> None:
    publication = load_policy("open-ballots").publication
    votes = [(f"person {p}", s, (p * s) % 3 - 1) for p in range(people) for s in range(p % 4 + 1)]
    rows = open_ballots(publication, votes, Random(seed))
    if people < 20:
        assert rows == []
        return
    assert {row.row for row in rows} == set(range(1, people + 1))
    whole: dict[int, list[tuple[int, int]]] = {}
    for row in rows:
        whole.setdefault(row.row, []).append((row.statement, row.value))
    given = [sorted((s, v) for p, s, v in votes if p == f"person {n}") for n in range(people)]
    assert sorted(map(sorted, whole.values())) == sorted(given)
    assert rows == sorted(rows)


def test_two_releases_number_the_rows_afresh() -> None:
    publication = load_policy("open-ballots").publication
    votes = [(person, person, 1) for person in range(30)]
    one, other = (open_ballots(publication, votes, Random(seed)) for seed in (1, 2))
    assert {row.row: row.statement for row in one} != {row.row: row.statement for row in other}
    assert len(BODIES) == 2
