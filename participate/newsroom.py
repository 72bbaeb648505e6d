"""News as it happens: one look at the record for a whole process, handed on to every page that listens.

The database is asked for what is new every other second while anybody listens, however many those are. What
is new is put into words once for each language.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from deliberation.following.following import Place
from deliberation.following.news import about
from deliberation.publishing.acts import Entry, entries_where
from deliberation.publishing.record import Act, act_ids_after, newest_act
from participate.catalogues import NAMES
from participate.db import Database
from participate.languages import speaking
from participate.news import as_news, in_a_line

log = logging.getLogger("participate.newsroom")

T = TypeVar("T")

POLL, BEAT, LIFE = 2.0, 15.0, 240.0
"""Seconds: between two looks, between two signs of life, and until a page is to ask anew.

The last is shorter than the silence that the server allows a client.
"""
MOST, MOST_OF_ONE = 1_000, 100
"""How many pages may listen to one process, and how many of one network: a ward shares one."""
WAITING = 50
"""News that a slow reader may leave unread before it is let go."""
WINDOW = 100
"""Acts are numbered before they are committed, so so many numbers back may still come."""
CAUGHT_UP = 20
"""How many acts a page that was away is told of."""


@dataclass(frozen=True, slots=True)
class Told:
    """An act, where it was done, and what is said of it, by language."""

    entry: Entry
    path: str
    words: Mapping[str, str]


class Full(Exception):
    """As many pages listen as may."""


@dataclass(eq=False)
class Listener:
    """A page that listens for what is done in one place. None in its queue is the end."""

    which: Mapping[str, int]
    network: str
    queue: "asyncio.Queue[Told | None]" = field(default_factory=lambda: asyncio.Queue(WAITING))

    def tell(self, told: Told) -> bool:
        """Hand it on where it was done there. False for a reader that is too slow."""
        if any(getattr(told.entry, name) != number for name, number in self.which.items()):
            return True
        with suppress(asyncio.QueueFull):
            self.queue.put_nowait(told)
            return True
        return False

    def end(self) -> None:
        """Let it end, whatever it has not read."""
        while self.queue.full():
            self.queue.get_nowait()
        self.queue.put_nowait(None)


@dataclass
class Newsroom:
    """One per process."""

    database: Database
    clock: Callable[[], datetime]
    poll: float = POLL
    beat: float = BEAT
    life: float = LIFE
    most: int = MOST
    most_of_one: int = MOST_OF_ONE
    _listeners: set[Listener] = field(default_factory=set)
    _networks: Counter[str] = field(default_factory=Counter)
    _watch: "asyncio.Task[None] | None" = None
    _seen: set[int] = field(default_factory=set)
    _beginning: asyncio.Lock = field(default_factory=asyncio.Lock)
    _closing: asyncio.Event = field(default_factory=asyncio.Event)
    _under_way: "set[asyncio.Task[Any]]" = field(default_factory=set)

    @property
    def listening(self) -> int:
        """How many pages listen."""
        return len(self._listeners)

    @property
    def closed(self) -> bool:
        """Whether it was told to end."""
        return self._closing.is_set()

    async def whole(self, reading: Coroutine[Any, Any, T]) -> T:
        """Let a reading of the database end by itself, though whoever asked for it may be gone.

        One that is cut off in the midst leaves a broken connection behind.
        """
        task = asyncio.ensure_future(reading)
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        return await asyncio.shield(task)

    @asynccontextmanager
    async def listening_to(self, place: Place, network: str) -> AsyncIterator[Listener]:
        """Hear what is done there from now on. Raises Full."""
        if self.closed or self.listening >= self.most or self._networks[network] >= self.most_of_one:
            raise Full
        listener = Listener(place.which, network)
        self._listeners.add(listener)
        self._networks[network] += 1
        try:
            await self.whole(self._begin())
            yield listener
        finally:
            self._leave(listener)

    def _leave(self, listener: Listener) -> None:
        self._listeners.discard(listener)
        self._networks -= Counter({listener.network: 1})

    async def _begin(self) -> None:
        """What was done before is known before anybody waits for what is new."""
        async with self._beginning:
            if self._watch is not None and not self._watch.done():
                return
            async with self.database.reading() as session:
                self._seen = await act_ids_after(session, await newest_act(session) - WINDOW)
            self._watch = asyncio.create_task(self._look_on())

    async def _look_on(self) -> None:
        while self._listeners and not self.closed:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._closing.wait(), self.poll)
                return
            try:
                for told in await self._fresh():
                    self._hand_on(told)
            except Exception:
                # The database is away, say: what was done meanwhile is found by the next look.
                log.exception("What is new could not be looked for.")

    async def _fresh(self) -> list[Told]:
        """What was done since the last look, the oldest first."""
        async with self.database.reading() as session:
            ids = await act_ids_after(session, max(self._seen, default=0) - WINDOW)
            fresh = ids - self._seen
            told = await told_of(session, fresh, self.clock()) if fresh else []
        self._seen = ids
        return told

    def _hand_on(self, told: Told) -> None:
        for listener in list(self._listeners):
            if not listener.tell(told):
                listener.end()
                self._listeners.discard(listener)

    async def close(self) -> None:
        """End every stream: a server that stops would wait for them."""
        self._closing.set()
        for listener in list(self._listeners):
            listener.end()
        under_way = {*self._under_way, *([self._watch] if self._watch is not None else [])}
        await asyncio.gather(*under_way, return_exceptions=True)


async def told_of(session: AsyncSession, ids: set[int], moment: datetime) -> list[Told]:
    """These acts in words, the oldest first."""
    return await _in_words(session, await entries_where(session, col(Act.id).in_(ids)), moment)


async def told_since(session: AsyncSession, place: Place, act_id: int, moment: datetime) -> list[Told]:
    """The newest acts done there after this one, the oldest first."""
    where = (about(place), col(Act.id) > act_id)
    return await _in_words(session, await entries_where(session, *where, most=CAUGHT_UP), moment)


async def _in_words(session: AsyncSession, entries: list[Entry], moment: datetime) -> list[Told]:
    words: list[dict[str, str]] = [{} for _ in entries]
    paths = [""] * len(entries)
    for tag in NAMES:
        with speaking(tag):
            for at, one in enumerate(await as_news(session, entries, moment)):
                words[at][tag], paths[at] = in_a_line(one), one.path
    return [Told(*one) for one in zip(entries, paths, words, strict=True)][::-1]
