"""Open data: addresses that answer the same for ever, and that every site may read."""

import csv
import io
import itertools
import json
import re
from collections.abc import Awaitable, Callable
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from quart import Quart

from charters.enforcement import Facts
from charters.policy import load_policy
from charters.states import Role
from clustering import analyse
from deliberation.opinion.analyses import analysed_statements
from deliberation.opinion.moderation import RemovalReason, remove_statement, undo_act
from deliberation.opinion.voting import vote_matrix
from deliberation.publishing.datapackage import COLUMNS
from deliberation.publishing.releases import Candidate, publish_if_due
from deliberation.publishing.results import result_of
from deliberation.spaces.consultations import consultation_named, consultation_with_id
from participate.analysing import said_of
from tests.crowds import START, Crowd, move_in, planted
from tests.people import Clock, Person
from tests.walking import addresses

BASE = "/data/town/hall"
TABLES = ("statements.csv", "votes-by-group.csv", "groups.csv", "consensus.csv", "participation.csv")
FILES = (*TABLES, "datapackage.json")
POLICY = load_policy("open-health-space")


@pytest.fixture
def crowd() -> Crowd:
    return planted((60, 45))


@pytest.fixture
async def released(app: Quart, crowd: Crowd) -> Any:
    """Release 1, on the day after the start; call it for the next one."""
    database = app.extensions["database"]
    async with database.transaction() as session:
        held = await move_in(session, crowd)
    assert held.id is not None
    async with database.reading() as session:
        votes = await vote_matrix(session, held.id)
        said = [said_of(one, "month") for one in await analysed_statements(session, held.id)]
    analysis = analyse(votes)
    result = {**result_of(analysis, votes, said, POLICY.publication, **crowd.came()), "commitment": "0" * 64}
    place = {"axes": analysis.axes.to_document()}

    async def publish(number: int) -> None:
        candidate = Candidate(result, 105, number - 1, 50 if number > 1 else None, {}, place, "salt")
        async with database.transaction() as session:
            space, consultation = await consultation_with_id(session, held.id or 0)
            done = await publish_if_due(
                session, space, consultation, POLICY, candidate, now=START + timedelta(days=number)
            )
            assert done is not None

    await publish(1)
    return publish


async def fetch(person: Person, path: str, **headers: str) -> tuple[Any, bytes]:
    response = await person.client.get(path, headers=headers)
    return response, await response.get_data()


async def test_the_list_leads_to_a_release_and_its_files_in_two_steps(person: Person, released: Any) -> None:
    index = await person.get("/data/")
    assert f'href="{BASE}/1/"' in index.html
    page = await person.get(f"{BASE}/1/")
    assert "Data release 1" in page.text
    assert "never change" in page.text
    assert "Town council (2026). The hall. Data release 1. http://localhost/data/town/hall/1/" in page.text
    for name in FILES:
        _, content = await fetch(person, f"{BASE}/1/{name}")
        assert f'href="{name}"' in page.html
        assert sha256(content).hexdigest() in page.html
        assert f"{len(content):,} bytes" in page.text
    assert "<td></td>" not in page.html, "each file is said to hold something"


async def test_an_empty_list_says_so(person: Person) -> None:
    assert "Nothing has been released yet." in (await person.get("/data/")).text


@pytest.mark.parametrize("name", FILES)
async def test_a_file_may_be_kept_for_a_minute_and_is_open_to_every_site(
    person: Person, released: Any, name: str
) -> None:
    response, content = await fetch(person, f"{BASE}/1/{name}", Origin="https://elsewhere.example")
    assert response.status_code == 200
    headers = response.headers
    assert headers["Cache-Control"] == "public, max-age=60"
    assert headers["ETag"] == f'"{sha256(content).hexdigest()}"'
    assert headers["Last-Modified"] == "Tue, 03 Mar 2026 09:00:00 GMT"
    assert headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in headers
    assert headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "Set-Cookie" not in headers
    assert headers["X-Content-Type-Options"] == "nosniff"


