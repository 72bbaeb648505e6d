"""Support for clauses by opinion group: small tables whose figures were worked out by hand."""

from typing import Any

from charters.policy import load_policy
from charters.renewal import drawn_by
from clustering.matrix import VoteMatrix
from deliberation.drafting.clause_support import IN_NO_GROUP, Counted, protected_in, support_of

PUBLICATION = load_policy("open-health-space").publication
FIRST = Counted(question_id=501, number=1, clause=1, hash="a" * 64)
SECOND = Counted(question_id=502, number=2, clause=2, hash="b" * 64)
A, B = 0, 1


def matrix(*cells: tuple[int, int, int]) -> VoteMatrix:
    people, questions, values = zip(*cells, strict=True) if cells else ((), (), ())
    return VoteMatrix.from_votes(people, questions, values)


def answers(first: int, question: int, agree: int, disagree: int, passed: int) -> list[tuple[int, int, int]]:
    """People from the number `first` on, those who agree first."""
    values = [1] * agree + [-1] * disagree + [0] * passed
    return [(first + place, question, value) for place, value in enumerate(values)]


# 30 people of A, 30 of B and 25 in no group answer the first clause.
PEOPLE = {**dict.fromkeys(range(30), A), **dict.fromkeys(range(100, 130), B)}
VOTES = [*answers(0, 501, 20, 10, 0), *answers(100, 501, 10, 20, 0), *answers(200, 501, 15, 10, 0)]


def row(document: dict[str, Any], group: str | None = None) -> tuple[Any, ...]:
    one = document["clauses"][0]
    found = one["totals"] if group is None else one["groups"][group]
    return tuple(found[name] for name in ("agrees", "disagrees", "passes", "votes", "share"))


def test_each_group_and_those_in_none_have_a_row_and_the_least_in_favour_is_named() -> None:
    found = support_of(matrix(*VOTES), [FIRST], PEOPLE, PUBLICATION)
    assert found["enough"]
    assert found["participants"] == 85
    assert found["groups"] == [
        {"id": "A", "size": 30},
        {"id": "B", "size": 30},
        {"id": "none", "size": 25},
    ]
    assert row(found, "A") == (20, 10, 0, 30, 67)
    assert row(found, "B") == (10, 20, 0, 30, 33)
    assert row(found, "none") == (15, 10, 0, 25, 60)
    assert row(found) == (45, 40, 0, 85, 53)
    (clause,) = found["clauses"]
    assert clause["groups"]["A"]["interval"] == [49, 81]  # Wilson, 20 of 30
    assert (clause["clause"], clause["question"], clause["hash"]) == (1, 1, "a" * 64)
    assert clause["least"] == "B"


def test_whoever_is_in_no_group_is_never_the_group_least_in_favour() -> None:
    votes = [*answers(0, 501, 20, 10, 0), *answers(100, 501, 15, 15, 0), *answers(200, 501, 10, 15, 0)]
    found = support_of(matrix(*votes), [FIRST], PEOPLE, PUBLICATION)
    assert row(found, "none")[-1] == 40
    assert found["clauses"][0]["least"] == "B"


def test_no_group_is_named_where_two_are_equal() -> None:
    votes = [*answers(0, 501, 20, 10, 0), *answers(100, 501, 20, 10, 0)]
    assert support_of(matrix(*votes), [FIRST], PEOPLE, PUBLICATION)["clauses"][0]["least"] is None


def test_without_groups_there_is_the_total_alone() -> None:
    for groups in ({}, dict.fromkeys(range(300), A)):
        found = support_of(matrix(*VOTES), [FIRST], groups, PUBLICATION)
        assert found["groups"] == []
        assert found["clauses"][0]["groups"] == {}
        assert row(found) == (45, 40, 0, 85, 53)


