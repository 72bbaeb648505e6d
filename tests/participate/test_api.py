"""JSON twins and the vote, each real answer held to the description at /api/v1/openapi.json.

Every failure has one shape: {"error": {"code", "message", "field"?}}.
"""

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from quart import Quart

from charters.states import Stage
from deliberation.opinion.voting import vote_matrix
from participate import analysing
from participate.openapi import document
from participate.settings import Settings
from tests.crowds import START, move_in, planted, read_crowd
from tests.people import Clock, Person

API = "/api/v1"
HALL = f"{API}/spaces/town/hall"


@pytest.fixture
async def hall(app: Quart) -> int:
    """Two planted groups in the consultation `hall`; no map yet."""
    async with app.extensions["database"].transaction() as session:
        held = await move_in(session, planted((60, 45)))
    assert held.id is not None
    return held.id


@pytest.fixture
async def mapped(
    app: Quart, settings: Settings, hall: int, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> int:
    """The same with a published map and landscape."""

    async def at_once(function: Any, *args: Any, **limits: Any) -> Any:
        return function(*args)

    monkeypatch.setattr(analysing, "run_limited", at_once)
    monkeypatch.setattr(
        "clustering.landscape.statement_landscape",
        lambda votes, **_: {name: (float(i), float(i % 3)) for i, name in enumerate(votes.statement_ids)},
    )
    monkeypatch.setattr(
        "clustering.landscape.landscape",
        lambda votes, **_: {person: (float(i % 3), 0.0) for i, person in enumerate(votes.participant_ids)},
    )
    await analysing.analyse_consultation(app.extensions["database"], settings, hall, clock=clock)
    return hall


def held_to(path: str, method: str, status: int, answer: Any) -> None:
    """Raise ValidationError unless the description knows this answer to this request."""
    whole = document()
    known = next(p for p in whole["paths"] if re.fullmatch(re.sub(r"{\w+}", "[^/]+", API + p), path))
    described = whole["paths"][known][method]["responses"]
    assert str(status) in described, f"{method} {known} is not described to answer {status}"
    schema = described[str(status)]["content"]["application/json"]["schema"]
    checker = jsonschema.Draft202012Validator(
        {**schema, "components": whole["components"]}, format_checker=jsonschema.FormatChecker()
    )
    checker.validate(answer)


async def read(person: Person, path: str, status: int = 200) -> Any:
    response = await person.client.get(path)
    answer = await response.get_json()
    assert response.status_code == status, answer
    held_to(path.split("?")[0], "get", status, answer)
    return answer


async def with_cookie(app: Quart) -> Person:
    """Somebody who has opened the consultation's page, as people do before they vote."""
    person = Person(app)
    assert "Set-Cookie" in (await person.get("/spaces/town/hall")).headers
    return person


async def test_spaces_and_what_is_held_in_them(person: Person, hall: int) -> None:
    assert [one["slug"] for one in (await read(person, f"{API}/spaces"))["spaces"]] == ["town"]
    town = await read(person, f"{API}/spaces/town")
    assert [(one["slug"], one["title"], one["stage"]) for one in town["consultations"]] == [
        ("hall", "The hall", "voting")
    ]
    held = await read(person, HALL)
    assert (held["question"], held["phase"]) == ("What should the hall be for?", "open")
    assert held["opens_at"] == START.isoformat()


async def test_statements_come_page_by_page_with_the_pages_numbers(person: Person, hall: int) -> None:
    seen: list[int] = []
    cursor = ""
    while True:
        page = await read(person, f"{HALL}/statements?limit=5{cursor}")
        assert len(page["statements"]) <= 5
        seen += [one["statement_id"] for one in page["statements"]]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    assert seen == list(range(1, 13))
    assert (await read(person, f"{HALL}/statements?limit=12"))["next"] is None


@pytest.mark.parametrize("query", ["limit=0", "limit=201", "limit=x", "cursor=-1", "cursor=%C2%B2", "limit="])
async def test_a_wrong_page_is_refused_by_name(person: Person, hall: int, query: str) -> None:
    answer = await read(person, f"{HALL}/statements?{query}", 422)
    assert answer["error"]["field"] == query.split("=")[0]


async def test_what_waits_is_not_listed_and_what_was_removed_has_no_text(
    app: Quart, person: Person, data: Any
) -> None:
    async with app.extensions["database"].transaction() as session:
        await move_in(session, read_crowd(data / "map" / "two-groups.json"))
    said = {one["statement_id"]: one for one in (await read(person, f"{HALL}/statements"))["statements"]}
    assert list(said) == [1, 2, 3, 5, 6, 8]
    assert (said[3]["state"], said[3]["text"]) == ("removed", "")
    assert said[5]["language"] == "cy"


async def test_the_map_is_the_published_document(person: Person, mapped: int) -> None:
    twin = await read(person, f"{HALL}/map")
    assert [group["size"] for group in twin["groups"]] == [60, 45]
    assert twin["landscape"]["hexagons"]
    page = await person.get("/spaces/town/hall/map")
    for group in twin["groups"]:
        quoted = re.findall("“([^”]+)”", group["description"])
        assert quoted
        assert all(text in page.text for text in quoted)


async def test_without_a_map_there_is_no_twin(person: Person, hall: int) -> None:
    assert (await read(person, f"{HALL}/map", 404))["error"]["code"] == "not-found"


@pytest.mark.parametrize(
    "path", ["/spaces/nowhere", "/spaces/town/nothing", "/spaces/town/nothing/statements"]
)
async def test_what_is_not_there_is_not_found(person: Person, hall: int, path: str) -> None:
    assert (await read(person, API + path, 404))["error"]["code"] == "not-found"


async def test_reading_is_open_to_every_site_and_sets_no_cookie(person: Person, mapped: int) -> None:
    for path in (f"{API}/spaces", HALL, f"{HALL}/map", f"{API}/openapi.json", f"{API}/spaces/nowhere"):
        page = await person.get(path, Origin="https://elsewhere.example")
        assert page.headers["Access-Control-Allow-Origin"] == "*", path
        assert "Access-Control-Allow-Credentials" not in page.headers
        assert "Set-Cookie" not in page.headers


async def test_who_has_it_already_gets_304(person: Person, mapped: int) -> None:
    for path in (f"{API}/spaces", HALL, f"{HALL}/statements", f"{HALL}/map", f"{API}/openapi.json"):
        first = await person.get(path)
        again = await person.get(path, **{"If-None-Match": first.headers["ETag"]})
        assert (again.status, again.html) == (304, ""), path


# The vote.


async def test_a_vote_is_kept_and_can_be_changed(app: Quart, hall: int) -> None:
    person = await with_cookie(app)
    for word, value in (("agree", 1), ("pass", 0), ("disagree", -1)):
        status, answer = await person.json(f"{HALL}/votes", {"statement_id": 3, "vote": word})
        assert (status, answer) == (200, {"statement_id": 3, "vote": word})
        held_to(f"{HALL}/votes", "post", status, answer)
        async with app.extensions["database"].reading() as session:
            matrix = await vote_matrix(session, hall)
        newest = max(matrix.participant_ids)
        row = matrix.participant_ids.index(newest)
        assert matrix.values[matrix.rows == row].tolist() == [value]


GOOD = {"statement_id": 3, "vote": "agree"}


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({"statement_id": 3}, 422, "vote"),
        ({"vote": "agree"}, 422, "statement_id"),
        ({**GOOD, "vote": "maybe"}, 422, "vote"),
        ({**GOOD, "vote": 1}, 422, "vote"),
        ({**GOOD, "statement_id": "3"}, 422, "statement_id"),
        ({**GOOD, "statement_id": 3.5}, 422, "statement_id"),
        ({**GOOD, "statement_id": True}, 422, "statement_id"),
        ({**GOOD, "statement_id": 0}, 422, "statement_id"),
        ({**GOOD, "statement_id": 2**63}, 422, "statement_id"),
        ({**GOOD, "weight": 2}, 422, "weight"),
        ([GOOD], 422, None),
        ("agree", 422, None),
        (None, 422, None),
        ({**GOOD, "statement_id": 99}, 403, None),
    ],
)
async def test_a_wrong_vote_is_refused_in_the_one_shape(
    app: Quart, hall: int, body: Any, status: int, field: str | None
) -> None:
    person = await with_cookie(app)
    got, answer = await person.json(f"{HALL}/votes", body)
    assert got == status, answer
    held_to(f"{HALL}/votes", "post", got, answer)
    assert answer["error"].get("field") == field


