"""Canonical bytes: one document, one form, one hash; whatever could be read in two ways is refused."""

import json
from decimal import Decimal
from hashlib import sha256
from typing import Any
from unicodedata import normalize

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from charters.canonical import GREATEST, canonical, composed, digest, read
from charters.faults import PolicyError

steady = settings(derandomize=True, max_examples=200, deadline=None)
texts = st.text(st.characters(exclude_categories=("Cs",)), max_size=12).map(lambda t: normalize("NFC", t))
fractions = st.integers(-(10**8), 10**8).map(lambda n: Decimal(n) / 1000)
plain = st.none() | st.booleans() | st.integers(-GREATEST, GREATEST) | fractions | texts
documents = st.recursive(
    plain, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4)
)


def shuffled(document: Any, data: st.DataObject) -> Any:
    """The same document with the names of its objects in another order."""
    if isinstance(document, dict):
        names = data.draw(st.permutations(list(document)))
        return {name: shuffled(document[name], data) for name in names}
    if isinstance(document, list):
        return [shuffled(value, data) for value in document]
    return document


def kinds(document: Any) -> Any:
    """The document with its kinds: in Python true equals one."""
    if isinstance(document, dict):
        return {name: kinds(value) for name, value in document.items()}
    if isinstance(document, list):
        return [kinds(value) for value in document]
    return (document, isinstance(document, bool))


@steady
@given(documents, st.data())
def test_the_order_of_names_does_not_matter(document: Any, data: st.DataObject) -> None:
    assert canonical(shuffled(document, data)) == canonical(document)


@steady
@given(documents)
def test_bytes_are_read_back_to_the_same_document_and_bytes(document: Any) -> None:
    written = canonical(document)
    back = read(written.decode())
    assert kinds(back) == kinds(document)
    assert canonical(back) == written
    assert digest(document) == sha256(written).hexdigest()


@steady
@given(documents, documents)
def test_two_documents_have_one_form_only_if_they_are_the_same(one: Any, other: Any) -> None:
    assert (canonical(one) == canonical(other)) == (kinds(one) == kinds(other))


@steady
@given(
    st.dictionaries(texts, st.lists(st.none() | st.booleans() | st.integers(-99, 99) | texts)), st.booleans()
)
def test_space_and_spelling_in_the_file_do_not_matter(document: Any, ascii_only: bool) -> None:
    loose = json.dumps(document, indent=3, ensure_ascii=ascii_only)
    assert canonical(read(loose)) == canonical(document)


def test_the_form_is_that_of_the_public_scheme() -> None:
    # Worked out by hand from RFC 8785: escapes as in ECMAScript, names by UTF-16 code units.
    document = {
        "\U0001f600": 1, "\ufb00": 2, "\u20ac": "€$\u000f\nA'B\"\\/\u007f", "\r": [True, False, None],
        "1": "é", "share": Decimal("0.60"), "whole": Decimal("4.0"),
        "none": Decimal("-0.0"), "small": Decimal("1e-3"),
    }  # fmt: skip
    assert canonical(document).decode() == (
        '{"\\r":[true,false,null],"1":"é","none":0,"share":0.6,"small":0.001,"whole":4,'
        '"€":"€$\\u000f\\nA\'B\\"\\\\/\u007f","\U0001f600":1,"\ufb00":2}'
    )


@pytest.mark.parametrize(
    ("document", "path", "rule"),
    [
        ({"share": 0.6}, "share", "not a binary float"),
        ({"a": [1, {"b": "e\u0301"}]}, "a[1].b", "composed form"),
        ({"e\u0301": 1}, "e\u0301", "composed form"),
        ({"a": "\ud800"}, "a", "half a pair"),
        ({"a": 2**53}, "a", "so that every program reads it alike"),
        ({"a": Decimal("1e30")}, "a", "so that every program reads it alike"),
        ({"a": Decimal("0.1234567")}, "a", "at most 6 decimals"),
        ({"a": Decimal("NaN")}, "a", "must be a number"),
        ({1: 2}, "1", "must be text"),
        ({"a": {3}}, "a", "JSON knows"),
    ],
)
def test_what_could_be_read_in_two_ways_is_refused_by_its_place(document: Any, path: str, rule: str) -> None:
    with pytest.raises(PolicyError) as error:
        canonical(document)
    assert error.value.path == path
    assert rule in error.value.rule
    assert error.value.faults[0].mend


def test_too_deep_is_refused_in_both_directions() -> None:
    deep: Any = 1
    for _ in range(40):
        deep = [deep]
    with pytest.raises(PolicyError, match="nested 32 deep"):
        canonical(deep)
    with pytest.raises(PolicyError, match="nested 32 deep"):
        read("[" * 60_000 + "]" * 60_000)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"a": 1, "a": 2}', "must not stand twice"),
        ("[NaN]", "number that JSON knows"),
        ("{", "line 1, column 2"),
        ('["' + "x" * 200_000 + '"]', "at most 200000"),
    ],
)
def test_a_file_that_two_programs_would_read_differently_is_refused(text: str, words: str) -> None:
    with pytest.raises(PolicyError, match=words):
        read(text)


def test_a_writer_can_have_the_text_composed_openly() -> None:
    written = {"title": "Cafe\u0301", "list": ["e\u0301"]}
    assert canonical(composed(written)) == '{"list":["é"],"title":"Café"}'.encode()


def test_one_byte_more_is_another_hash() -> None:
    assert digest({"text": "We keep it"}) != digest({"text": "We keep it "})
