"""A clause that people of this process write in: its text in memory, brought up to what is stored.

Nothing is acknowledged, nor shown to others, before it is stored.
"""

import asyncio
import logging
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from deliberation.drafting.live.delivering import Batch, Came, Room, Writer, deliver
from deliberation.drafting.live.document import Document, Unfit, joined_updates
from deliberation.drafting.live.keeping import Stored, compact, stored_text
from deliberation.drafting.live.presence import Present
from deliberation.drafting.live.purging import renew
from deliberation.drafting.live.saving import open_text
from participate.db import Database
from participate.live.lines import MOST_WAITING, Dropped, Line

MOST_EACH = 10
"""Connections of one person in a room; with one more the oldest goes."""
COMPACT_AFTER = 200
"""Updates, then they are made one."""

log = logging.getLogger("participate")


@dataclass
class Waiting:
    """An update that is to be stored."""

    line: Line
    writer: Writer
    content: bytes
    came: asyncio.Future[Came]


class LiveRoom:
    """The room of one clause. `bodies` are the names of those whom delegates speak for."""

    def __init__(self, database: Database, place: Room, bodies: Mapping[str, str]) -> None:
        self.place, self.bodies = place, bodies
        self.lines: set[Line] = set()
        self.generation, self.last, self.base, self.language = 0, 0, "", ""
        self._document = Document()
        self._database = database
        self._waiting: list[Waiting] = []
        self._storing: asyncio.Task[None] | None = None
        self._turn = asyncio.Lock()
        self._since_compact = 0

    async def open(self, now: datetime) -> None:
        """Read what is stored; begun from the saved words where nobody was here before."""
        async with self._turn:
            async with self._database.transaction() as session:
                stored = await open_text(session, self.place.clause_id, now=now)
            self._begin_from(stored)

    def let_in(self, line: Line) -> None:
        """Somebody comes by a connection."""
        own = [one for one in self.lines if one.writer.speaker.key == line.writer.speaker.key]
        if len(own) >= MOST_EACH:
            own.sort(key=lambda one: one.asked_at)
            own[0].drop(Dropped.TOO_MANY)
        self.lines.add(line)

    def welcome(self, line: Line, generation: int, vector: bytes) -> None:
        """Tell a connection all that it lacks. Raises Unfit."""
        lacks = self._document.since(vector) if generation == self.generation else self._document.whole
        line.begun = True
        line.say(
            begin=self.generation,
            update=b64encode(lacks).decode(),
            vector=b64encode(self._document.vector).decode(),
            saved=self.base,
            language=self.language,
        )

    async def write(self, line: Line, writer: Writer, content: bytes, now: datetime) -> Came:
        """Store an update with those that come meanwhile. Raises Unfit, and what the database raises."""
        waiting = Waiting(line, writer, content, asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        if self._storing is None or self._storing.done():
            self._storing = asyncio.create_task(self._store(now))
        return await waiting.came

    async def _store(self, now: datetime) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[:MOST_WAITING], self._waiting[MOST_WAITING:]
            async with self._turn:
                try:
                    await self._store_together(self._fitting(batch), now)
                except Exception as error:
                    log.warning("updates of a live text were not stored: %s", type(error).__name__)
                    for one in batch:
                        if not one.came.done():
                            one.came.set_exception(error)

    def _fitting(self, batch: Sequence[Waiting]) -> list[Waiting]:
        """Those whose update can be read and is not too much."""
        try:
            self._document.refuse_unfit([one.content for one in batch])
        except Unfit as error:
            if len(batch) == 1:
                batch[0].came.set_exception(error)
                return []
            return [fit for one in batch for fit in self._fitting([one])]
        return list(batch)

    async def _store_together(self, batch: Sequence[Waiting], now: datetime) -> None:
        if not batch:
            return
        updates = [(one.writer, one.content) for one in batch]
        asked = Batch(room=self.place, generation=self.generation, updates=updates, now=now)
        done = await self._database.grouped(deliver, asked)
        if Came.ANEW in done.came or (done.last and done.before != self.last):
            await self._catch_up()
        elif done.last:
            stored = [one.content for one, came in zip(batch, done.came, strict=True) if came is Came.STORED]
            self._take(stored, done.last)
        for one, came in zip(batch, done.came, strict=True):
            if not one.came.done():
                one.came.set_result(came)
        self._since_compact += len(batch)
        if self._since_compact >= COMPACT_AFTER:
            self._since_compact = 0
            async with self._database.transaction() as session:
                await compact(session, self.place.clause_id, now=now)

    async def catch_up(self) -> None:
        """Take in what other processes, and other ways of saving, have stored."""
        async with self._turn:
            await self._catch_up()

    async def _catch_up(self) -> None:
        async with self._database.reading() as session:
            stored = await stored_text(session, self.place.clause_id, self.last)
            if stored.generation != self.generation:
                stored = await stored_text(session, self.place.clause_id)
        if stored.generation != self.generation:
            self._begin_from(stored)
            for line in self.lines:
                if line.begun:
                    self.welcome(line, 0, b"")
            return
        if stored.parts:
            self._take(stored.parts, stored.last)
        if stored.base != self.base:
            self.base, self.language = stored.base, stored.language
            for line in self.lines:
                line.say(saved=self.base, language=self.language)

    def _begin_from(self, stored: Stored) -> None:
        self._document = Document(stored.parts)
        self.generation, self.last = stored.generation, stored.last
        self.base, self.language = stored.base, stored.language

    def _take(self, updates: Sequence[bytes], last: int) -> None:
        for update in updates:
            self._document.take(update)
        self.last = last
        together = joined_updates(updates)
        for line in self.lines:
            if line.begun:
                line.send(together)

    def tell(self, present: Sequence[Present], order: Sequence[int]) -> None:
        """Say who writes in the proposal, and how its clauses stand, to those who have not been told."""
        for line in self.lines:
            if line.begun and line.order != order:
                line.order = order
                line.say(order=order)
            if line.begun and line.told != present:
                line.told = present
                line.say(here=[self._named(one, line) for one in present])

    def _named(self, one: Present, line: Line) -> dict[str, object]:
        parts = (one.name, self.bodies.get(one.body or "", ""))
        return {
            "name": ", ".join(part for part in parts if part),
            "role": one.role,
            "clause": one.clause,
            "me": one.key == line.writer.speaker.key,
        }

    async def close(self, now: datetime) -> None:
        """Nobody is left: what was stored one by one is made one."""
        if self._storing is not None and not self._storing.done():
            await asyncio.wait([self._storing])
        async with self._turn, self._database.transaction() as session:
            await compact(session, self.place.clause_id, now=now)
            await renew(session, self.place.clause_id, now=now)
