"""Releases: published when the charter says so, with files that hold to their own description."""

import csv
import io
import json
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from charters.policy import load_policy
from charters.states import Stage
from charters.terms import Publication
from clustering.matrix import VoteMatrix
from clustering.results import OpinionAnalysis
from deliberation.errors import NotFound
from deliberation.opinion.opinion_map import PublishedMap, published_basis
from deliberation.publishing.ballots import extended
from deliberation.publishing.files import release_files
from deliberation.publishing.releases import (
    Candidate,
    ReleaseFile,
    add_landscape,
    file_of,
    files_of,
    licence_of,
    publish_if_due,
    published,
    releases,
)
from deliberation.publishing.results import result_of
from deliberation.spaces.consultations import Consultation, consultation_with_id
from participate.db import Database
from tests.crowds import START, Crowd, move_in

POLICY = load_policy("open-health-space")


@pytest.fixture
def candidate(
    crowd: Crowd, votes: VoteMatrix, analysis: OpinionAnalysis, publication: Publication
) -> Candidate:
    ballots = {str(person): "a digest" for person in range(75)}
    content = {
        **result_of(analysis, votes, crowd.said(), publication, **crowd.came()),
        "commitment": "0" * 64,
    }
    return Candidate(content, 75, 0, None, extended({}, ballots, 1), {"axes": {}}, "salt")


async def held_in(database: Database, crowd: Crowd, **how: Any) -> Consultation:
    async with database.transaction() as session:
        return await move_in(session, crowd, **how)


async def publish(
    database: Database, held: Consultation, candidate: Candidate, **later: float
) -> PublishedMap | None:
    assert held.id is not None
    async with database.transaction() as session:
        space, consultation = await consultation_with_id(session, held.id)
        return await publish_if_due(
            session, space, consultation, POLICY, candidate, now=START + timedelta(**later)
        )


async def test_the_first_result_is_published_with_its_files(
    database: Database, crowd: Crowd, candidate: Candidate
) -> None:
    held = await held_in(database, crowd)
    first = await publish(database, held, candidate)
    assert first is not None
    assert first.id is not None
    assert held.id is not None
    assert (first.number, first.closing) == (1, False)
    async with database.reading() as session:
        files = await files_of(session, first.id)
        basis = await published_basis(session, held.id)
        stored = {file.name: await file_of(session, first.id, file.name) for file in files}
    assert [file.name for file in files] == [
        "statements.csv",
        "votes-by-group.csv",
        "groups.csv",
        "participation.csv",
        "datapackage.json",
    ]
    assert [file.rows for file in files] == [6, 12, 2, 1, 0]
    for name, content in release_files(first.content).items():
        assert stored[name].content == content, name
        assert stored[name].sha256 == sha256(content).hexdigest()
    assert basis is not None
    assert basis.number == 1


async def test_files_are_a_function_of_the_document_as_the_database_gives_it_back(
    database: Database, crowd: Crowd, candidate: Candidate
) -> None:
    held = await held_in(database, crowd)
    first = await publish(database, held, candidate)
    assert first is not None
    assert held.id is not None
    async with database.reading() as session:
        back = await published(session, held.id, 1)
    assert release_files(back.content) == release_files(first.content)


@pytest.mark.parametrize(
    ("change", "later", "number"),
    [
        ({"participants": 19}, {}, None),
        ({"after": 1, "changed": 9}, {}, None),
        ({"after": 1, "changed": 10}, {}, 2),
        ({"after": 2, "changed": 10}, {}, None),  # worked out against a result that is not the last
        ({"after": 0, "changed": None}, {}, None),
        ({"after": 1, "changed": 10}, {"days": 28, "hours": 1}, None),  # in the last 48 hours
        ({"after": 1, "changed": 9}, {"days": 30}, None),
        ({"after": 1, "changed": 10}, {"days": 30}, 2),
    ],
)
async def test_when_a_later_result_is_published(
    database: Database,
    crowd: Crowd,
    candidate: Candidate,
    change: dict[str, Any],
    later: dict[str, float],
    number: int | None,
) -> None:
    held = await held_in(database, crowd, closes_at=START + timedelta(days=30))
    if "participants" not in change:
        assert await publish(database, held, candidate) is not None
    found = await publish(database, held, replace(candidate, **change), **later)
    assert (found.number if found else None) == number
    if found:
        assert found.closing == ("days" in later)


