"""Facts about this installation that must survive a restart, such as the check value of its key."""

import hmac
from datetime import datetime
from hashlib import sha256

from sqlalchemy import Connection, text
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlmodel import Field, SQLModel, col, delete, select
from sqlmodel.ext.asyncio.session import AsyncSession


class InstallationFact(SQLModel, table=True):
    __tablename__ = "installation_fact"

    name: str = Field(primary_key=True, max_length=60)
    value: str


CHECK = "pseudonym-check"


class WrongPseudonymKey(RuntimeError):
    """The pseudonym key is not the one that this database was made with."""


def check_value(master: bytes) -> str:
    """Tells whether a key is the right one without telling the key."""
    return hmac.digest(master, b"participate/check", sha256).hex()


async def hold_to_key(session: AsyncSession, master: bytes) -> None:
    """Remember the key's check value the first time, and compare it afterwards. Raises WrongPseudonymKey.

    Web and worker start at the same moment: of several that come first, one writes and all compare.
    """
    insert = insert_sqlite if session.get_bind().dialect.name == "sqlite" else insert_postgresql
    first = insert(InstallationFact).values(name=CHECK, value=check_value(master))
    await session.exec(first.on_conflict_do_nothing(index_elements=["name"]))
    fact = (await session.exec(select(InstallationFact).where(InstallationFact.name == CHECK))).one()
    if not hmac.compare_digest(fact.value, check_value(master)):
        raise WrongPseudonymKey(
            "PARTICIPATE_PSEUDONYM_KEY is not the key this database was made with: "
            "everybody would lose their own votes. Set the key that was used before."
        )


ERASURES_SINCE = "erasures-since"
"""Since when erasures are missing from this database: the moment of the backup it was restored from."""


async def erasures_missing_since(session: AsyncSession) -> datetime | None:
    """From when on erasures have to be applied again; None where nothing is missing."""
    fact = (
        await session.exec(select(InstallationFact).where(InstallationFact.name == ERASURES_SINCE))
    ).first()
    return datetime.fromisoformat(fact.value) if fact is not None else None


async def erasures_are_applied(session: AsyncSession) -> None:
    """Note that nothing is missing any more."""
    await session.exec(delete(InstallationFact).where(col(InstallationFact.name) == ERASURES_SINCE))


def take_turn(on: Connection, what: str) -> None:
    """Wait until nobody else does this to the database; others then wait until this transaction ends.

    For what looks first and makes what is missing in many statements, which none alone could settle. On
    SQLite a transaction that writes is alone anyway.
    """
    if on.dialect.name == "postgresql":
        number = int.from_bytes(sha256(f"participate/turn/{what}".encode()).digest()[:8], signed=True)
        on.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": number})
