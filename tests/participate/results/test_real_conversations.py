"""Real conversations, imported and published: every figure is protected."""

from datetime import timedelta
from typing import Any

import pytest
from quart import Quart

from deliberation.opinion.analyses import ANALYSE
from deliberation.opinion.incoming import prepare
from deliberation.running import jobs
from participate.db import Database
from participate.importing import bring_in
from participate.settings import Settings
from tests.people import Clock, Person


@pytest.mark.conversations
@pytest.mark.parametrize("kind", ["sqlite"])
@pytest.mark.parametrize(
    ("name", "people", "groups"), [("brexit-consensus", 205, 2), ("vtaiwan.uberx", 1920, 2)]
)
async def test_real_conversations_are_published_protected(
    app: Quart,
    person: Person,
    settings: Settings,
    clock: Clock,
    analyse: Any,
    conversations: Any,
    name: str,
    people: int,
    groups: int,
) -> None:
    database: Database = app.extensions["database"]
    incoming = prepare(conversations / name, space="archive", open=False, licence="CC-BY-4.0")
    imported = await bring_in(database, settings, incoming, now=clock())
    number = (await newest_claim(database, clock())).payload["consultation_id"]
    await analyse(number)
    page = await person.get(f"{imported.path}/map")
    assert page.status == 200
    assert f"About {people:,} people have voted." in page.text
    twin = await (await person.client.get(f"/api/v1{imported.path}/map")).get_json()
    assert len(twin["groups"]) == groups
    rows = [row for said in twin["statements"] for row in (said["totals"], *said["groups"].values())]
    counts = [row[kind] for row in rows for kind in ("agrees", "disagrees", "passes", "votes")]
    counts += [hexagon["count"] for hexagon in twin["map"]["hexagons"]]
    assert all(count is None or count == 0 or (count >= 10 and count % 5 == 0) for count in counts)
    data = f"/data{imported.path.removeprefix('/spaces')}/1/"
    assert (await person.get(f"{data}statements.csv")).status == 200


async def newest_claim(database: Database, now: Any) -> jobs.Claim:
    async with database.transaction() as session:
        claim = await jobs.claim(session, [ANALYSE], lease=timedelta(minutes=1), now=now)
    assert claim is not None
    return claim
