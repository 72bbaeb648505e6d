"""Acts of people in the open consultation `evenings`, and what the database knows of them."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import SQLModel

from deliberation.opinion.reports import Reporting, ReportReason, ReportText, report
from deliberation.opinion.statements import StatementText
from deliberation.opinion.submitting import Draft, submit_statement
from deliberation.opinion.taking_part import Visitor
from deliberation.opinion.voting import Answer, Ballot, cast_vote
from deliberation.spaces.consultations import Consultation
from participate.db import Database

Act = Callable[..., Awaitable[Any]]


@pytest.fixture
def votes(database: Database, voting: Consultation, now: datetime) -> Act:
    """`votes(who, {1: "agree"})`: these answers, one after another."""

    async def cast(who: Visitor, answers: dict[int, str], at: datetime = now) -> None:
        for number, answer in answers.items():
            ballot = Ballot(
                visitor=who,
                space="avonmere",
                consultation=voting.slug,
                number=number,
                answer=Answer(answer),
                now=at,
            )
            await database.grouped(cast_vote, ballot)

    return cast


@pytest.fixture
def says(database: Database, voting: Consultation, now: datetime) -> Act:
    """`says(who, text)`: adds a statement; its number."""

    async def say(who: Visitor, text: str) -> int:
        draft = Draft(
            visitor=who,
            space="avonmere",
            consultation=voting.slug,
            text=StatementText(text=text),
            now=now,
        )
        return int((await database.grouped(submit_statement, draft)).number)

    return say


@pytest.fixture
def reports(database: Database, voting: Consultation, now: datetime) -> Act:
    """`reports(who, number)`: reports a statement, with words."""

    async def send(who: Visitor, number: int | None) -> None:
        reporting = Reporting(
            visitor=who,
            space="avonmere",
            consultation=voting.slug,
            number=number,
            text=ReportText(ReportReason.OTHER, "Secret words of a report."),
            now=now,
        )
        await database.grouped(report, reporting)

    return send


@pytest.fixture
def stored(database: Database) -> Act:
    """Every value of every table as text, with the table: what a full scan reads."""

    async def scan() -> list[tuple[str, str]]:
        found = []
        async with database.reading() as session:
            on = await session.connection()
            for table in SQLModel.metadata.sorted_tables:
                for row in await on.execute(select(table)):
                    found += [(table.name, str(value)) for value in row]
        return found

    return scan


def signed_in(who: Visitor, account_id: int) -> Visitor:
    return replace(who, account_id=account_id)
