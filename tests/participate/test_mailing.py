"""Letters over a real mail server on this machine: taken, put off, refused, and nobody there."""

import asyncio
import logging
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage, Message
from email.policy import default
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, Envelope
from sqlmodel import select

from deliberation.people.accounts import Preferences, account_for, correct_account
from deliberation.running import jobs
from deliberation.running.outbox import FIRST_WAIT, JOB, KEY, Cause, Letter, LetterState, Mail, queue_mail
from participate import worker
from participate.db import Database
from participate.fit_to_serve import check_for_serving
from participate.mail_server import MailServer, mail_server
from participate.mailing import look_for_mail, message, send_due
from participate.settings import Settings, SettingsError
from participate.worker import Worker
from tests.people import ANSWERING, Clock

FLO = "flo@example.org"
SENDER = "no-reply@participate.example.org"
SECRET = "https://participate.example.org/sign-in/a-secret"


@dataclass
class Post:
    """A mail server's side: what it took, and what it answers when asked to take something."""

    taken: list[Envelope] = field(default_factory=list)
    to_recipient: str = "250 OK"
    to_data: str = "250 OK"

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Envelope, address: str, _: Any) -> str:
        if self.to_recipient.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.to_recipient

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Envelope) -> str:
        if self.to_data.startswith("250"):
            self.taken.append(envelope)
        return self.to_data

    def letters(self) -> list[Message]:
        return [message_from_bytes(envelope.content or b"", policy=default) for envelope in self.taken]  # type: ignore[arg-type]


@pytest.fixture
def post() -> Post:
    return Post()


