"""All rooms of this process, and what is looked at while anybody is in one.

Every two seconds: who may still write, what was saved in another way, who is here. On PostgreSQL a message
from the database says at once which clause has news; the look every two seconds holds where one was lost.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import cast

from quart import current_app

from deliberation.drafting.clauses import order_of
from deliberation.drafting.live.delivering import Room, pulses_of
from deliberation.drafting.live.presence import come_in, leave, present_in, still_here
from deliberation.drafting.live.saving import follow_saved, is_behind
from participate.db import Database
from participate.live.lines import Dropped, Line
from participate.live.news import News
from participate.live.rooms import LiveRoom

LOOK_EVERY = 2.0
"""Seconds."""
ASK_EVERY = timedelta(seconds=30)
"""How long the rules' answer holds where nothing is seen to have changed."""
NOTED_EVERY = timedelta(seconds=30)

log = logging.getLogger("participate")


class House:
    """The rooms of this process, by the clause."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self.rooms: dict[int, LiveRoom] = {}
        self._database, self._clock = database, clock
        self._doors = asyncio.Lock()
        self._looking: asyncio.Task[None] | None = None
        self._news = News(database.url, self.hear_of)
        self._noted_at = clock()
        self._closing = False

    async def enter(self, place: Room, line: Line, bodies: Mapping[str, str]) -> LiveRoom:
        """Come into the room of a clause, which opens with the first."""
        async with self._doors:
            room = self.rooms.get(place.clause_id)
            if room is None:
                room = LiveRoom(self._database, place, bodies)
                await room.open(self._clock())
                self.rooms[place.clause_id] = room
            room.let_in(line)
        try:
            async with self._database.transaction() as session:
                await come_in(session, place, line.writer, self._clock())
            await room.catch_up()
        except BaseException:
            await self.leave(room, line)
            raise
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look_on())
        return room

    async def leave(self, room: LiveRoom, line: Line) -> None:
        """Go; with the last one the room closes."""
        async with self._doors:
            room.lines.discard(line)
            if not room.lines and self.rooms.get(room.place.clause_id) is room:
                del self.rooms[room.place.clause_id]
                await room.close(self._clock())
            async with self._database.transaction() as session:
                await leave(session, line.writer.connection)
        await self.tell_around()

    async def _look_on(self) -> None:
        self._news.listen()
        try:
            while self.rooms:
                await asyncio.sleep(LOOK_EVERY)
                try:
                    await self.look()
                except Exception:
                    log.exception("a look at the rooms failed")
        finally:
            self._news.stop()

    async def look(self) -> None:
        """See whether anything has changed that no message tells of."""
        now = self._clock()
        for room in [*self.rooms.values()]:
            await self._ask_again(room, now)
            await self._follow(room, now)
        await self.tell_around()
        if now - self._noted_at >= NOTED_EVERY:
            self._noted_at = now
            connections = [line.writer.connection for room in self.rooms.values() for line in room.lines]
            async with self._database.transaction() as session:
                await still_here(session, connections, now)

    async def _ask_again(self, room: LiveRoom, now: datetime) -> None:
        hashes = [line.writer.session_hash for line in room.lines]
        async with self._database.reading() as session:
            pulses = await pulses_of(session, room.place, hashes, now)
        for line in room.lines:
            same = pulses.get(line.writer.session_hash) == line.writer.pulse
            if not same or now - line.asked_at >= ASK_EVERY:
                line.ask_again.set()

    async def _follow(self, room: LiveRoom, now: datetime) -> None:
        async with self._database.reading() as session:
            behind = await is_behind(session, room.place.clause_id)
        if behind:
            async with self._database.transaction() as session:
                await follow_saved(session, room.place.clause_id, now=now)
        await room.catch_up()

    async def tell_around(self) -> None:
        """Tell every room who writes in its proposal, and how its clauses stand."""
        rooms = [*self.rooms.values()]
        for proposal_id in {room.place.proposal_id for room in rooms}:
            async with self._database.reading() as session:
                present = await present_in(session, proposal_id, self._clock())
                order = await order_of(session, proposal_id)
            for room in rooms:
                if room.place.proposal_id == proposal_id:
                    room.tell(present, order)

    async def hear_of(self, clause_id: int) -> None:
        """There is news of a clause."""
        room = self.rooms.get(clause_id)
        if room is not None:
            await room.catch_up()

    async def close(self) -> None:
        """The program ends: everybody is told to come back."""
        for room in [*self.rooms.values()]:
            for line in [*room.lines]:
                line.drop(Dropped.RESTARTED)
        self._news.stop()
        if self._looking is not None:
            self._looking.cancel()
            await asyncio.wait([self._looking])


def house() -> House:
    """The rooms of the application that answers the present request."""
    return cast(House, current_app.extensions["live"])
