"""The record of a space as anybody reads it: every act, why, by which role, and how long reports wait."""

import csv
import io
import json
from typing import Any

import pytest
from quart import Quart

from charters.states import Role, StatementState
from deliberation.opinion.statements import Statement
from deliberation.publishing.acts import KINDS, ROLES
from deliberation.publishing.record import Did, enter
from participate.views import record
from tests.participate.conftest import Stored
from tests.participate.consulting import make, open_it
from tests.people import Clock, Person

RECORD = "/spaces/avonmere/record"
HOURS = "/spaces/avonmere/opening-hours"
QUEUE = f"{HOURS}/moderation"


@pytest.fixture
async def flo(cast: Any, stored: Stored) -> Person:
    """Somebody who has made and opened a consultation in which three statements wait."""
    person: Person = cast.flo
    await make(person)
    await open_it(person)
    await stored.change(Statement, state=StatementState.PENDING, seed=False)
    return person


async def remove(flo: Person, number: int, **fields: str) -> None:
    await flo.send((await flo.get(f"{QUEUE}/{number}")).form("/remove"), **fields)


def test_every_kind_of_act_and_every_role_has_words() -> None:
    assert set(KINDS) == set(Did)
    assert set(ROLES) == set(Role)


async def test_anybody_reads_what_was_done_by_which_role_and_why(flo: Person, person: Person) -> None:
    await remove(flo, 2, reason="abusive", note="Do not name Dr Brown.")
    page = await person.get(RECORD)
    assert page.status == 200
    newest = page.html.split('<ol class="act-list">')[1].split("</li>")[0]
    assert "Statement removed" in newest
    assert "March 2026" in newest
    assert "By a facilitator." in newest
    assert "Reason: Attacks a person or a group." in newest
    assert f'href="{HOURS}"' in newest
    assert "Consultation made" in page.text
    for hidden in ("Open until eight.", "Dr Brown", "flo@example.org", "2 March", "12:00"):
        assert hidden not in page.html
    assert RECORD in (await person.get("/spaces/avonmere")).html


async def test_what_is_undone_stays_on_the_record_with_what_undid_it(flo: Person, person: Person) -> None:
    await remove(flo, 2, reason="abusive")
    await flo.send((await flo.get(f"{QUEUE}/2")).form("/undo"))
    text = (await person.get(RECORD)).text
    assert "Undone: Statement removed." in text
    assert text.index("Act undone") < text.index("Reason: Attacks a person or a group.")


async def test_a_reader_asks_for_one_consultation_or_one_kind(flo: Person, person: Person) -> None:
    await remove(flo, 2, reason="off-topic")
    page = await person.get(f"{RECORD}?kind=statement-removed")
    assert page.html.count('class="act-named"') == 1
    assert "1 act." in page.text
    page = await person.get(f"{RECORD}?consultation=opening-hours&kind=consultation-made")
    assert page.html.count('class="act-named"') == 1
    for nothing in ("kind=nothing", "consultation=nothing", "kind=%00", "consultation=a%27b&page=99"):
        page = await person.get(f"{RECORD}?{nothing}")
        assert page.status == 200
        assert ("No act was found." in page.text) == ("%00" not in nothing), nothing


async def test_a_long_record_comes_in_pages(app: Quart, cast: Any, person: Person, clock: Clock) -> None:
    async with app.extensions["database"].transaction() as session:
        for _ in range(record.AT_ONCE + 3):
            enter(session, Did.SPACE_MADE, space_id=cast.avonmere.id, now=clock())
    page = await person.get(RECORD)
    assert page.html.count('class="act-named"') == record.AT_ONCE
    assert f"1 to {record.AT_ONCE} of " in page.text
    assert "page=2#acts" in page.html
    page = await person.get(f"{RECORD}?page=2")
    assert page.html.count('class="act-named"') >= 3
    assert (await person.get(f"{RECORD}?page=junk")).status == 200
    assert (await person.get(f"{RECORD}?page=-4")).status == 200


async def test_the_files_have_the_same_acts(flo: Person, person: Person) -> None:
    await remove(flo, 2, reason="duplicate", same_as="2")  # refused: nothing is on the record
    await remove(flo, 2, reason="unlawful")
    page = await person.get(f"{RECORD}.json")
    assert page.headers["Access-Control-Allow-Origin"] == "*"
    acts = json.loads(page.html)["acts"]
    rows = list(csv.DictReader(io.StringIO((await person.get(f"{RECORD}.csv")).html)))
    assert [row["kind"] for row in rows] == [act["kind"] for act in acts]
    assert acts[0] == {
        "act": acts[0]["act"],
        "when": "2026-03",
        "role": "facilitator",
        "kind": "statement-removed",
        "kind_in_words": "Statement removed",
        "reason": "unlawful",
        "reason_in_words": "May be against the law",
        "consultation": "opening-hours",
        "statement": 2,
        "instead": None,
        "words": "",
    }
    assert [row["kind"] for row in rows].count("statement-removed") == 1
    only = json.loads((await person.get(f"{RECORD}.json?kind=statement-removed")).html)["acts"]
    assert only == acts[:1]


async def test_it_tells_how_long_reports_wait_and_which_promise_is_broken(
    flo: Person, cast: Any, person: Person, stored: Stored, clock: Clock
) -> None:
    await stored.change(Statement, state=StatementState.PUBLISHED)
    assert "None was decided so far. None waits now." in (await person.get(RECORD)).text

    async def report(number: int) -> None:
        path = f"{HOURS}/statements/{number}/report"
        await cast.stranger.send((await cast.stranger.get(path)).form(path), reason="abusive", words="Look.")

    await report(1)
    clock.pass_(hours=30)
    await report(2)
    await flo.send((await flo.get(f"{QUEUE}/1")).form("/keep"))
    text = (await person.get(RECORD)).text
    assert "The rules promise a decision within 3 days. One was decided so far." in text
    assert "Half were decided within 2 days The longest took 2 days" in text
    assert "1 waits, and there is still time." in text
    clock.pass_(days=4)
    text = (await person.get(RECORD)).text
    assert "Overdue 1 has waited for longer than promised." in text
    await remove(flo, 2, reason="abusive")
    text = (await person.get(RECORD)).text
    assert "Half were decided within 2 days The longest took 4 days" in text
    assert "2 were decided so far." in text


async def test_a_space_that_is_not_there_has_no_record(person: Person) -> None:
    for path in ("/spaces/nowhere/record", "/spaces/nowhere/record.csv", "/spaces/nowhere/record.json"):
        assert (await person.get(path)).status == 404


async def test_a_consultation_may_not_take_the_place_of_the_record(cast: Any) -> None:
    await make(cast.flo, title="Record")
    assert "What was done" in (await cast.stranger.get(RECORD)).text
