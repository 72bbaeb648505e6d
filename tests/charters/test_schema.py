"""A charter file that promises too little is refused: place, value, rule, how to mend it, all at once."""

import copy
import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from charters.canonical import read
from charters.faults import MISSING, PolicyError
from charters.policy import Policy, parse_policy, policy_of
from charters.profiles import PROFILES
from charters.schema import faults_of, schema_text
from charters.templates import template, template_names
from charters.texts import NEEDED_CLAUSES
from charters.values import VALUES

BASE = template("open-health-space")
steady = settings(derandomize=True, max_examples=300, deadline=None)
Steps = tuple[str | int, ...]


def steps_of(path: str) -> Steps:
    return tuple(int(step) if step.isdigit() else step for step in path.split("."))


def moved(path: str | Steps, value: Any, base: Any = BASE) -> Any:
    """The template with one value moved; MISSING takes it out."""
    document = copy.deepcopy(dict(base))
    *steps, last = steps_of(path) if isinstance(path, str) else path
    place: Any = document
    for step in steps:
        place = place[step]
    if value is MISSING:
        del place[last]
    else:
        place[last] = value
    return document


def every_path(value: Any, before: Steps = ()) -> Iterator[Steps]:
    children: Any = ()
    if isinstance(value, dict):
        children = value.items()
    elif isinstance(value, list):
        children = enumerate(value)
    for step, child in children:
        yield (*before, step)
        yield from every_path(child, (*before, step))


def spelled(steps: Steps) -> str:
    text = ""
    for step in steps:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text


PATHS = list(every_path(BASE))
KINDS = {"improve-service", "choose-options", "set-priorities", "look-back"}
OPTIONAL = KINDS | {
    "supersedes", "effective_from", "after_retention", "opt_in_licence", "name", "retention_days",
}  # fmt: skip


@pytest.mark.parametrize("name", template_names())
def test_a_template_that_comes_with_the_program_has_no_fault(name: str) -> None:
    assert faults_of(template(name)) == ()


