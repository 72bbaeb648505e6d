"""Statements: 1-280 characters that people vote on, and what may become of them."""

import unicodedata
from datetime import datetime

from pydantic import ConfigDict, field_validator
from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field, SQLModel, col, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from charters.states import StatementState
from charters.wording import Words
from deliberation.columns import state as state_column
from deliberation.errors import Invalid, NotFound
from deliberation.spaces.consultations import Consultation

LONGEST = 280
WITHDRAWN = "withdrawn"
"""The reason code of what its own author took back."""
REPLACED = "replaced"
"""The reason code of what its own author put a corrected one in place of."""
HIDDEN_BY_OPERATOR = "emergency"
"""The reason code of what the operator has hidden, for hours."""
BY_AUTHOR = frozenset({WITHDRAWN, REPLACED})


class StatementText(SQLModel):
    """What a person writes, with its limits. Blanks and line ends count as single spaces."""

    model_config = ConfigDict(str_strip_whitespace=True)  # type: ignore[assignment]

    text: str = Field(min_length=1, max_length=LONGEST)
    language: str = Field(default="en", min_length=2, max_length=20, description="BCP 47 tag")

    @field_validator("text", mode="before", check_fields=False)
    @classmethod
    def _one_line(cls, text: object) -> object:
        return " ".join(sayable(text).split()) if isinstance(text, str) else text


# These turn the direction of what follows, so that words read otherwise than they were written.
TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def sayable(text: str) -> str:
    """The text without signs that no screen shows; empty where nothing would be left to read."""
    # Categories Cc and Cs: a control sign or half a pair, which a database refuses. Blanks stay for split().
    kept = "".join(
        sign
        for sign in text
        if sign not in TURNING and (sign.isspace() or unicodedata.category(sign) not in ("Cc", "Cs"))
    )
    return kept if any(unicodedata.category(sign)[0] not in "CZ" for sign in kept) else ""


class Votable(SQLModel, table=True):
    """What can be voted on: a statement, or a clause question. A vote points here, whatever the kind.

    A clause question belongs to no consultation but to its proposal, so no analysis of a consultation meets
    one: opinion groups come from statements alone.
    """

    id: int | None = Field(default=None, primary_key=True)
    consultation_id: int | None = Field(default=None, foreign_key="consultation.id", index=True)


class Statement(SQLModel, table=True):
    __table_args__ = (
        UniqueConstraint("consultation_id", "number"),
        # An imported statement may be longer than what is accepted here today.
        CheckConstraint("imported OR length(text) BETWEEN 1 AND 280", name="length"),
        CheckConstraint("(state = 'removed') = (removed_for IS NOT NULL)", name="reason"),
        CheckConstraint("same_as IS NULL OR state = 'removed'", name="same_as"),
        CheckConstraint("as_written IS NULL OR redacted", name="as_written"),
        Index("ix_statement_consultation_id_state", "consultation_id", "state"),
    )

    id: int = Field(primary_key=True, foreign_key="votable.id")
    consultation_id: int = Field(foreign_key="consultation.id")
    number: int = Field(description="Its public id, stable within the consultation")
    text: str
    language: str = Field(max_length=20)
    state: StatementState = state_column(StatementState, StatementState.PENDING)
    removed_for: str | None = Field(default=None, max_length=40, description="Reason code")
    removed_note: str = Field(default="", max_length=500)
    same_as: int | None = Field(default=None, description="Number of the statement that says the same")
    redacted: bool = Field(default=False, description="An identifier in it was hidden")
    as_written: str | None = Field(default=None, description="Personal: its words before, for an hour")
    read_at: datetime | None = Field(default=None, description="When a facilitator had read it")
    seed: bool = False
    meta: bool = Field(default=False, description="Asks about people, not about the question")
    imported: bool = False
    author_id: int | None = Field(default=None, foreign_key="participant.id", index=True)
    policy: str = Field(default="", max_length=60, description="The policy it was given under")
    replaces: int | None = Field(default=None, description="Number of the statement that it corrects")
    created_at: datetime


class SameWords(Invalid):
    """The same statement is there already. The message names it only to those who may read it."""

    def __init__(self, message: str) -> None:
        super().__init__("text", message)


# It says no number and no state: what waits or was removed is nobody's to find by guessing at its words.
HIDDEN_WORDS = Words("These words cannot be added. Write it another way.")


def same_words(state: StatementState, number: int) -> Words:
    """What is said to somebody who may read the statement that says this already."""
    match state:
        case StatementState.PUBLISHED:
            return Words("Statement %(number)s says this already. You can vote on it.", number=number)
        case StatementState.PENDING:
            return Words(
                "Statement %(number)s says this already. It waits to be read by a facilitator.", number=number
            )
    return Words("Statement %(number)s said this and was removed. Write it another way.", number=number)


