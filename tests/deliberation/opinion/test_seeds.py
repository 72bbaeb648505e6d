"""First statements: pasted or from a file, all or none, and each fault named with its line."""

from dataclasses import replace
from datetime import datetime

import pytest
from sqlmodel import col, update

from charters.enforcement import Facts, Reason, Refused
from charters.states import Stage, StatementState
from deliberation.opinion.exposures import exposures, rounded
from deliberation.opinion.in_line import in_line, statements_in
from deliberation.opinion.seeds import (
    MOST,
    Seed,
    SeedsRefused,
    add_seeds,
    from_csv,
    pasted,
    pointing_in,
    problems_of,
    waiting_among,
)
from deliberation.opinion.voting import Vote
from deliberation.people.participants import join
from deliberation.publishing.record import acts_of
from deliberation.spaces.consultations import Consultation, ConsultationText, create_consultation
from deliberation.spaces.spaces import Space
from participate.db import Database


@pytest.fixture
async def consultation(database: Database, space: Space, flo: Facts, now: datetime) -> Consultation:
    async with database.transaction() as session:
        text = ConsultationText(title="Opening hours", question="When should it be open?")
        return await create_consultation(
            session, space, text, opens_at=None, closes_at=None, asking=flo, now=now
        )


async def add(database: Database, to: Consultation, text: str, asking: Facts) -> int:
    async with database.transaction() as session:
        assert to.id is not None
        return await add_seeds(session, to.id, pasted(text, "en"), asking=asking, now=asking.now)


async def numbers_and_texts(database: Database, of: Consultation) -> list[tuple[int, str]]:
    async with database.reading() as session:
        assert of.id is not None
        published = await statements_in(session, of.id, StatementState.PUBLISHED)
        assert all(statement.seed for statement in published)
        return [(statement.number, statement.text) for statement in published]


def test_pasted_lines_are_numbered_as_they_were_typed() -> None:
    assert pasted("One\r\n\r\n  Two  \n", "cy") == [
        Seed("Line 1", "One", "cy"),
        Seed("Line 3", "Two", "cy"),
    ]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("One\nTwo\n", [("One", "en"), ("Two", "en")]),
        ("statement\nOne\n", [("One", "en")]),
        ("\ufeffStatement,Language\r\nUn,cy\r\nTwo,\r\n", [("Un", "cy"), ("Two", "en")]),
        ("language,statement\ncy,Un\n", [("Un", "cy")]),
        ("text,language\nUn,cy\nTwo\n", [("Un", "cy"), ("Two", "en")]),
        ('"One, and ""more"""\n\nTwo,ignored\n', [('One, and "more"', "en"), ("Two", "en")]),
        ("", []),
        ("statement\n", []),
    ],
)
def test_a_file_may_name_its_columns(content: str, said: list[tuple[str, str]]) -> None:
    assert [(seed.text, seed.language) for seed in from_csv(content.encode(), "en")] == said