SIGNED_AWAY = [
    ("publication.min_group", 9, "publication.min_group", "must be a whole number from 10 up"),
    ("publication.min_participants", 19, "publication.min_participants", "must be a whole number from 20 up"),
    ("publication.min_new_participants", 9, "publication.min_new_participants", "whole number from 10 up"),
    ("publication.min_group", 15, "publication.min_participants", "at least twice min_group, that is 30"),
    ("publication.min_group", "ten", "publication.min_group", "must be a whole number"),
    ("publication.min_group", True, "publication.min_group", "must be a whole number"),
    ("publication.min_group", Decimal("10.5"), "publication.min_group", "must be a whole number"),
    ("publication.profile", "open-3-1/1", "publication.profile", "must be one of open-8-5/1, open-ballots/1"),
    ("publication.profile", "open-ballots/1", "publication.profile", "where the subject is health"),
    ("publication.time_grain", "hour", "publication.time_grain", "must be one of week, month"),
    ("publication.microdata", True, "publication.microdata", "never publishes single votes"),
    ("publication.smallest", 1, "publication.smallest", "is not known here; the names are microdata"),
    ("equal_terms.vote_weight", 2, "equal_terms.vote_weight", "every vote counts the same"),
    ("equal_terms.same_rate_limits", False, "equal_terms.same_rate_limits", "same limits hold on both sides"),
    ("equal_terms.adoption.rule", "one-each", "equal_terms.adoption.rule", "sign this for a whole side"),
    ("equal_terms.adoption.share", Decimal("0.49"), "equal_terms.adoption.share", "at least 0.5 and less"),
    ("equal_terms.adoption.share", 1, "equal_terms.adoption.share", "at least 0.5 and less than 1"),
    ("equal_terms.adoption.share", Decimal("0.505"), "equal_terms.adoption.share", "in whole hundredths"),
    ("equal_terms.adoption.quorum.people", 0, "equal_terms.adoption.quorum.people", "number from 1 up"),
    ("equal_terms.adoption.quorum.body", 0, "equal_terms.adoption.quorum.body", "number from 1 up"),
    ("equal_terms.adoption.quorum.body", 2, "equal_terms.adoption.quorum.body", "of bodies, which is 1"),
    ("equal_terms.adoption.open_days", 6, "equal_terms.adoption.open_days", "whole number from 7 up"),
    ("equal_terms.key.attestation", "open", "equal_terms.key.attestation", "must be one of email"),
    ("equal_terms.key.tenure_days", 91, "equal_terms.key.tenure_days", "must be a whole number up to 90"),
    ("agreements.consultation.rule", "operator", "agreements.consultation.rule", "must be one of one-each"),
    ("agreements.consultation.share", Decimal("0.6"), "agreements.consultation.share", "is not known here"),
    ("amendment.rule", "one-each", "amendment.rule", "sign this for a whole side"),
    ("amendment.share", Decimal("0.5"), "amendment.share", "equal_terms.adoption, which is 0.6"),
    ("amendment.quorum.people", 19, "amendment.quorum.people", "equal_terms.adoption, which is 20"),
    ("amendment.open_days", 13, "amendment.open_days", "must be a whole number from 14 up"),
    ("amendment.ratify_days", 27, "amendment.ratify_days", "at least open_days, which is 28"),
    ("founding.rule", "operator", "founding.rule", "must be one-each"),
    ("founding.people", 1, "founding.people", "must be a whole number from 2 up"),
    ("founding.body", 0, "founding.body", "must be a whole number from 1 up"),
    ("moderation.mode", "never", "moderation.mode", "must be one of pre, post"),
    ("moderation.appeal_days", 6, "moderation.appeal_days", "must be a whole number from 7 up"),
    ("moderation.sealed_days", 27, "moderation.sealed_days", "twice appeal_days, that is 28"),
    ("moderation.sealed_days", 0, "moderation.sealed_days", "must be a whole number from 1 up"),
    ("moderation.report_days", 15, "moderation.report_days", "must be a whole number up to 14"),
    ("fairness.pause_hours", 73, "fairness.pause_hours", "must be a whole number up to 72"),
    ("fairness.undo_close_minutes", 121, "fairness.undo_close_minutes", "must be a whole number up to 120"),
    ("fairness.reasons_words", 9, "fairness.reasons_words", "must be a whole number from 10 up"),
    ("fairness.least_days", {}, "fairness.least_days.blank", "is missing"),
    ("fairness.least_days.look-back", 6, "fairness.least_days.look-back", "must be a whole number from 7 up"),
    ("running.hide_hours", 73, "running.hide_hours", "must be a whole number up to 72"),
    ("running.dormant_days", 29, "running.dormant_days", "must be a whole number from 30 up"),
    ("running.facilitator_days", 731, "running.facilitator_days", "must be a whole number up to 730"),
    ("prohibited_uses", ["sale"], "prohibited_uses", "must have 'individual-profiling'"),
    ("purposes", ["answer", "run-space"], "purposes", "must have 'publish-aggregate'"),
    ("purposes", ["run-space", "publish-aggregate", "marketing"], "purposes[2]", "must be one of run-space"),
    ("purposes", ["run-space", "run-space", "publish-aggregate"], "purposes", "must not say the same twice"),
    ("assets.0.retention_days", MISSING, "assets[0].retention_days", "is missing"),
    ("assets.0.retention_days", 3651, "assets[0].retention_days", "must be a whole number up to 3650"),
    ("assets.0.retention_days", 0, "assets[0].retention_days", "must be a whole number from 1 up"),
    ("assets.0.licence", "CC0-1.0", "assets[0].licence", "nobody gets a licence to anybody's vote"),
    ("assets.0.opt_in_licence", "CC0-1.0", "assets[0]", "must have no opt_in_licence"),
    ("assets.0.personal", False, "assets[0].personal", "a vote is personal"),
    ("assets.0.owner", "common", "assets[0].owner", "a vote stays with who cast it"),
    ("assets.1.owner", "common", "assets[1].owner", "words stay with who wrote them"),
    ("assets.2.owner", "author", "assets[2].owner", "made together belongs to no side"),
    ("assets.3.personal", False, "assets[3].personal", "a story is personal"),
    ("assets.4.personal", True, "assets[4].personal", "holds no personal data"),
    ("assets.1.licence", 4, "assets[1].licence", "must be one of CC-BY-4.0"),
    ("assets.1.id", "vote", "assets[1].id", "must not stand twice"),
    ("assets.0.id", "ballot", "assets", "must have the asset 'vote'"),
    ("duties", [], "duties", "must have the duty of every body to answer"),
    ("duties.0.within_days", 181, "duties[0].within_days", "must be a whole number up to 180"),
    ("duties.1.party", "people", "duties[1].party", "must be 'body' or the id of a body"),
    ("rights.withdraw", "never", "rights.withdraw", "must be 'any-time'"),
    ("rights.access_days", 31, "rights.access_days", "must be a whole number up to 30"),
    ("parties.0.kind", "body", "parties", "must have the people's side exactly once"),
    ("parties.1.kind", "steward", "parties", "must have a body"),
    ("parties.1.id", "people", "parties[1].id", "must not stand twice"),
    ("parties.1.id", "a body", "parties[1].id", "must be a short name"),
    ("subject", "weather", "subject", "must be one of health, other"),
    ("format", "charter/2", "format", "must be charter/1"),
    ("uid", "urn:charter:avonmere:2", "uid", "must end with the version, 1"),
    ("uid", "urn:charter:avonmere:1", "effective_from", "must be a day, unless it is a template"),
    ("supersedes", "sha256:" + "0" * 64, "supersedes", "must be null in a template"),
    ("supersedes", "0" * 64, "supersedes", "must be 'sha256:' and 64 hexadecimal digits"),
    ("effective_from", "1 December", "effective_from", "must be a day, or null in a template"),
    ("language", "english", "language", "must be the tag of a language"),
    ("version", 0, "version", "must be a whole number from 1 up"),
    ("clauses.0.text", "For {nobody} only.", "clauses[0].text", "names no number of this charter"),
    ("clauses.0.text", "For {nobody only.", "clauses[0].text", "has a brace that does not match"),
    ("clauses.0.text", "For {min_group!r}.", "clauses[0].text", "must name a number alone"),
    ("clauses.0.text", "For 20 people.", "clauses[0].text", "a number stands once, as data"),
    ("clauses.0.text", "Safe \u202eevas\u202c.", "clauses[0].text", "cannot be seen; it has U+202E, U+202C"),
    ("clauses.0.title", "Cafe\u0301", "clauses[0].title", "composed form"),
    ("clauses.0.id", "archive", "clauses", "must have the clause 'open-reading'"),
    ("clauses.1.text", "Votes have weight.", "clauses[1].text", "must say the number vote_weight"),
    ("clauses.0", {"id": "ballots", "title": "All", "text": "All."}, "clauses", "while microdata is false"),
    ("publication", 5, "publication", "must be an object"),
    ("clauses", 5, "clauses", "must be a list"),
    ("title", "", "title", "must have at least 2"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "value", "place", "rule"), SIGNED_AWAY)
