"""What commands that touch the database have in common: the settings, a look at it, and an end."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import TypeVar

from participate.db import Database
from participate.importing import database_settings
from participate.settings import Settings
from participate.starting import check_database

Answer = TypeVar("Answer")


async def with_database(act: Callable[[Database, Settings, datetime], Awaitable[Answer]]) -> Answer:
    """Check that the database is ours and migrated, act on it, and close it. Raises what those raise."""
    settings = database_settings()
    await check_database(settings)
    database = Database(settings.database_url)
    try:
        return await act(database, settings, datetime.now(UTC))
    finally:
        await database.close()