async def test_an_archive_is_published_at_once_as_closing(
    database: Database, crowd: Crowd, candidate: Candidate
) -> None:
    held = await held_in(database, crowd, stage=Stage.ARCHIVED)
    found = await publish(database, held, candidate)
    assert found is not None
    assert found.closing


async def test_lists_name_the_newest_and_errors_name_what_is_missing(
    database: Database, crowd: Crowd, candidate: Candidate
) -> None:
    held = await held_in(database, crowd)
    assert held.id is not None
    async with database.reading() as session:
        assert await releases(session) == []
        with pytest.raises(NotFound, match="no data yet"):
            await published(session, held.id, None)
    first = await publish(database, held, candidate)
    await publish(database, held, replace(candidate, after=1, changed=12))
    assert first is not None
    assert first.id is not None
    async with database.reading() as session:
        assert [one.published.number for one in await releases(session)] == [2]
        assert (await published(session, held.id, 1)).number == 1
        with pytest.raises(NotFound, match="no release 3"):
            await published(session, held.id, 3)
        with pytest.raises(NotFound, match=r"votes\.csv"):
            await file_of(session, first.id, "votes.csv")


async def test_a_file_that_was_tampered_with_is_not_served(
    database: Database, crowd: Crowd, candidate: Candidate
) -> None:
    held = await held_in(database, crowd)
    first = await publish(database, held, candidate)
    assert first is not None
    assert first.id is not None
    async with database.transaction() as session:
        file = await session.get(ReleaseFile, (first.id, "groups.csv"))
        assert file is not None
        file.content = file.content.replace(b"40", b"41")
    async with database.reading() as session:
        with pytest.raises(RuntimeError, match="not what was published"):
            await file_of(session, first.id, "groups.csv")


async def test_a_landscape_is_added_once_and_never_changed(
    database: Database, crowd: Crowd, candidate: Candidate
) -> None:
    held = await held_in(database, crowd)
    first = await publish(database, held, candidate)
    assert first is not None
    assert first.id is not None
    assert held.id is not None
    for hexagons in (["first"], ["second"]):
        async with database.transaction() as session:
            await add_landscape(session, first.id, {"hexagons": hexagons})
    async with database.reading() as session:
        assert (await published(session, held.id, 1)).landscape == {"hexagons": ["first"]}


# The files themselves.


@pytest.fixture
def document(candidate: Candidate) -> dict[str, Any]:
    return {
        **candidate.content,
        "space": {"slug": "town", "title": "The town", "host": "Town council", "made_up": True},
        "consultation": {
            "slug": "hall", "title": "The hall", "question": "What for?", "language": "en",
            "source": "https://example.org/export", "attribution": "The people of Town",
        },
        "licence": "CC-BY-4.0",
        "policy": {"uid": POLICY.uid, "version": 1, "title": POLICY.title, "sha256": POLICY.digest},
        "number": 3,
        "published": "2026-03-02",
        "closing": False,
    }  # fmt: skip


@pytest.fixture
def files(document: dict[str, Any]) -> dict[str, bytes]:
    return release_files(document)


def rows_of(table: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(table.decode(), newline=""), strict=True))


def test_tables_are_plain_csv_and_texts_stay_as_they_were_written(files: dict[str, bytes]) -> None:
    table = files["statements.csv"]
    assert not table.startswith(b"\xef\xbb\xbf")
    assert table.endswith(b"\r\n")
    rows = {row["statement-id"]: row for row in rows_of(table)}
    assert list(rows) == ["1", "2", "3", "5", "6", "8"]
    assert rows["2"]["text"] == '=Buses should be free, "always"'
    assert rows["6"]["text"] == "Nobody has\nseen this one."
    assert (rows["3"]["text"], rows["3"]["moderated"]) == ("", "true")
    assert (rows["1"]["agrees"], rows["1"]["votes"], rows["1"]["suppressed"]) == ("55", "70", "false")
    assert (rows["1"]["agreement"], rows["1"]["agreement-low"], rows["1"]["agreement-high"]) == (
        "0.60",
        "0.35",
        "0.80",
    )
    assert rows["1"]["month"] == "2026-03"


