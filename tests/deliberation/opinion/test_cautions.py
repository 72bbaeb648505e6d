"""What is found in a text and what is passed over: tables of both, and properties by chance."""

from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deliberation.opinion.cautions import (
    HIDDEN,
    Cautions,
    Kind,
    Span,
    cautions_in,
    is_nhs_number,
    without_identifiers,
)

FOUND = [
    ("My number is 943 476 5919.", Kind.NHS_NUMBER, "943 476 5919"),  # worked by hand below
    ("My number is 943-476-5919", Kind.NHS_NUMBER, "943-476-5919"),
    ("My number is 9434765919", Kind.NHS_NUMBER, "9434765919"),
    ("NHS9434765919", Kind.NHS_NUMBER, "9434765919"),
    ("room 4, 943 476 5919", Kind.NHS_NUMBER, "943 476 5919"),
    ("in 18 943 476 5919 came", Kind.NHS_NUMBER, "943 476 5919"),
    ("Ring 07700 900123 now", Kind.PHONE, "07700 900123"),
    ("Ring 07700900123.", Kind.PHONE, "07700900123"),
    ("Ring 07 700 900 123.", Kind.PHONE, "07 700 900 123"),
    ("Ring 01632 960123", Kind.PHONE, "01632 960123"),
    ("Ring 01632 96012", Kind.PHONE, "01632 96012"),
    ("Ring (029) 2018 0180", Kind.PHONE, "(029) 2018 0180"),
    ("Ring 020-7946-0000", Kind.PHONE, "020-7946-0000"),
    ("Ring 07700.900.123", Kind.PHONE, "07700.900.123"),
    ("Ring +44 7700 900123", Kind.PHONE, "+44 7700 900123"),
    ("Ring +44 (0)7700 900123", Kind.PHONE, "+44 (0)7700 900123"),
    ("Ring (+44) 7700 900123", Kind.PHONE, "(+44) 7700 900123"),
    ("Ring 0044 7700 900123", Kind.PHONE, "0044 7700 900123"),
    ("Ring +353 20 912 3456", Kind.PHONE, "+353 20 912 3456"),
    ("Write to jo.bloggs+gp@example.org.", Kind.EMAIL, "jo.bloggs+gp@example.org"),
    ("jo@mail.example.co.uk wrote", Kind.EMAIL, "jo@mail.example.co.uk"),
    ("07700900123@example.org", Kind.EMAIL, "07700900123@example.org"),
]
PASSED_OVER = [
    "My number is 943 476 5918.",  # the check digit is wrong
    "Ring 111, or 116 123, or 999.",
    "The 0300 123 4567 line is always engaged.",  # a body's
    "0800 001 066 is free.",
    "Between 2015 and 2020 there were 1,234,567,890 visits.",
    "Open 09:00-17:30, 7 days.",
    "From 01-02-2026 10 people came.",
    "It costs £12.50 a day and 3.5 hours.",
    "Ward 12 has 30 beds, 4 nurses and 2 doctors.",
    "Meet me @ the surgery. Follow @avonmere on it.",
    "See www.example.org/care for the plan.",
    "07700 9001",
]


@pytest.mark.parametrize(("text", "kind", "words"), FOUND)
def test_an_identifier_is_found(text: str, kind: Kind, words: str) -> None:
    [span] = cautions_in(text).spans
    assert (span.kind, text[span.start : span.end]) == (kind, words)


@pytest.mark.parametrize("text", PASSED_OVER)
def test_other_figures_and_addresses_are_passed_over(text: str) -> None:
    assert cautions_in(text).spans == ()


def test_the_check_digit_is_worked_as_by_hand() -> None:
    # 9*10 + 4*9 + 3*8 + 4*7 + 7*6 + 6*5 + 5*4 + 9*3 + 1*2 = 299 = 27 * 11 + 2; 11 - 2 = 9.
    assert is_nhs_number("9434765919")
    # 4*10 + 1*9 = 49 = 4 * 11 + 5; 11 - 5 = 6.
    assert is_nhs_number("4100000006")
    # 1*10 + 1*2 = 12, remainder 1: the digit would be 10, so there is no such number.
    assert not any(is_nhs_number(f"100000001{check}") for check in range(10))


CRISIS = [
    "I want to kill myself",
    "i  WANT to\tdie",
    "I wanna die.",
    "Some days I dont want to live",
    "I don’t want to be here anymore",
    "I wish I was dead",
    "my son is suicidal and nobody rings back",
    "I feel suicidal at night",
    "She said she would kill herself",
    "He tried to take his own life",
    "They would be better off without me",
    "I can't go on",
    "I keep harming myself",
    "Rydw i eisiau marw",
    "Dwi isio marw",
    "Mae e'n moyn marw",
    "Rwy'n meddwl am ladd fy hun",
    "meddwl am hunanladdiad",
    "Dwi ddim eisiau byw",
    "Rwyf am ddod â fy mywyd i ben",
    "Rwyf am ddod a\u0302 fy mywyd i ben",
    "rhoi diwedd ar fy mywyd",
    "Rwy’n niweidio fy hunan",
]
ABOUT_CARE = [
    "People want to die at home, not on a ward.",
    "My mother wanted to die in a hospice.",
    "Suicide prevention needs more staff.",
    "Self-harm services should open at night.",
    "This waiting list cannot go on.",
    "Nobody should wait a year when they are suicidal.",
    "I hurt myself on the ice outside the clinic.",
    "People don't want to live near a busy road.",
    "We skill myself-checkers",
    "Mae pobl eisiau marw gartref.",
    "Mae angen mwy o arian i atal hunanladdiad.",
    "Dydyn ni ddim eisiau byw yn bell o ysbyty.",
    "",
]


