"""The part of a result that sets everybody beside those who count for the headline, and its file."""

import csv
import io
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from charters.disclosure import protect, tabulate
from charters.states import Attestation, StatementState
from charters.terms import Publication
from clustering.matrix import VoteMatrix
from deliberation.opinion.headline import headline_classes, people_of_headline
from deliberation.opinion.loading import LoadedVote, load_votes
from deliberation.opinion.statements import open_statements
from deliberation.people.participants import Participant
from deliberation.publishing.attestation import Headline, attestation_of
from deliberation.publishing.ballots import FIRST, OTHERS, changed_since, extended, kinds_of, of_kind
from deliberation.publishing.files import release_files
from deliberation.publishing.said import Said
from deliberation.spaces.invitations import Invitation, InvitationEntry
from participate.db import Database
from participate.who_may_vote import EVERYBODY, INVITED, KNOWN
from tests.crowds import START, Crowd, move_in

LOT = b"a secret for this result only"
DAY = date(2026, 3, 2)


@pytest.fixture
def spec(data: Path) -> dict[str, Any]:
    text = (data / "attestation" / "two-ways.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


def said(number: int) -> Said:
    state = StatementState.PUBLISHED
    return Said(100 + number, number, f"Statement {number}.", "en", state, True, False, "2026-03")


def votes_of(spec: dict[str, Any]) -> VoteMatrix:
    """People 0 to 39 count first; of either kind those who agree come first, then who disagree, then pass."""
    starts = {"attested": 0, "others": spec["people"]["attested"]}
    cells = [
        (starts[kind] + place, 100 + int(number), value)
        for number, kinds in spec["answers"].items()
        for kind, counts in kinds.items()
        for place, value in enumerate(v for v, n in zip((1, -1, 0), counts, strict=True) for _ in range(n))
    ]
    people, names, values = zip(*cells, strict=True)
    return VoteMatrix.from_votes(people, names, values)


def part_of(
    spec: dict[str, Any],
    publication: Publication,
    *,
    changed: list[tuple[int, int]] | None = None,
    earlier: list[dict[str, Any]] | None = None,
    first: int = 40,
) -> dict[str, Any]:
    """The part for this conversation; `earlier` parts belong to results of the same votes."""
    votes = votes_of(spec)
    number = {100 + int(n): int(n) for n in spec["answers"]}
    cells = zip(votes.rows.tolist(), votes.columns.tolist(), votes.values.tolist(), strict=True)
    counted = tabulate(
        [None] * len(votes.participant_ids),
        ((person, number[votes.statement_ids[column]], value) for person, column, value in cells),
    )
    whole = protect(counted, publication)
    return attestation_of(
        Headline(("email",), ("email", "open"), frozenset(range(first)), changed or []),
        votes,
        [said(int(n)) for n in spec["answers"]],
        dict.fromkeys(votes.participant_ids),
        whole,
        publication,
        earlier=[({"attestation": part}, whole) for part in earlier or []],
        today=DAY,
        lot=LOT,
    )


def test_the_figures_are_those_worked_out_by_hand(spec: dict[str, Any], publication: Publication) -> None:
    part, expected = part_of(spec, publication), spec["expected"]
    assert (part["shown"], part["result"], part["counted"]) == (True, 1, "2026-03-02")
    assert part["people"] == expected["people"]
    assert (part["agree"], part["disagree"]) == (expected["agree"], expected["disagree"])
    for one in part["statements"]:
        for people, word in (("all", []), ("attested", ["share_word"])):
            row = one[people]
            found = [row[name] for name in ("agrees", "disagrees", "passes", "votes", *word)]
            assert found == expected[people][str(one["number"])], (people, one["number"])


def test_with_too_few_of_either_kind_there_is_no_figure(
    spec: dict[str, Any], publication: Publication
) -> None:
    for first in (19, 51):
        part = part_of(spec, publication, first=first)
        assert (part["shown"], part["people"], part["statements"]) == (False, None, [])


@pytest.mark.parametrize(
    ("changed", "result"), [((9, 10), 1), ((10, 1), 1), ((10, 10), 2), ((0, 10), 2), ((10, 0), 2)]
)
def test_a_pair_is_repeated_as_it_was_until_enough_of_each_kind_changed(
    spec: dict[str, Any], publication: Publication, changed: tuple[int, int], result: int
) -> None:
    before = part_of(spec, publication)
    part = part_of(spec, publication, changed=[changed], earlier=[before])
    assert part["result"] == result
    assert result == 2 or part == before


def test_a_pair_is_held_against_every_pair_said_before_and_not_against_its_repetitions(
    spec: dict[str, Any], publication: Publication
) -> None:
    before = part_of(spec, publication)
    both = [before, before]
    assert part_of(spec, publication, changed=[(10, 10), (3, 3)], earlier=both)["result"] == 3
    assert part_of(spec, publication, changed=[(3, 10), (10, 10)], earlier=both) == before


def test_a_pair_is_not_repeated_under_stricter_rules(spec: dict[str, Any], publication: Publication) -> None:
    loose = {**part_of(spec, publication), "min_participants": 19}
    assert not part_of(spec, publication, changed=[(3, 3)], earlier=[loose])["shown"]


def test_whoever_becomes_known_has_changed_in_both_kinds() -> None:
    """One of two who voted signs in after the first result; their ballots stay as they were."""
    ballots = {"1": "x", "2": "y"}
    history = extended({}, ballots, 1)
    kinds = extended({}, kinds_of([1, 2], {1}), 1)
    assert kinds == {"1": [[1, FIRST]], "2": [[1, OTHERS]]}
    assert changed_since(history, ballots, 1) == [0]
    for kind, now in ((FIRST, ballots), (OTHERS, {})):
        assert changed_since(of_kind(history, kinds, kind), now, 1) == [1]
    later = extended(kinds, kinds_of([1, 2], {1, 2}), 2)
    assert of_kind(extended(history, ballots, 2), later, FIRST) == {"1": [[1, "x"]], "2": [[2, "y"]]}
    assert of_kind(extended(history, ballots, 2), later, OTHERS) == {"1": [], "2": [[1, "y"], [2, None]]}


def release_with(spec: dict[str, Any], part: dict[str, Any] | None) -> dict[str, bytes]:
    held = {"slug": "hall", "title": "The hall", "question": "What for?", "source": "", "attribution": ""}
    row = {"number": 1, "text": "One.", "language": "en", "month": "2026-03", "state": "published"}
    more = {"seed": True, "totals": None, "groups": {}, "agreement": None, "agreement_interval": None}
    content = {
        "space": {"slug": "town", "title": "The town", "host": "Town council", "made_up": True},
        "consultation": {**held, "language": "en"},
        "statements": [row | more],
        "groups": [],
        "participation": [],
        "attestation": part,
        **dict.fromkeys(("policy", "profile", "engine", "parameters", "commitment"), "-"),
        **{"number": 1, "published": "2026-03-02", "licence": "CC-BY-4.0"},
    }
    return release_files(content)


def test_the_file_has_both_rows_of_each_statement_and_the_descriptor_says_who_counts(
    spec: dict[str, Any], publication: Publication
) -> None:
    files = release_with(spec, part_of(spec, publication))
    rows = list(csv.DictReader(io.StringIO(files["votes-by-attestation.csv"].decode(), newline="")))
    assert [(row["statement-id"], row["people"]) for row in rows[:3]] == [
        ("1", "all"),
        ("1", "attested"),
        ("2", "all"),
    ]
    assert {name: rows[1][name] for name in ("agrees", "disagrees", "passes", "votes", "suppressed")} == {
        "agrees": "30",
        "disagrees": "10",
        "passes": "",
        "votes": "40",
        "suppressed": "true",
    }
    told = json.loads(files["datapackage.json"])
    people = {"all": 70, "attested": 40}
    assert told["attestation"] == {
        "headline": ["email"], "mayVote": ["email", "open"], "shown": True, "result": 1, "people": people,
    }  # fmt: skip
    assert "votes-by-attestation" in [one["name"] for one in told["resources"]]


def test_without_a_pair_the_file_is_empty_and_without_a_headline_there_is_none(
    spec: dict[str, Any], publication: Publication
) -> None:
    files = release_with(spec, part_of(spec, publication, first=19))
    assert files["votes-by-attestation.csv"].count(b"\r\n") == 1
    assert "votes-by-attestation.csv" not in release_with(spec, None)


async def test_who_counts_is_known_by_what_was_checked_or_by_a_link_of_their_own(
    database: Database, crowd: Crowd
) -> None:
    async with database.transaction() as session:
        held = await move_in(session, crowd)
        assert await people_of_headline(session, held) is None
        held.headline = [one.value for one in KNOWN]
        people = [
            Participant(space_id=held.space_id, key=key, attestation=checked, joined_at=START)
            for key, checked in (("a", "email"), ("b", "open"), ("c", "open"))
        ]
        links = [
            Invitation(
                consultation_id=held.id or 0,
                code_hash=f"hash {checked}",
                label="Letter",
                attestation=checked,
                ends_at=START,
                made_at=START,
            )
            for checked in (Attestation.INVITED, Attestation.OPEN)
        ]
        session.add_all([*people, *links])
        await session.flush()
        for key, link in (("b", links[0]), ("c", links[1])):
            session.add(InvitationEntry(invitation_id=link.id or 0, key=key))
        (statement, *_) = await open_statements(session, held.id or 0)
        await load_votes(session, [LoadedVote(p.id or 0, statement.id, 1, START, "-") for p in people])
        assert await people_of_headline(session, held) == {people[0].id, people[1].id}
        held.attested, held.headline = ["email"], ["email", "open"]
        assert headline_classes(held) == {Attestation.EMAIL}
        assert await people_of_headline(session, held) is None


def test_each_choice_is_part_of_the_one_before() -> None:
    assert INVITED < KNOWN < EVERYBODY