def test_votes_by_group_and_groups_say_what_was_computed_by_hand(files: dict[str, bytes]) -> None:
    rows = {(row["statement-id"], row["group-id"]): row for row in rows_of(files["votes-by-group.csv"])}
    assert rows["2", "A"] == {
        "statement-id": "2", "group-id": "A", "agrees": "", "disagrees": "", "passes": "", "votes": "40",
        "share-word": "almost all", "suppressed": "true",
    }  # fmt: skip
    assert (rows["1", "B"]["agrees"], rows["1", "B"]["disagrees"], rows["1", "B"]["suppressed"]) == (
        "25",
        "",
        "true",
    )
    a, b = rows_of(files["groups.csv"])
    assert (a["size"], a["representative"]) == ("40", "2 agree almost all")
    assert (b["size"], b["representative"]) == ("30", "2 disagree 67 49-81")


def test_the_descriptor_keeps_the_rules_of_data_package(files: dict[str, bytes], data: Path) -> None:
    schema = json.loads((data / "datapackage.schema.json").read_text())
    package = json.loads(files["datapackage.json"])
    checker = jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker())
    assert [error.message for error in checker.iter_errors(package)] == []
    assert package["name"] == "town-hall-3"
    assert package["sources"] == [{"title": "The people of Town", "path": "https://example.org/export"}]
    assert package["charter"]["sha256"] == POLICY.digest
    assert [error.message for error in checker.iter_errors({**package, "licenses": [{"title": "x"}]})] != []


def test_every_table_holds_to_its_own_schema(files: dict[str, bytes]) -> None:
    package = json.loads(files["datapackage.json"])
    keys: dict[tuple[str, str], set[str]] = {}
    for resource in package["resources"]:
        table = files[resource["path"]]
        assert resource["bytes"] == len(table)
        assert resource["hash"] == f"sha256:{sha256(table).hexdigest()}"
        rows = rows_of(table)
        fields = resource["schema"]["fields"]
        assert list(rows[0]) == [field["name"] for field in fields]
        for row in rows:
            for field in fields:
                check(row[field["name"]], field)
        key = [tuple(row[name] for name in resource["schema"]["primaryKey"]) for row in rows]
        assert len(set(key)) == len(key)
        keys |= {(resource["name"], field["name"]): {row[field["name"]] for row in rows} for field in fields}
        for foreign in resource["schema"].get("foreignKeys", []):
            target = foreign["reference"]
            there = keys.get((target["resource"], target["fields"][0]))
            if there is not None:
                assert {row[foreign["fields"][0]] for row in rows} <= there


def check(cell: str, field: dict[str, Any]) -> None:
    constraints = field.get("constraints", {})
    if cell == "":
        assert not constraints.get("required"), field
        return
    match field["type"]:
        case "integer":
            value: Any = int(cell)
        case "number":
            value = float(cell)
        case "boolean":
            assert cell in field["trueValues"] + field["falseValues"]
            return
        case _:
            value = cell
    if "enum" in constraints:
        assert value in constraints["enum"]
    if "minimum" in constraints:
        assert value >= constraints["minimum"]
    if "maximum" in constraints:
        assert value <= constraints["maximum"]


def test_an_unknown_licence_and_source_are_named_as_they_are(document: dict[str, Any], data: Path) -> None:
    held = {**document["consultation"], "source": "a folder of files", "attribution": ""}
    files = release_files({**document, "licence": "Open Licence 2", "consultation": held})
    package = json.loads(files["datapackage.json"])
    jsonschema.validate(package, json.loads((data / "datapackage.schema.json").read_text()))
    assert package["licenses"] == [{"name": "Open-Licence-2", "title": "Open Licence 2"}]
    assert package["sources"] == [{"title": "a folder of files"}]


def test_where_no_licence_is_known_none_is_given(document: dict[str, Any], data: Path) -> None:
    package = json.loads(release_files({**document, "licence": ""})["datapackage.json"])
    jsonschema.validate(package, json.loads((data / "datapackage.schema.json").read_text()))
    assert "licenses" not in package


def test_an_import_is_published_under_its_own_licence_or_none() -> None:
    policy = load_policy("open-health-space")
    held_here = Consultation.model_construct(source_digest=None, licence="")
    imported = Consultation.model_construct(source_digest="0" * 64, licence="")
    assert licence_of(held_here, policy) == "CC-BY-4.0"
    assert licence_of(imported, policy) == ""
