"""The catalogues: nothing waits, nothing is a guess, and no place in a sentence is lost."""

import re
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Message

from participate.catalogues import ENGLISH, NAMES
from participate.translating.checking import PLACE, forms, lost, waiting
from participate.translating.files import catalogues, translations
from participate.translating.gathering import Sentence, Unmarked, gathered, in_code
from participate.translating.plainness import LONGEST, plainness, report, sentences_of, words_of

OTHERS = [tag for tag in NAMES if tag != ENGLISH]


@cache
def sentences() -> dict[str, Sentence]:
    """Gathered by the first test that asks: whoever only collects tests does not wait for it."""
    return gathered()


MEND = "run `python -m participate.translating`, translate what it lists, and run it again"


@pytest.fixture(params=OTHERS)
def tag(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_no_sentence_waits_for_a_translator(tag: str) -> None:
    assert waiting(sentences().values(), translations(tag)) == [], MEND


def test_the_files_are_as_the_command_writes_them(tag: str) -> None:
    written = catalogues(tag, sentences().values(), translations(tag))
    other = [path.name for path, content in written.items() if path.read_bytes() != content]
    assert other == [], MEND
    assert set(next(iter(written)).parent.iterdir()) == set(written)


def test_no_place_and_no_tag_is_lost_in_translation(tag: str) -> None:
    held = translations(tag)
    assert {one: lost(sentence, held[one]) for one, sentence in sentences().items() if one in held} == {
        one: [] for one in sentences() if one in held
    }


def test_every_form_of_a_number_is_there(tag: str) -> None:
    assert {len(forms(said)) for said in translations(tag).values()} == {1, 6}


def test_no_sentence_is_longer_than_a_reader_can_hold() -> None:
    texts = [text for sentence in sentences().values() for text in (sentence.one, sentence.many)]
    assert long_in(texts) == []


def test_no_translated_sentence_is_longer_either(tag: str) -> None:
    assert long_in(form for message in translations(tag).values() for form in forms(message)) == []


def long_in(texts: object) -> list[str]:
    return [
        said
        for text in texts  # type: ignore[attr-defined]
        for said in sentences_of(text)
        if len(words_of(said)) > LONGEST
    ]


def test_a_catalogue_names_no_machine_and_no_day(tag: str) -> None:
    for path in catalogues(tag, sentences().values(), translations(tag)):
        text = path.read_text(encoding="utf-8")
        assert "Date" not in text.split("\n\n")[0]
        assert str(Path.cwd()) not in text


def test_sentences_are_gathered_from_templates_code_policies_and_rules() -> None:
    assert "participate/templates/base.html" in sentences()["Skip to main content"].places
    assert "participate/errors.py" in sentences()["Page not found"].places
    assert "charters/reasons.py" in sentences()["There is no such statement. Go on to the next one."].places
    assert "charters/policies/open-health-space.json" in sentences()["What is published"].places
    assert "charters/values.py" in sentences()["A new statement is shown at once."].places
    assert sentences()["%(n)s week"].many == "%(n)s weeks"


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("gettext('A ' 'b.')", [("here", "A b.", "")]),
        ("ngettext('%(n)s a', '%(n)s as', n)", [("here", "%(n)s a", "%(n)s as")]),
        ("Words('At %(x)s.', x=Words('Inner'))", [("here", "At %(x)s.", ""), ("here", "Inner", "")]),
        ("counted('%(n)s a', '%(n)s as', 3)", [("here", "%(n)s a", "%(n)s as")]),
        ("other('Nothing')", []),
        ("Words('')", []),
    ],
)
def test_marked_sentences_are_found_in_code(source: str, found: list[tuple[str, str, str]]) -> None:
    assert list(in_code("here", source)) == found