def test_what_promises_too_little_is_refused_by_place_and_rule(
    path: str, value: Any, place: str, rule: str
) -> None:
    faults = faults_of(moved(path, value))
    found = [fault for fault in faults if fault.path == place and rule in fault.rule]
    assert len(found) == 1, [str(fault.sentence) for fault in faults]
    assert found[0].mend
    assert rule in found[0].sentence


def test_whatever_is_taken_out_is_missed_by_name_unless_it_is_optional() -> None:
    for steps in PATHS:
        faults = faults_of(moved(steps, MISSING))
        if not faults:
            assert steps[-1] in OPTIONAL or isinstance(steps[-1], int), spelled(steps)
        elif isinstance(steps[-1], str):
            assert spelled(steps) in {fault.path for fault in faults}


def test_whatever_is_of_the_wrong_kind_is_refused_where_it_stands() -> None:
    for steps in PATHS:
        faults = faults_of(moved(steps, {"nonsense": 1}))
        assert any(fault.path.startswith(spelled(steps)) for fault in faults), spelled(steps)


def test_all_faults_are_told_at_once_in_the_order_of_the_file() -> None:
    document = moved("publication.min_group", 3)
    document = moved("rights.withdraw", "never", document)
    document = moved("moderation.appeal_days", 1, document)
    document = moved("publication.min_grop", 3, document)
    with pytest.raises(PolicyError) as error:
        policy_of(document)
    paths = [fault.path for fault in error.value.faults]
    assert paths == [
        "moderation.appeal_days", "publication.min_grop", "publication.min_group", "rights.withdraw",
    ]  # fmt: skip
    assert error.value.args[0].splitlines()[1:3] == [
        "publication.min_grop is 3: it is not known here; the names are microdata, min_group,"
        " min_new_participants, min_participants, profile, time_grain. Did you mean min_group?",
        "publication.min_group is 3: it must be a whole number from 10 up. Write 10 or more.",
    ]
    assert (error.value.path, error.value.value, error.value.rule) == (
        "moderation.appeal_days", 1, "must be a whole number from 7 up",
    )  # fmt: skip


