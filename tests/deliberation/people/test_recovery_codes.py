"""Six words: enough of them, told apart however they are typed, and kept in no form that can be read."""

import math
import re

from deliberation.people.recovery_codes import (
    WORDS,
    as_typed,
    code_hash,
    new_words,
    stretched,
    unknown_words,
    word_list,
)

MASTER = b"a pseudonym key for tests, long enough"
CODE = "acorn bridge candle dairy eagle fern"


def test_six_words_are_66_bits_or_more() -> None:
    words = word_list()
    assert len(set(words)) == len(words)
    assert all(re.fullmatch("[a-z]{3,6}", word) for word in words)
    assert WORDS * math.log2(len(words)) >= 66


def test_each_code_has_six_words_of_the_list_and_no_two_are_alike() -> None:
    codes = {new_words() for _ in range(50)}
    assert len(codes) == 50
    for code in codes:
        assert len(code.split()) == WORDS
        assert unknown_words(code) == []


def test_capitals_commas_and_lines_do_not_count() -> None:
    typed = " Acorn, BRIDGE\ncandle-dairy  eagle. fern "
    assert as_typed(typed) == CODE
    assert stretched(typed, MASTER) == stretched(CODE, MASTER)
    assert unknown_words("acorn bridgge candle") == ["bridgge"]


def test_another_order_another_key_and_another_space_are_other_codes() -> None:
    made = stretched(CODE, MASTER)
    assert stretched("bridge acorn candle dairy eagle fern", MASTER) != made
    assert stretched(CODE, b"another key") != made
    hashes = {code_hash(made, MASTER, space) for space in (1, 2)}
    assert len(hashes) == 2
    assert all(re.fullmatch("[0-9a-f]{64}", one) for one in hashes)
