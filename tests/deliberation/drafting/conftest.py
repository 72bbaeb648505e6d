"""A proposal of two clauses in a space with two sides, and its people as writers."""

from dataclasses import dataclass
from typing import Any

import pytest

from deliberation.drafting.beginning import Planned, begin_proposal
from deliberation.drafting.clauses import ClauseText, Standing, standing_clauses
from deliberation.drafting.commenting import Speaker
from deliberation.drafting.proposals import Proposal, ProposalText, proposal_numbered
from participate.db import Database
from tests.both_sides import Cast, two_sides
from tests.charters.avonmere import NOON

TITLE = ProposalText(title="Going home with a plan")
FIRST = ClauseText(heading="A written plan", text="Everybody who goes home has a **written** plan.")
SECOND = ClauseText(heading="A number to ring", text="The plan names a number to ring.")


@dataclass
class Writers:
    """The cast of the space; proposal 1 has clauses 1 and 2."""

    cast: Cast

    def speaker(self, name: str) -> Speaker:
        return Speaker(key=self.cast.voter(name), name=name.title())

    async def do(self, who: str, verb: Any, /, *values: Any, now: Any = NOON, **more: Any) -> Any:
        """Let somebody call a verb of writing, as themselves."""
        more = {"speaker": self.speaker(who)} | more
        return await self.cast.do(who, verb, self.cast.space, *values, now=now, **more)

    async def draft(self, number: int = 1, **more: Any) -> list[Standing]:
        async with self.cast.database.reading() as session:
            proposal = await proposal_numbered(session, self.cast.space.id or 0, number)
            return await standing_clauses(session, proposal.id, **more)

    async def proposal(self, number: int = 1) -> Proposal:
        async with self.cast.database.reading() as session:
            return await proposal_numbered(session, self.cast.space.id or 0, number)

    async def texts(self) -> list[str]:
        return [one.words.text if one.words else "" for one in await self.draft()]


@pytest.fixture
async def writers(database: Database) -> Writers:
    writers = Writers(await two_sides(database))
    clauses = [Planned(text=FIRST), Planned(text=SECOND)]
    await writers.do("maryam", begin_proposal, TITLE, clauses)
    return writers
