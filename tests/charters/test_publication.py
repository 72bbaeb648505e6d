"""When a result may be published, and that no two published ones ever differ by one to nine people."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from charters.policy import load_policy
from charters.publication import Verdict, may_publish, people_changed

PUBLICATION = load_policy("open-health-space").publication
CLOSE = datetime(2026, 12, 1, 23, 59, tzinfo=UTC)
HOUR = timedelta(hours=1)
EARLY = CLOSE - 1000 * HOUR


def verdict(**given: object) -> Verdict:
    facts: dict[str, object] = {"now": EARLY, "participants": 30, "changed": None, "closes_at": CLOSE}
    decision = may_publish(PUBLICATION, **(facts | given))  # type: ignore[arg-type]
    assert decision.publish == (decision.verdict in (Verdict.FIRST, Verdict.RENEWED, Verdict.CLOSING))
    assert len(decision.sentence.split()) <= 20
    return decision.verdict


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"participants": 19}, Verdict.TOO_FEW_PEOPLE),
        ({"participants": 20}, Verdict.FIRST),
        ({"changed": 9}, Verdict.TOO_FEW_CHANGED),
        ({"changed": 10}, Verdict.RENEWED),
        ({"changed": 10, "participants": 19}, Verdict.TOO_FEW_PEOPLE),
        ({"now": CLOSE - 48 * HOUR - timedelta(seconds=1), "changed": 99}, Verdict.RENEWED),
        ({"now": CLOSE - 48 * HOUR, "changed": 99}, Verdict.QUIET_BEFORE_CLOSE),
        ({"now": CLOSE - timedelta(seconds=1)}, Verdict.QUIET_BEFORE_CLOSE),
        ({"now": CLOSE, "changed": 10}, Verdict.CLOSING),
        ({"now": CLOSE, "changed": 9}, Verdict.LAST_STANDS),
        ({"now": CLOSE}, Verdict.FIRST),
        ({"now": CLOSE, "participants": 19}, Verdict.TOO_FEW_PEOPLE),
        ({"now": CLOSE, "participants": 19, "changed": 12}, Verdict.LAST_STANDS),
        ({"closed": True, "now": CLOSE - HOUR, "changed": 10}, Verdict.CLOSING),
        ({"closes_at": None, "changed": 10}, Verdict.RENEWED),
    ],
)
def test_the_rule_case_by_case(given: dict[str, object], said: Verdict) -> None:
    assert verdict(**given) is said


def test_the_reason_is_in_words_with_the_policys_numbers() -> None:
    decision = may_publish(PUBLICATION, now=EARLY, participants=30, changed=3)
    assert (
        decision.sentence == "A new result is published once 10 people have joined, changed a vote or left."
    )


def test_a_moment_without_a_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="now is 2026-12-01T00:00:00, which has no time zone"):
        may_publish(PUBLICATION, now=datetime(2026, 12, 1), participants=30, changed=None)  # noqa: DTZ001


def test_people_are_counted_once_and_what_is_undone_not_at_all() -> None:
    before = {"anne": (1, 0), "ben": (1, 1), "cai": (0, 0)}
    now = {"anne": (1, 0), "ben": (1, -1), "dee": (0, 0)}
    assert people_changed(before, now) == 3
    assert people_changed(before, dict(before)) == 0


acts = st.lists(
    st.tuples(st.sampled_from(["join", "change", "merge", "erase"]), st.integers(0, 59), st.integers(0, 59)),
    max_size=120,
)


def lived(acts: list[tuple[str, int, int]], close_after: int) -> list[dict[int, int]]:
    """Every ballot box that gets published while the acts happen, an hour apart, and at the close."""
    ballots, published = dict.fromkeys(range(100, 118), 0), []
    closes_at = EARLY + close_after * HOUR
    for hour in range(len(acts) + 60):
        if hour < min(len(acts), close_after):
            act, one, other = acts[hour]
            if act == "join":
                ballots.setdefault(one, 0)
            elif act == "change" and one in ballots:
                ballots[one] += other
            elif act == "erase":
                ballots.pop(one, None)
            elif act == "merge" and one in ballots and other in ballots and one != other:
                ballots[one] += ballots.pop(other)
        changed = people_changed(published[-1], ballots) if published else None
        now = EARLY + hour * HOUR
        people = len(ballots)
        if may_publish(
            PUBLICATION, now=now, participants=people, changed=changed, closes_at=closes_at
        ).publish:
            published.append(dict(ballots))
    return published


@settings(derandomize=True, max_examples=150, deadline=None)
@given(acts, st.integers(1, 150))
def test_two_published_results_never_differ_by_one_to_nine_people(
    acts: list[tuple[str, int, int]], close_after: int
) -> None:
    published = lived(acts, close_after)
    for before, after in pairwise(published):
        assert people_changed(before, after) >= PUBLICATION.min_new_participants


def test_a_busy_life_publishes_more_than_once() -> None:
    assert len(lived([("join", person, 0) for person in range(40)], 200)) == 4