@pytest.mark.parametrize("body", [[GOOD], "agree", None])
async def test_where_the_whole_body_is_wrong_the_message_says_so(app: Quart, hall: int, body: Any) -> None:
    _, answer = await (await with_cookie(app)).json(f"{HALL}/votes", body)
    assert answer["error"]["message"].startswith("The body: Input should be an object")


@pytest.mark.parametrize("raw", [b"", b"{", b'{"statement_id": 3, "vote": "agree"', b"\xff\xfe", b"[" * 5000])
async def test_what_is_no_json_is_refused_in_the_one_shape(app: Quart, hall: int, raw: bytes) -> None:
    person = await with_cookie(app)
    response = await person.client.post(
        f"{HALL}/votes", data=raw, headers={"Origin": "http://localhost", "Content-Type": "application/json"}
    )
    assert response.status_code == 400
    held_to(f"{HALL}/votes", "post", 400, await response.get_json())


async def test_a_form_is_no_json(app: Quart, hall: int) -> None:
    person = await with_cookie(app)
    form = (await person.get("/spaces/town/hall")).form("/vote")
    page = await person.post(f"{HALL}/votes", {**form.fields, "vote": "agree"})
    assert page.status == 415
    held_to(f"{HALL}/votes", "post", 415, json.loads(page.html))


