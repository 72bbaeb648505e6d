"""When people came: by the oldest of their votes that still stands, as a day in London."""

from datetime import UTC, date, datetime

from deliberation.opinion.arrivals import Arrivals, arrivals
from deliberation.opinion.statements import open_statements
from deliberation.opinion.voting import Vote
from deliberation.spaces.consultations import Consultation
from deliberation.spaces.spaces import Space
from participate.db import Database
from tests.crowds import join_in

LATE = datetime(2026, 6, 30, 23, 30, tzinfo=UTC)  # after midnight in London
SOON = datetime(2026, 7, 4, 12, tzinfo=UTC)


async def test_a_person_came_with_the_first_vote_that_stands(
    database: Database, space: Space, voting: Consultation
) -> None:
    assert voting.id is not None
    async with database.reading() as session:
        assert await arrivals(session, voting.id) == Arrivals({}, None)
    async with database.transaction() as session:
        first, second = await join_in(session, space, 2)
        ids = [statement.id for statement in await open_statements(session, voting.id)]
        for person, votable, moment in ((first, ids[0], SOON), (first, ids[1], LATE), (second, ids[0], SOON)):
            session.add(
                Vote(participant_id=person, votable_id=votable, value=1, cast_at=moment, policy="p/1")
            )
    async with database.reading() as session:
        found = await arrivals(session, voting.id)
    assert found == Arrivals({first: date(2026, 7, 1), second: date(2026, 7, 4)}, date(2026, 7, 4))
