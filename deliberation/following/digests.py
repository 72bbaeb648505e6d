"""How far somebody has been told by mail what became of what they follow."""

from datetime import datetime

from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlmodel import Field, SQLModel, col, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from deliberation.people.accounts import Account


class Digest(SQLModel, table=True):
    """The row of an account that follows something, or did."""

    account_id: int = Field(primary_key=True, foreign_key="account.id")
    told_until: datetime = Field(description="What was done later has not been told yet")


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
    if await frequency_of(session, account_id) == wanted:
        return
    before = (col(Account.id) == account_id, col(Account.mail_frequency) == "none")
    begun = await session.exec(update(Account).where(*before).values(mail_frequency=wanted))
    if begun.rowcount:
        await session.exec(update(Digest).where(col(Digest.account_id) == account_id).values(told_until=now))
        return
    await session.exec(update(Account).where(col(Account.id) == account_id).values(mail_frequency=wanted))
