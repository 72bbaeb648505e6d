"""How far somebody has been told by mail what became of what they follow."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlmodel import Field, SQLModel, col, delete, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from deliberation.people.accounts import Account
from deliberation.running.outbox import Cause, Letter, LetterState
from deliberation.spaces.days import LONDON

FREQUENT = ("daily", "weekly")
MORNING = time(7)
SETTLED = timedelta(minutes=5)
"""How long an act may take from its moment until others can read it."""


class Digest(SQLModel, table=True):
    """The row of an account that follows something, or did."""

    account_id: int = Field(primary_key=True, foreign_key="account.id")
    told_until: datetime = Field(description="What was done later has not been told yet")


@dataclass(frozen=True, slots=True)
class Round:
    """Whom to tell of what was done after `since`, up to `until`. An empty language is English."""

    address: str
    language: str
    frequency: str
    since: datetime
    until: datetime


async def begin_digests(session: AsyncSession, account_id: int, *, now: datetime) -> None:
    """Let what is told begin now, unless it has begun."""
    insert = insert_sqlite if session.get_bind().dialect.name == "sqlite" else insert_postgresql
    made = insert(Digest).values(account_id=account_id, told_until=now)
    await session.exec(made.on_conflict_do_nothing(index_elements=["account_id"]))


async def frequency_of(session: AsyncSession, account_id: int) -> str:
    """How often somebody wants mail about what they follow: none, daily or weekly."""
    query = select(Account.mail_frequency).where(Account.id == account_id)
    return (await session.exec(query)).first() or "none"


async def choose_frequency(session: AsyncSession, account_id: int, wanted: str, *, now: datetime) -> None:
    """Say how often mail may come. Where none came so far, what is told begins now."""
    if wanted not in FREQUENT:
        await stop_digests(session, account_id)
        return
    before = (col(Account.id) == account_id, col(Account.mail_frequency) == "none")
    begun = await session.exec(update(Account).where(*before).values(mail_frequency=wanted))
    if begun.rowcount:
        await session.exec(update(Digest).where(col(Digest.account_id) == account_id).values(told_until=now))
        return
    await session.exec(update(Account).where(col(Account.id) == account_id).values(mail_frequency=wanted))


def last_round(frequency: str, now: datetime) -> datetime:
    """Until when whoever wants mail this often is to be told by now: seven in London, of today or of Monday.

    Acts that began just before are waited for, so that none falls between two letters.
    """
    local = (now - SETTLED).astimezone(LONDON)
    day = local.date() if local.time() >= MORNING else local.date() - timedelta(days=1)
    if frequency == "weekly":
        day -= timedelta(days=day.weekday())
    return datetime.combine(day, MORNING, LONDON).astimezone(UTC)


async def due_digests(session: AsyncSession, *, now: datetime) -> list[int]:
    """The accounts that want mail and were not told of the last round; nobody whose preference is none."""
    found: list[int] = []
    for frequency in FREQUENT:
        until = last_round(frequency, now)
        query = (
            select(Digest.account_id)
            .join(Account, col(Account.id) == Digest.account_id)
            .where(Account.mail_frequency == frequency, Digest.told_until < until)
            .order_by(col(Digest.account_id))
        )
        found += (await session.exec(query)).all()
    return found


async def take_digest(session: AsyncSession, account_id: int, *, now: datetime) -> Round | None:
    """Let this account be told of what is new, once; None where it is told already, or wants no mail.

    It asks the preference in the transaction in which the letter is written. Of two workers one is given
    the round: the other finds it told.
    """
    query = select(Account).where(Account.id == account_id).with_for_update()
    account = (await session.exec(query.execution_options(populate_existing=True))).first()
    if account is None or account.mail_frequency not in FREQUENT:
        return None
    until = last_round(account.mail_frequency, now)
    mine = select(Digest.told_until).where(Digest.account_id == account_id)
    since = (await session.exec(mine)).first()
    if since is None or since >= until:
        return None
    same = (col(Digest.account_id) == account_id, col(Digest.told_until) == since)
    taken = await session.exec(update(Digest).where(*same).values(told_until=until))
    if not taken.rowcount:
        return None
    return Round(account.address, account.language, account.mail_frequency, since, until)


async def stop_digests(session: AsyncSession, account_id: int) -> None:
    """Let no more mail come about what somebody follows, nor what waits to go out; they follow it still."""
    query = update(Account).where(col(Account.id) == account_id).values(mail_frequency="none")
    await session.exec(query)
    address = select(Account.address).where(Account.id == account_id).scalar_subquery()
    waiting = (col(Letter.cause) == Cause.DIGEST, col(Letter.state) == LetterState.WAITING)
    await session.exec(delete(Letter).where(*waiting, col(Letter.address) == address))
