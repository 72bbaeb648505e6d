"""What is left of writing together: lost connections, and what nobody can put into a draft any more."""

from datetime import datetime

from deliberation.drafting.live.presence import forget_lost
from deliberation.drafting.live.purging import forget_finished
from participate.db import Database


async def forget_live_texts(database: Database, now: datetime) -> None:
    """Delete who was connected when a process was killed, and shared texts of what is written no more."""
    async with database.transaction() as session:
        await forget_lost(session, now)
        await forget_finished(session)
