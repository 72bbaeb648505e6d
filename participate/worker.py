"""The worker: claims jobs one after another, keeps their leases, and says every few seconds that it lives.

What a kind of job does is an async function of the database, the settings, the job's payload and a function
that takes the share done (0 to 1). It may be started twice when a worker dies, so it must bear that.
"""

import asyncio
import importlib
import importlib.util
import logging
import os
import socket
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from deliberation.drafting import comment_appeals, older_words
from deliberation.opinion import appealing, hiding, sealed
from deliberation.people import addresses, outside, passkeys, sessions
from deliberation.publishing import answers
from deliberation.running import jobs, limits
from deliberation.running.jobs import Claim
from deliberation.spaces import paper_sheets
from deliberation.spaces.decisions import due_decisions
from deliberation.spaces.settling import settle_due
from participate.db import Database
from participate.processes import ProcessFailed, Progress
from participate.settings import Settings

log = logging.getLogger("participate.worker")

Handler = Callable[[Database, Settings, dict[str, Any], Progress], Awaitable[None]]

HANDLERS = {
    "mail": "participate.mailing:send",
    "digest": "participate.digests:tell",
    "analyse": "participate.analysing:analyse",
    "tally": "participate.tallying:tally",
    "landscape": "participate.analysing:draw",
}
"""Each kind of job and the function that does it, imported when the worker starts; the urgent ones first."""

Look = Callable[[Database, datetime], Awaitable[object]]

LOOKS = {
    "participate.analysing:look_for_changes": 5.0,
    "participate.tallying:look_for_votes": 5.0,
    "participate.mailing:look_for_mail": 60.0,
    "participate.digests:look_for_digests": 300.0,
    "participate.worker:forget_networks": 3600.0,
    "participate.worker:forget_sign_ins": 3600.0,
    "participate.worker:erase_sealed": 600.0,
    "participate.letting_go:let_go": 3600.0,
    "participate.worker:mark_overdue": 600.0,
    "participate.worker:note_sheets": 600.0,
    "participate.worker:settle_decisions": 60.0,
    "participate.worker:settle_appeals": 600.0,
    "participate.worker:end_hidings": 60.0,
    "participate.forgetting:forget_removed": 600.0,
    "participate.live.forgetting:forget_live_texts": 3600.0,
    "participate.worker:move_older_words": 600.0,
}
"""What the worker calls by itself to find out what is to be done, and after how many seconds again."""

PATIENCE = 10.0
"""How many seconds a statement under way may take to end once the worker is told to stop."""

POLL = 1.0
BEAT = 5.0
LEASE = timedelta(minutes=1)


def handlers() -> dict[str, Handler]:
    """The functions of HANDLERS whose module is part of this installation."""
    return {kind: _imported(place) for kind, place in HANDLERS.items() if _is_here(place)}


def looks() -> dict[Look, float]:
    """The functions of LOOKS whose module is part of this installation."""
    return {_imported(place): seconds for place, seconds in LOOKS.items() if _is_here(place)}


def _is_here(place: str) -> bool:
    return importlib.util.find_spec(place.split(":")[0]) is not None


