"""Who has a clause open to write in it: named to those who write too, and forgotten when they leave."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import col, delete, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from deliberation.drafting.clauses import Clause
from deliberation.drafting.co_authoring import role_acting
from deliberation.drafting.live.delivering import Room, Writer
from deliberation.drafting.live.tables import Presence

NOTED_EVERY = timedelta(seconds=30)
GONE_AFTER = timedelta(seconds=90)
"""So long after it was last noted, a connection counts as lost."""


@dataclass(frozen=True, slots=True)
class Present:
    """Somebody who writes, and in which clause of the proposal. `key` tells one from another."""

    key: str
    name: str
    role: str
    body: str | None
    clause: int


async def come_in(session: AsyncSession, room: Room, writer: Writer, now: datetime) -> None:
    """Note that somebody has opened the clause; those whose connection was lost are forgotten."""
    await forget_lost(session, now)
    belonging = writer.asking.belonging
    session.add(
        Presence(
            connection=writer.connection,
            clause_id=room.clause_id,
            key=writer.speaker.key,
            name=writer.speaker.name,
            role=role_acting(writer.asking).value,
            body=belonging.body if belonging is not None else None,
            since=now,
            seen_at=now,
        )
    )
    await session.flush()


async def forget_lost(session: AsyncSession, now: datetime) -> None:
    """Forget the connections that have not been noted for long: their process was killed."""
    await session.exec(delete(Presence).where(col(Presence.seen_at) < now - GONE_AFTER))


async def leave(session: AsyncSession, connection: str) -> None:
    """Forget a connection."""
    await session.exec(delete(Presence).where(col(Presence.connection) == connection))


async def still_here(session: AsyncSession, connections: Collection[str], now: datetime) -> None:
    """Note that these connections are still open."""
    await session.exec(update(Presence).where(col(Presence.connection).in_(connections)).values(seen_at=now))


async def present_in(session: AsyncSession, proposal_id: int, now: datetime) -> Sequence[Present]:
    """Those who write in a proposal, each once for each clause, in the order in which they came."""
    query = (
        select(Presence, Clause.number)
        .join(Clause, col(Clause.id) == Presence.clause_id)
        .where(Clause.proposal_id == proposal_id, Presence.seen_at >= now - GONE_AFTER)
        .order_by(col(Presence.since), col(Presence.connection))
    )
    found: dict[tuple[str, int], Present] = {}
    for one, number in await session.exec(query):
        found.setdefault((one.key, number), Present(one.key, one.name, one.role, one.body, number))
    return list(found.values())
