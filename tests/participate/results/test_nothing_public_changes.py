"""Casting one vote changes no public byte."""

import re
from datetime import timedelta
from typing import Any

from quart import Quart

from deliberation.opinion.analyses import ANALYSE, Cause, ask_for_analysis
from deliberation.running import jobs
from participate.settings import Settings
from tests.participate.results.hall import HALL, MAP, plain, vote_as
from tests.people import Clock, Person

PUBLIC = [
    MAP,
    f"{MAP}?view=landscape",
    f"{MAP}?show=agree&q=statement&page=1",
    f"{HALL}/statements",
    f"{HALL}/statements/1",
    f"{HALL}/report",
    "/data/",
    "/data/town/hall/1/",
    *(
        f"/data/town/hall/1/{name}"
        for name in (
            "statements.csv",
            "votes-by-group.csv",
            "groups.csv",
            "participation.csv",
            "datapackage.json",
        )
    ),
    "/data/town/hall/statements.csv",
    "/api/v1/spaces",
    "/api/v1/spaces/town",
    "/api/v1/spaces/town/hall",
    "/api/v1/spaces/town/hall/statements",
    "/api/v1/spaces/town/hall/map",
    "/",
    "/spaces/",
    "/spaces/town",
    "/readyz",
    *(f"/data/town/hall/{name}" for name in ("votes-by-group.csv", "groups.csv", "datapackage.json")),
    "/api/v1/openapi.json",
    "/api/v1/spaces/town/hall/statements?limit=2&cursor=3",
]


async def everything_public(app: Quart) -> dict[str, str]:
    stranger = Person(app)
    pages = {path: await stranger.get(path) for path in PUBLIC}
    assert {page.status for page in pages.values()} == {200}
    return {**{path: plain(page) for path, page in pages.items()}, "/": without_the_lot(plain(pages["/"]))}


def without_the_lot(html: str) -> str:
    """The front page without the statement that it asks about, which is drawn anew for each reply."""
    return re.sub(r'<form class="say ballot".*?</form>|<a class="report".*?</a>', "", html, flags=re.S)


async def test_casting_one_vote_changes_no_public_byte(
    app: Quart, settings: Settings, clock: Clock, person: Person, held: Any, analyse: Any
) -> None:
    number = await held()
    await analyse(number)
    before = await everything_public(app)
    await vote_as(app, settings, person, {1: 1})
    async with app.extensions["database"].transaction() as session:
        await ask_for_analysis(session, number, cause=Cause.VOTES, now=clock())
    assert await everything_public(app) == before
    async with app.extensions["database"].transaction() as session:
        claim = await jobs.claim(session, [ANALYSE], lease=timedelta(minutes=1), now=clock())
        assert claim is not None
    assert await everything_public(app) == before
    async with app.extensions["database"].transaction() as session:
        await jobs.complete(session, claim, now=clock())
    await analyse(number)
    assert await everything_public(app) == before
