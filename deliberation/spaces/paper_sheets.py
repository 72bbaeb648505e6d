"""What is kept of sheets of paper: which pseudonyms came by one, that a sheet was used, and how many a day.

Nothing here, nor anywhere else, says who entered a sheet: the record names the role and the day.
"""

from datetime import datetime

from sqlalchemy import Connection, select
from sqlalchemy import delete as core_delete
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlmodel import Field, SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession

from deliberation.columns import table_of
from deliberation.publishing.record import Did
from deliberation.spaces.consultations import Consultation, enter_act
from deliberation.spaces.days import day_in_london, first_moment, named_day

FEW = 10
"""Below so many sheets a day the record says no number, and above it tens."""


class PaperSheet(SQLModel, table=True):
    """Somebody's sheet was entered in a consultation; when, and by whom, is not kept."""

    __tablename__ = "paper_sheet"

    consultation_id: int = Field(primary_key=True, foreign_key="consultation.id")
    key: str = Field(primary_key=True, max_length=64, description="A pseudonym in the space")


class PaperMark(SQLModel, table=True):
    """A sheet was entered; it leads to nobody, and outlasts what became of the answers."""

    __tablename__ = "paper_mark"

    consultation_id: int = Field(primary_key=True, foreign_key="consultation.id")
    mark: str = Field(primary_key=True, max_length=64, description="A scrambled code, hex")


class PaperDay(SQLModel, table=True):
    """How many sheets were entered on a day that is not on the record yet."""

    __tablename__ = "paper_day"

    consultation_id: int = Field(primary_key=True, foreign_key="consultation.id")
    day: str = Field(primary_key=True, max_length=10, description="As people in London call it")
    sheets: int


def mark_used(on: Connection, consultation_id: int, mark: str) -> bool:
    """Mark a sheet as entered; False where it was before. Of two at one moment one is told so."""
    insert = insert_sqlite if on.dialect.name == "sqlite" else insert_postgresql
    marks = table_of(PaperMark)
    row = insert(marks).values(consultation_id=consultation_id, mark=mark)
    made = on.execute(row.on_conflict_do_nothing().returning(marks.c.mark))
    return made.scalar_one_or_none() is not None


def is_used(on: Connection, consultation_id: int, mark: str) -> bool:
    """Whether a sheet was entered before."""
    marks = table_of(PaperMark)
    query = select(marks.c.mark).where(marks.c.consultation_id == consultation_id, marks.c.mark == mark)
    return on.execute(query).first() is not None


def count_in_day(on: Connection, consultation_id: int, now: datetime) -> None:
    """Count a sheet for the record."""
    insert = insert_sqlite if on.dialect.name == "sqlite" else insert_postgresql
    days = table_of(PaperDay)
    day = day_in_london(now).isoformat()
    row = insert(days).values(consultation_id=consultation_id, day=day, sheets=1)
    on.execute(
        row.on_conflict_do_update(
            index_elements=["consultation_id", "day"], set_={"sheets": days.c.sheets + 1}
        )
    )


async def note_sheets(session: AsyncSession, now: datetime) -> int:
    """Enter each day that is over on the record, once; how many. The worker calls it."""
    found = await _days_over(session, now)
    for one in found:
        await _note(session, *one, now)
    return len(found)


async def _days_over(session: AsyncSession, now: datetime) -> list[tuple[int, str, int]]:
    days = table_of(PaperDay)
    over = (
        core_delete(days)
        .where(days.c.day < day_in_london(now).isoformat())
        .returning(days.c.consultation_id, days.c.day, days.c.sheets)
    )
    rows = await session.run_sync(lambda plain: plain.connection().execute(over).all())
    return sorted((int(row[0]), str(row[1]), int(row[2])) for row in rows)


async def _note(session: AsyncSession, consultation_id: int, day: str, sheets: int, now: datetime) -> None:
    consultation = await session.get(Consultation, consultation_id)
    assert consultation is not None
    on_day = named_day(first_moment(datetime.fromisoformat(day).date()))
    words = f"{on_day}: {_about(sheets)}."
    enter_act(session, Did.SHEETS_ENTERED, consultation, words=words, now=now)


def _about(sheets: int) -> str:
    """An exact number a day would tell more about when people took part than any result does."""
    return f"fewer than {FEW} sheets" if sheets < FEW else f"{sheets // FEW * FEW:,} sheets or more"
