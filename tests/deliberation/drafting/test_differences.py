"""What differs between two texts, against answers worked out by hand and the law that nothing is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deliberation.drafting.differences import Mark, Part, differences, is_same

SAME, REMOVED, ADDED = Mark.SAME, Mark.REMOVED, Mark.ADDED


@pytest.mark.parametrize(
    ("before", "after", "parts"),
    [
        ("", "", []),
        ("One plan.", "One plan.", [("One plan.", SAME)]),
        ("", "New words", [("New words", ADDED)]),
        ("Old words", "", [("Old words", REMOVED)]),
        ("until 8pm", "until 9pm", [("until ", SAME), ("8pm", REMOVED), ("9pm", ADDED)]),
        (
            "On one evening each month.",
            "On two evenings each month.",
            [("On ", SAME), ("one evening", REMOVED), ("two evenings", ADDED), (" each month.", SAME)],
        ),
        ("a b", "a\n\nb", [("a", SAME), (" ", REMOVED), ("\n\n", ADDED), ("b", SAME)]),
    ],
)
def test_a_difference_reads_as_a_person_would_mark_it(
    before: str, after: str, parts: list[tuple[str, Mark]]
) -> None:
    assert [(one.words, one.mark) for one in differences(before, after)] == parts


TEXT = st.text(st.sampled_from("ab \n."), max_size=30)


@given(TEXT, TEXT)
def test_both_texts_can_be_read_out_of_their_difference(before: str, after: str) -> None:
    found = differences(before, after)
    assert "".join(one.words for one in found if one.mark is not ADDED) == before
    assert "".join(one.words for one in found if one.mark is not REMOVED) == after
    assert is_same(found) == (before == after)
    assert all(one.words for one in found)


def test_nothing_differs_only_where_every_part_is_the_same() -> None:
    assert is_same([Part("a")])
    assert not is_same([Part("a", REMOVED)])