@pytest.mark.parametrize("text", CRISIS)
def test_crisis_words_make_a_text_urgent(text: str) -> None:
    found = cautions_in(text)
    assert found.urgent
    assert found.identifiers == ()
    assert without_identifiers(text) == text  # they are no identifiers


@pytest.mark.parametrize("text", ABOUT_CARE)
def test_a_sentence_about_care_is_not_urgent(text: str) -> None:
    assert not cautions_in(text).urgent


def test_identifiers_and_crisis_words_stand_side_by_side_in_the_order_of_the_text() -> None:
    text = "I want to die, ring 07700 900123 or jo@example.org, NHS 943 476 5919, or 01632 960123"
    found = cautions_in(text)
    assert [span.kind for span in found.spans] == [
        Kind.CRISIS,
        Kind.PHONE,
        Kind.EMAIL,
        Kind.NHS_NUMBER,
        Kind.PHONE,
    ]
    assert found.urgent
    assert found.kinds == (Kind.PHONE, Kind.EMAIL, Kind.NHS_NUMBER)
    assert without_identifiers(text) == "I want to die, ring […] or […], NHS […], or […]"


def test_nothing_is_found_in_nothing() -> None:
    assert cautions_in("") == Cautions()
    assert Cautions().spans == ()


def check_digit(nine: str) -> int | None:
    """By the other road: the digit that makes the whole sum, itself with weight 1, a multiple of eleven."""
    total = sum(int(digit) * weight for digit, weight in zip(nine, range(10, 1, -1), strict=True))
    return next((check for check in range(10) if (total + check) % 11 == 0), None)


nines = st.text("0123456789", min_size=9, max_size=9)


@given(nines, st.sampled_from(["", " ", "-", " - ", "\u00a0", "–"]), st.integers(1, 9))
def test_every_number_with_the_right_check_digit_is_hidden_and_no_other(
    nine: str, between: str, off: int
) -> None:
    check = check_digit(nine)
    for last in range(10):
        digits = f"{nine}{last}"
        assert is_nhs_number(digits) == (last == check)
    if check is not None:
        digits = f"{nine}{check}"
        text = f"I am {digits[:3]}{between}{digits[3:6]}{between}{digits[6:]}, said Jo"
        assert without_identifiers(text) == f"I am {HIDDEN}, said Jo"


@given(st.sampled_from(["07", "01", "02"]), st.text("0123456789", min_size=9, max_size=9))
def test_every_telephone_number_is_hidden(code: str, rest: str) -> None:
    assert without_identifiers(f"Ring {code}{rest} today") == f"Ring {HIDDEN} today"


texts = st.text() | st.text(st.sampled_from("0123456789 -+().@aé\u0663e.org"), max_size=60)


@given(texts)
def test_spans_lie_within_the_text_and_identifiers_never_overlap(text: str) -> None:
    found = cautions_in(text)
    assert all(0 <= span.start < span.end <= len(text) for span in found.spans)
    for one, two in zip(found.identifiers, found.identifiers[1:], strict=False):
        assert one.end <= two.start


@given(texts)
def test_hiding_leaves_nothing_to_hide_and_never_lengthens(text: str) -> None:
    hidden = without_identifiers(text)
    assert cautions_in(hidden).identifiers == ()
    assert without_identifiers(hidden) == hidden
    assert len(hidden) <= len(text)


@given(st.text(st.characters(categories=["L", "P", "Z"], exclude_characters="@＠"), max_size=80))
def test_letters_alone_hold_no_identifier(text: str) -> None:
    assert cautions_in(text).identifiers == ()


@given(st.sampled_from(CRISIS), st.text(" .,!", max_size=5), st.text(" .,!", max_size=5))
def test_crisis_words_are_found_among_others_as_whole_words(words: str, before: str, after: str) -> None:
    assert cautions_in(f"Note:{before} {words} {after}").urgent


def test_a_long_text_of_near_misses_takes_no_time() -> None:
    for text in (
        "a." * 20_000,
        "1 " * 20_000,
        "0" * 20_000,
        "want to " * 5_000,
        "a@" * 20_000,
        "+(" * 20_000,
    ):
        start = perf_counter()
        cautions_in(text)
        assert perf_counter() - start < 2


def test_a_span_says_where() -> None:
    text = "Ring 07700 900123"
    assert cautions_in(text).spans == (Span(Kind.PHONE, 5, 17),)
