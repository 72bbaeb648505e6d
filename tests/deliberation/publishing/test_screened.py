"""What may be said of the screen: no name, nothing of a few people, and no two counts to subtract."""

from typing import Any

import pytest

from charters.profiles import PROFILES
from clustering.screen import Flag, Kind, Screening
from deliberation.publishing.screened import beside, screening_document, size_word

PROFILE = PROFILES["open-8-5/1"]


def _flag(kind: Kind, people: range, **counts: int) -> Flag:
    return Flag(kind, tuple(people), {"people": len(people), **counts}, 0.0001, 0.001, "Exact words.")


def _document(*groups: tuple[str, int], **lists: list[int]) -> dict[str, Any]:
    named = {"agree": [], "disagree": [], "differ": [], **lists}
    return {"enough": True, "groups": [{"id": name, "size": size} for name, size in groups], **named}


def _never(people: frozenset[Any]) -> Any:
    raise AssertionError("so few are not left out")


@pytest.mark.parametrize("count", [0, 1, 7])
def test_a_few_people_read_like_nobody(count: int) -> None:
    flags = (_flag(Kind.STRAIGHT, range(count)),) if count else ()
    told = screening_document(Screening(100, True, flags), PROFILE, _never)
    assert told == screening_document(Screening(100, True, ()), PROFILE, _never)
    assert told["people"] is None


def test_figures_are_rounded_and_kinds_of_a_few_people_are_not_told() -> None:
    flags = (
        _flag(Kind.STRAIGHT, range(11)),
        _flag(Kind.TWINS, range(20, 24), common=40, same=40),
        _flag(Kind.TWINS, range(22, 25), common=40, same=40),
        _flag(Kind.BURST, range(5, 14), came=43, usual=3),
    )
    asked: list[frozenset[Any]] = []

    def results(people: frozenset[Any]) -> Any:
        asked.append(people)
        return _document(), _document()

    told = screening_document(Screening(200, True, flags), PROFILE, results)
    assert told["kinds"] == {"straight": 10, "twins": None, "burst": 10}
    assert told["people"] == 20
    assert told["wave"] == {"came": 45, "usual": None}
    assert asked == [frozenset({*range(14), *range(20, 25)})]
    assert "Exact words." not in str(told)


def test_the_comparison_has_lists_and_words_and_no_count_of_people() -> None:
    before = _document(("A", 60), ("B", 50), agree=[1, 2, 5], differ=[3])
    after = _document(("A", 55), ("B", 30), agree=[2, 5, 7], differ=[3])
    assert beside(before, after) == {
        "enough": True,
        "groups": [2, 2],
        "sizes": {"A": "same", "B": "smaller"},
        "agree": {"go": [1], "come": [7]},
        "disagree": {"go": [], "come": []},
        "differ": {"go": [], "come": []},
    }


def test_other_numbers_of_groups_have_no_sizes_and_too_few_people_no_comparison() -> None:
    two, none = _document(("A", 60), ("B", 50)), _document()
    assert beside(two, none)["sizes"] == {}
    assert beside(two, none)["groups"] == [2, 0]
    assert beside(two, {**none, "enough": False}) == {"enough": False}
    assert beside(two, _document(("A", 60), ("C", 50)))["sizes"] == {"A": "same", "B": "other"}


@pytest.mark.parametrize(("ratio", "word"), [(1.1, "same"), (0.9, "same"), (0.89, "smaller"), (0.49, "half")])
def test_sizes_are_said_coarsely(ratio: float, word: str) -> None:
    assert size_word(ratio) == word