def test_what_is_missing_is_told_with_what_it_is_for() -> None:
    (fault,) = faults_of(moved("rights.access_days", MISSING))
    assert fault.sentence == "rights.access_days is missing. Add it. Days in which a request is answered."


values = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 50) | st.text(max_size=5) | st.just(Decimal("0.6")),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


changes_anywhere = st.lists(st.tuples(st.sampled_from(PATHS), values), max_size=4)


def assert_judged(changes: list[Any]) -> None:
    document: Any = BASE
    for steps, value in changes:
        try:
            document = moved(steps, value, document)
        except (KeyError, IndexError, TypeError):
            continue  # an earlier change took the place away
    faults = faults_of(document)
    assert all(fault.mend and fault.rule for fault in faults)
    if faults:
        with pytest.raises(PolicyError):
            policy_of(document)
    else:
        assert isinstance(policy_of(document), Policy)


@settings(derandomize=True, max_examples=60, deadline=None)
@given(changes_anywhere)
def test_a_file_broken_anywhere_is_a_policy_or_has_faults_and_never_fails(changes: list[Any]) -> None:
    assert_judged(changes)


@pytest.mark.prove
@settings(derandomize=True, max_examples=2_000, deadline=None)
@given(changes_anywhere)
def test_a_file_broken_in_many_more_ways_never_fails(changes: list[Any]) -> None:
    assert_judged(changes)


@steady
@given(values)
def test_anything_that_is_no_charter_is_refused_in_words(document: Any) -> None:
    assert faults_of(document)


def test_the_schema_repeats_the_registry_and_nothing_else() -> None:
    publication = json.loads(schema_text())["properties"]["publication"]["properties"]
    assert publication["profile"]["enum"] == list(PROFILES)
    for profile in PROFILES.values():
        for name, floor in profile.floors.items():
            assert publication[name]["minimum"] <= floor
    assert all(publication[name]["minimum"] == floor for name, floor in PROFILES["open-8-5/1"].floors.items())


def test_every_name_in_the_schema_says_what_it_is_for_and_every_pattern_how_to_mend() -> None:
    def nodes(node: Any) -> Iterator[dict[str, Any]]:
        if isinstance(node, dict):
            yield node
        for child in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
            yield from nodes(child)

    schema = json.loads(schema_text())
    for node in nodes(schema):
        if "pattern" in node or "contains" in node or "not" in node or "multipleOf" in node:
            assert {"x-rule", "x-mend"} <= set(node)
        assert ("x-rule" in node) == ("x-mend" in node)
    assert all("description" in part for part in schema["properties"].values())


def test_clauses_ask_only_for_numbers_that_exist() -> None:
    assert {name for names in NEEDED_CLAUSES.values() for name in names} <= set(VALUES)


def test_a_charter_with_its_own_name_day_and_bodies_is_one(policy_text: str) -> None:
    document = read(policy_text)
    document.update(uid="urn:charter:avonmere:1", effective_from="2026-12-01")
    document["parties"][1] = {"id": "ods:XX1", "kind": "body", "name": "Avonmere Trust"}
    policy = policy_of(document)
    assert not policy.is_template
    assert policy.bodies == {"ods:XX1"}
    document["effective_from"] = "2026-02-30"
    (fault,) = faults_of(document)
    assert fault.rule == "must be a day of the calendar"
    document.update(effective_from="2026-02-28", subject="other")
    (fault,) = faults_of(document)
    assert (fault.path, str(fault.mend)) == ("parties[1].id", "Write health as the subject.")


def test_a_file_in_another_order_or_spacing_is_the_same_charter(policy_text: str) -> None:
    loose = json.dumps(json.loads(policy_text), indent=7, sort_keys=True)
    assert parse_policy(loose).digest == parse_policy(policy_text).digest
    assert parse_policy(parse_policy(policy_text).file) == parse_policy(policy_text)
