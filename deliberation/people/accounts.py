"""An account: an address that can sign in, anywhere on this installation. No content hangs on it."""

import re
from datetime import datetime
from typing import Literal

from pydantic import ConfigDict
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlmodel import Field, SQLModel, col, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from charters.wording import Words
from deliberation.errors import Invalid

LONGEST_ADDRESS = 254
# No blank and nothing by which a mail program would read more than one address, or a name, out of it.
_ADDRESS = re.compile(r"[^\s@<>()\[\],;:\\\"]{1,64}@[^\s@<>()\[\],;:\\\"]+")


class Account(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    address: str = Field(max_length=254, unique=True, description="E-mail, lower case")
    name: str = Field(default="", max_length=120)
    one_key: bool = Field(default=True, description="Facilitators' acts answer to single keys")
    operator: bool = Field(default=False, description="Runs the installation; has no key anywhere")
    language: str = Field(default="", max_length=20, description="Personal: of pages and mail")
    mail_format: str = Field(default="text", max_length=10, description="Personal: text or html")
    mail_frequency: str = Field(default="none", max_length=10, description="Personal: none, daily or weekly")
    created_at: datetime


async def account_for(session: AsyncSession, address: str, *, name: str = "", now: datetime) -> Account:
    """The account with this address, made if there is none; simultaneous first calls make one."""
    address = address.strip().lower()
    insert = insert_sqlite if session.get_bind().dialect.name == "sqlite" else insert_postgresql
    await session.exec(
        insert(Account)
        .values(address=address, name=name, created_at=now)
        .on_conflict_do_nothing(index_elements=["address"])
    )
    return (await session.exec(select(Account).where(Account.address == address))).one()


async def account_with_address(session: AsyncSession, address: str) -> int | None:
    """The account with this address; None where there is none."""
    query = select(Account.id).where(Account.address == address.strip().lower())
    return (await session.exec(query)).first()


def checked_address(text: str) -> str:
    """The address without blanks at its ends. Raises Invalid for what is none."""
    address = text.strip()
    if len(address) > LONGEST_ADDRESS or not _ADDRESS.fullmatch(address) or not address.isprintable():
        raise Invalid(
            "address",
            Words("“%(typed)s” is not an e-mail address. Write it as name@example.org.", typed=address[:60])
            if address
            else Words("Write an e-mail address, such as name@example.org."),
        )
    return address


async def address_of(session: AsyncSession, account_id: int) -> str:
    """The address of an account; empty where there is no such account."""
    return (await session.exec(select(Account.address).where(Account.id == account_id))).first() or ""


async def wanting_html(session: AsyncSession, address: str) -> bool:
    """Whether the account at this address, if there is one, wants its mail as pages."""
    query = select(Account.mail_format).where(Account.address == address)
    return (await session.exec(query)).first() == "html"


async def has_one_key_acts(session: AsyncSession, account_id: int) -> bool:
    """Whether this facilitator's acts answer to single keys."""
    query = select(Account.one_key).where(Account.id == account_id)
    return bool((await session.exec(query)).first())


async def set_one_key_acts(session: AsyncSession, account_id: int, on: bool) -> None:
    """Remember a facilitator's choice, on every device they use."""
    await session.exec(update(Account).where(col(Account.id) == account_id).values(one_key=on))


async def set_operator(session: AsyncSession, account_id: int, on: bool) -> None:
    """Let an account run the installation, or no longer."""
    await session.exec(update(Account).where(col(Account.id) == account_id).values(operator=on))


class Preferences(SQLModel):
    """What somebody says of their account, with its limits. An empty language is the device's own."""

    model_config = ConfigDict(str_strip_whitespace=True)  # type: ignore[assignment]

    name: str = Field(default="", max_length=120)
    language: str = Field(default="", max_length=20, description="BCP 47 tag")
    mail_format: Literal["text", "html"] = "text"
    mail_frequency: Literal["none", "daily", "weekly"] = "none"


async def account_with_id(session: AsyncSession, account_id: int) -> Account | None:
    return await session.get(Account, account_id)


async def language_of(session: AsyncSession, account_id: int) -> str:
    """The language that somebody chose for every device; empty for none."""
    return (await session.exec(select(Account.language).where(Account.id == account_id))).first() or ""


async def correct_account(session: AsyncSession, account_id: int, wishes: Preferences) -> None:
    """Keep what somebody says of their account."""
    await session.exec(update(Account).where(col(Account.id) == account_id).values(**wishes.model_dump()))
