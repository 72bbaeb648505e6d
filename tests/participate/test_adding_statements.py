"""A statement of one's own: hints, limits of the text, and what becomes of it."""

from typing import Any

import pytest
from quart import Quart
from sqlmodel import func, select, update

from charters.states import StatementState
from deliberation.opinion.statements import Statement
from deliberation.spaces.consultations import Consultation
from tests.people import Person

HERE = "/spaces/avonmere/evenings"


async def test_a_statement_of_ones_own_is_published_and_not_voted_on(
    person: Person, voting: Consultation, stored: Any, app: Quart
) -> None:
    form = (await person.get(HERE)).form("/statements")
    page = await person.send(form, text="  Let people book\r\nonline. ", language="en")
    assert "Your statement is added." in page.text
    assert "Let people book online." in page.text
    assert "It is published. Others can vote on it." in page.text
    assert "Statement 1 of 4" in page.text
    assert await stored.votes() == []
    assert "Your statements" not in (await Person(app).get(HERE)).text


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (StatementState.PENDING, "It waits to be read by a facilitator."),
        (
            StatementState.REMOVED,
            "It was removed. Reason: Not about this question. The facilitator writes: So.",
        ),
    ],
)
async def test_the_author_alone_sees_what_became_of_their_statement(
    person: Person,
    voting: Consultation,
    stored: Any,
    app: Quart,
    state: StatementState,
    said: str,
) -> None:
    form = (await person.get(HERE)).form("/statements")
    await person.send(form, text="Let people book online.")
    async with stored.database.transaction() as session:
        own = (await session.exec(select(Statement).where(Statement.number == 5))).one()
        own.state = state
        if state is StatementState.REMOVED:
            own.removed_for, own.removed_note = "off-topic", "So."
    assert said in (await person.get(HERE)).text
    assert "book online" not in (await Person(app).get(HERE + "?statement=5")).text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "Write your statement."),
        (" \r\n ", "Write your statement."),
        ("x" * 281, "Your statement has 281 characters. Shorten it to 280 or fewer."),
    ],
)
async def test_a_text_that_is_empty_or_too_long_is_kept_with_a_summary(
    person: Person, voting: Consultation, text: str, said: str
) -> None:
    form = (await person.get(HERE)).form("/statements")
    page = await person.send(form, text=text, language="cy")
    assert page.status == 422
    assert "Something needs changing" in page.text
    assert page.text.count(said) == 2  # in the summary and at the field
    again = page.form("/statements")
    assert again.fields["text"].strip() == text.strip()
    assert '<option value="cy" selected>' in again.html


async def test_near_copies_are_shown_and_the_text_is_kept_until_it_is_asked_for_again(
    person: Person, voting: Consultation, stored: Any
) -> None:
    form = (await person.get(HERE)).form("/statements")
    page = await person.send(form, text="Open until eight at night.")
    assert "Something like this is here already" in page.text
    assert "Vote on statement 1" in page.text
    again = page.form("/statements")
    assert again.fields["text"].strip() == "Open until eight at night."
    assert 'name="anyway" value="yes"' in again.html
    assert again.fields["seen"] == "Open until eight at night."
    assert (await person.get(HERE + "?statement=1")).form("/vote").fields["statement"] == "1"
    added = await person.send(again, anyway="yes")
    assert "Your statement is added." in added.text


async def test_the_very_same_words_are_not_added_twice_even_when_asked(
    person: Person, voting: Consultation, stored: Any
) -> None:
    form = (await person.get(HERE)).form("/statements")
    page = await person.send(form, text="open  until EIGHT", anyway="yes")
    assert page.status == 422
    assert "Statement 1 says this already. You can vote on it." in page.text
    async with stored.database.reading() as session:
        assert (await session.exec(select(func.count()).select_from(Statement))).one() == 4
    assert await stored.people() == 0


async def test_words_that_wait_are_refused_without_saying_so_and_the_text_is_kept(
    person: Person, voting: Consultation
) -> None:
    form = (await person.get(HERE)).form("/statements")
    page = await person.send(form, text="This one waits")
    assert page.status == 422
    assert "These words cannot be added. Write it another way." in page.text
    assert page.form("/statements").fields["text"].strip() == "This one waits"
    assert "tatement 4" not in page.text


async def test_a_language_that_is_no_language_is_refused(person: Person, voting: Consultation) -> None:
    form = (await person.get(HERE)).form("/statements")
    page = await person.send(form, text="A new idea.", language='"><script>')
    assert page.status == 422
    assert "Choose the language of your statement." in page.text


async def test_a_consultation_without_statements_asks_for_the_first(
    person: Person, voting: Consultation, stored: Any
) -> None:
    async with stored.database.transaction() as session:
        await session.exec(update(Statement).values(state=StatementState.PENDING))
    page = await person.get(HERE)
    assert "No statements yet" in page.text
    assert "You can add the first statement." in page.text
    assert page.form("/statements")
