"""Letters about what somebody follows: the worker's job `digest`, after seven in the morning in London.

A letter is written only by `_told`, which is given a round by the verb that asks the preference. There is
none without news.
"""

import hmac
import logging
from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from deliberation.following.digests import Round, due_digests, take_digest
from deliberation.following.news import news_for
from deliberation.publishing.record import Act
from deliberation.running.jobs import enqueue
from deliberation.running.outbox import Cause, Mail, queue_mail
from participate.db import Database
from participate.languages import gettext, language, speaking
from participate.mail_server import can_send
from participate.news import News, as_news, by_place, in_a_line
from participate.processes import Progress
from participate.settings import Settings

log = logging.getLogger("participate.digests")

JOB, KEY = "digest", "all"
MOST = 40
"""How many acts a letter tells of; the page has more."""
DEMONSTRATION = "http://localhost:8000"
"""Where a demonstration is that says nothing of it: its letters are read on a page, by paths alone."""


def _now() -> datetime:
    return datetime.now(UTC)


async def look_for_digests(database: Database, now: datetime) -> None:
    """Ask for a round where somebody is to be told of something."""
    async with database.reading() as session:
        if not await due_digests(session, now=now):
            return
    async with database.transaction() as session:
        await enqueue(session, JOB, KEY, payload={}, run_at=now, now=now)


async def tell(database: Database, settings: Settings, _payload: dict[str, Any], _progress: Progress) -> None:
    """Write the letters that are due, as the worker does."""
    await tell_due(database, settings, _now())


async def tell_due(database: Database, settings: Settings, now: datetime) -> int:
    """Write the letters that are due, each in a transaction of its own; how many those were."""
    if not can_send(settings):
        return 0
    async with database.reading() as session:
        due = await due_digests(session, now=now)
    told = 0
    for account_id in due:
        async with database.transaction() as session:
            told += await _tell_one(session, settings, account_id, now)
    return told


async def _tell_one(session: AsyncSession, settings: Settings, account_id: int, now: datetime) -> bool:
    this = await take_digest(session, account_id, now=now)
    if this is None:
        return False
    within = (col(Act.at) > this.since, col(Act.at) <= this.until)
    found = await news_for(session, account_id, *within, most=MOST + 1)
    if not found:
        return False
    with speaking(this.language):
        news = await as_news(session, found[:MOST], now)
        mail = _told(settings, this, account_id, news, more=len(found) > MOST)
    await queue_mail(session, mail, Cause.DIGEST, now=now)
    return True


def _told(settings: Settings, this: Round, account_id: int, news: Sequence[News], *, more: bool) -> Mail:
    """The letter, in the language that is spoken now: space by space, and within it thing by thing."""
    origin, site = settings.origin or DEMONSTRATION, settings.site_name
    parts = [gettext("This is what the public record says of what you follow on %(site)s.", site=site)]
    space = 0
    for place, acts in by_place(news).items():
        if acts[0].space.id != space:
            space = acts[0].space.id or 0
            parts.append(f"== {acts[0].space.title} ==")
        parts.append("\n".join([acts[0].title, *(f"- {in_a_line(one)}" for one in acts)]))
        parts.append(f"{origin}{place}")
    if more:
        parts.append(gettext("There is more. The page of what you follow has all of it:"))
        parts.append(f"{origin}/me/following")
    daily = gettext("You get this letter at most once a day, as you chose. To stop these letters:")
    weekly = gettext("You get this letter at most once a week, as you chose. To stop these letters:")
    parts += [daily if this.frequency == "daily" else weekly, stop_link(settings, account_id)]
    parts.append(gettext("Nobody reads answers to this letter."))
    if settings.contact:
        parts.append(gettext("For help: %(contact)s", contact=settings.contact))
    subject = gettext("News of what you follow on %(site)s", site=site)
    return Mail(this.address, subject, "\n\n".join(parts) + "\n", language())


def stop_link(settings: Settings, account_id: int) -> str:
    """Where one press stops these letters, signed in or not, for as long as the secret key is kept."""
    return f"{settings.origin or DEMONSTRATION}/stop/{account_id}.{_proof(settings, account_id)}"


def stopped_by(settings: Settings, link: str) -> int | None:
    """The account whose letters the last part of such an address stops; None where nobody gave it."""
    number, _, proof = link.partition(".")
    if not (number.isascii() and number.isdigit() and len(number) < 16):
        return None
    right = hmac.compare_digest(proof.encode(), _proof(settings, int(number)).encode())
    return int(number) if right else None


def _proof(settings: Settings, account_id: int) -> str:
    return hmac.digest(settings.secret_key.encode(), b"stop\0" + str(account_id).encode(), sha256).hex()[:40]
