"""Applying what was erased since a backup was made to the database that it was restored into."""

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from deliberation.own_data.erasing import all_accounts, erase_account, erase_parts, leave_space, parts_in
from deliberation.people.participants import account_pseudonym, space_key
from deliberation.running.installation import (
    erasures_are_applied,
    erasures_missing_since,
    hold_to_key,
)
from participate.db import Database
from participate.erasures import ACCOUNTS, Erasure, ErasuresMissing, account_key, erasures_file, read
from participate.forgetting import forget_traces
from participate.settings import Settings
from participate.starting import NotReady, answering, check_keys, newest_revision, revision_of

BATCH = 50
EARLIER = timedelta(days=1)
"""Erasures from some time before the backup are applied once more, since clocks are not exact."""


def apply_erasures(settings: Settings, *, none: bool = False) -> int | None:
    """Erase again what was erased since the backup; how many lines that were, None where nothing is missing.

    With `none` the operator answers for it that nothing was erased since. Raises ErasuresMissing, NotReady,
    WrongPseudonymKey, SettingsError.
    """
    check_keys(settings)
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(lambda: asyncio.run(_apply(settings, none))).result()


async def _apply(settings: Settings, none: bool) -> int | None:
    database = Database(settings.database_url)
    try:
        with answering(settings.database_url):
            if await revision_of(database) != newest_revision(settings.database_url):
                raise NotReady("The database is of an older program. Run: participate migrate")
            async with database.transaction() as session:
                await hold_to_key(session, settings.pseudonym_master)
                since = await erasures_missing_since(session)
            if since is None:
                return None
            erasures = () if none else _noted_since(settings, since)
            await _erase(database, settings, erasures)
            async with database.transaction() as session:
                await erasures_are_applied(session)
            await forget_traces(database)
            return len(erasures)
    finally:
        await database.close()


def _noted_since(settings: Settings, since: datetime) -> Sequence[Erasure]:
    try:
        noted = read(settings)
        if noted.begun > since:
            raise ErasuresMissing(
                f"The file of erasures at {erasures_file(settings)} begins on {noted.begun:%d %B %Y, %H:%M} "
                f"UTC and the backup is of {since:%d %B %Y, %H:%M} UTC: erasures between are not in it."
            )
    except ErasuresMissing as missing:
        raise ErasuresMissing(
            f"{missing} Nothing is served until erasures since the backup are applied. Put the file there or "
            "set PARTICIPATE_ERASURES, then run: participate apply-erasures. If you know that nothing was "
            "erased since, run: participate apply-erasures --none"
        ) from missing
    return [one for one in noted.erasures if one.at >= since - EARLIER]


async def _leave(session: AsyncSession, settings: Settings, one: Erasure) -> None:
    """End what the account of this pseudonym does in the space, unless it began after the erasure."""
    key = space_key(settings.pseudonym_master, one.space_id)
    for account_id, since in await parts_in(session, one.space_id):
        if since <= one.at and account_pseudonym(key, account_id) == one.key:
            await leave_space(session, account_id, one.space_id)


async def _erase(database: Database, settings: Settings, erasures: Sequence[Erasure]) -> None:
    for start in range(0, len(erasures), BATCH):
        async with database.transaction() as session:
            now = datetime.now(UTC)
            for one in erasures[start : start + BATCH]:
                if one.space_id != ACCOUNTS:
                    await erase_parts(session, {one.space_id: [one.key]}, now=now, until=one.at)
                    await _leave(session, settings, one)
    accounts = {one.key: one.at for one in erasures if one.space_id == ACCOUNTS}
    async with database.transaction() as session:
        for account_id in await all_accounts(session) if accounts else ():
            at = accounts.get(account_key(settings, account_id))
            if at is not None:
                await erase_account(session, account_id, until=at)
