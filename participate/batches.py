"""Writing many rows in short transactions, with a pause between them in which others write."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import TypeVar

from sqlmodel.ext.asyncio.session import AsyncSession

from deliberation.opinion.loading import batches
from participate.db import Database

PAUSE = 0.03
"""Seconds. SQLite does not queue writers: one that waits looks again after up to 0.1 s, and needs luck."""

Row = TypeVar("Row")
Answer = TypeVar("Answer")


async def in_batches(
    database: Database,
    verb: Callable[[AsyncSession, Sequence[Row]], Awaitable[Answer]],
    rows: Iterable[Row],
    *,
    tell: Callable[[int], None] = lambda _count: None,
) -> list[Answer]:
    """Give the rows to `verb`, each batch in a transaction of its own; returns its answers, in order.

    `tell` is told after each batch how many rows have been written so far.
    """
    answers, written = [], 0
    for part in batches(rows):
        async with database.transaction() as session:
            answers.append(await verb(session, part))
        written += len(part)
        tell(written)
        await asyncio.sleep(PAUSE)
    return answers