async def test_who_has_it_already_gets_304(person: Person, released: Any) -> None:
    response, _ = await fetch(person, f"{BASE}/1/groups.csv")
    tag = response.headers["ETag"]
    for known in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        again, content = await fetch(person, f"{BASE}/1/groups.csv", **{"If-None-Match": known})
        assert (again.status_code, content) == (304, b"")
        assert again.headers["ETag"] == tag
        assert again.headers["Cache-Control"] == "public, max-age=60"
    other, content = await fetch(person, f"{BASE}/1/groups.csv", **{"If-None-Match": '"other"'})
    assert other.status_code == 200
    assert content


async def test_the_short_address_answers_with_the_newest_and_the_old_one_stays(
    person: Person, released: Any
) -> None:
    _, old = await fetch(person, f"{BASE}/1/datapackage.json")
    await released(2)
    newest, content = await fetch(person, f"{BASE}/datapackage.json")
    assert newest.headers["Content-Location"] == f"{BASE}/2/datapackage.json"
    assert newest.headers["Cache-Control"] == "public, max-age=60"
    assert json.loads(content)["version"] == "2"
    assert (await fetch(person, f"{BASE}/1/datapackage.json"))[1] == old
    moved, _ = await fetch(person, f"{BASE}/")
    assert (moved.status_code, moved.headers["Location"]) == (302, f"{BASE}/2/")
    assert "There is a newer one" in (await person.get(f"{BASE}/1/")).text


@pytest.mark.parametrize(
    "path",
    [f"{BASE}/2/", f"{BASE}/1/votes.csv", f"{BASE}/0/groups.csv", "/data/town/nothing/", f"{BASE}/x.csv"],
)
async def test_what_is_not_there_is_not_found(person: Person, released: Any, path: str) -> None:
    page = await person.get(path)
    assert page.status == 404
    assert "Set-Cookie" not in page.headers


async def test_a_preflight_is_granted_nothing(app: Quart, released: Any) -> None:
    response = await app.test_client().options(
        f"{BASE}/1/groups.csv",
        headers={"Origin": "https://elsewhere.example", "Access-Control-Request-Method": "PUT"},
    )
    assert "Access-Control-Allow-Origin" not in response.headers


async def test_the_numbers_are_the_pages_numbers(person: Person, released: Any) -> None:
    """The table of the map and the file of the release come from the same document."""
    _, content = await fetch(person, f"{BASE}/1/groups.csv")
    groups = {row["group-id"]: row for row in csv.DictReader(io.StringIO(content.decode(), newline=""))}
    page = await person.get("/spaces/town/hall/map")
    assert len(groups) == 2
    for letter, row in groups.items():
        assert f"Group {letter}" in page.text
        assert f"About {row['size']} people" in page.text
        quoted = re.findall("“([^”]+)”", row["description"])
        assert quoted
        assert all(f"“ {text} ”" in page.text for text in quoted)


# Words withheld: a statement removed after its release.

SECRET = "Statement 10 of the made-up town"  # without its stop: wherever a sentence quotes it too


@pytest.fixture
def remove(app: Quart, clock: Clock) -> Callable[[int], Awaitable[None]]:
    """A facilitator removes the statement of this number, as naming somebody."""

    async def run(number: int, *, undo: bool = False) -> None:
        async with app.extensions["database"].transaction() as session:
            _, held = await consultation_named(session, "town", "hall")
            [one] = [s for s in await analysed_statements(session, held.id or 0) if s.number == number]
            flo = Facts(now=clock(), roles=frozenset({Role.FACILITATOR}), signed_in=True)
            reason = RemovalReason.IDENTIFYING
            act = await remove_statement(session, one.id, reason=reason, asking=flo, now=clock())
            if undo:
                await undo_act(session, one.id, act_id=act.id or 0, asking=flo, now=clock())

    return run


async def test_a_removed_text_is_in_no_file_of_any_release_and_on_no_public_page(
    app: Quart, person: Person, released: Any, remove: Any
) -> None:
    await released(2)
    assert SECRET in (await person.get(f"{BASE}/1/groups.csv")).html  # a description quotes it
    assert SECRET in (await person.get(f"{BASE}/1/statements.csv")).html
    await remove(10)
    walked = 0
    for number, name in itertools.product((1, 2), FILES):
        for _, path in addresses(app, space="town", consultation="hall", number=number, name=name):
            page = await person.get(path)
            assert page.status < 500, path
            assert SECRET not in page.html, path
            walked += 1
    assert walked > 100


