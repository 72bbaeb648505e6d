"""How two charters differ, in plain words: no place and no promise is passed over."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from charters.canonical import read
from charters.differences import Difference, differences
from charters.drafts import next_version
from charters.places import in_a_line, place_name, said_at
from charters.policy import Policy, load_policy, policy_names, policy_of
from charters.versions import changes
from charters.wording import Words
from tests.charters.avonmere import CHARTER

LATER = date(2026, 12, 5)


def changed(**parts: Any) -> Policy:
    return policy_of(next_version(read(CHARTER.file), begins=LATER, changes=parts))


def by_path(after: Policy) -> dict[str, Difference]:
    found = differences(CHARTER, after).places
    return {one.path: one for one in found}


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from leaves(inner, f"{path}.{name}" if path else name)
    elif not path.startswith("clauses."):
        yield path, value


@pytest.mark.parametrize("name", policy_names())
def test_every_place_of_a_template_has_a_name_and_its_value_words(name: str) -> None:
    document = read(load_policy(name).file)
    named = [
        (path, place_name(path))
        for change in changes({}, document)
        for path, _ in leaves(change.after, change.path)
    ]
    assert [path for path, words in named if str(words) == path] == []
    for change in changes({}, document):
        for path, value in leaves(change.after, change.path):
            assert all(isinstance(line, Words) for line in said_at(path, value)), path


def test_a_number_is_said_as_people_say_it_before_and_after() -> None:
    found = by_path(changed(moderation={"appeal_days": 21}, running={"hide_hours": 24}))
    appeal = found["moderation.appeal_days"]
    assert (appeal.place, appeal.before, appeal.after) == (
        "How long an appeal is open",
        ("2 weeks",),
        ("3 weeks",),
    )
    assert found["running.hide_hours"].after == ("24 hours",)
    assert set(found) == {"moderation.appeal_days", "running.hide_hours", "effective_from"}


def test_a_rule_names_the_decision_that_it_is_for() -> None:
    found = by_path(changed(amendment={"share": Decimal("0.75"), "quorum": {"people": 4}}))
    assert found["amendment.share"].place == "To change the charter: how many must say yes on each side"
    assert found["amendment.share"].after == ("75 %",)
    assert found["amendment.quorum.people"].after == ("4 people",)


def test_another_way_of_deciding_says_what_comes_with_it() -> None:
    way = {
        "rule": "double-majority",
        "share": Decimal("0.5"),
        "quorum": {"people": 2, "body": 1},
        "open_days": 14,
    }
    found = by_path(changed(agreements={"consultation": way}))
    assert found["agreements.consultation.rule"].after == ("a majority on each side",)
    assert found["agreements.consultation.quorum"].before == ()
    assert found["agreements.consultation.quorum"].after == ("2 people", "1 body")


def test_of_two_lists_only_what_is_not_in_both_is_shown() -> None:
    purposes = [one for one in read(CHARTER.file)["purposes"] if one != "approved-research"]
    duties = [
        {**one, "within_days": 42} if one["do"] == "answer-consensus-item" else one
        for one in read(CHARTER.file)["duties"]
    ]
    found = by_path(changed(purposes=purposes, duties=duties))
    assert (found["purposes"].before, found["purposes"].after) == (
        ("For research that both sides have approved, case by case.",),
        (),
    )
    assert found["duties"].after == ("Every body: an answer to what people agree on, within 6 weeks",)
    assert len(found["duties"].before) == 1


def test_a_party_that_joins_is_shown_with_its_side() -> None:
    parties = [*read(CHARTER.file)["parties"], {"id": "ods:XX3", "kind": "body", "name": "Third"}]
    found = by_path(changed(parties=parties))["parties.ods:XX3"]
    assert (found.place, found.before) == ("Who signs, ods:XX3", ())
    assert set(found.after) == {"side: Health bodies", "name: Third"}


def test_promises_read_otherwise_where_a_number_in_them_has_changed() -> None:
    found = differences(CHARTER, changed(moderation={"appeal_days": 21})).promises
    assert [one.id for one in found] == ["moderation", "appeals"]
    appeals = found[1]
    assert appeals.before is not None
    assert appeals.after is not None
    assert ("2 weeks" in appeals.before.text, "3 weeks" in appeals.after.text) == (True, True)


def test_a_promise_may_be_new() -> None:
    new = {"id": "tea", "title": "Tea is offered", "text": "Whoever comes is offered tea."}
    (found,) = differences(CHARTER, changed(clauses=[new])).promises
    assert (found.id, found.before) == ("tea", None)
    back = differences(changed(clauses=[new]), CHARTER).promises
    assert back[0].after is None


def test_the_same_text_has_no_differences() -> None:
    assert differences(CHARTER, CHARTER).none


def test_several_lines_are_said_as_one() -> None:
    assert in_a_line(()) == "Nothing"
    assert in_a_line((Words("one"), Words("two"))) == "one; two"


def test_what_no_list_knows_is_told_by_its_path_and_as_it_stands() -> None:
    assert place_name("fairness.least_days.tea") == "tea: how long it is open"
    assert place_name("something.else") == "something.else"
    assert place_name("assets.tea.licence") == "tea: who may use it again"
    assert said_at("something.else", 4) == ("4",)
    assert said_at("something.else", None) == ()
