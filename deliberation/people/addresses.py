"""Changing the address of an account: a link that works once, sent to the new one. It signs nobody in."""

from datetime import datetime

from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlalchemy.exc import IntegrityError
from sqlmodel import Field, SQLModel, col, delete, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from deliberation.people.accounts import Account
from deliberation.people.sessions import LINK_LIFE, LinkSpent, forget_links


class AddressChange(SQLModel, table=True):
    """The address that an account asked for last, until its link is used or its time is over."""

    __tablename__ = "address_change"

    account_id: int = Field(primary_key=True, foreign_key="account.id")
    token_hash: str = Field(max_length=64, unique=True)
    address: str = Field(max_length=254, description="Personal: e-mail, lower case; not known to be theirs")
    expires_at: datetime


async def offer_address(
    session: AsyncSession, account_id: int, address: str, link_hash: str, *, now: datetime
) -> None:
    """Remember what an account asks for, in place of what it asked for before.

    Nobody's address is looked up: one that another account has costs the same.
    """
    insert = insert_sqlite if session.get_bind().dialect.name == "sqlite" else insert_postgresql
    wanted = {"token_hash": link_hash, "address": address.strip().lower(), "expires_at": now + LINK_LIFE}
    await session.exec(
        insert(AddressChange)
        .values(account_id=account_id, **wanted)
        .on_conflict_do_update(index_elements=["account_id"], set_=wanted)
    )


async def address_offered(session: AsyncSession, account_id: int, link_hash: str, *, now: datetime) -> str:
    """The address that this account's link is for; spends nothing. Raises LinkSpent, also for another's."""
    query = select(AddressChange.address).where(
        AddressChange.account_id == account_id,
        AddressChange.token_hash == link_hash,
        AddressChange.expires_at > now,
    )
    address = (await session.exec(query)).first()
    if address is None:
        raise LinkSpent
    return address


async def spend_offer(session: AsyncSession, account_id: int, link_hash: str, *, now: datetime) -> str:
    """Use the link up; one statement, so that of two simultaneous uses one is told. Raises LinkSpent."""
    spent = await session.exec(
        delete(AddressChange)
        .where(
            col(AddressChange.account_id) == account_id,
            col(AddressChange.token_hash) == link_hash,
            col(AddressChange.expires_at) > now,
        )
        .returning(col(AddressChange.address))
    )
    address = spent.scalar_one_or_none()
    if address is None:
        raise LinkSpent
    return str(address)


async def give_address(session: AsyncSession, account_id: int, old: str, new: str) -> bool:
    """Let an account be reached at `new`; False where another account is. Links to `old` work no longer."""
    # Two accounts may take one address at the same moment: only the database knows who came first.
    try:
        async with session.begin_nested():
            await session.exec(update(Account).where(col(Account.id) == account_id).values(address=new))
    except IntegrityError:
        return False
    await forget_links(session, old)
    return True


async def forget_offers(session: AsyncSession, *, now: datetime) -> int:
    """Delete what was asked for and not done in time; returns how many. The worker calls it every hour."""
    return int(
        (await session.exec(delete(AddressChange).where(col(AddressChange.expires_at) <= now))).rowcount
    )
