"""A cast for the pages: two spaces, somebody who facilitates one of them, and a consultation that is open."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from quart import Quart
from sqlmodel import SQLModel, func, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from charters.states import Role, Stage, Standing, StatementState
from deliberation.opinion.statements import Statement, StatementText, add_statement
from deliberation.opinion.voting import Vote
from deliberation.people.accounts import account_for
from deliberation.people.memberships import appoint
from deliberation.people.participants import Participant
from deliberation.spaces.consultations import Consultation
from deliberation.spaces.spaces import Space, SpaceText, found, space_named
from participate.app import create_app
from participate.db import Database
from participate.devices import Device
from participate.migrations import upgrade
from participate.signin.links import new_sign_in_link
from tests.browser.valley import settings_for
from tests.lending import lent_database
from tests.people import Clock, Person
from tests.sharing import shared_folder

LinkFor = Callable[[str], Awaitable[str]]


@dataclass
class Cast:
    """Spaces `avonmere` and `elsewhere`; `flo` facilitates the first, `gus` the other; `cai` is nobody."""

    avonmere: Space
    flo: Person
    gus: Person
    stranger: Person
    cai: Person


@pytest.fixture
async def link_for(app: Quart, clock: Clock) -> LinkFor:
    """Makes a sign-in link for an address."""

    async def link(address: str) -> str:
        async with app.extensions["database"].transaction() as session:
            account = await account_for(session, address, now=clock())
            return await new_sign_in_link(session, account, now=clock())

    return link


SPACES = {"avonmere": "flo", "elsewhere": "gus"}
SIGNED_IN = ("flo", "gus", "cai")


@pytest.fixture
def database_url(kind: str, request: pytest.FixtureRequest) -> Iterator[str]:
    """A database for one test at a time; for whoever asks for the cast, with the cast in it."""
    name, fill = "migrated", upgrade
    if "cast" in request.fixturenames:
        name, fill = "with_the_cast", partial(fill_with_cast, _cookies_of_cast(kind))
    with lent_database(kind, name, fill) as url:
        yield url


def _cookies_of_cast(kind: str) -> Path:
    return shared_folder() / f"cast-{kind}.json"


def fill_with_cast(cookies: Path, url: str) -> None:
    """Put the cast into a database, and the cookies of those who are signed in into a file."""
    upgrade(url)
    asyncio.run(_fill_with_cast(cookies, url))


async def _fill_with_cast(cookies: Path, url: str) -> None:
    clock = Clock()
    app = create_app(settings_for(url, shared_folder(), public_url="http://localhost"), clock=clock)
    database: Database = app.extensions["database"]
    async with database.transaction() as session:
        for slug, name in SPACES.items():
            text = SpaceText(slug=slug, title=f"GP care in {slug}", host="Avonmere Voices")
            space = await found(
                session, text, standing=Standing.TRIAL, policy="open-health-space", now=clock()
            )
            account = await account_for(session, f"{name}@example.org", now=clock())
            assert space.id is not None
            assert account.id is not None
            await appoint(session, space.id, account.id, Role.FACILITATOR, since=clock())
    given = {}
    for name in SIGNED_IN:
        person = Person(app)
        async with database.transaction() as session:
            account = await account_for(session, f"{name}@example.org", now=clock())
            link = await new_sign_in_link(session, account, now=clock())
        page = await person.get(link)
        assert (await person.send(page.forms()[0], follow=False)).status == 303
        (cookie,) = person.client.cookie_jar
        given[name] = cookie.value
    await database.close()
    cookies.write_text(json.dumps(given), encoding="utf-8")


@pytest.fixture
async def cast(app: Quart, kind: str) -> Cast:
    """`stranger` has a device and no account, `cai` an account without a role."""
    people = {name: Person(app) for name in (*SIGNED_IN, "stranger")}
    given = json.loads(_cookies_of_cast(kind).read_text(encoding="utf-8"))
    for name, person in people.items():
        person.client.set_cookie("localhost", "participate", given.get(name) or Device.new().cookie)
    async with app.extensions["database"].reading() as session:
        avonmere = await space_named(session, "avonmere")
    return Cast(avonmere, **people)


async def hold_evenings(session: AsyncSession, space: Space, clock: Clock) -> Consultation:
    """A consultation that is open: statements 1 to 3 are published and 4 waits."""
    held = Consultation(
        space_id=space.id or 0,
        slug="evenings",
        title="Evenings",
        question="How should evening appointments work?",
        background="Because **many** asked.",
        stage=Stage.VOTING,
        opens_at=clock() - timedelta(days=1),
        closes_at=clock() + timedelta(days=30),
        created_at=clock(),
    )
    session.add(held)
    await session.flush()
    for text in ("Open until eight.", "Open on Saturdays.", "Ring back the same day."):
        given = StatementText(text=text)
        await add_statement(session, held, given, state=StatementState.PUBLISHED, now=clock())
    waits = StatementText(text="This one waits.")
    await add_statement(session, held, waits, state=StatementState.PENDING, now=clock())
    return held


@pytest.fixture
async def voting(app: Quart, clock: Clock) -> Consultation:
    """`/spaces/avonmere/evenings`, open: statements 1 to 3 are published and 4 waits."""
    async with app.extensions["database"].transaction() as session:
        space = await found(
            session,
            SpaceText(slug="avonmere", title="GP care in Avonmere", host="Avonmere Voices"),
            standing=Standing.TRIAL,
            policy="open-health-space",
            now=clock(),
        )
        return await hold_evenings(session, space, clock)


@dataclass
class Stored:
    """What the database has, and a way to change it behind the pages."""

    database: Database

    async def votes(self) -> list[tuple[int, int]]:
        """(statement number, value) of every vote, sorted."""
        async with self.database.reading() as session:
            query = select(Statement.number, Vote.value).join(Vote, Vote.votable_id == Statement.id)  # type: ignore[arg-type]
            return sorted((number, value) for number, value in await session.exec(query))

    async def count(self, table: type[SQLModel]) -> int:
        async with self.database.reading() as session:
            return (await session.exec(select(func.count()).select_from(table))).one()

    async def people(self) -> int:
        return await self.count(Participant)

    async def change(self, table: type[SQLModel], **values: Any) -> None:
        async with self.database.transaction() as session:
            await session.exec(update(table).values(**values))


@pytest.fixture
def stored(app: Quart) -> Stored:
    return Stored(app.extensions["database"])
