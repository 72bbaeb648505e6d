"""What the worker lets go of when its time is over, in short transactions: votes, and who gave them."""

from datetime import datetime

from deliberation.own_data.gone import sweep
from deliberation.own_data.retention import (
    Limit,
    let_go_entries,
    let_go_people,
    let_go_sheets,
    let_go_votes,
    limits,
    votes_past,
)
from participate.db import Database

AT_ONCE = 500
"""Votes in one transaction: nobody who votes waits longer for it than they would notice."""
PEOPLE_AT_ONCE = 50


async def let_go(database: Database, now: datetime) -> int:
    """Let go of all that has been kept for as long as was promised; how many votes that were."""
    async with database.reading() as session:
        found = await limits(session, now)
    votes = sum([await _votes(database, limit, now) for limit in found])
    for limit in found:
        await _people(database, limit, now)
    async with database.transaction() as session:
        # Also whom an analysis that was under way wrote down after they had left.
        await sweep(session)
    return votes


async def _votes(database: Database, limit: Limit, now: datetime) -> int:
    gone = 0
    while True:
        async with database.reading() as session:
            some = await votes_past(session, limit, AT_ONCE)
        if not some:
            return gone
        async with database.transaction() as session:
            await let_go_votes(session, limit, some, now=now)
        gone += len(some)


async def _people(database: Database, limit: Limit, now: datetime) -> None:
    left = PEOPLE_AT_ONCE
    while left:
        async with database.transaction() as session:
            left = await let_go_people(session, limit, PEOPLE_AT_ONCE, now=now)
    async with database.transaction() as session:
        await let_go_entries(session, limit)
        await let_go_sheets(session, limit)