async def test_a_vote_needs_our_own_page_and_its_cookie(app: Quart, person: Person, hall: int) -> None:
    status, answer = await person.json(f"{HALL}/votes", GOOD)
    assert (status, answer["error"]["code"]) == (403, "cookies-blocked")
    held_to(f"{HALL}/votes", "post", status, answer)
    known = await with_cookie(app)
    status, answer = await known.json(f"{HALL}/votes", GOOD, Origin="https://elsewhere.example")
    assert (status, answer["error"]["code"]) == (403, "cross-site")


async def test_an_archive_takes_no_vote(app: Quart) -> None:
    async with app.extensions["database"].transaction() as session:
        await move_in(session, planted((5, 5)), stage=Stage.ARCHIVED)
    person = Person(app)
    await person.post("/spaces/town/hall/vote", {"vote": "agree"})  # the refusal brings the cookie
    status, answer = await person.json(f"{HALL}/votes", GOOD)
    assert (status, answer["error"]["code"]) == (403, "archive")
    held_to(f"{HALL}/votes", "post", status, answer)


# The description itself.


@pytest.mark.parametrize("kind", ["sqlite"])
async def test_every_route_is_described_and_nothing_else(app: Quart) -> None:
    routes = {
        (re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule.removeprefix(API)), method.lower())
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith(f"{API}/") and not rule.rule.endswith("openapi.json")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    described = {(path, method) for path, item in document()["paths"].items() for method in item}
    assert routes == described


@pytest.mark.parametrize("kind", ["sqlite"])
def test_the_reference_names_every_address(kind: str) -> None:
    page = (Path(__file__).parents[2] / "docs/reference/api.md").read_text()
    for path, item in document()["paths"].items():
        ending = path.replace("{", "<").replace("}", ">").replace("/spaces/<space>/<consultation>/", ".../")
        for method in item:
            assert re.search(rf"`{method.upper()} \S*{re.escape(ending)}[?`]", page) or path in page, path


@pytest.mark.parametrize("kind", ["sqlite"])
async def test_the_description_is_served_and_its_references_resolve(person: Person) -> None:
    served = await (await person.client.get(f"{API}/openapi.json")).get_json()
    assert served == json.loads(json.dumps(document()))
    assert served["openapi"].startswith("3.1")
    names = set(re.findall(r'"#/components/schemas/(\w+)"', json.dumps(served)))
    assert names == set(served["components"]["schemas"])
    for schema in served["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)