def _imported(place: str) -> Any:
    module, name = place.split(":")
    return getattr(importlib.import_module(module), name)


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass
class Worker:
    """One worker process. `run` until told to stop, or `run_once`."""

    database: Database
    settings: Settings
    handlers: Mapping[str, Handler] = field(default_factory=handlers)
    looks: Mapping[Look, float] = field(default_factory=looks)
    clock: Callable[[], datetime] = _now
    name: str = field(default_factory=lambda: f"{socket.gethostname()}:{os.getpid()}")
    poll: float = POLL
    beat: float = BEAT
    lease: timedelta = LEASE
    _stop: asyncio.Event = field(default_factory=asyncio.Event, init=False)

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop` is set. A job under way then is given back, to be done by the next worker.

        A statement under way ends by itself: one cut off in the midst leaves a broken connection behind.
        """
        self._stop = stop
        tasks = [asyncio.create_task(self._work()), asyncio.create_task(self._beat())]
        tasks += [asyncio.create_task(self._look(look, seconds)) for look, seconds in self.looks.items()]
        await stop.wait()
        _, late = await asyncio.wait(tasks, timeout=PATIENCE)
        for task in late:
            await _cancelled(task)

    async def run_once(self) -> bool:
        """Do the job that has waited longest of the most urgent kind; says whether there was one."""
        async with self.database.reading() as session:
            if not await jobs.any_due(session, self.handlers, now=self.clock()):
                return False
        async with self.database.transaction() as session:
            claim = await jobs.claim(session, self.handlers, lease=self.lease, now=self.clock())
        if claim is None:
            return False
        await self._do(claim)
        return True

    async def run_until_idle(self) -> int:
        """Look for what is to be done, and do all that is due now; says how many jobs that was."""
        for look in self.looks:
            await look(self.database, self.clock())
        done = 0
        while await self.run_once():
            done += 1
        return done

    async def _work(self) -> None:
        while not self._stop.is_set():
            try:
                found = await self.run_once()
            except Exception:
                # The database is away, say: what was claimed is claimed again when its lease runs out.
                log.exception("The worker could not look for a job, or not note how one ended.")
                found = False
            if not found:
                await self._pause(self.poll)

    async def _beat(self) -> None:
        while not self._stop.is_set():
            with suppress(Exception):  # `_work` tells of a database that is away
                async with self.database.transaction() as session:
                    await jobs.beat(session, self.name, now=self.clock())
            await self._pause(self.beat)

    async def _look(self, look: Look, seconds: float) -> None:
        while not self._stop.is_set():
            try:
                await look(self.database, self.clock())
            except Exception:
                log.exception("The worker could not look for what is to be done.")
            await self._pause(seconds)

    async def _pause(self, seconds: float) -> None:
        """Wait so long, or until told to stop."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._stop.wait(), seconds)

    async def _do(self, claim: Claim) -> None:
        title = f"{claim.kind} {claim.key}"

        def progress(share: float) -> None:
            log.debug("%s: %.0f %%", title, 100 * share)

        handler = self.handlers[claim.kind]
        work = asyncio.ensure_future(handler(self.database, self.settings, claim.payload, progress))
        keeping = asyncio.create_task(self._keep(claim, work))
        stopping = asyncio.create_task(self._stop.wait())
        try:
            await asyncio.wait({work, stopping}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            given_back = not work.done()
            await _cancelled(work)
            await _cancelled(stopping)
            await _cancelled(keeping)
            if given_back:
                await self._give_back(claim)
        if not given_back:
            await self._note(claim, work)

    async def _give_back(self, claim: Claim) -> None:
        with suppress(Exception):  # without a database the lease runs out by itself
            async with self.database.transaction() as session:
                await jobs.release(session, claim, now=self.clock())

    async def _keep(self, claim: Claim, work: "asyncio.Future[None]") -> None:
        """Extend the lease while the work goes on; stop the work when somebody else has the job."""
        while True:
            await asyncio.sleep(self.lease.total_seconds() / 4)
            with suppress(Exception):  # tried again in a quarter of the lease
                async with self.database.transaction() as session:
                    held = await jobs.extend_lease(session, claim, lease=self.lease, now=self.clock())
                if not held:
                    work.cancel()
                    return

    async def _note(self, claim: Claim, work: "asyncio.Future[None]") -> None:
        if work.cancelled():
            log.warning("%s %s was taken over by another worker.", claim.kind, claim.key)
            return
        error = work.exception()
        async with self.database.transaction() as session:
            if error is None:
                await jobs.complete(session, claim, now=self.clock())
            else:
                await jobs.fail(session, claim, error=described(error), now=self.clock())
        if error is None:
            log.info("%s %s is done.", claim.kind, claim.key)
        else:
            # The place of an error in a process of its own is in its message already.
            trace = None if isinstance(error, ProcessFailed) else error
            log.error("%s %s failed: %s", claim.kind, claim.key, described(error), exc_info=trace)


async def forget_networks(database: Database, now: datetime) -> None:
    """Delete what the limits remembered about networks, once its time is over."""
    async with database.transaction() as session:
        await limits.forget_networks(session, now)


async def forget_sign_ins(database: Database, now: datetime) -> None:
    """Delete links and sessions whose time is over, and changes of address that nobody confirmed."""
    async with database.transaction() as session:
        await sessions.forget_sign_ins(session, now=now)
        await addresses.forget_offers(session, now=now)
        await outside.forget_journeys(session, now=now)
        await passkeys.forget_challenges(session, now=now)


async def erase_sealed(database: Database, now: datetime) -> None:
    """Erase words and reporters that were kept sealed, once their time is over."""
    async with database.transaction() as session:
        await sealed.erase_sealed(session, now)


async def mark_overdue(database: Database, now: datetime) -> None:
    """Put on the record which bodies have not answered in time."""
    async with database.transaction() as session:
        await answers.mark_overdue(session, now)


async def move_older_words(database: Database, _moment: datetime) -> None:
    """Give words that were said before they could be reported a row in which they can be."""
    more = True
    while more:
        async with database.transaction() as session:
            more = bool(await older_words.move_older_words(session))


async def note_sheets(database: Database, now: datetime) -> None:
    """Put on the record about how many sheets of paper were entered on the days before."""
    async with database.transaction() as session:
        await paper_sheets.note_sheets(session, now)


async def settle_decisions(database: Database, now: datetime) -> None:
    """End the decisions of both sides whose time is over, each in a transaction of its own."""
    async with database.reading() as session:
        due = await due_decisions(session, now)
    for space_id, decision_id in due:
        try:
            async with database.transaction() as session:
                await settle_due(session, space_id, decision_id, now)
        except Exception:  # one that cannot be ended must not keep the others open
            log.exception("Decision %s could not be ended.", decision_id)


async def settle_appeals(database: Database, now: datetime) -> None:
    """Settle the appeals that a side has not answered in time."""
    async with database.transaction() as session:
        await appealing.settle_appeals(session, now)
        await comment_appeals.settle_comment_appeals(session, now)


async def end_hidings(database: Database, now: datetime) -> None:
    """Give back what the operator has hidden for as long as may be."""
    async with database.transaction() as session:
        await hiding.end_hidings(session, now)


async def run_until_idle(database: Database, settings: Settings) -> int:
    """Find and do all that is due now, as a worker would; says how many jobs that was."""
    return await Worker(database, settings).run_until_idle()


def described(error: BaseException) -> str:
    """An error in words, for the operator."""
    return str(error) if isinstance(error, ProcessFailed) else f"{type(error).__name__}: {error}"


async def _cancelled(work: "asyncio.Future[Any]") -> None:
    work.cancel()
    await asyncio.wait({work})
    if not work.cancelled():
        work.exception()  # seen: it is being given back anyway
