"""A house with clients that vote in it while it is killed; and an end that leaves nobody behind."""

import asyncio
import random
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import text
from sqlmodel import select

from charters.states import Stage, Standing, StatementState
from deliberation.opinion.statements import Statement, StatementText, add_statement
from deliberation.opinion.voting import Vote
from deliberation.people.participants import Participant, device_pseudonym, space_key
from deliberation.spaces.consultations import Consultation
from deliberation.spaces.spaces import SpaceText, found
from participate.db import Database
from participate.migrations import upgrade
from tests.databases import empty_database
from tests.kills.accounting import Entry
from tests.kills.house import MASTER, House, PostgresqlServer
from tests.kills.load import STATEMENTS, Load

PATH = "/api/v1/spaces/brenmoor/evenings/votes"


@dataclass
class Trial:
    """A house, perhaps a database server of its own, and a consultation to vote in."""

    house: House
    server: PostgresqlServer | None
    space_id: int
    loads: list[Load] = field(default_factory=list)

    def live_through(self, kills: int, *, server_kills: int, seed: int) -> Load:
        """Start, load, kill at a random moment; again and again; at the end everything runs."""
        chance = random.Random(seed)
        of_server = set(chance.sample(range(kills), server_kills)) if self.server else set()
        load = Load(self.house.port, PATH, seed)
        self.loads.append(load)
        self.house.start()
        load.start()
        for number in range(kills):
            self._until_more_are_kept(load)
            time.sleep(chance.uniform(0.0, 1.5))
            assert self.house.running(), "something ended before it was killed"
            if number in of_server and self.server is not None:
                self.server.kill()
            self.house.kill()
            if number in of_server and self.server is not None:
                self.server.start()
            self.house.start()
        self._until_more_are_kept(load)
        load.stop()
        return load

    def _until_more_are_kept(self, load: Load, more: int = 20) -> None:
        wanted = load.kept + more
        end = time.monotonic() + 60
        while load.kept < wanted:
            assert time.monotonic() < end, f"no votes were kept any more: {load.statuses}"
            time.sleep(0.02)

    def rows(self, journal: list[Entry]) -> list[tuple[str, int, int]]:
        """Person, statement and value of every vote there is, the people named as in the journal."""
        key = space_key(MASTER.encode(), self.space_id)
        people = {entry.person for entry in journal}
        names = {device_pseudonym(key, person.encode()): person for person in people}
        return [(names.get(key, key), number, value) for key, number, value in asyncio.run(self._read())]

    async def _read(self) -> list[tuple[str, int, int]]:
        database = Database(self.house.database_url)
        query = select(Participant.key, Statement.number, Vote.value).where(
            Vote.participant_id == Participant.id, Vote.votable_id == Statement.id
        )
        async with database.reading() as session:
            rows = [(key, number, value) for key, number, value in await session.exec(query)]
            if database.sqlite:
                checked = await session.exec(text("PRAGMA integrity_check"))  # type: ignore[call-overload]
                assert checked.scalar_one() == "ok"
        await database.close()
        return rows

    def stop(self) -> None:
        """Clients, house and server in this order, each even where another's end fails."""
        with ExitStack() as ends:
            if self.server is not None:
                ends.callback(self.server.stop)
            ends.callback(self.house.kill)
            for load in self.loads:
                ends.callback(load.stop)


async def furnish(url: str) -> int:
    """An open consultation with statements to vote on; the space's id."""
    database = Database(url)
    now = datetime.now(UTC)
    async with database.transaction() as session:
        words = SpaceText(slug="brenmoor", title="Care in Brenmoor", host="Brenmoor Voices")
        space = await found(session, words, standing=Standing.TRIAL, policy="open-health-space", now=now)
        assert space.id is not None
        held = Consultation(
            space_id=space.id,
            slug="evenings",
            title="Evenings",
            question="How should evening appointments work?",
            stage=Stage.VOTING,
            created_at=now,
        )
        session.add(held)
        await session.flush()
        for number in range(STATEMENTS):
            statement = StatementText(text=f"Evening number {number + 1} suits most people.")
            await add_statement(session, held, statement, state=StatementState.PUBLISHED, now=now)
    await database.close()
    return space.id


@contextmanager
def held_on(kind: str, folder: Path) -> Iterator[Trial]:
    """A trial on a new database; afterwards nobody is left of it, however far it came."""
    with ExitStack() as ends:
        server = PostgresqlServer() if kind == "postgresql" else None
        if server is not None:
            ends.callback(server.stop)
        url = server.url if server is not None else empty_database(kind)
        upgrade(url)
        trial = Trial(House(url, folder), server, asyncio.run(furnish(url)))
        ends.callback(trial.stop)
        yield trial
