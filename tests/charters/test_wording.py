"""Words: English wherever a string is wanted, and how it was made for whoever says it again."""

import copy
import pickle
from datetime import date

import pytest

from charters.wording import Words, counted, sentences


def test_words_are_the_english_sentence() -> None:
    words = Words("At most %(most)s letters, %(name)s.", most=280, name="Ann")
    assert words == "At most 280 letters, Ann."
    assert words.template == "At most %(most)s letters, %(name)s."
    assert words.arguments == {"most": 280, "name": "Ann"}


def test_a_sentence_without_places_may_hold_a_percent_sign() -> None:
    assert Words("100 % of it") == "100 % of it"


def test_a_day_is_written_out() -> None:
    assert Words("It opens on %(day)s.", day=date(2026, 3, 9)) == "It opens on Monday 9 March 2026."


@pytest.mark.parametrize(("n", "said"), [(0, "0 years"), (1, "1 year"), (2, "2 years")])
def test_a_number_has_its_form(n: int, said: str) -> None:
    words = counted("%(n)s year", "%(n)s years", n)
    assert words == said
    assert (words.one, words.template) == ("%(n)s year", "%(n)s years")


def test_an_error_remembers_its_words() -> None:
    words = Words("At most %(most)s.", most=3)
    assert str(ValueError(words)) is words
    assert str(words) is words


@pytest.mark.parametrize("again", [copy.deepcopy, lambda words: pickle.loads(pickle.dumps(words))])
def test_copies_remember_too(again: object) -> None:
    words = again(counted("%(n)s year", "%(n)s years", 1))  # type: ignore[operator]
    assert (words, words.one, words.arguments) == ("1 year", "%(n)s year", {"n": 1})


def test_sentences_stay_apart_so_that_each_is_said_by_itself() -> None:
    first, second = Words("At most %(most)s.", most=3), Words("Shorten it.")
    both = sentences(first, second)
    assert both == "At most 3. Shorten it."
    assert list(both.arguments.values()) == [first, second]
