"""Lists of statements: what an address asks for, what is found, and the pages of it."""

from typing import Any

import pytest

from deliberation.publishing.standings import Mark, Standing
from participate.results.listing import Show, Wanted, filters, listed, pagination, wanted_by

TEXTS = {3: "Open until eight.", 1: "Café with a view", 2: "Agor tan wyth o'r gloch â gwên."}
STANDINGS = {3: Standing(frozenset({Mark.AGREED})), 1: Standing(frozenset({Mark.DIFFERS, Mark.UNSURE}))}


def numbers(**asked: str) -> list[int]:
    return listed(wanted_by(asked), TEXTS, STANDINGS).numbers


def test_they_stay_in_the_order_given() -> None:
    assert numbers() == [3, 1, 2]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("cafe", [1]), ("CAFÉ view", [1]), ("gwen", [2]), ("view open", []), ("  eight ", [3]), ("2", [2]),
        ("#2", [2]), ("%", []), ("\x00eight", [3]),
    ],
)  # fmt: skip
def test_all_words_must_be_there_however_accented(words: str, found: list[int]) -> None:
    assert numbers(q=words) == found


@pytest.mark.parametrize(
    ("show", "found"),
    [("agree", [3]), ("differ", [1]), ("unsure", [1]), ("all", [3, 1, 2]), ("x", [3, 1, 2])],
)
def test_a_filter_shows_one_kind(show: str, found: list[int]) -> None:
    assert numbers(show=show) == found


def test_a_search_is_cut_and_a_page_is_a_number() -> None:
    assert len(wanted_by({"q": "x" * 1000}).words) == 100
    assert [wanted_by({"page": page}).page for page in ("3", "0", "-1", "one", "9999999999", "٣")] == [
        3,
        0,
        0,
        0,
        0,
        0,
    ]


def many(page: int, count: int = 120) -> Any:
    return listed(Wanted(page=page), {n: f"Statement {n}" for n in range(1, count + 1)}, {})


def test_pages_cover_the_list_once() -> None:
    assert many(0).numbers == list(range(1, 11))
    assert many(0).short
    pages = [many(page) for page in (1, 2, 3)]
    assert [number for page in pages for number in page.numbers] == list(range(1, 121))
    assert {page.pages for page in pages} == {3}
    assert many(99).page == 3


def test_a_short_list_is_shown_whole() -> None:
    assert many(0, count=10).numbers == list(range(1, 11))
    assert not many(0, count=10).short
    assert listed(Wanted(), dict.fromkeys(range(60), "x"), {}, few=None).numbers == list(range(50))


def test_addresses_keep_what_was_asked_for() -> None:
    wanted = Wanted(Show.DIFFER, "a & b", 2)
    assert wanted.address() == "?show=differ&q=a+%26+b&page=2"
    assert wanted.address(page=3, view="landscape") == "?show=differ&q=a+%26+b&page=3&view=landscape"
    assert Wanted().address() == ""
    named = {name: address for name, address, _ in filters(wanted, several=True)}
    assert named["All"] == "?q=a+%26+b"
    assert named["Many not sure"] == "?show=unsure&q=a+%26+b"
    assert "Groups differ" not in {name for name, *_ in filters(wanted, several=False)}


def test_pages_are_named_round_the_present_one() -> None:
    assert pagination(many(0), "list") is None
    found = pagination(many(5, count=600), "list")
    assert found is not None
    assert [item.get("number", "…") for item in found["items"]] == [1, "…", 4, 5, 6, "…", 12]
    assert [item["number"] for item in found["items"] if item.get("current")] == [5]
    assert found["previous"]["href"] == "?page=4#list"
    assert found["next"]["href"] == "?page=6#list"
    assert "next" not in (pagination(many(12, count=600), "list") or {})


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"show": "agree"}, "There is no statement that people clearly agree on."),
        ({"show": "differ"}, "There is no statement that groups differ on."),
        ({"show": "unsure"}, "No statement has many who are not sure."),
        ({"q": "x"}, "No statement was found. Try fewer words, or look at all of them."),
        ({"show": "unsure", "q": "x"}, "No statement was found. Try fewer words, or look at all of them."),
    ],
)
def test_what_it_means_that_none_was_found(asked: dict[str, str], said: str) -> None:
    """Fewer words help only where words were asked for."""
    assert listed(wanted_by(asked), TEXTS, {}).nothing == said
