"""Comparing two versions: what was added, taken out, moved and reworded, and what cannot be compared."""

from hypothesis import given
from hypothesis import strategies as st

from deliberation.drafting.clauses import words_hash
from deliberation.drafting.comparing import Compared, as_drafted, compared
from deliberation.drafting.differences import Mark, Part
from deliberation.drafting.versions import SealedClause
from tests.deliberation.drafting.conftest import FIRST, SECOND, Writers


def clause(number: int, text: str = "", *, withheld: bool = False) -> SealedClause:
    text = text or f"What clause {number} says."
    return SealedClause(
        number=number,
        heading=f"Clause {number}",
        text="" if withheld else text,
        language="en",
        hash=words_hash(f"Clause {number}", text, "en"),
        withheld=withheld,
    )


def clauses(*numbers: int) -> list[SealedClause]:
    return [clause(number) for number in numbers]


def said(one: Compared) -> str:
    words = [word for word in ("added", "removed", "changed", "moved", "same") if getattr(one, word)]
    return f"{one.number} {' '.join(words)}"


def test_the_same_twice_differs_nowhere() -> None:
    found = compared(clauses(1, 2, 3), clauses(1, 2, 3))
    assert [said(one) for one in found] == ["1 same", "2 same", "3 same"]


def test_what_was_added_and_taken_out_stands_in_its_place() -> None:
    found = compared(clauses(1, 2, 3), clauses(1, 4, 3, 5))
    assert [said(one) for one in found] == ["1 same", "2 removed", "4 added", "3 same", "5 added"]
    assert [said(one) for one in compared(clauses(1, 2, 3), clauses(3))] == [
        "1 removed",
        "2 removed",
        "3 same",
    ]
    assert [said(one) for one in compared([], clauses(1))] == ["1 added"]


def test_of_two_that_changed_places_one_has_moved() -> None:
    found = compared(clauses(1, 2, 3), clauses(3, 1, 2))
    assert [said(one) for one in found] == ["3 moved", "1 same", "2 same"]


def test_other_words_are_shown_word_by_word() -> None:
    (one,) = compared([clause(1, "A written plan.")], [clause(1, "A spoken plan.")])
    assert said(one) == "1 changed"
    assert one.text == [
        Part("A "), Part("written", Mark.REMOVED), Part("spoken", Mark.ADDED), Part(" plan."),
    ]  # fmt: skip
    assert one.heading == [Part("Clause 1")]
    assert not one.withheld


def test_words_that_were_removed_cannot_be_compared_but_their_hashes_can() -> None:
    (one,) = compared([clause(1, withheld=True)], [clause(1)])
    assert (one.withheld, one.same) == (True, True)
    (other,) = compared([clause(1, "Said before.", withheld=True)], [clause(1)])
    assert (other.withheld, other.changed) == (True, True)


numbers = st.lists(st.integers(1, 12), unique=True)


@given(numbers, numbers)
def test_each_clause_is_told_once_and_the_later_order_is_kept(before: list[int], after: list[int]) -> None:
    found = compared(clauses(*before), clauses(*after))
    assert sorted(one.number for one in found) == sorted({*before, *after})
    assert [one.number for one in found if not one.removed] == after
    assert {one.number for one in found if one.removed} == {*before} - {*after}
    assert {one.number for one in found if one.moved} <= {*before} & {*after}
    stayed = [one.number for one in found if not (one.added or one.removed or one.moved)]
    assert stayed == [number for number in before if number in stayed]


async def test_a_draft_is_compared_as_it_would_be_sealed(writers: Writers) -> None:
    first, second = as_drafted(await writers.draft())
    assert (first.text, second.heading) == (FIRST.text, SECOND.heading)
    assert first.holds
