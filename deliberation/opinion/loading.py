"""Loading: many people, statements and votes at once, for what was said elsewhere or is made up.

No rule is asked here: whoever loads has the whole in hand and has checked it. SQLite lets one writer in at
a time and nobody may keep the others out for more than 50 ms, so a caller passes `batches` of rows, each in
a transaction of its own. Every verb passes over what is there already: loading again finishes what broke off.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import insert
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from charters.states import Attestation, StatementState
from deliberation.opinion.statements import Statement, Votable
from deliberation.opinion.voting import Vote
from deliberation.people.participants import Participant
from deliberation.spaces.consultations import Consultation

BATCH = 500
"""Rows; measured at 8 to 15 ms a batch of votes on SQLite, and twice that on a busy machine."""

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class LoadedParticipant:
    """`key` is the pseudonym within the space."""

    key: str
    joined_at: datetime
    checked: Attestation = Attestation.OPEN


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedStatement:
    """A statement with its public number; `removed_for` is the reason code of a removed one."""

    number: int
    text: str
    language: str
    created_at: datetime
    removed_for: str | None = None
    removed_note: str = ""
    pending: bool = False
    seed: bool = False
    meta: bool = False
    imported: bool = False
    author_id: int | None = None

    @property
    def state(self) -> StatementState:
        if self.removed_for is not None:
            return StatementState.REMOVED
        return StatementState.PENDING if self.pending else StatementState.PUBLISHED


@dataclass(frozen=True, slots=True)
class LoadedVote:
    """Agree +1, pass 0, disagree -1, under the rules of the policy of this name."""

    participant_id: int
    votable_id: int
    value: int
    cast_at: datetime
    policy: str


def batches(rows: Iterable[Row], size: int = BATCH) -> Iterator[Sequence[Row]]:
    """The rows in parts of at most `size`, in order."""
    remaining = iter(rows)
    while part := list(islice(remaining, size)):
        yield part


async def load_participants(
    session: AsyncSession, space_id: int, people: Sequence[LoadedParticipant]
) -> dict[str, int]:
    """Add those who are not there yet; returns the id of each, by key."""
    rows = [
        {"space_id": space_id, "key": one.key, "attestation": one.checked.value, "joined_at": one.joined_at}
        for one in people
    ]
    await _add_missing(session, Participant, rows, ["space_id", "key"])
    query = select(Participant.key, Participant.id).where(
        Participant.space_id == space_id, col(Participant.key).in_([one.key for one in people])
    )
    return {key: number for key, number in await session.exec(query) if number is not None}


async def load_statements(
    session: AsyncSession, consultation_id: int, statements: Sequence[LoadedStatement]
) -> dict[int, int]:
    """Add those whose number is not there yet; returns the id of each, by number."""
    # Whoever loads into this consultation at the same moment waits here.
    await session.exec(select(Consultation.id).where(Consultation.id == consultation_id).with_for_update())
    query = select(Statement.number, Statement.id).where(
        Statement.consultation_id == consultation_id,
        col(Statement.number).in_([one.number for one in statements]),
    )
    there = dict((await session.exec(query)).all())
    new = [one for one in statements if one.number not in there]
    if new:
        ids = await _votables(session, consultation_id, len(new))
        rows = [_row(number, consultation_id, one) for number, one in zip(ids, new, strict=True)]
        await session.exec(insert(Statement), params=rows)
        there |= {one.number: number for number, one in zip(ids, new, strict=True)}
    return there


async def _votables(session: AsyncSession, consultation_id: int, count: int) -> list[int]:
    rows = [{"consultation_id": consultation_id}] * count
    made = await session.exec(insert(Votable).returning(col(Votable.id)), params=rows)
    return sorted(made.scalars())


async def load_votes(session: AsyncSession, votes: Sequence[LoadedVote]) -> None:
    """Add the votes that are not there yet; one that is there stays as it is."""
    rows = [
        {
            "participant_id": vote.participant_id,
            "votable_id": vote.votable_id,
            "value": vote.value,
            "cast_at": vote.cast_at,
            "policy": vote.policy,
        }
        for vote in votes
    ]
    await _add_missing(session, Vote, rows, ["participant_id", "votable_id"])


def _row(votable_id: int, consultation_id: int, one: LoadedStatement) -> dict[str, Any]:
    row = {column.name: getattr(one, column.name) for column in fields(one) if column.name != "pending"}
    return {"id": votable_id, "consultation_id": consultation_id, "state": one.state, **row}


async def _add_missing(
    session: AsyncSession, table: type[Any], rows: list[dict[str, Any]], unique: list[str]
) -> None:
    if not rows:
        return
    insert = insert_sqlite if session.get_bind().dialect.name == "sqlite" else insert_postgresql
    statement = insert(table).on_conflict_do_nothing(index_elements=unique)
    await session.exec(statement, params=rows)
