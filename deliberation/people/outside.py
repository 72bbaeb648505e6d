"""Who somebody is to an outside service that they sign in by: its own name for them, beside their account."""

from datetime import datetime, timedelta

from sqlalchemy import UniqueConstraint
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlmodel import Field, SQLModel, col, delete, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from charters.states import Attestation
from deliberation.columns import state
from deliberation.people.accounts import account_for

JOURNEY_LIFE = timedelta(minutes=10)
"""So long somebody may take at the service before they come back."""


class OutsideIdentity(SQLModel, table=True):
    __tablename__ = "outside_identity"
    __table_args__ = (UniqueConstraint("issuer", "subject"),)

    id: int | None = Field(default=None, primary_key=True)
    account_id: int = Field(foreign_key="account.id", index=True)
    issuer: str = Field(max_length=255)
    subject: str = Field(max_length=255, description="Personal: the service's own name for somebody")
    attestation: Attestation = state(Attestation, Attestation.EMAIL)
    created_at: datetime


class JourneyBack(SQLModel, table=True):
    """Somebody came back from the service with this state; it brings nobody in a second time."""

    __tablename__ = "journey_back"

    state_hash: str = Field(primary_key=True, max_length=64)
    came_at: datetime


class AddressUnchecked(LookupError):
    """Nobody is known by this identity, and the service did not say that it checked their address."""


async def come_back(session: AsyncSession, state_hash: str, *, now: datetime) -> bool:
    """Spend a state; False where it was spent before, also at this very moment."""
    insert = insert_sqlite if session.get_bind().dialect.name == "sqlite" else insert_postgresql
    first = insert(JourneyBack).values(state_hash=state_hash, came_at=now)
    done = await session.exec(first.on_conflict_do_nothing(index_elements=["state_hash"]))
    return bool(done.rowcount == 1)


async def forget_journeys(session: AsyncSession, *, now: datetime) -> int:
    """Delete the states whose time is over anyway; returns how many."""
    # Twice the time, for clocks of several processes.
    old = col(JourneyBack.came_at) <= now - 2 * JOURNEY_LIFE
    return (await session.exec(delete(JourneyBack).where(old))).rowcount


async def account_by_outside(
    session: AsyncSession,
    issuer: str,
    subject: str,
    *,
    address: str | None,
    attestation: Attestation,
    now: datetime,
) -> int:
    """The account of an outside identity, tied or made by its address if need be.

    `address` is None unless the service has checked it. Raises AddressUnchecked for somebody new without one.
    """
    theirs = (col(OutsideIdentity.issuer) == issuer, col(OutsideIdentity.subject) == subject)
    known = select(OutsideIdentity.account_id).where(*theirs)
    found = (await session.exec(known)).first()
    if found is None:
        if address is None:
            raise AddressUnchecked
        account = await account_for(session, address, now=now)
        insert = insert_sqlite if session.get_bind().dialect.name == "sqlite" else insert_postgresql
        tie = insert(OutsideIdentity).values(
            account_id=account.id, issuer=issuer, subject=subject, attestation=attestation, created_at=now
        )
        await session.exec(tie.on_conflict_do_nothing(index_elements=["issuer", "subject"]))
        found = (await session.exec(known)).one()
    await session.exec(update(OutsideIdentity).where(*theirs).values(attestation=attestation))
    return found


async def checked_outside(session: AsyncSession, account_id: int) -> Attestation:
    """What was checked of an account: its address, or more by the service that its owner signs in by."""
    query = select(OutsideIdentity.account_id).where(
        OutsideIdentity.account_id == account_id, OutsideIdentity.attestation == Attestation.NHS_LOGIN
    )
    more = (await session.exec(query.limit(1))).first() is not None
    return Attestation.NHS_LOGIN if more else Attestation.EMAIL
