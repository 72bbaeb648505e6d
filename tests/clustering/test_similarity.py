"""Near copies of a statement: measured examples on both sides of the floor, in three languages."""

import unicodedata

import pytest

from clustering.similarity import FLOOR, near_copies

COPIES = [
    ("We need more GPs in the valley", "we need more GP's in the valley!"),  # 1.00
    ("Buses to the hospital should run on Sundays", "Sunday buses to the hospital should run"),  # 0.93
    ("We need more GPs in the valley", "We need more doctors in the valley"),  # 0.79
    ("Dylai bysiau i'r ysbyty redeg ar ddydd Sul", "Dylai'r bysiau i’r ysbyty redeg ar ddydd Sul"),  # 0.95
    ("Uber司機應該要有職業駕照", "Uber 司機應該有職業駕照"),  # 0.87
    ("政府應該重視偏鄉的交通需求", "政府應重視偏鄉交通需求"),  # 0.73
]
OTHERS = [
    ("Buses to the hospital should run on Sundays", "The hospital should have a bigger car park"),  # 0.51
    ("Dylai bysiau i'r ysbyty redeg ar ddydd Sul", "Dylai'r cyngor ariannu mwy o weithwyr ieuenctid"),  # 0.13
    ("政府應該重視偏鄉的交通需求", "政府應該重視計程車的品質"),  # 0.46
    ("Uber司機應該要有職業駕照", "應該讓乘客可以評分司機"),  # 0.18
    ("We need more GPs in the valley", "Fluoride should be added to the water"),
]


@pytest.mark.parametrize(("text", "other"), COPIES)
def test_a_near_copy_is_found(text, other):
    [(found, score)] = near_copies(text, [(7, other)])
    assert found == 7
    assert FLOOR <= score <= 1


@pytest.mark.parametrize(("text", "other"), OTHERS)
def test_another_statement_is_not_taken_for_a_copy(text, other):
    assert near_copies(text, [(7, other)]) == []


def test_the_score_is_a_cosine_of_counts():
    # " ab " has the 3-grams " ab" and "ab " and the 4-gram " ab "; "ab cd" has three more: 3 / sqrt(3 * 6)
    [(_, score)] = near_copies("ab", [(1, "ab cd")], floor=0)
    assert score == pytest.approx(3 / 18**0.5)


def test_the_same_text_in_another_unicode_form_or_case_scores_one():
    text = "Caffi’r Tŷ Bach: meddygon, deintyddion"
    for other in (unicodedata.normalize("NFD", text), text.upper(), f"  {text}!!", text.replace("’", "")):
        [(_, score)] = near_copies(text, [(1, other)])
        assert score == pytest.approx(1)


def test_the_best_come_first_and_no_more_than_the_limit():
    others = [(n, f"We need more GPs in the valley {'now ' * n}") for n in range(6)]
    found = near_copies("We need more GPs in the valley", others, limit=2)
    assert [name for name, _ in found] == [0, 1]
    assert near_copies("We need more GPs in the valley", others, limit=0) == []


def test_texts_without_letters_are_like_nothing():
    assert near_copies("!!! ...", [(1, "!!! ..."), (2, "")], floor=0.1) == []


def test_a_limit_or_floor_out_of_range_is_refused():
    with pytest.raises(ValueError, match=r"they are -1 and 0\.5"):
        near_copies("a", [], limit=-1, floor=0.5)
    with pytest.raises(ValueError, match=r"they are 3 and 1\.5"):
        near_copies("a", [], floor=1.5)