def test_a_group_of_which_fewer_than_ten_vote_has_no_row() -> None:
    votes = [*answers(0, 501, 20, 10, 0), *answers(100, 501, 9, 0, 0), *answers(200, 501, 15, 10, 0)]
    found = support_of(matrix(*votes), [FIRST], PEOPLE, PUBLICATION)
    assert found["groups"] == [], "one group beside a remainder would be a claim that there are groups"


def test_nothing_is_said_of_fewer_than_twenty_people() -> None:
    found = support_of(matrix(*answers(0, 501, 19, 0, 0)), [FIRST], PEOPLE, PUBLICATION)
    assert (found["enough"], found["participants"]) == (False, None)
    assert found["clauses"][0]["totals"] is None
    assert found["clauses"][0]["groups"] == {}


def test_a_clause_nobody_has_voted_on_has_a_row_of_noughts() -> None:
    found = support_of(matrix(*VOTES), [FIRST, SECOND], PEOPLE, PUBLICATION)
    second = found["clauses"][1]
    assert second["totals"]["votes"] == 0
    assert second["least"] is None


def test_what_became_of_earlier_votes_is_counted_and_rounded() -> None:
    before = frozenset({*range(17), *range(400, 423)})  # 17 have voted again, 23 have not
    stood = frozenset(range(12))
    changed = Counted(question_id=501, number=3, clause=1, hash="c" * 64, before=before)
    found = support_of(matrix(*VOTES), [changed], PEOPLE, PUBLICATION)["clauses"][0]
    assert (found["changed"], found["renewed"], found["lapsed"], found["carried"]) == (True, 15, 25, None)
    same = Counted(question_id=501, number=1, clause=1, hash="a" * 64, stood=stood)
    found = support_of(matrix(*VOTES), [same], PEOPLE, PUBLICATION)["clauses"][0]
    assert (found["changed"], found["renewed"], found["lapsed"], found["carried"]) == (False, None, None, 10)


def test_seven_who_renewed_are_not_said() -> None:
    changed = Counted(question_id=501, number=3, clause=1, hash="c" * 64, before=frozenset(range(7)))
    found = support_of(matrix(*VOTES), [changed], PEOPLE, PUBLICATION)["clauses"][0]
    assert (found["renewed"], found["lapsed"]) == (None, None)


def test_too_few_people_tell_nothing_of_earlier_votes_either() -> None:
    changed = Counted(question_id=501, number=3, clause=1, hash="c" * 64, before=frozenset(range(40)))
    found = support_of(matrix(*answers(0, 501, 10, 5, 0)), [changed], PEOPLE, PUBLICATION)["clauses"][0]
    assert (found["renewed"], found["lapsed"]) == (None, None)


def test_a_document_gives_back_the_counts_it_was_made_of() -> None:
    found = support_of(matrix(*VOTES), [FIRST, SECOND], PEOPLE, PUBLICATION)
    back = protected_in(found)
    assert back.groups == {A: 30, B: 30, IN_NO_GROUP: 25}
    assert back.totals[1].agrees == 45
    assert back.by_group[1, B].disagrees == 20


def test_a_later_result_leaves_empty_what_would_force_a_vote() -> None:
    """Ten came, eight of them known: 12 agreed (said: 10), then 18 (said: 20), so the other two agreed."""
    before = support_of(matrix(*answers(0, 501, 12, 13, 13)), [FIRST], {}, PUBLICATION)
    assert row(before)[:3] == (10, 15, 15)
    votes = [*answers(0, 501, 12, 13, 13), *answers(50, 501, 6, 2, 2)]
    after = support_of(matrix(*votes), [FIRST], {}, PUBLICATION, earlier=[(before, 10)], lot=b"0" * 16)
    fresh = support_of(matrix(*votes), [FIRST], {}, PUBLICATION)
    assert row(fresh)[0] == 20
    assert not drawn_by(1, b"0" * 16, PUBLICATION.profile), "the lot alone would have left it empty"
    assert row(after)[:4] == (None, None, None, None)