def test_a_row_of_a_file_is_named_by_the_line_it_starts_on() -> None:
    seeds = from_csv(b'statement\n"One\nhalf"\n\nTwo\n', "en")
    assert [seed.place for seed in seeds] == ["File, line 2", "File, line 5"]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"One\nTw\xf4\n", "File, line 2: not written as UTF-8"),
        (b'One\n"Two" and\n', "File, line 2: not CSV"),
        (b'One\n"Two\n', "File, line 2: not CSV"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_its_line(content: bytes, problem: str) -> None:
    with pytest.raises(SeedsRefused) as refused:
        from_csv(content, "en")
    assert refused.value.problems[0].startswith(problem)


def test_every_fault_is_named_with_its_line_and_how_to_mend_it() -> None:
    seeds = [
        *pasted(f"Fine\n{'x' * 281}\nfine.\n\u200b\nTaken", "en"),
        Seed("File, line 2", "", "en"),
        Seed("File, line 3", "Iawn", "welsh!"),
    ]
    assert problems_of(seeds, [(7, "  TAKEN  ")]) == [
        "Line 2: 281 characters. Shorten it to 280 or fewer.",
        "Line 3: the same as line 1. Take one out.",
        "Line 4: it has nothing that can be read. Write it again.",
        "Line 5: the same as statement 7. Take one out.",
        "File, line 2: there is no statement. Write one, or take the line out.",
        "File, line 3: 'welsh!' is no language code. Write one such as en or cy.",
    ]


def test_lengths_at_the_limit_are_fine() -> None:
    assert problems_of(pasted("x\n" + "y" * 280, "en")) == []


def test_there_is_a_most() -> None:
    seeds = [Seed(f"Line {n}", f"Number {n}", "en") for n in range(MOST + 1)]
    assert problems_of(seeds) == ["There are 501 statements. Send at most 500 at once."]
    assert problems_of(seeds[:MOST]) == []


async def test_seeds_are_published_numbered_in_order_and_recorded_once(
    database: Database, consultation: Consultation, space: Space, flo: Facts
) -> None:
    assert await add(database, consultation, "One\nTwo", flo) == 2
    assert await add(database, consultation, "Three", flo) == 1
    assert await numbers_and_texts(database, consultation) == [(1, "One"), (2, "Two"), (3, "Three")]
    async with database.reading() as session:
        assert space.id is not None
        kinds = [act.kind for act in await acts_of(session, space.id)]
    assert kinds == ["consultation-made", "seeds-added", "seeds-added"]


async def test_one_wrong_line_adds_nothing_and_wastes_no_number(
    database: Database, consultation: Consultation, flo: Facts
) -> None:
    await add(database, consultation, "One", flo)
    with pytest.raises(SeedsRefused) as refused:
        await add(database, consultation, "Two\nONE", flo)
    assert refused.value.problems == ("Line 2: the same as statement 1. Take one out.",)
    await add(database, consultation, "Two", flo)
    assert await numbers_and_texts(database, consultation) == [(1, "One"), (2, "Two")]


@pytest.mark.parametrize("text", ["Ring me on 01632 960 444.", "I want to kill myself while I wait."])
async def test_a_seed_with_an_identifier_or_words_about_harm_waits_to_be_read(
    database: Database, consultation: Consultation, flo: Facts, text: str
) -> None:
    assert await add(database, consultation, f"One\n{text}", flo) == 2
    assert waiting_among(pasted(f"One\n{text}", "en")) == 1
    assert await numbers_and_texts(database, consultation) == [(1, "One")]
    async with database.reading() as session:
        assert consultation.id is not None
        assert [one.statement.text for one in await in_line(session, consultation.id)] == [text]


def test_what_may_point_to_a_person_is_named_with_its_line() -> None:
    seeds = pasted("Fine\nRing 01632 960 444 or jo@example.org.", "en")
    assert pointing_in(seeds) == [
        "Line 2: this looks like a phone number: “01632 960 444”. Take it out.",
        "Line 2: this looks like an e-mail address: “jo@example.org”. Take it out.",
    ]


async def test_a_statement_is_one_line_without_signs_that_nobody_sees(
    database: Database, consultation: Consultation, flo: Facts
) -> None:
    async with database.transaction() as session:
        assert consultation.id is not None
        seeds = from_csv(b'"Open on\n Saturdays\x07"\n', "en")
        await add_seeds(session, consultation.id, seeds, asking=flo, now=flo.now)
    assert await numbers_and_texts(database, consultation) == [(1, "Open on Saturdays")]


async def test_five_hundred_are_added_at_once(
    database: Database, consultation: Consultation, flo: Facts
) -> None:
    assert await add(database, consultation, "\n".join(f"Number {n}" for n in range(MOST)), flo) == MOST
    said = await numbers_and_texts(database, consultation)
    assert said[0] == (1, "Number 0")
    assert said[-1] == (MOST, f"Number {MOST - 1}")


async def test_seeds_are_a_facilitators_and_only_until_the_close(
    database: Database, consultation: Consultation, flo: Facts, now: datetime
) -> None:
    with pytest.raises(Refused) as refused:
        await add(database, consultation, "One", replace(flo, signed_in=False))
    assert refused.value.clause == "facilitator"
    async with database.transaction() as session:
        assert consultation.id is not None
        where = update(Consultation).where(col(Consultation.id) == consultation.id)
        await session.exec(where.values(stage=Stage.CLOSED))
    with pytest.raises(Refused) as refused:
        await add(database, consultation, "One", flo)
    assert refused.value.reason is Reason.CLOSED


async def test_a_facilitator_learns_how_much_was_answered_and_nothing_finer(
    database: Database, consultation: Consultation, space: Space, flo: Facts, now: datetime
) -> None:
    await add(database, consultation, "One\nTwo\nThree", flo)
    assert consultation.id is not None
    assert space.id is not None
    async with database.transaction() as session:
        assert (await exposures(session, consultation.id)).answers == 0
        one, two, _three = await statements_in(session, consultation.id, StatementState.PUBLISHED)
        for n in range(13):
            person, _ = await join(session, space.id, f"{n:064x}", now)
            for statement in (one, two) if n < 3 else (one,):
                session.add(
                    Vote(participant_id=person, votable_id=statement.id, value=1, cast_at=now, policy="p")
                )
    async with database.reading() as session:
        seen = await exposures(session, consultation.id)
    assert (seen.answers, seen.seldom) == (20, 2)


@pytest.mark.parametrize(("count", "shown"), [(0, 0), (1, None), (9, None), (10, 10), (14, 10), (15, 20)])
def test_counts_of_answers_are_rounded_to_ten(count: int, shown: int | None) -> None:
    assert rounded(count) == shown