@pytest.mark.parametrize("source", ["gettext(f'A {b}')", "Words(TEXT)", "ngettext('a', many, 2)"])
def test_a_sentence_put_together_while_running_is_an_error(source: str) -> None:
    with pytest.raises(Unmarked, match="here, line 1"):
        list(in_code("here", source))


@pytest.mark.parametrize(
    ("english", "welsh", "is_lost"),
    [
        (Sentence("At %(x)s."), "Yn %(x)s.", False),
        (Sentence("At %(x)s."), "Yn.", True),
        (Sentence("At %(x)s."), "Yn %(y)s.", True),
        (Sentence("Half, 50%%."), "Hanner, 50%.", True),
        (Sentence("A <b>b</b>."), "A b.", True),
        (Sentence("A <b>b</b>."), "<b>B</b> a.", False),
        (Sentence("%(n)s day", "%(n)s days"), ("dim diwrnod",) * 6, False),
        (Sentence("%(n)s day by %(x)s", "%(n)s days by %(x)s"), ("%(n)s",) * 6, True),
    ],
)
def test_a_lost_place_is_found(english: Sentence, welsh: str | tuple[str, ...], is_lost: bool) -> None:
    message = Message((english.one, english.many) if english.many else english.one, welsh)
    assert bool(lost(english, message)) is is_lost


def test_guesses_and_empty_sentences_wait() -> None:
    english = [Sentence(text) for text in ("Done.", "A guess.", "Empty.", "Missing.")]
    held = {
        "Done.": Message("Done.", "Wedi'i wneud."),
        "A guess.": Message("A guess.", "Dyfaliad.", flags=["fuzzy"]),
        "Empty.": Message("Empty.", ""),
    }
    assert waiting(english, held) == ["A guess.", "Empty.", "Missing."]


def test_the_reading_index_is_the_published_formula() -> None:
    # 3 sentences, 12 words, 43 letters; a place counts as "ten".
    told = plainness(["You can vote on it. Nobody sees your vote.", "Take <b>%(n)s</b> days.", "A heading"])
    assert (told.sentences, told.longest) == (3, 5)
    assert told.index == round(4.71 * 43 / 12 + 0.5 * 12 / 3 - 21.43, 1)


def test_every_page_with_sentences_is_reported() -> None:
    told = report(sentences().values())
    assert "participate/templates/base.html" in told
    assert told.splitlines()[-1].endswith("everything")


GLOSSARY = Path(__file__).parents[2] / "docs" / "reference" / "welsh-words.md"
OF_A_FILE = re.compile(r"'[a-z-]+'")
"""A name or value as it stands in a charter file, which is the same in every language."""
ROW = re.compile(r"^\| ([a-z][a-z ]+?) \| ([^|(]+?) \|", re.M)
MUTATED = {"p", "t", "c", "b", "d", "g", "m"}
"""First letters that become others, or go, by what stands before."""


def stems(welsh: str) -> list[str]:
    """The beginnings by which a word is known whatever stands before it: `hwylusydd, hwyluswyr`."""
    words = re.split(r"[,;] ", welsh)
    told = [
        word[2:] if word[:2] in ("rh", "ll") else word[1:] if word[0] in MUTATED else word for word in words
    ]
    return [word if len(word) < 6 else word[:-2] for word in told]


def plain(english: str) -> str:
    """A sentence without its places and what stands in a file."""
    return OF_A_FILE.sub("", PLACE.sub("", english))


def test_each_of_our_words_has_one_welsh() -> None:
    known = dict(ROW.findall(GLOSSARY.read_text(encoding="utf-8")))
    assert len(known) > 20
    other = [
        (english, one)
        for one, message in translations("cy").items()
        for english, welsh in known.items()
        if re.search(
            rf"\b{english.removesuffix('y')}(s|y|ies)?\b", OF_A_FILE.sub("", PLACE.sub("", one)), re.I
        )
        and "<span lang=" not in one
        and not any(stem in " ".join(forms(message)).lower() for stem in stems(welsh))
    ]
    assert other == []
