"""What was taken out of SQLite's index is found no more at once; here its letters leave the file as well.

FTS5 only notes that words are gone, and keeps them in older parts of the index until the parts are merged.
PostgreSQL clears both away by itself (autovacuum).
"""

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

INDEXES = ("search_english", "search_plain")
"""SQLite's own tables of the index, by their names."""
STEP = 500
"""Pages of the index that one step may write: some 30 ms."""


async def forget_words(session: AsyncSession) -> bool:
    """Take one short step; says whether another is needed. Pages that come free are overwritten."""
    if session.get_bind().dialect.name != "sqlite":
        return False
    steps = [await _merge(session, table) for table in INDEXES]
    return any(steps)


async def _merge(session: AsyncSession, table: str) -> bool:
    before = await _changes(session)
    merge = text(f"INSERT INTO {table} ({table}, rank) VALUES ('merge', {-STEP})")  # noqa: S608
    await session.exec(merge)  # type: ignore[call-overload]
    # By its manual: fewer than two changes mean that nothing was left to merge.
    return await _changes(session) - before > 1


async def _changes(session: AsyncSession) -> int:
    found = await session.exec(text("SELECT total_changes()"))  # type: ignore[call-overload]
    return int(found.scalar_one())
