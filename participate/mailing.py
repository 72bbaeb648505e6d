"""Sending what is in the outbox: the worker's job `mail`, over SMTP, one connection for all that is due.

A letter that the server refuses for good has failed; whatever else goes wrong is tried again, later each
time. A worker that is killed between a letter's going and its note sends it twice, with one Message-ID.
"""

import logging
import re
from collections.abc import Callable
from datetime import UTC, datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as RULES
from typing import Any

from aiosmtplib import (
    SMTP,
    SMTPDataError,
    SMTPException,
    SMTPNotSupported,
    SMTPRecipientsRefused,
    SMTPResponseException,
    SMTPSenderRefused,
    SMTPServerDisconnected,
)

from deliberation.people.accounts import account_with_address, wanting_html
from deliberation.running.jobs import enqueue
from deliberation.running.outbox import (
    JOB,
    KEY,
    Cause,
    Letter,
    due_mail,
    forget_mail,
    mail_failed,
    mail_postponed,
    mail_sent,
    next_due,
)
from participate.db import Database
from participate.digests import stop_link
from participate.letters import html_of
from participate.mail_server import MailServer, mail_server
from participate.processes import Progress
from participate.settings import Settings

log = logging.getLogger("participate.mailing")

TIMEOUT = 30.0
ENHANCED = re.compile(r"\b[45]\.\d{1,3}\.\d{1,3}\b")
AWAY = (OSError, SMTPServerDisconnected, TimeoutError)
TOO_LATE = "Its time was over before it could be sent."
NO_SERVER = "No mail server is set."


class Unreachable(Exception):
    """Nothing can be handed over now; says why, without naming anybody."""


class RefusedForGood(Exception):
    """The server will never take this letter; says why, without naming anybody."""


def _now() -> datetime:
    return datetime.now(UTC)


async def send(database: Database, settings: Settings, _payload: dict[str, Any], _progress: Progress) -> None:
    """Send what is due, as the worker does."""
    await send_due(database, settings)


async def send_due(database: Database, settings: Settings, *, clock: Callable[[], datetime] = _now) -> None:
    """Hand over every letter that is due, and ask for another round when the next one will be."""
    async with database.reading() as session:
        letters = await due_mail(session, now=clock())
    left = [letter for letter in letters if not await _is_too_late(database, letter, clock)]
    if settings.demo and not settings.smtp_url:
        await _show(database, left, clock)
    elif left:
        await _hand_over(database, settings, left, clock)
    async with database.transaction() as session:
        due = await next_due(session)
        if due is not None:
            await enqueue(session, JOB, KEY, payload={}, run_at=due, now=clock())


async def look_for_mail(database: Database, now: datetime) -> None:
    """Ask for a round where a letter is due and nobody has asked; forget what ended a week ago."""
    async with database.transaction() as session:
        await forget_mail(session, now=now)
        due = await next_due(session)
        if due is not None and due <= now:
            await enqueue(session, JOB, KEY, payload={}, run_at=now, now=now)


async def _is_too_late(database: Database, letter: Letter, clock: Callable[[], datetime]) -> bool:
    if letter.good_until is None or letter.good_until > clock():
        return False
    async with database.transaction() as session:
        await mail_failed(session, _id(letter), TOO_LATE, now=clock())
    return True


async def _show(database: Database, letters: list[Letter], clock: Callable[[], datetime]) -> None:
    """A demonstration sends nothing: its letters are read on a page."""
    async with database.transaction() as session:
        for letter in letters:
            await mail_sent(session, _id(letter), now=clock(), keep=True)


async def _hand_over(
    database: Database, settings: Settings, letters: list[Letter], clock: Callable[[], datetime]
) -> None:
    left = list(letters)
    try:
        server = await _connected(mail_server(settings))
        try:
            while left:
                await _send_one(database, settings, server, left[0], clock)
                left.pop(0)
        finally:
            await _leave(server)
    except Unreachable as why:
        log.warning("Letters that wait: %s. %s", len(left), why)
        async with database.transaction() as session:
            for letter in left:
                await mail_postponed(session, letter, str(why), now=clock())


