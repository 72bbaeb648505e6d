"""A charter as a form: what was typed comes back as a file, and a fault finds its field."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from charters.canonical import canonical, read
from charters.editing import edited, field_of, groups, promises
from charters.policy import load_policy, policy_names, policy_of
from charters.schema import faults_of

DOCUMENT: dict[str, Any] = read(load_policy("service-change").file)


def fields() -> dict[str, str]:
    return {field.path: field.value for group in groups(DOCUMENT) for field in group.fields}


@pytest.mark.parametrize("name", policy_names())
def test_a_form_that_nobody_touched_gives_the_same_file(name: str) -> None:
    document = read(load_policy(name).file)
    typed = {field.path: field.value for group in groups(document) for field in group.fields}
    for one in promises(document):
        typed |= {f"{one.path}.title": one.title, f"{one.path}.text": one.text}
    assert canonical(edited(document, typed)) == canonical(document)
    assert canonical(edited(document, {})) == canonical(document)


def test_every_number_that_may_change_has_a_field_with_a_name() -> None:
    held = fields()
    for path in (
        "publication.min_group",
        "assets[0].retention_days",
        "amendment.share",
        "duties[2].within_days",
    ):
        assert path in held, path
    assert held["amendment.share"] == "67"
    named = [field for group in groups(DOCUMENT) for field in group.fields if str(field.name) == field.path]
    assert named == []


@pytest.mark.parametrize("path", fields())
def test_whatever_is_typed_stands_at_its_place_and_nowhere_else(path: str) -> None:
    changed = edited(DOCUMENT, {path: "not a number"})
    assert canonical(changed).count(b"not a number") == 1
    assert field_of(path, DOCUMENT) == path


@pytest.mark.parametrize(
    "path",
    [
        path
        for path in fields()
        if path not in ("moderation.mode", "publication.time_grain", "equal_terms.key.attestation")
    ],
)
def test_a_fault_is_shown_at_the_field_that_was_typed_in(path: str) -> None:
    found = faults_of(edited(DOCUMENT, {path: "999999999"}))
    assert path in {field_of(fault.path, DOCUMENT) for fault in found}, path


def test_a_share_is_typed_in_hundredths() -> None:
    changed = edited(DOCUMENT, {"amendment.share": " 75 "})
    assert changed["amendment"]["share"] == Decimal("0.75")
    assert policy_of(changed).amendment.share == Fraction(3, 4)


def test_a_clause_is_one_paragraph_however_it_was_typed() -> None:
    changed = edited(DOCUMENT, {"clauses[0].text": "Anybody may\r\n  read.\n"})
    assert changed["clauses"][0]["text"] == "Anybody may read."


@pytest.mark.parametrize(
    ("title", "id"),
    [("Tea is offered", "tea-is-offered"), ("3 things", "things"), ("Ŵ", "promise"), ("a" * 60, "a" * 40)],
)
def test_a_new_promise_gets_a_name_of_its_own(title: str, id: str) -> None:
    changed = edited(DOCUMENT, {"new.title": title, "new.text": "Whoever comes is offered tea."})
    assert changed["clauses"][-1]["id"] == id
    place = len(DOCUMENT["clauses"])
    assert field_of(f"clauses[{place}].text", DOCUMENT) == "new.text"
    assert field_of(f"clauses[{place}].id", DOCUMENT) == "new.title"


def test_a_fault_of_another_place_has_no_field() -> None:
    assert field_of("parties[0].name", DOCUMENT) == ""
