"""What a body answers, as its delegate writes it and everybody reads it."""

from datetime import timedelta
from typing import Any

import pytest
from quart import Quart

from charters.agreements import Kind
from charters.states import Standing
from deliberation.publishing.answers import BodyAnswer
from deliberation.spaces.consultations import Consultation
from deliberation.spaces.spaces import Space
from tests.chartering import agree, charter_of, join_body, join_people
from tests.participate.conftest import LinkFor, Stored, hold_evenings
from tests.people import Clock, Person

EVENINGS = "/spaces/avonmere/evenings"
ANSWERS = f"{EVENINGS}/answers"
WORDS = "From May the surgery is **open until eight** on two days."


@pytest.fixture
async def dan(app: Quart, cast: Any, stored: Stored, clock: Clock, link_for: LinkFor) -> Person:
    """A delegate of the Trust, where a consultation ended ten days ago with something agreed."""
    now = clock()
    async with app.extensions["database"].transaction() as session:
        held = await hold_evenings(session, cast.avonmere, clock)
        charter = charter_of("avonmere", (now - timedelta(days=60)).date())
        await agree(session, cast.avonmere, charter, Kind.ADOPT_CHARTER, now=now - timedelta(days=50))
        await join_body(session, cast.avonmere, "dan", since=now - timedelta(days=50))
        await join_people(session, cast.avonmere, "ada", since=now - timedelta(days=50))
        assert held.id is not None
        session.add(
            BodyAnswer(consultation_id=held.id, body="ods:XX2", words="We will.", language="en", given_at=now)
        )
    await stored.change(Space, standing=Standing.RATIFIED)
    await stored.change(Consultation, opens_at=now - timedelta(days=30), closes_at=now - timedelta(days=10))
    return await signed_in(app, link_for, "dan")


async def signed_in(app: Quart, link_for: LinkFor, name: str) -> Person:
    person = Person(app)
    page = await person.get(await link_for(f"{name}@example.org"))
    assert (await person.send(page.forms()[0], follow=False)).status == 303
    return person


async def test_a_delegate_answers_and_everybody_reads_it(dan: Person, person: Person) -> None:
    page = await person.get(ANSWERS)
    assert "Due by" in page.text
    assert "Answered in time." in page.text
    assert "Answer for your body" not in page.text
    mine = await dan.get(ANSWERS)
    after = await dan.send(mine.form("/answers"), words=WORDS, language="en")
    assert after.status == 200
    read = await person.get(ANSWERS)
    assert "<strong>open until eight</strong>" in read.html
    assert "Due by" not in read.text
    record = await person.get("/spaces/avonmere/record")
    assert "Answer given" in record.text
    assert "dan" not in record.text.lower().split()


async def test_what_is_too_short_keeps_what_was_typed(dan: Person) -> None:
    page = await dan.send((await dan.get(ANSWERS)).form("/answers"), words="We will.", language="en")
    assert page.status == 422
    assert "We will." in page.form("/answers").html
    assert "at least 20" in page.text


@pytest.mark.parametrize("who", ["ada", "cai"])
async def test_nobody_else_answers_for_a_body(
    dan: Person, app: Quart, link_for: LinkFor, who: str, stored: Stored
) -> None:
    other = await signed_in(app, link_for, who)
    token = next(form.fields for form in (await other.get("/facilitate")).forms() if "token" in form.fields)
    page = await other.post(ANSWERS, {**token, "words": WORDS, "language": "en"})
    assert page.status == 403
    assert await stored.count(BodyAnswer) == 1


async def test_an_overdue_answer_is_said_in_words(dan: Person, person: Person, clock: Clock) -> None:
    clock.pass_(days=60)
    page = await person.get(ANSWERS)
    assert "Overdue." in page.text
    assert "It was due by" not in page.text


async def test_the_front_page_and_the_closed_question_lead_to_the_answers(
    dan: Person, person: Person, clock: Clock
) -> None:
    front = await person.get("/")
    assert "No health body has promised anything here yet." not in front.text
    assert "Answered in time." in front.text
    assert f'href="{ANSWERS}"' in front.html
    assert f'href="{ANSWERS}"' in (await person.get(EVENINGS)).html
    assert "Overdue." not in front.text
    clock.pass_(days=60)
    assert "Overdue." in (await person.get("/")).text
