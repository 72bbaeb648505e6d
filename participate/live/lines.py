"""One connection of somebody who writes: what is to be sent to it waits in a short line, and no longer."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum

from deliberation.drafting.live.delivering import Writer
from deliberation.drafting.live.presence import Present

MOST_WAITING = 64
"""Messages that may wait for a slow reader, and updates that may wait to be stored."""

Message = bytes | str


class Dropped(IntEnum):
    """Why a connection is closed, as the page reads it."""

    RESTARTED = 1012
    NOT_UNDERSTOOD = 4400
    REFUSED = 4403
    ABSENT = 4404
    SLOW = 4408
    TOO_MANY = 4409
    TOO_LONG = 4413
    TOO_FAST = 4429


@dataclass(eq=False)
class Line:
    """A connection. `ask` asks the rules about its writer once more; it raises Refused or NotFound."""

    writer: Writer
    ask: Callable[[], Awaitable[Writer]]
    asked_at: datetime
    out: asyncio.Queue[Message] = field(default_factory=lambda: asyncio.Queue(MOST_WAITING))
    dropped: Dropped | None = None
    over: asyncio.Event = field(default_factory=asyncio.Event)
    ask_again: asyncio.Event = field(default_factory=asyncio.Event)
    told: Sequence[Present] | None = None
    order: Sequence[int] = ()
    begun: bool = False

    def send(self, message: Message) -> None:
        """Let it be sent; a reader who is too slow for it is dropped."""
        if self.over.is_set():
            return
        try:
            self.out.put_nowait(message)
        except asyncio.QueueFull:
            self.drop(Dropped.SLOW)

    def say(self, **what: object) -> None:
        """Let something be said that is no update."""
        self.send(json.dumps(what))

    def drop(self, why: Dropped) -> None:
        """Close the connection."""
        if self.dropped is None:
            self.dropped = why
        self.over.set()