def likeness(text: str) -> str:
    """Two statements are the same when they differ in capitals, blanks or the stop at the end alone."""
    return " ".join(text.split()).casefold().rstrip(".!? ")


async def add_statement(
    session: AsyncSession,
    consultation: Consultation,
    text: StatementText,
    *,
    author_id: int | None = None,
    policy: str = "",
    seed: bool = False,
    meta: bool = False,
    replaces: int | None = None,
    state: StatementState,
    now: datetime,
) -> Statement:
    """Add a statement under the next number of its consultation. Raises SameWords, NotFound.

    `replaces` is the number of the one that it corrects.
    """
    consultation_id = consultation.id
    assert consultation_id is not None
    number = await reserve_numbers(session, consultation_id, 1) + 1
    # The number was taken under a lock, so of two people sending the same words one meets the other here.
    await refuse_same_words(session, consultation_id, text.text, author_id, but=replaces or 0)
    votable = Votable(consultation_id=consultation_id)
    session.add(votable)
    await session.flush()  # the statement takes its votable's id
    assert votable.id is not None
    statement = Statement(
        id=votable.id,
        consultation_id=consultation_id,
        number=number,
        text=text.text,
        language=text.language,
        state=state,
        seed=seed,
        meta=meta,
        author_id=author_id,
        policy=policy,
        replaces=replaces,
        created_at=now,
    )
    session.add(statement)
    await session.flush()
    return statement


async def reserve_numbers(session: AsyncSession, consultation_id: int, count: int) -> int:
    """Take the next `count` numbers and hold the consultation; returns the last number before them.

    Raises NotFound.
    """
    taken = await session.exec(
        update(Consultation)
        .where(col(Consultation.id) == consultation_id)
        .values(statements_made=Consultation.statements_made + count)
        .returning(col(Consultation.statements_made))
    )
    made = taken.scalar_one_or_none()
    if made is None:
        raise NotFound(f"There is no consultation number {consultation_id}.")
    return int(made) - count


async def refuse_same_words(
    session: AsyncSession, consultation_id: int, text: str, author_id: int | None, *, but: int = 0
) -> None:
    """Raise SameWords where another statement than the one numbered `but` says this already."""
    query = select(Statement.number, Statement.state, Statement.text, Statement.author_id).where(
        Statement.consultation_id == consultation_id
    )
    mine = likeness(text)
    for number, state, theirs, author in await session.exec(query):
        if number != but and likeness(theirs) == mine:
            own = author_id is not None and author == author_id
            readable = own or state == StatementState.PUBLISHED
            raise SameWords(same_words(StatementState(state), number) if readable else HIDDEN_WORDS)


async def open_statements(session: AsyncSession, consultation_id: int) -> list[Statement]:
    """The published statements, by number."""
    query = (
        select(Statement)
        .where(Statement.consultation_id == consultation_id, Statement.state == StatementState.PUBLISHED)
        .order_by(col(Statement.number))
    )
    return list((await session.exec(query)).all())


async def statement_numbered(session: AsyncSession, consultation_id: int, number: int) -> Statement:
    """The statement with this number, whatever its state. Raises NotFound."""
    statement = await statement_if_any(session, consultation_id, number)
    if statement is None:
        raise NotFound(no_statement(number))
    return statement


async def statement_if_any(session: AsyncSession, consultation_id: int, number: int) -> Statement | None:
    query = select(Statement).where(Statement.consultation_id == consultation_id, Statement.number == number)
    return (await session.exec(query)).first()


async def statement_saying(session: AsyncSession, consultation_id: int, text: str) -> Statement:
    """The statement with exactly these words, whatever its state. Raises NotFound."""
    query = select(Statement).where(Statement.consultation_id == consultation_id, Statement.text == text)
    statement = (await session.exec(query)).first()
    if statement is None:
        raise NotFound(f"There is no statement saying {text!r} in consultation {consultation_id}.")
    return statement


def no_statement(number: int) -> Words:
    """What is said of a number that no statement has, or one that waits."""
    return Words("There is no statement %(number)s in this consultation.", number=number)


async def statements_by(session: AsyncSession, consultation_id: int, author_id: int) -> list[Statement]:
    """What one participant has added, in every state, newest first: for the author alone."""
    query = select(Statement).where(
        Statement.consultation_id == consultation_id, Statement.author_id == author_id
    )
    return list((await session.exec(query.order_by(col(Statement.number).desc()))).all())
