"""Statements: what may be written, which number it gets, and who reads what of it."""

import asyncio
from datetime import datetime

import pytest
from pydantic import ValidationError

from charters.states import StatementState
from deliberation.errors import NotFound
from deliberation.opinion.statements import (
    SameWords,
    StatementText,
    add_statement,
    open_statements,
    reserve_numbers,
    statement_numbered,
    statements_by,
)
from deliberation.people.participants import join
from deliberation.spaces.consultations import Consultation
from participate.db import Database

PENDING, PUBLISHED, REMOVED = StatementState


@pytest.mark.parametrize("text", ["", "   ", "\r\n\t", "\u200b\u200b", "\x00", "\ud800"])
def test_a_text_without_anything_to_read_is_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        StatementText(text=text)


def test_280_characters_are_accepted_and_281_are_not() -> None:
    assert len(StatementText(text="ŵ" * 280).text) == 280
    with pytest.raises(ValidationError, match="at most 280"):
        StatementText(text="ŵ" * 281)


def test_line_ends_and_blanks_become_single_spaces_before_counting() -> None:
    assert StatementText(text="  Open \r\n\r\n until\teight. ").text == "Open until eight."
    assert StatementText(text="a" * 280 + "\r\n" * 20).text == "a" * 280


def test_signs_that_no_screen_shows_are_dropped_and_joined_pictures_are_kept() -> None:
    assert StatementText(text="Open\x00 at\x07 eight").text == "Open at eight"
    family = "👩\u200d👧 first"
    assert StatementText(text=family).text == family


async def test_numbers_follow_one_another_within_a_consultation(
    database: Database, voting: Consultation, now: datetime
) -> None:
    async with database.transaction() as session:
        other = Consultation(
            space_id=voting.space_id, slug="other", title="Other", question="What else?", created_at=now
        )
        session.add(other)
        await session.flush()
        first = await add_statement(session, other, StatementText(text="New."), state=PENDING, now=now)
        fourth = await add_statement(session, voting, StatementText(text="New."), state=PENDING, now=now)
    assert (first.number, fourth.number) == (1, 4)


async def test_statements_added_at_once_all_get_a_number_of_their_own(
    database: Database, voting: Consultation, now: datetime
) -> None:
    async def add(number: int) -> int:
        async with database.transaction() as session:
            text = StatementText(text=f"Idea {number}")
            return (await add_statement(session, voting, text, state=PUBLISHED, now=now)).number

    assert sorted(await asyncio.gather(*(add(n) for n in range(12)))) == list(range(4, 16))


async def test_the_same_words_sent_at_once_make_one_statement(
    database: Database, voting: Consultation, now: datetime
) -> None:
    async def add(text: str) -> None:
        async with database.transaction() as session:
            await add_statement(session, voting, StatementText(text=text), state=PUBLISHED, now=now)

    done = await asyncio.gather(
        *(add("Open at  SEVEN" if n % 2 else "Open at seven.") for n in range(8)), return_exceptions=True
    )
    refused = [error for error in done if isinstance(error, SameWords)]
    assert len(refused) == 7
    assert {str(error) for error in refused} == {"Statement 4 says this already. You can vote on it."}
    async with database.reading() as session:
        assert [s.number for s in await open_statements(session, voting.id or 0)] == [1, 2, 3, 4]


async def test_a_refused_copy_uses_up_no_number(
    database: Database, voting: Consultation, now: datetime
) -> None:
    with pytest.raises(SameWords, match="Statement 1 says this already"):
        async with database.transaction() as session:
            await add_statement(
                session, voting, StatementText(text="open until eight"), state=PUBLISHED, now=now
            )
    async with database.transaction() as session:
        assert await reserve_numbers(session, voting.id or 0, 1) == 3


@pytest.mark.parametrize(
    ("state", "own"),
    [
        (PENDING, "Statement 4 says this already. It waits to be read by a facilitator."),
        (REMOVED, "Statement 4 said this and was removed. Write it another way."),
        (PUBLISHED, "Statement 4 says this already. You can vote on it."),
    ],
)
async def test_only_the_author_learns_which_hidden_statement_has_these_words(
    database: Database, voting: Consultation, now: datetime, state: StatementState, own: str
) -> None:
    async with database.transaction() as session:
        mine, _ = await join(session, voting.space_id, "mine", now)
        theirs, _ = await join(session, voting.space_id, "theirs", now)
        text = StatementText(text="Ask for Jane.")
        first = await add_statement(session, voting, text, author_id=mine, state=PENDING, now=now)
        first.state, first.removed_for = state, "personal-data" if state is REMOVED else None
    said = {}
    for author in (mine, theirs, None):
        with pytest.raises(SameWords) as refused:
            async with database.transaction() as session:
                again = StatementText(text="ask for jane")
                await add_statement(session, voting, again, author_id=author, state=PENDING, now=now)
        said[author] = str(refused.value)
    neutral = "These words cannot be added. Write it another way."
    others = own if state is PUBLISHED else neutral
    assert said == {mine: own, theirs: others, None: others}


async def test_a_hidden_statement_without_an_author_belongs_to_nobody(
    database: Database, voting: Consultation, now: datetime
) -> None:
    async with database.transaction() as session:
        await add_statement(session, voting, StatementText(text="Waits"), state=PENDING, now=now)
    with pytest.raises(SameWords, match="These words cannot be added"):
        async with database.transaction() as session:
            await add_statement(session, voting, StatementText(text="Waits"), state=PENDING, now=now)


async def test_a_statement_cannot_be_added_to_a_consultation_that_is_not_there(
    database: Database, now: datetime
) -> None:
    with pytest.raises(NotFound, match="number 99"):
        async with database.transaction() as session:
            await reserve_numbers(session, 99, 1)


async def test_open_statements_are_the_published_ones_by_number(
    database: Database, voting: Consultation, now: datetime
) -> None:
    id = voting.id or 0
    async with database.transaction() as session:
        welsh = StatementText(text="Ar agor tan wyth.", language="cy")
        await add_statement(session, voting, welsh, state=PUBLISHED, now=now)
        await add_statement(session, voting, StatementText(text="Waits"), state=PENDING, now=now)
        gone = await statement_numbered(session, id, 2)
        gone.state, gone.removed_for = REMOVED, "off-topic"
    async with database.reading() as session:
        assert [(s.number, s.language) for s in await open_statements(session, id)] == [
            (1, "en"),
            (3, "en"),
            (4, "cy"),
        ]
        with pytest.raises(NotFound, match="no statement 9"):
            await statement_numbered(session, id, 9)


async def test_an_author_reads_their_own_in_every_state_and_nobody_elses(
    database: Database, voting: Consultation, now: datetime
) -> None:
    async with database.transaction() as session:
        mine, _ = await join(session, voting.space_id, "mine", now)
        theirs, _ = await join(session, voting.space_id, "theirs", now)
        for text, author in (("Mine, first", mine), ("Theirs", theirs), ("Mine, second", mine)):
            await add_statement(
                session, voting, StatementText(text=text), author_id=author, state=PENDING, now=now
            )
    async with database.reading() as session:
        own = await statements_by(session, voting.id or 0, mine)
    assert [s.text for s in own] == ["Mine, second", "Mine, first"]


@pytest.mark.parametrize("sign", ["\u202e", "\u2067", "\u202c"])
def test_signs_that_turn_what_follows_are_dropped(sign: str) -> None:
    assert StatementText(text=f"Open {sign}later").text == "Open later"
