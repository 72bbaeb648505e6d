"""Who has changed since which result, told by digests that tell nothing else."""

import json
from datetime import UTC, datetime
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charters.policy import load_policy
from charters.publication import may_publish
from clustering.matrix import VoteMatrix
from deliberation.publishing.ballots import (
    ballot_digests,
    changed_since,
    commitment_to,
    extended,
    least_change,
)

KEY = b"a key that is not in the database"
NOW = datetime(2026, 3, 2, tzinfo=UTC)


def test_a_digest_needs_the_key_and_tells_equal_ballots_apart() -> None:
    votes = VoteMatrix.from_votes([1, 1, 2, 2, 3], [10, 11, 10, 11, 10], [1, -1, 1, -1, 1])
    digests = ballot_digests(votes, KEY)
    assert set(digests) == {"1", "2", "3"}
    assert len(set(digests.values())) == 3
    assert ballot_digests(votes, b"another key")["1"] != digests["1"]


@pytest.mark.parametrize(("statement", "value"), [(10, 0), (10, -1), (11, 1)])
def test_a_digest_changes_with_the_ballot_and_not_with_the_order_of_votes(statement: int, value: int) -> None:
    before = ballot_digests(VoteMatrix.from_votes([1, 1], [10, 12], [1, 1]), KEY)
    assert ballot_digests(VoteMatrix.from_votes([1, 1], [12, 10], [1, 1]), KEY) == before
    assert ballot_digests(VoteMatrix.from_votes([1, 1], [statement, 12], [value, 1]), KEY) != before


def test_a_commitment_opens_with_its_salt_alone() -> None:
    votes = VoteMatrix.from_votes([1, 2], [10, 10], [1, -1])
    turned = VoteMatrix.from_votes([2, 1], [10, 10], [-1, 1])
    assert commitment_to(votes, "00") == commitment_to(turned, "00")
    assert commitment_to(votes, "00") != commitment_to(votes, "01")
    assert commitment_to(votes, "00") == sha256(b'["00", [[1, 10, 1], [2, 10, -1]]]').hexdigest()


def test_a_history_by_hand() -> None:
    history = extended({}, {"1": "a", "2": "b"}, 1)
    history = extended(history, {"1": "a", "2": "c", "3": "d"}, 2)
    history = extended(history, {"1": "a", "3": "d"}, 3)
    assert history == {"1": [[1, "a"]], "2": [[1, "b"], [2, "c"], [3, None]], "3": [[2, "d"]]}
    # Now 1 has left, 2 is back with the first ballot, 3 stays.
    assert changed_since(history, {"2": "b", "3": "d"}, 3) == [2, 2, 2]
    assert changed_since(history, {"1": "a", "2": "b"}, 3) == [0, 2, 2]


BALLOTS = st.dictionaries(st.sampled_from("abcdefgh"), st.sampled_from("xyz"))


@given(st.lists(BALLOTS, max_size=6), BALLOTS)
def test_differences_are_those_of_the_ballots_themselves(
    results: list[dict[str, str]], now: dict[str, str]
) -> None:
    history: dict[str, list[list[object]]] = {}
    for number, ballots in enumerate(results, start=1):
        history = extended(json.loads(json.dumps(history)), ballots, number)
    counted = changed_since(history, now, len(results))
    assert counted == [sum(one.get(p) != now.get(p) for p in {*one, *now}) for one in results]


@given(st.data())
def test_no_two_published_results_differ_by_a_few_people(data: st.DataObject) -> None:
    """Whatever people do, in any order: join, leave, change their ballot and change it back."""
    publication = load_policy("open-health-space").publication
    people = [str(n) for n in range(30)]
    now = dict.fromkeys(people[:20], "x")
    results: list[dict[str, str]] = []
    history: dict[str, list[list[object]]] = {}
    for _ in range(data.draw(st.integers(3, 12))):
        for person in data.draw(st.lists(st.sampled_from(people), max_size=14, unique=True)):
            ballot = data.draw(st.sampled_from(["x", "y", None]))
            now = {**now, person: ballot} if ballot else {p: b for p, b in now.items() if p != person}
        changed = least_change(changed_since(history, now, len(results)))
        decision = may_publish(publication, now=NOW, participants=len(now), changed=changed)
        if decision.publish:
            results.append(dict(now))
            history = extended(history, now, len(results))
    for i, one in enumerate(results):
        for other in results[i + 1 :]:
            differing = sum(one.get(p) != other.get(p) for p in {*one, *other})
            assert differing == 0 or differing >= publication.min_new_participants


def test_the_first_result_differs_from_nothing() -> None:
    assert least_change([]) is None
    assert least_change([0]) == 0
    assert least_change([3, 0, 12]) == 3
    assert least_change([0, 12]) == 12
