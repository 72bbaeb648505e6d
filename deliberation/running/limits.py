"""Limits that let people in: how much a device does, how many newcomers a network brings, how many links
are sent to an address.

Windows are fixed: a minute or an hour of the clock. So at worst twice the number fits around a full hour,
and the page can say exactly when the next window begins. A network or an address is kept only as an HMAC
under a random key of its day, and the counter is gone after 48 hours.
"""

import hmac
import secrets
from collections import Counter as Counts
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection
from sqlalchemy import select as core_select
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlmodel import Field, SQLModel, col, delete
from sqlmodel.ext.asyncio.session import AsyncSession

from deliberation.columns import table_of

NEWCOMERS = "newcomers"
LINKS_TO_ADDRESS, LINKS_TO_NETWORK = "links-address", "links-network"
SHEETS = "sheets"
LINKS_AN_ADDRESS = 5
"""How many sign-in links one address is sent in an hour."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
KEPT = timedelta(hours=48)


class DailyKey(SQLModel, table=True):
    """The key of one day under which network addresses are kept; gone when the day is over."""

    __tablename__ = "daily_key"

    day: str = Field(primary_key=True, max_length=10)
    key: str = Field(max_length=64)


class Counter(SQLModel, table=True):
    """How often a subject (an HMAC, never an address) did something since the window began."""

    bucket: str = Field(primary_key=True, max_length=40)
    subject: str = Field(primary_key=True, max_length=64)
    window: datetime = Field(primary_key=True)
    count: int = 0


class Acts:
    """Counts what devices do in the present minute, in this process's memory and nowhere else.

    Not in the database: a row for each act would cost a vote a sixth of its price and tell how active
    somebody was. So several processes each allow the number, and a restart begins afresh.
    """

    def __init__(self, a_minute: int) -> None:
        self.a_minute = a_minute
        self._window = EPOCH
        self._counts: Counts[bytes] = Counts()

    def count(self, device: bytes, now: datetime) -> datetime | None:
        """Count an act of a device; when it was one too many, the moment the minute ends."""
        window = _window(now, MINUTE)
        if window != self._window:
            self._window, self._counts = window, Counts()
        self._counts[device] += 1
        return window + MINUTE if self._counts[device] > self.a_minute else None


def count_newcomer(on: Connection, network: str, most: int, *, now: datetime) -> datetime | None:
    """Count a new participant from a network; when more than `most` came in this hour, the moment it ends."""
    key = _key_of_the_day(on, now)
    subject = hmac.digest(bytes.fromhex(key), network.encode(), sha256).hex()
    return _count(on, NEWCOMERS, subject, most, HOUR, now)


def count_link(on: Connection, network: str, address: str, most: int, *, now: datetime) -> datetime | None:
    """Count a sign-in link that a network asks for an address; the moment to ask again when it is too many.

    Both are counted whatever comes of it, by the same statements for every address.
    """
    key = bytes.fromhex(_key_of_the_day(on, now))
    ends = [
        _count(on, bucket, hmac.digest(key, subject.encode(), sha256).hex(), limit, HOUR, now)
        for bucket, subject, limit in (
            (LINKS_TO_NETWORK, network, most),
            (LINKS_TO_ADDRESS, address.strip().lower(), LINKS_AN_ADDRESS),
        )
    ]
    return next((end for end in ends if end is not None), None)


def count_sheet(on: Connection, account_id: int, most: int, *, now: datetime) -> datetime | None:
    """Count a sheet of paper that somebody enters; the moment to go on when it is too many for their day."""
    key = bytes.fromhex(_key_of_the_day(on, now))
    subject = hmac.digest(key, f"account:{account_id}".encode(), sha256).hex()
    return _count(on, SHEETS, subject, most, DAY, now)


async def forget_networks(session: AsyncSession, now: datetime) -> int:
    """Delete counts of 48 hours ago, and the keys of days gone by; returns how many rows went.

    The worker calls it every hour.
    """
    gone = 0
    for statement in (
        delete(Counter).where(col(Counter.window) <= now - KEPT),
        delete(DailyKey).where(col(DailyKey.day) < _day(now)),
    ):
        gone += (await session.exec(statement)).rowcount
    return gone


def _counting(insert: Any) -> Any:
    # One statement, so that simultaneous acts are all counted. The values come when it is executed.
    counters = table_of(Counter)
    row = insert(counters).values(count=1)
    return row.on_conflict_do_update(
        index_elements=["bucket", "subject", "window"], set_={"count": counters.c.count + 1}
    ).returning(counters.c.count)


_COUNT = {"sqlite": _counting(insert_sqlite), "postgresql": _counting(insert_postgresql)}


def _count(
    on: Connection, bucket: str, subject: str, limit: int, length: timedelta, now: datetime
) -> datetime | None:
    window = _window(now, length)
    values = {"bucket": bucket, "subject": subject, "window": window}
    count = on.execute(_COUNT[on.dialect.name], values).scalar_one()
    return window + length if count > limit else None


def _window(now: datetime, length: timedelta) -> datetime:
    """The beginning of the window that `now` is in; windows are counted from the epoch."""
    return now - (now - EPOCH) % length


def _key_of_the_day(on: Connection, now: datetime) -> str:
    """The key, made if this is the day's first newcomer; of several made at once the first stays."""
    keys = table_of(DailyKey)
    query = core_select(keys.c.key).where(keys.c.day == _day(now))
    key = on.execute(query).scalar_one_or_none()
    if key is None:
        insert = insert_sqlite if on.dialect.name == "sqlite" else insert_postgresql
        made = insert(keys).values(day=_day(now), key=secrets.token_hex(32))
        on.execute(made.on_conflict_do_nothing(index_elements=["day"]))
        key = on.execute(query).scalar_one()
    return str(key)


def _day(now: datetime) -> str:
    return f"{now.astimezone(UTC):%Y-%m-%d}"
