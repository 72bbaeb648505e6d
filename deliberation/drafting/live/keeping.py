"""Keeping a text that is written together: its updates one by one, and now and then one made of all.

Whoever adds to it, makes one of many or begins it anew holds its row. Lock order: proposal, comment,
participant, and the shared text last.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, delete, func, insert, select
from sqlmodel.ext.asyncio.session import AsyncSession

from deliberation.drafting.live.document import Document
from deliberation.drafting.live.tables import ClauseSnapshot, ClauseUpdate, LiveText

CHANNEL = "participate_live"
"""Where PostgreSQL tells every web process which clause has news: its id, and nothing else."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A shared text as it is stored: `parts` are its updates in their order, up to the number `last`."""

    generation: int
    base: str
    language: str
    last: int
    parts: Sequence[bytes]


@dataclass(frozen=True, slots=True)
class Change:
    """An update on its way: whose it is, and by which connection it came."""

    author_id: int | None
    connection: str
    content: bytes


async def held_text(session: AsyncSession, clause_id: int) -> LiveText | None:
    """Where the shared text of a clause stands, held; None where nobody has opened it yet."""
    query = select(LiveText).where(LiveText.clause_id == clause_id).with_for_update()
    return (await session.exec(query.execution_options(populate_existing=True))).first()


async def stored_text(session: AsyncSession, clause_id: int, after: int = -1) -> Stored:
    """What is stored of a shared text that was opened before, from the update after `after` on."""
    there = await session.get(LiveText, clause_id, populate_existing=True)
    assert there is not None
    snapshots = select(ClauseSnapshot).where(ClauseSnapshot.clause_id == clause_id)
    newest = (await session.exec(snapshots.order_by(col(ClauseSnapshot.through).desc()))).first()
    parts: list[bytes] = []
    if newest is not None and newest.through > after:
        parts, after = [newest.content], newest.through
    query = (
        select(ClauseUpdate.content)
        .where(ClauseUpdate.clause_id == clause_id, ClauseUpdate.number > after)
        .where(ClauseUpdate.number <= there.last)
        .order_by(col(ClauseUpdate.number))
    )
    parts.extend((await session.exec(query)).all())
    return Stored(there.generation, there.base, there.language, there.last, parts)


async def add_changes(
    session: AsyncSession, there: LiveText, changes: Sequence[Change], *, now: datetime
) -> int:
    """Store changes to a text that is held, in this order. The number of the last one."""
    rows = [
        {
            "clause_id": there.clause_id,
            "number": number,
            "author_id": one.author_id,
            "connection": one.connection,
            "content": one.content,
            "at": now,
        }
        for number, one in enumerate(changes, there.last + 1)
    ]
    await session.exec(insert(ClauseUpdate), params=rows)
    there.last += len(rows)
    await session.flush()
    await tell(session, there.clause_id)
    return there.last


async def compact(session: AsyncSession, clause_id: int, *, now: datetime) -> None:
    """Make one of all updates: who typed what, and what was deleted, is kept no longer."""
    there = await held_text(session, clause_id)
    if there is None:
        return
    stored = await stored_text(session, clause_id)
    if len(stored.parts) > 1:
        await begin_from(session, there, Document(stored.parts).whole, now=now)


async def begin_from(session: AsyncSession, there: LiveText, content: bytes, *, now: datetime) -> None:
    """Let this be all that is kept of a text that is held."""
    await session.exec(delete(ClauseUpdate).where(col(ClauseUpdate.clause_id) == there.clause_id))
    await session.exec(delete(ClauseSnapshot).where(col(ClauseSnapshot.clause_id) == there.clause_id))
    session.add(ClauseSnapshot(clause_id=there.clause_id, through=there.last, content=content, at=now))
    await session.flush()


async def tell(session: AsyncSession, clause_id: int) -> None:
    """Tell every web process, once this is committed, that there is news of the clause."""
    if session.get_bind().dialect.name == "postgresql":
        await session.exec(select(func.pg_notify(CHANNEL, f"{clause_id}")))