@pytest.mark.usefixtures("released")
async def test_words_come_back_when_a_removal_is_undone_and_the_last_removal_counts(
    person: Person, remove: Any, clock: Clock
) -> None:
    await remove(10, undo=True)
    assert SECRET in (await person.get(f"{BASE}/1/statements.csv")).html
    assert "withheld" not in (await person.get(f"{BASE}/1/")).text
    clock.pass_(days=9)
    await remove(10)
    page = await person.get(f"{BASE}/1/")
    assert page.text.count("The words of statement 10 are withheld") == 1
    assert "Since Wednesday 11 March 2026." in page.text


@pytest.mark.parametrize(
    ("number", "changed"),
    [
        (1, {"statements.csv", "datapackage.json"}),  # no group's description quotes it
        (10, {"statements.csv", "datapackage.json", "groups.csv"}),
    ],
)
async def test_what_is_withheld_is_said_with_both_hashes(
    app: Quart, person: Person, released: Any, remove: Any, clock: Clock, number: int, changed: set[str]
) -> None:
    before = {name: (await fetch(person, f"{BASE}/1/{name}"))[1] for name in FILES}
    assert "withheld" not in (await person.get(f"{BASE}/1/")).text
    clock.pass_(days=9)
    await remove(number)
    page = await person.get(f"{BASE}/1/")
    assert f"The words of statement {number} are withheld, for it was removed." in page.text
    assert "Rule: Names or points to a person. Since Wednesday 11 March 2026." in page.text
    after = {}
    for name in FILES:
        response, after[name] = await fetch(person, f"{BASE}/1/{name}")
        now, first = sha256(after[name]).hexdigest(), sha256(before[name]).hexdigest()
        assert response.headers["ETag"] == f'"{now}"'
        assert f"{len(after[name]):,} bytes" in page.text
        assert now in page.html
        assert (f"As first published: {first}" in page.text) is (now != first)
        assert (now != first) is (name in changed)
    package = json.loads(after["datapackage.json"])
    assert package["withheld"] == [{"statement": number, "reason": "identifying", "date": "2026-03-11"}]
    for resource in package["resources"]:
        served = after[resource["path"]]
        assert (resource["hash"], resource["bytes"]) == (f"sha256:{sha256(served).hexdigest()}", len(served))
    response, _ = await fetch(person, f"{BASE}/1/statements.csv")
    assert response.headers["Last-Modified"] == "Wed, 11 Mar 2026 12:00:00 GMT"
    old = await person.client.get(
        f"{BASE}/1/statements.csv",
        headers={"If-None-Match": f'"{sha256(before["statements.csv"]).hexdigest()}"'},
    )
    assert old.status_code == 200  # who has the words is not told that they still stand


async def test_words_alone_are_withheld_and_only_those_of_the_removed(
    person: Person, released: Any, remove: Any
) -> None:
    async def rows(name: str) -> list[dict[str, str]]:
        _, content = await fetch(person, f"{BASE}/1/{name}")
        return list(csv.DictReader(io.StringIO(content.decode(), newline="")))

    said, groups = await rows("statements.csv"), await rows("groups.csv")
    await remove(10)
    said[9] |= {"text": "", "moderated": "true"}
    assert await rows("statements.csv") == said
    for row, once in zip(await rows("groups.csv"), groups, strict=True):
        assert (row["description"] == once["description"]) is (SECRET not in once["description"])
        assert row | {"description": ""} == once | {"description": ""}


async def test_a_head_request_has_the_same_headers(person: Person, released: Any, clock: Clock) -> None:
    head = await person.client.head(f"{BASE}/1/groups.csv")
    got, _ = await fetch(person, f"{BASE}/1/groups.csv")
    for name in ("ETag", "Last-Modified", "Cache-Control", "Access-Control-Allow-Origin", "Content-Type"):
        assert head.headers[name] == got.headers[name]


@pytest.mark.parametrize("kind", ["sqlite"])
def test_the_reference_names_every_column(kind: str) -> None:
    page = (Path(__file__).parents[2] / "docs/reference/open-data.md").read_text()
    for name, columns in COLUMNS.items():
        row = next(line for line in page.splitlines() if line.startswith(f"| `{name}`"))
        assert [column.name for column in columns] == re.findall(r"`([\w-]+)`", row.split("|")[3])
