"""The hall of a made-up town: its address, whoever votes there, and a page as others would have it."""

import re
from typing import Any

from quart import Quart

from deliberation.opinion.voting import Vote, vote_matrix
from deliberation.people.participants import device_pseudonym, join, space_key
from deliberation.spaces.consultations import consultation_named
from participate.db import Database
from participate.settings import Settings
from tests.crowds import START
from tests.people import Page, Person

HALL = "/spaces/town/hall"
MAP = f"{HALL}/map"


async def vote_as(
    app: Quart, settings: Settings, person: Person, answers: dict[int, int], when: Any = START
) -> None:
    """Cast votes for a person's device, statement number -> value."""
    database: Database = app.extensions["database"]
    if not (cookie := person.client.cookie_jar._cookies):
        await person.get("/spaces/town/hall")
        cookie = person.client.cookie_jar._cookies
    value = next(c.value for host in cookie.values() for path in host.values() for c in path.values())
    async with database.transaction() as session:
        space, consultation = await consultation_named(session, "town", "hall")
        assert space.id is not None
        secret = value.split(".")[0].encode()
        pseudonym = device_pseudonym(space_key(settings.pseudonym_master, space.id), secret)
        who, _ = await join(session, space.id, pseudonym, START)
        matrix = await vote_matrix(session, consultation.id or 0)
        ids = sorted(matrix.statement_ids)
        for number, answer in answers.items():
            session.add(
                Vote(participant_id=who, votable_id=ids[number - 1], value=answer, cast_at=when, policy="p/1")
            )


def plain(page: Page) -> str:
    """The page without the token and the nonce, which differ in every reply."""
    return re.sub(r'nonce="[^"]*"|name="token" value="[^"]*"', "", page.html)
