"""Versions hang together, are signed over their exact text, and cannot sign the bounds away."""

from contextlib import suppress
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from charters.canonical import PREFIX, canonical, read
from charters.drafts import founding_charter, next_version
from charters.faults import MISSING, PolicyError
from charters.policy import load_policy, parse_policy, policy_of
from charters.states import Side
from charters.versions import (
    Change,
    Version,
    amendment_faults,
    cannot_be_signed,
    chain_faults,
    changes,
    in_force,
    signed,
)
from tests.charters.avonmere import BODIES, CHARTER

FIRST = read(CHARTER.file)
DECEMBER, MARCH = date(2026, 12, 1), date(2027, 3, 1)
SECOND = next_version(FIRST, begins=DECEMBER, changes={"moderation": {"appeal_days": 21}})
THIRD = next_version(SECOND, begins=MARCH, changes={"moderation": {"mode": "pre"}})
FILES = [canonical(document).decode() for document in (FIRST, SECOND, THIRD)]
DIGESTS = [parse_policy(file).digest for file in FILES]
OTHERS = [{"id": "people", "kind": "people"}, {"id": "council", "kind": "body"}]
steady = settings(derandomize=True, max_examples=80, deadline=None)


def by_both(file: str) -> Version:
    digest = parse_policy(file).digest
    return Version(file, {Side.PEOPLE: digest, Side.BODY: digest})


def test_the_versions_of_a_charter_hang_together_from_the_first() -> None:
    assert chain_faults(FILES, newest=DIGESTS[-1]) == ()
    assert parse_policy(FILES[1]).supersedes == DIGESTS[0]
    assert THIRD["uid"] == "urn:charter:avonmere:3"


def test_a_version_that_is_left_out_or_put_elsewhere_breaks_the_chain() -> None:
    for broken in (FILES[1:], [FILES[0], FILES[2]], [FILES[1], FILES[0], FILES[2]], [*FILES, FILES[2]], []):
        assert chain_faults(broken, newest=DIGESTS[-1]), len(broken)
    assert chain_faults(FILES[:2]) == ()
    assert chain_faults(FILES[:2], newest=DIGESTS[-1])[0].path == "versions[2]"


@steady
@given(st.integers(0, 1), st.integers(0, 10_000), st.characters(min_codepoint=97, max_codepoint=122))
def test_a_letter_that_is_changed_in_any_old_version_shows(which: int, where: int, letter: str) -> None:
    file = FILES[which]
    place = where % len(file)
    changed = file[:place] + letter + file[place + 1 :]
    files = [changed if n == which else other for n, other in enumerate(FILES)]
    if changed == file:
        return
    with suppress(PolicyError):  # it is no charter any more
        assert chain_faults(files, newest=DIGESTS[-1])


def test_a_space_is_held_under_the_newest_signed_version_that_has_begun() -> None:
    versions = [by_both(file) for file in FILES]
    assert in_force(versions, date(2026, 10, 31)) is None
    for day, version in ((date(2026, 11, 1), 1), (DECEMBER - timedelta(1), 1), (DECEMBER, 2), (MARCH, 3)):
        policy = in_force(versions, day)
        assert policy is not None
        assert policy.version == version


def test_nothing_is_in_force_that_one_side_has_not_signed() -> None:
    for side in Side:
        half = Version(FILES[1], {side: DIGESTS[1]})
        policy = in_force([by_both(FILES[0]), half, by_both(FILES[2])], MARCH)
        assert policy is not None
        assert policy.version == 1
        assert in_force([Version(FILES[0], {side: DIGESTS[0]})], MARCH) is None


def test_one_letter_changed_after_signing_and_nothing_is_in_force() -> None:
    version = by_both(FILES[0])
    changed = Version(FILES[0].replace("Anybody may read", "Anybody can read"), version.signatures)
    assert changed.file != version.file
    assert in_force([version], MARCH) is not None
    assert in_force([changed], MARCH) is None
    assert not signed(changed.policy, version.signatures)


def test_versions_that_do_not_hang_together_are_refused() -> None:
    with pytest.raises(ValueError, match="do not hang together"):
        in_force([by_both(FILES[1])], MARCH)


def test_a_template_is_not_signed() -> None:
    policy = load_policy("open-health-space")
    fault = cannot_be_signed(policy)
    assert fault is not None
    assert fault.sentence.endswith("it is a template, which nobody signs. Found a charter from it.")
    assert not signed(policy, dict.fromkeys(Side, policy.digest))


def test_a_translation_that_no_reader_has_checked_is_not_signed() -> None:
    welsh = {**FIRST, "language": "cy"}
    for checked in (False, True):
        welsh["translation_of"] = {"charter": PREFIX + CHARTER.digest, "checked": checked}
        policy = policy_of(welsh)
        assert policy.translation_of == CHARTER.digest
        assert signed(policy, dict.fromkeys(Side, policy.digest)) == checked


@pytest.mark.parametrize(
    ("patch", "path"),
    [
        ({"supersedes": None, "version": 1, "uid": "urn:charter:avonmere:1"}, "supersedes"),
        ({"supersedes": PREFIX + "0" * 64}, "supersedes"),
        ({"version": 4, "uid": "urn:charter:avonmere:4"}, "version"),
        ({"uid": "urn:charter:elsewhere:2"}, "uid"),
        ({"effective_from": "2026-10-31"}, "effective_from"),
        ({"subject": "other", "parties": OTHERS}, "subject"),
    ],
)  # fmt: skip
def test_what_cannot_follow_is_refused_by_its_place(patch: dict[str, Any], path: str) -> None:
    faults = amendment_faults(CHARTER, policy_of({**SECOND, **patch}))
    assert path in {fault.path for fault in faults}
    assert amendment_faults(CHARTER, policy_of(SECOND)) == ()


def test_ballots_are_not_opened_after_the_first_vote() -> None:
    closed = founding_charter(
        "open-ballots", slug="parks", people="People", bodies={"council": "Council"}, begins=DECEMBER,
        changes={"publication": {"microdata": False}},
    )  # fmt: skip
    closed["clauses"] = [clause for clause in closed["clauses"] if clause["id"] != "ballots"]
    ballots = {"id": "ballots", "title": "Ballots", "text": "All of them."}
    opened = next_version(
        closed, begins=MARCH, changes={"publication": {"microdata": True}, "clauses": [ballots]}
    )
    faults = amendment_faults(policy_of(closed), policy_of(opened))
    assert [fault.path for fault in faults] == ["publication.microdata"]


def test_differences_are_told_by_place_and_clauses_by_their_id() -> None:
    text = {"id": "trial", "text": "A trial decides nothing."}
    new = {"id": "picnic", "title": "Picnics", "text": "There are picnics."}
    after = next_version(
        FIRST, begins=DECEMBER, changes={"rights": {"access_days": 20}, "clauses": [text, new]}
    )
    told = {change.path: change for change in changes(FIRST, after)}
    assert told.pop("rights.access_days") == Change("rights.access_days", 30, 20)
    assert told.pop("clauses.trial.text").after == "A trial decides nothing."
    assert told.pop("clauses.picnic").before is MISSING
    assert sorted(told) == ["effective_from", "supersedes", "uid", "version"]
    assert changes(FIRST, FIRST) == ()


def test_a_founding_charter_names_its_bodies_and_is_none_before_it_is_signed() -> None:
    assert CHARTER.bodies == set(BODIES)
    assert in_force([Version(FILES[0], {})], MARCH) is None
