"""One file gives prose and behaviour; a file that promises too little is refused by place and rule."""

import json
import re
from typing import Any

import pytest

from charters.policy import PolicyError, in_words, load_policy, notice, parse_policy, policy_names

POLICY = load_policy("open-health-space")


def changed(text: str, path: str, value: Any) -> str:
    """The policy file with one value moved."""
    data = json.loads(text)
    *steps, last = path.split(".")
    place = data
    for step in steps:
        place = place[int(step) if step.isdigit() else step]
    place[last] = value
    return json.dumps(data)


def test_every_policy_that_comes_with_the_program_loads() -> None:
    assert "open-health-space" in policy_names()
    assert all(load_policy(name).clauses for name in policy_names())


def test_an_unknown_policy_is_refused_with_the_known_names() -> None:
    with pytest.raises(
        PolicyError, match=r"'\.\./secret': it must be one of open-ballots, open-health-space"
    ):
        load_policy("../secret")


def test_an_unknown_clause_is_refused_with_the_known_ids() -> None:
    with pytest.raises(KeyError, match="no clause 'honour'"):
        POLICY.clause("honour")


def test_changing_a_number_changes_the_page_and_the_behaviour(policy_text: str) -> None:
    moved = changed(changed(policy_text, "publication.min_participants", 50), "assets.0.retention_days", 365)
    policy = parse_policy(moved)
    assert "A result needs 50 people or more" in policy.clause("publication").text
    assert "kept for 1 year." in policy.clause("votes-are-kept").text
    assert notice(policy, "vote").retention == "1 year"
    assert policy.publication.min_participants == 50


def test_the_policy_says_within_how_long_a_report_is_decided(policy_text: str) -> None:
    policy = parse_policy(changed(policy_text, "moderation.report_days", 14))
    assert "decides within 2 weeks" in policy.clause("reports").text
    assert policy.moderation.report_days == 14


def test_no_number_is_typed_twice(policy_text: str) -> None:
    for clause in json.loads(policy_text)["clauses"]:
        assert not re.search(r"\d", clause["text"]), clause["id"]


def test_the_notices_say_what_becomes_public_the_licence_and_how_long() -> None:
    vote = notice(POLICY, "vote")
    assert vote.text == ("totals only, for 8 people or more. Never your own vote. We keep it for 2 years.")
    assert (vote.licence, vote.retention) == (None, "2 years")
    statement = notice(POLICY, "statement")
    assert statement.text == (
        "the words of your statement, without your name. Anybody may use them under CC\u00a0BY\u00a04.0."
    )
    assert (statement.licence, statement.retention) == ("CC-BY-4.0", None)


def test_a_notice_has_at_most_three_short_sentences(policy_text: str) -> None:
    kept = parse_policy(changed(policy_text, "assets.1.retention_days", 14))
    for asset in ("vote", "statement"):
        sentences = notice(kept, asset).sentences
        assert len(sentences) == 3
        assert all(len(sentence.split()) <= 20 for sentence in sentences)


def test_clause_texts_are_plain() -> None:
    for clause in POLICY.clauses.values():
        for sentence in re.split(r"[.!?]\s", clause.text):
            assert len(sentence.split()) <= 20, sentence


@pytest.mark.parametrize(
    ("days", "words"), [(1, "1 day"), (730, "2 years"), (365, "1 year"), (14, "2 weeks"), (90, "90 days")]
)
def test_spans_are_said_as_people_say_them(days: int, words: str) -> None:
    assert in_words(days) == words
