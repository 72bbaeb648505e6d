"""A participant: a person's pseudonym within one space. Contributions point only here."""

import hmac
from datetime import datetime
from hashlib import sha256

from sqlalchemy import Connection, UniqueConstraint
from sqlalchemy import select as core_select
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlmodel import Field, SQLModel, select
from sqlmodel.ext.asyncio.session import AsyncSession

from charters.states import Attestation
from deliberation.columns import table_of


class Participant(SQLModel, table=True):
    __table_args__ = (UniqueConstraint("space_id", "key"),)

    id: int | None = Field(default=None, primary_key=True)
    space_id: int = Field(foreign_key="space.id")
    key: str = Field(max_length=64, description="HMAC-SHA256 under the space's key, hex")
    attestation: str = Field(default="open", max_length=20)
    joined_at: datetime


def space_key(master: bytes, space_id: int) -> bytes:
    """A space's own key, 32 bytes: HKDF-SHA256 (RFC 5869) of the installation's pseudonym key.

    It is never stored: without `master` nobody can tell that two pseudonyms are one person.
    """
    extracted = hmac.digest(b"participate/space", master, sha256)
    return hmac.digest(extracted, f"space:{space_id}".encode() + b"\x01", sha256)


def device_pseudonym(key: bytes, device_secret: bytes) -> str:
    """The pseudonym of somebody without an account."""
    return hmac.digest(key, b"device\0" + device_secret, sha256).hex()


def account_pseudonym(key: bytes, account_id: int) -> str:
    """The pseudonym of somebody who is signed in, the same on every device."""
    return hmac.digest(key, b"account\0" + str(account_id).encode(), sha256).hex()


async def participant_if_any(session: AsyncSession, space_id: int, pseudonym: str) -> Participant | None:
    query = select(Participant).where(Participant.space_id == space_id, Participant.key == pseudonym)
    return (await session.exec(query)).first()


async def join(session: AsyncSession, space_id: int, pseudonym: str, now: datetime) -> tuple[int, bool]:
    """The participant's id, made if there is none, and whether they are new."""
    return await session.run_sync(lambda plain: join_on(plain.connection(), space_id, pseudonym, now))


def join_on(
    on: Connection,
    space_id: int,
    pseudonym: str,
    now: datetime,
    checked: Attestation = Attestation.OPEN,
) -> tuple[int, bool]:
    """As `join`. One statement makes them, so simultaneous first acts make one participant.

    `checked` says what was checked of somebody new.
    """
    for _ in range(TRIES):
        found = _join_once(on, space_id, pseudonym, now, checked)
        if found is not None:
            return found
    raise RuntimeError("a participant was made and was gone again, time after time")


TRIES = 5


def _join_once(
    on: Connection, space_id: int, pseudonym: str, now: datetime, checked: Attestation
) -> tuple[int, bool] | None:
    """None where the participant went away in between: taken back, or joined with another."""
    people = table_of(Participant)
    insert = insert_sqlite if on.dialect.name == "sqlite" else insert_postgresql
    made = on.execute(
        insert(people)
        .values(space_id=space_id, key=pseudonym, attestation=checked.value, joined_at=now)
        .on_conflict_do_nothing(index_elements=["space_id", "key"])
        .returning(people.c.id)
    )
    new = made.scalar_one_or_none()
    if new is not None:
        return int(new), True
    query = core_select(people.c.id).where(people.c.space_id == space_id, people.c.key == pseudonym)
    # Held until the end, so that nobody takes it away before what is to point to it is there.
    there = on.execute(query.with_for_update(read=True, key_share=True)).scalar_one_or_none()
    return (int(there), False) if there is not None else None