async def _send_one(
    database: Database, settings: Settings, server: SMTP, letter: Letter, clock: Callable[[], datetime]
) -> None:
    """Send one letter and note how it went. Raises Unreachable where the next would fare no better."""
    try:
        html, stop = await _as_html(database, letter), await _stop_link(database, settings, letter)
        await _deliver(server, letter, settings, html=html, stop=stop)
    except RefusedForGood as why:
        log.warning("Letter %s is refused: %s", letter.id, why)
        async with database.transaction() as session:
            await mail_failed(session, _id(letter), str(why), now=clock())
    except SMTPException as error:
        async with database.transaction() as session:
            await mail_postponed(session, letter, _reason(error), now=clock())
    else:
        async with database.transaction() as session:
            await mail_sent(session, _id(letter), now=clock(), keep=settings.demo)


async def _as_html(database: Database, letter: Letter) -> bool:
    """Whether the account at this address wants its mail so."""
    async with database.reading() as session:
        return await wanting_html(session, letter.address)


async def _stop_link(database: Database, settings: Settings, letter: Letter) -> str:
    """Where letters like this one are stopped; empty for one that somebody has just asked for."""
    if letter.cause != Cause.DIGEST:
        return ""
    async with database.reading() as session:
        account_id = await account_with_address(session, letter.address)
    return stop_link(settings, account_id) if account_id is not None else ""


async def _connected(where: MailServer | None) -> SMTP:
    if where is None:
        raise Unreachable(NO_SERVER)
    server = SMTP(
        hostname=where.host,
        port=where.port,
        username=where.username,
        password=where.password,
        use_tls=where.use_tls,
        start_tls=where.start_tls,
        timeout=TIMEOUT,
    )
    try:
        await server.connect()
    except (*AWAY, SMTPException) as error:
        server.close()
        raise Unreachable(f"{where.host}:{where.port}: {_reason(error)}") from error
    return server


async def _leave(server: SMTP) -> None:
    try:
        await server.quit()
    except (*AWAY, SMTPException):
        server.close()


async def _deliver(server: SMTP, letter: Letter, settings: Settings, *, html: bool, stop: str = "") -> None:
    try:
        written = message(letter, settings, html=html, stop=stop)
        await server.send_message(written, recipients=letter.address)
    except AWAY as error:
        raise Unreachable(_reason(error)) from error
    except (SMTPRecipientsRefused, SMTPDataError, SMTPNotSupported) as error:
        if _code(error) >= 500:
            raise RefusedForGood(_reason(error)) from error
        raise
    except SMTPSenderRefused as error:
        # Ours to mend: it says nothing against the letter.
        raise Unreachable(f"the sender is refused: {_reason(error)}") from error
    except (MessageError, ValueError) as error:
        raise RefusedForGood("It cannot be written as a letter.") from error


def message(letter: Letter, settings: Settings, *, html: bool = False, stop: str = "") -> EmailMessage:
    """The letter as it goes out; with `html`, a page beside the plain words.

    `stop` is where one press ends letters of this kind (RFC 8058).

    Raises ValueError or MessageError for an address that would be more.
    """
    written = EmailMessage(policy=RULES)
    sender = Address(display_name=settings.site_name, addr_spec=settings.mail_sender)
    written["From"] = sender
    written["To"] = letter.address
    written["Subject"] = letter.subject
    written["Date"] = letter.queued_at
    written["Message-ID"] = f"<{letter.id}.{letter.queued_at:%Y%m%d%H%M%S%f}@{sender.domain}>"
    # Nobody's holiday notice should answer a machine.
    written["Auto-Submitted"] = "auto-generated"
    if stop:
        written["List-Unsubscribe"] = f"<{stop}>"
        written["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    written.set_content(letter.text)
    if html:
        written.add_alternative(html_of(letter.subject, letter.text, letter.language), subtype="html")
    written["Content-Language"] = letter.language  # set_content takes away what begins with Content
    return written


def _code(error: SMTPException) -> int:
    if isinstance(error, SMTPRecipientsRefused):
        return min(one.code for one in error.recipients)
    if isinstance(error, SMTPNotSupported):
        return 553
    return error.code if isinstance(error, SMTPResponseException) else 0


def _reason(error: BaseException) -> str:
    """The kind of fault and its numbers. A server's own words would name the address."""
    if isinstance(error, SMTPException) and (code := _code(error)):
        enhanced = ENHANCED.search(str(error))
        return f"{type(error).__name__} {code}" + (f" {enhanced[0]}" if enhanced else "")
    return type(error).__name__


def _id(letter: Letter) -> int:
    assert letter.id is not None
    return letter.id