@pytest.fixture
async def sending(post: Post, database_url: str) -> AsyncIterator[Settings]:
    """The settings of an installation whose mail server is `post`."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(post, hostname="post.example"), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    yield Settings(
        database_url=database_url,
        secret_key="s" * 32,
        pseudonym_key="p" * 32,
        public_url="https://participate.example.org",
        smtp_url=f"smtp://127.0.0.1:{port}",
        mail_sender=SENDER,
        **ANSWERING,
    )
    server.close()
    await server.wait_closed()


async def queue(database: Database, clock: Clock, address: str = FLO, minutes: int = 15) -> None:
    mail = Mail(address, "Eich dolen i fewngofnodi", f"Agorwch y ddolen hon:\n\n{SECRET}\n\nŵ", "cy")
    async with database.transaction() as session:
        until = clock() + timedelta(minutes=minutes)
        await queue_mail(session, mail, Cause.SIGN_IN, now=clock(), good_until=until)


async def letters(database: Database) -> list[Letter]:
    async with database.reading() as session:
        return list((await session.exec(select(Letter).order_by(Letter.id))).all())  # type: ignore[arg-type]


async def test_a_letter_arrives_as_it_was_written(
    database: Database, sending: Settings, post: Post, clock: Clock
) -> None:
    await queue(database, clock)
    await send_due(database, sending, clock=clock)
    (letter,) = post.letters()
    assert isinstance(letter, EmailMessage)
    assert post.taken[0].rcpt_tos == [FLO]
    assert (letter["To"], letter["Subject"]) == (FLO, "Eich dolen i fewngofnodi")
    assert letter["From"] == f"Participate <{SENDER}>"
    assert letter["Content-Language"] == "cy"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["Message-ID"].endswith("@participate.example.org>")
    assert letter.get_content_type() == "text/plain"
    assert letter.get_content().replace("\r\n", "\n") == f"Agorwch y ddolen hon:\n\n{SECRET}\n\nŵ\n"
    (kept,) = await letters(database)
    assert (kept.state, kept.address, kept.subject, kept.text) == (LetterState.SENT, "", "", "")
    await send_due(database, sending, clock=clock)
    assert len(post.taken) == 1


async def test_who_wants_mail_as_a_page_gets_it_beside_the_plain_words(
    database: Database, sending: Settings, post: Post, clock: Clock
) -> None:
    async with database.transaction() as session:
        account = await account_for(session, FLO, now=clock())
        assert account.id is not None
        await correct_account(session, account.id, Preferences(mail_format="html"))
        for address in (FLO, "gus@example.org"):
            mail = Mail(address, "Tea & <talk>", f"Come & see <b>us</b>.\nSoon.\n\n{SECRET}", "cy")
            await queue_mail(session, mail, Cause.SIGN_IN, now=clock())
    await send_due(database, sending, clock=clock)
    page, plain = post.letters()
    assert isinstance(page, EmailMessage)
    assert not plain.is_multipart()
    assert [part.get_content_type() for part in page.iter_parts()] == ["text/plain", "text/html"]
    words, shown = (part.get_content().replace("\r\n", "\n") for part in page.iter_parts())
    assert words == f"Come & see <b>us</b>.\nSoon.\n\n{SECRET}\n"
    assert '<html lang="cy">' in shown
    assert "<h1>Tea &amp; &lt;talk&gt;</h1>" in shown
    assert "<p>Come &amp; see &lt;b&gt;us&lt;/b&gt;.<br>\nSoon.</p>" in shown
    assert f'<p><a href="{SECRET}">{SECRET}</a></p>' in shown


@pytest.mark.parametrize("which", ["to_recipient", "to_data"])
async def test_what_is_put_off_is_tried_again_later(
    database: Database, sending: Settings, post: Post, clock: Clock, which: str
) -> None:
    setattr(post, which, f"451 4.7.1 {FLO} is greylisted")
    await queue(database, clock)
    await send_due(database, sending, clock=clock)
    (waiting,) = await letters(database)
    assert (waiting.state, waiting.attempts, waiting.due_at) == (
        LetterState.WAITING,
        1,
        clock() + FIRST_WAIT,
    )
    assert "451 4.7.1" in (waiting.error or "")
    async with database.reading() as session:
        job = await jobs.newest(session, JOB, KEY)
    assert job is not None
    setattr(post, which, "250 OK")
    await send_due(database, sending, clock=clock)
    assert post.taken == []
    clock.time += FIRST_WAIT
    await send_due(database, sending, clock=clock)
    assert len(post.taken) == 1
    assert (await letters(database))[0].state is LetterState.SENT


@pytest.mark.parametrize("which", ["to_recipient", "to_data"])
async def test_what_is_refused_for_good_is_not_tried_again_and_names_nobody(
    database: Database, sending: Settings, post: Post, clock: Clock, which: str, caplog: Any
) -> None:
    setattr(post, which, f"550 5.1.1 <{FLO}> does not live here")
    await queue(database, clock)
    with caplog.at_level(logging.INFO):
        await send_due(database, sending, clock=clock)
    (failed,) = await letters(database)
    assert (failed.state, failed.address, failed.text) == (LetterState.FAILED, "", "")
    assert (failed.error or "").endswith("550 5.1.1")
    # The server's own log runs in this process too.
    ours = " ".join(line.getMessage() for line in caplog.records if line.name != "mail.log")
    assert "is refused" in ours
    assert FLO not in ours
    assert SECRET not in ours


async def test_one_refusal_keeps_no_other_letter_back(
    database: Database, sending: Settings, post: Post, clock: Clock
) -> None:
    await queue(database, clock, address="flo@example.org\r\nBcc: all@example.org")
    await queue(database, clock, address="gus@example.org")
    await send_due(database, sending, clock=clock)
    assert [envelope.rcpt_tos for envelope in post.taken] == [["gus@example.org"]]
    assert [letter.state for letter in await letters(database)] == [LetterState.FAILED, LetterState.SENT]


def nobody_listens() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


async def test_while_the_server_is_away_everything_waits(
    database: Database, sending: Settings, post: Post, clock: Clock
) -> None:
    await queue(database, clock)
    await queue(database, clock, address="gus@example.org")
    away = replace(sending, smtp_url=f"smtp://127.0.0.1:{nobody_listens()}")
    await send_due(database, away, clock=clock)
    assert {(letter.state, letter.attempts) for letter in await letters(database)} == {
        (LetterState.WAITING, 1)
    }
    clock.time += FIRST_WAIT
    await send_due(database, sending, clock=clock)
    assert len(post.taken) == 2


async def test_a_link_is_not_sent_once_it_is_worth_nothing(
    database: Database, sending: Settings, post: Post, clock: Clock
) -> None:
    await queue(database, clock)
    clock.pass_(minutes=15)
    await send_due(database, sending, clock=clock)
    assert post.taken == []
    assert (await letters(database))[0].state is LetterState.FAILED


async def test_a_server_elsewhere_must_encrypt(database: Database, sending: Settings, clock: Clock) -> None:
    server = mail_server(replace(sending, smtp_url="smtp://flo:p%40ss@mail.example.org"))
    assert server == MailServer("mail.example.org", 587, "flo", "p@ss", use_tls=False, start_tls=True)
    server = mail_server(replace(sending, smtp_url="smtps://mail.example.org"))
    assert server == MailServer("mail.example.org", 465, None, None, use_tls=True, start_tls=False)
    here = mail_server(sending)
    assert here is not None
    assert here.start_tls is None
    assert mail_server(Settings()) is None


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"smtp_url": "mail.example.org"}, "PARTICIPATE_SMTP_URL cannot be read"),
        ({"smtp_url": "smtps://x:secret@mail.example.org:post"}, "PARTICIPATE_SMTP_URL cannot be read"),
        ({"mail_sender": ""}, "PARTICIPATE_MAIL_SENDER is ''"),
        ({"mail_sender": "a@b.example\nBcc: c@d.example"}, "PARTICIPATE_MAIL_SENDER is"),
    ],
)
async def test_a_mail_server_that_cannot_be_meant_is_refused_at_the_start(
    sending: Settings, changes: dict[str, str], complaint: str
) -> None:
    with pytest.raises(SettingsError, match=complaint) as refused:
        check_for_serving(replace(sending, **changes), "127.0.0.1")
    assert "secret" not in str(refused.value)


async def test_a_start_without_a_mail_server_says_what_that_means(sending: Settings) -> None:
    assert check_for_serving(sending, "127.0.0.1") == []
    (warning,) = check_for_serving(replace(sending, smtp_url=""), "127.0.0.1")
    assert "nobody can sign in by e-mail" in warning


async def test_the_worker_sends_what_is_queued(database: Database, sending: Settings, post: Post) -> None:
    clock = Clock()
    await queue(database, clock, minutes=10**6)
    assert await Worker(database, sending, looks={}).run_once()
    assert len(post.taken) == 1


async def test_a_round_that_nobody_asked_for_is_asked_for(database: Database, clock: Clock) -> None:
    await queue(database, clock)
    async with database.transaction() as session:
        claim = await jobs.claim(session, [JOB], lease=timedelta(minutes=1), now=clock())
        assert claim is not None
        await jobs.complete(session, claim, now=clock())
    await look_for_mail(database, clock())
    async with database.reading() as session:
        assert await jobs.any_due(session, [JOB], now=clock())
    assert look_for_mail in worker.looks()


async def test_an_address_that_is_more_than_one_is_no_letter(sending: Settings, clock: Clock) -> None:
    letter = Letter(
        id=1,
        cause=Cause.SIGN_IN,
        address="a@b.example\nBcc: c@d.example",
        subject="x",
        text="y",
        language="en",
        queued_at=clock(),
        due_at=clock(),
    )
    with pytest.raises(ValueError, match="Header values may not contain"):
        message(letter, sending)
