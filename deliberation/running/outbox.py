"""The outbox: letters queued in the transaction of what caused them, and sent by the worker.

A letter is waiting, sent or failed. Once it is sent or has failed, its address and its words are deleted;
only in a demonstration are they kept, to be shown. What is left says how often and when, never to whom.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import Index
from sqlmodel import Field, SQLModel, col, delete, or_, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from deliberation.columns import state
from deliberation.running.jobs import enqueue

JOB = "mail"
KEY = "outbox"
ATTEMPTS = 10
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=30), timedelta(hours=1)
LATE = timedelta(minutes=5)
KEPT = timedelta(days=7)
"""How long it is remembered that a letter was sent or failed."""
SHOWN = 50
"""How many letters a demonstration shows."""
LONGEST_SUBJECT = 200
LONGEST_ERROR = 200


class Cause(StrEnum):
    """What a letter was written for."""

    SIGN_IN = "sign-in"
    FOUNDED = "founded"
    NEW_ADDRESS = "new-address"
    ADDRESS_CHANGED = "address-changed"
    PASSKEY_ADDED = "passkey-added"
    DIGEST = "digest"


class LetterState(StrEnum):
    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"


class Letter(SQLModel, table=True):
    __tablename__ = "outbox"
    __table_args__ = (Index("ix_outbox_state_due_at", "state", "due_at"),)

    id: int | None = Field(default=None, primary_key=True)
    cause: str = Field(max_length=40, description="One of `Cause`")
    address: str = Field(max_length=254, description="Personal; empty once the letter is sent or has failed")
    subject: str = Field(max_length=LONGEST_SUBJECT, description="Empty together with the address")
    text: str = Field(description="May be personal; empty together with the address")
    language: str = Field(max_length=20)
    state: LetterState = state(LetterState, LetterState.WAITING)
    queued_at: datetime
    due_at: datetime = Field(description="When it is tried next, or was tried last")
    good_until: datetime | None = Field(default=None, description="After that it is worth nothing to anybody")
    attempts: int = 0
    error: str | None = Field(default=None, max_length=LONGEST_ERROR, description="Never names the address")
    sent_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Mail:
    """What is to be said to whom. The subject is one line."""

    address: str
    subject: str
    text: str
    language: str = "en"


async def queue_mail(
    session: AsyncSession, mail: Mail, cause: Cause, *, now: datetime, good_until: datetime | None = None
) -> None:
    """Let a letter go out once this transaction is committed; not after `good_until`."""
    session.add(
        Letter(
            cause=cause,
            address=mail.address.lower(),
            subject=" ".join(mail.subject.split())[:LONGEST_SUBJECT],
            text=mail.text,
            language=mail.language,
            queued_at=now,
            due_at=now,
            good_until=good_until,
        )
    )
    await enqueue(session, JOB, KEY, payload={}, run_at=now, now=now)


async def due_mail(session: AsyncSession, *, now: datetime) -> list[Letter]:
    """The letters whose time has come, the oldest first."""
    query = (
        select(Letter)
        .where(Letter.state == LetterState.WAITING, Letter.due_at <= now)
        .order_by(col(Letter.due_at), col(Letter.id))
    )
    return list((await session.exec(query)).all())


async def next_due(session: AsyncSession) -> datetime | None:
    """When the next letter is due; None where none waits."""
    query = select(Letter.due_at).where(Letter.state == LetterState.WAITING).order_by(col(Letter.due_at))
    return (await session.exec(query.limit(1))).first()


async def mail_sent(session: AsyncSession, letter_id: int, *, now: datetime, keep: bool = False) -> None:
    """Note that a letter has gone, and delete to whom and what it said, unless it is to be shown."""
    await _end(session, letter_id, LetterState.SENT, now, keep=keep, sent_at=now, error=None)


async def mail_failed(session: AsyncSession, letter_id: int, error: str, *, now: datetime) -> None:
    """Note that a letter will never go, and delete to whom and what it said."""
    await _end(session, letter_id, LetterState.FAILED, now, error=error[:LONGEST_ERROR])


async def mail_postponed(session: AsyncSession, letter: Letter, error: str, *, now: datetime) -> None:
    """Let a letter wait twice as long as before; after the last attempt, or its time, it has failed."""
    attempts = letter.attempts + 1
    again = now + min(FIRST_WAIT * 2 ** (attempts - 1), LONGEST_WAIT)
    assert letter.id is not None
    if attempts >= ATTEMPTS or (letter.good_until is not None and again >= letter.good_until):
        await mail_failed(session, letter.id, error, now=now)
        return
    waiting = (col(Letter.id) == letter.id, col(Letter.state) == LetterState.WAITING)
    values = {"attempts": attempts, "due_at": again, "error": error[:LONGEST_ERROR]}
    await session.exec(update(Letter).where(*waiting).values(**values))


async def _end(
    session: AsyncSession,
    letter_id: int,
    end: LetterState,
    now: datetime,
    *,
    keep: bool = False,
    **values: object,
) -> None:
    emptied = {} if keep else {"address": "", "subject": "", "text": ""}
    await session.exec(
        update(Letter)
        .where(col(Letter.id) == letter_id, col(Letter.state) == LetterState.WAITING)
        .values(state=end, due_at=now, attempts=col(Letter.attempts) + 1, **emptied, **values)
    )


async def is_late(session: AsyncSession, *, now: datetime) -> bool:
    """Whether a letter waits that should have gone minutes ago, or one has failed within the hour."""
    query = select(Letter.id).where(
        or_(
            (col(Letter.state) == LetterState.WAITING) & (col(Letter.queued_at) <= now - LATE),
            (col(Letter.state) == LetterState.FAILED) & (col(Letter.due_at) > now - LONGEST_WAIT),
        )
    )
    return (await session.exec(query.limit(1))).first() is not None


async def last_letters(session: AsyncSession) -> Sequence[Letter]:
    """The letters that a demonstration shows, the newest first."""
    query = select(Letter).where(Letter.text != "").order_by(col(Letter.id).desc()).limit(SHOWN)
    return (await session.exec(query)).all()


async def forget_mail(session: AsyncSession, *, now: datetime) -> int:
    """Delete what is left of letters that went or failed a week ago. The worker calls it."""
    ended = delete(Letter).where(col(Letter.state) != LetterState.WAITING, col(Letter.due_at) <= now - KEPT)
    return int((await session.exec(ended)).rowcount)
