"""Passkeys: keys on somebody's own device that sign them in, beside links. Only the public half is here."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from pydantic import ConfigDict
from sqlalchemy import BigInteger
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlmodel import Field, SQLModel, col, delete, func, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from charters.wording import Words, counted
from deliberation.errors import Invalid, NotFound
from deliberation.people.accounts import Account

CHALLENGE_LIFE = timedelta(minutes=5)
"""So long somebody may take between pressing the button and unlocking their device."""
MOST = 20
LONGEST_NAME, LONGEST_ID, LONGEST_KEY = 60, 1364, 2000


class NewPasskey(SQLModel):
    """What is kept of a passkey. Names of keys and users are made by machines, in base64url."""

    model_config = ConfigDict(str_strip_whitespace=True)  # type: ignore[assignment]

    credential_id: str = Field(min_length=1, max_length=LONGEST_ID, unique=True)
    user_handle: str = Field(max_length=86, description="What the device calls the account; says nothing")
    public_key: str = Field(max_length=LONGEST_KEY)
    sign_count: int = Field(default=0, ge=0, sa_type=BigInteger, description="Of uses, told by the device")
    name: str = Field(max_length=LONGEST_NAME, description="Personal: given by its owner")


class Passkey(NewPasskey, table=True):
    id: int | None = Field(default=None, primary_key=True)
    account_id: int = Field(foreign_key="account.id", index=True)
    created_at: datetime
    last_used_at: datetime | None = None


class SpentChallenge(SQLModel, table=True):
    """A challenge that was answered; it is worth nothing a second time."""

    __tablename__ = "spent_challenge"

    challenge_hash: str = Field(primary_key=True, max_length=64)
    spent_at: datetime


class PasskeyUnknown(LookupError):
    """There is no such passkey here, or no longer."""


class CounterWentBack(RuntimeError):
    """The device says that it was used no more often than before: perhaps there are two of it."""


class KnownAlready(Invalid):
    """This very passkey is kept already, by this account or by another: which of these is not told."""

    def __init__(self) -> None:
        super().__init__("name", Words("This passkey has been added already."))


class TooManyPasskeys(Invalid):
    def __init__(self) -> None:
        super().__init__(
            "name",
            counted(
                "You have %(n)s passkey already. Remove one first.",
                "You have %(n)s passkeys already. Remove one first.",
                MOST,
            ),
        )


async def spend_challenge(session: AsyncSession, challenge_hash: str, *, now: datetime) -> bool:
    """Spend a challenge; False where it was spent before, also at this very moment."""
    insert = insert_sqlite if session.get_bind().dialect.name == "sqlite" else insert_postgresql
    first = insert(SpentChallenge).values(challenge_hash=challenge_hash, spent_at=now)
    done = await session.exec(first.on_conflict_do_nothing(index_elements=["challenge_hash"]))
    return bool(done.rowcount == 1)


async def forget_challenges(session: AsyncSession, *, now: datetime) -> int:
    """Delete the challenges whose time is over anyway; returns how many. The worker calls it every hour."""
    # Twice the time, for clocks of several processes.
    old = col(SpentChallenge.spent_at) <= now - 2 * CHALLENGE_LIFE
    return (await session.exec(delete(SpentChallenge).where(old))).rowcount


async def add_passkey(session: AsyncSession, account_id: int, new: NewPasskey, *, now: datetime) -> None:
    """Let a passkey sign this account in. Raises KnownAlready, TooManyPasskeys; NotFound without account."""
    # Held, so that of two added at once the second is counted too, and an account that goes takes both along.
    held = select(Account.id).where(Account.id == account_id).with_for_update()
    if (await session.exec(held)).first() is None:
        raise NotFound("an account")
    mine = select(func.count(col(Passkey.id))).where(Passkey.account_id == account_id)
    if (await session.exec(mine)).one() >= MOST:
        raise TooManyPasskeys
    insert = insert_sqlite if session.get_bind().dialect.name == "sqlite" else insert_postgresql
    done = await session.exec(
        insert(Passkey)
        .values(account_id=account_id, created_at=now, **new.model_dump())
        .on_conflict_do_nothing(index_elements=["credential_id"])
    )
    if done.rowcount != 1:
        raise KnownAlready


async def passkeys_of(session: AsyncSession, account_id: int) -> Sequence[Passkey]:
    """The passkeys of an account, the oldest first."""
    query = select(Passkey).where(Passkey.account_id == account_id).order_by(col(Passkey.id))
    return (await session.exec(query)).all()


async def passkey_called(session: AsyncSession, credential_id: str) -> Passkey:
    """The passkey of which a device says that it has it. Raises PasskeyUnknown."""
    query = select(Passkey).where(Passkey.credential_id == credential_id)
    found = (await session.exec(query)).first()
    if found is None:
        raise PasskeyUnknown
    return found


async def use_passkey(session: AsyncSession, passkey_id: int, sign_count: int, *, now: datetime) -> int:
    """Note a use that was proven; the account it signs in. Raises PasskeyUnknown, and CounterWentBack.

    A device that does not count says 0 each time. One statement, so that of two uses at the same moment
    under one count the second is refused.
    """
    counts_on = col(Passkey.sign_count) < sign_count if sign_count else col(Passkey.sign_count) == 0
    used = await session.exec(
        update(Passkey)
        .where(col(Passkey.id) == passkey_id, counts_on)
        .values(sign_count=sign_count, last_used_at=now)
        .returning(col(Passkey.account_id))
    )
    account_id = used.scalar_one_or_none()
    if account_id is not None:
        return int(account_id)
    if (await session.exec(select(Passkey.id).where(Passkey.id == passkey_id))).first() is None:
        raise PasskeyUnknown
    raise CounterWentBack


async def remove_passkey(session: AsyncSession, account_id: int, passkey_id: int) -> None:
    """Let a passkey sign nobody in any more. One that is not theirs is left alone."""
    await session.exec(
        delete(Passkey).where(col(Passkey.id) == passkey_id, col(Passkey.account_id) == account_id)
    )
