"""The outbox: a letter is queued with its cause, waits longer each time, and is emptied when it ends."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select

from deliberation.running import jobs
from deliberation.running.outbox import (
    ATTEMPTS,
    FIRST_WAIT,
    JOB,
    KEPT,
    KEY,
    LATE,
    LONGEST_WAIT,
    Cause,
    Letter,
    LetterState,
    Mail,
    due_mail,
    forget_mail,
    is_late,
    last_letters,
    mail_failed,
    mail_postponed,
    mail_sent,
    next_due,
    queue_mail,
)
from participate.db import Database

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
MAIL = Mail("flo@example.org", "A link", "Open this link.")


async def queue(database: Database, good_until: datetime | None = None, mail: Mail = MAIL) -> None:
    async with database.transaction() as session:
        await queue_mail(session, mail, Cause.SIGN_IN, now=NOW, good_until=good_until)


async def letters(database: Database) -> list[Letter]:
    async with database.reading() as session:
        return list((await session.exec(select(Letter).order_by(Letter.id))).all())  # type: ignore[arg-type]


async def test_a_letter_is_queued_with_its_cause_or_not_at_all(database: Database) -> None:
    with pytest.raises(RuntimeError):
        async with database.transaction() as session:
            await queue_mail(session, MAIL, Cause.SIGN_IN, now=NOW)
            raise RuntimeError("the cause failed")
    assert await letters(database) == []
    await queue(database)
    (letter,) = await letters(database)
    assert (letter.address, letter.cause, letter.state) == (MAIL.address, "sign-in", LetterState.WAITING)
    async with database.reading() as session:
        job = await jobs.newest(session, JOB, KEY)
    assert job is not None
    assert (job.state, job.run_at, job.payload) == (jobs.JobState.WAITING, NOW, {})


async def test_what_has_ended_names_nobody(database: Database) -> None:
    for _ in range(3):
        await queue(database)
    first, second, third = [letter.id or 0 for letter in await letters(database)]
    async with database.transaction() as session:
        await mail_sent(session, first, now=NOW)
        await mail_failed(session, second, "SMTPDataError 550", now=NOW)
        await mail_sent(session, third, now=NOW, keep=True)
    sent, failed, shown = await letters(database)
    for letter in (sent, failed):
        assert (letter.address, letter.subject, letter.text) == ("", "", "")
    assert (sent.state, sent.sent_at, sent.attempts) == (LetterState.SENT, NOW, 1)
    assert (failed.state, failed.sent_at, failed.error) == (LetterState.FAILED, None, "SMTPDataError 550")
    assert shown.text == MAIL.text
    async with database.reading() as session:
        assert [letter.id for letter in await last_letters(session)] == [third]


async def test_each_failure_waits_twice_as_long_until_the_last(database: Database) -> None:
    await queue(database)
    now, waits = NOW, []
    for attempt in range(1, ATTEMPTS + 1):
        async with database.transaction() as session:
            (letter,) = await due_mail(session, now=now)
            await mail_postponed(session, letter, "ConnectionRefusedError", now=now)
        (letter,) = await letters(database)
        assert letter.attempts == attempt
        if attempt < ATTEMPTS:
            waits.append(letter.due_at - now)
            async with database.reading() as session:
                assert await due_mail(session, now=letter.due_at - timedelta(seconds=1)) == []
                assert await next_due(session) == letter.due_at
            now = letter.due_at
    assert waits[:3] == [FIRST_WAIT, 2 * FIRST_WAIT, 4 * FIRST_WAIT]
    assert waits[-1] == LONGEST_WAIT
    assert (letter.state, letter.address) == (LetterState.FAILED, "")
    async with database.reading() as session:
        assert await next_due(session) is None


async def test_a_letter_that_would_come_too_late_is_given_up(database: Database) -> None:
    await queue(database, good_until=NOW + FIRST_WAIT)
    async with database.transaction() as session:
        (letter,) = await due_mail(session, now=NOW)
        await mail_postponed(session, letter, "TimeoutError", now=NOW)
    (letter,) = await letters(database)
    assert (letter.state, letter.text) == (LetterState.FAILED, "")


async def test_a_letter_that_has_ended_is_not_ended_again(database: Database) -> None:
    await queue(database)
    (letter,) = await letters(database)
    async with database.transaction() as session:
        await mail_sent(session, letter.id or 0, now=NOW)
    async with database.transaction() as session:
        await mail_failed(session, letter.id or 0, "too late", now=NOW)
        await mail_postponed(session, letter, "too late", now=NOW)
    (letter,) = await letters(database)
    assert (letter.state, letter.error) == (LetterState.SENT, None)


async def test_a_subject_is_one_line(database: Database) -> None:
    await queue(database, mail=Mail("flo@example.org", "A\r\nBcc: all@example.org\n link", "x"))
    assert (await letters(database))[0].subject == "A Bcc: all@example.org link"


async def test_what_should_have_gone_is_late(database: Database) -> None:
    async def late(now: datetime) -> bool:
        async with database.reading() as session:
            return await is_late(session, now=now)

    await queue(database)
    assert not await late(NOW + LATE - timedelta(seconds=1))
    assert await late(NOW + LATE)
    (letter,) = await letters(database)
    async with database.transaction() as session:
        await mail_failed(session, letter.id or 0, "SMTPDataError 550", now=NOW + LATE)
    assert await late(NOW + LATE)
    assert not await late(NOW + LATE + LONGEST_WAIT)


async def test_that_letters_went_is_forgotten_after_a_week(database: Database) -> None:
    await queue(database)
    await queue(database)
    first, _ = await letters(database)
    async with database.transaction() as session:
        await mail_sent(session, first.id or 0, now=NOW)
    async with database.transaction() as session:
        assert await forget_mail(session, now=NOW + KEPT - timedelta(seconds=1)) == 0
        assert await forget_mail(session, now=NOW + KEPT) == 1
    (left,) = await letters(database)
    assert left.state is LetterState.WAITING
