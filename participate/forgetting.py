"""What was erased leaves the index of the search and the log as well: nothing of it stays on the disk."""

from datetime import datetime

from deliberation.searching.forgetting import forget_words
from participate.db import Database


async def forget_traces(database: Database) -> None:
    """Take it out of the index in short steps, between which others write, then out of the log."""
    more = True
    while more:
        async with database.transaction() as session:
            more = await forget_words(session)
    await database.forget_log()


async def forget_removed(database: Database, _moment: datetime) -> None:
    """The same for what facilitators removed and authors changed. The worker calls it."""
    await forget_traces(database)
