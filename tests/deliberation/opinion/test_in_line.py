"""What waits for a facilitator, in which order, and what is erased when its time has come."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlmodel import col, update

from charters.enforcement import Facts
from charters.policy import load_policy
from charters.states import StatementState
from deliberation.opinion.in_line import (
    InLine,
    act_here,
    acts_on,
    copies_of,
    counts_by_state,
    counts_in_line,
    in_line,
    last_act,
    statements_in,
)
from deliberation.opinion.moderation import (
    UNDO,
    RemovalReason,
    keep_question,
    keep_statement,
    publish_statement,
    remove_statement,
    undo_act,
)
from deliberation.opinion.reports import Reporting, latest_report, open_reports, report, report_text
from deliberation.opinion.sealed import erase_sealed
from deliberation.opinion.statements import Statement, StatementText, add_statement, statement_numbered
from deliberation.opinion.submitting import Draft, submit_statement
from deliberation.opinion.taking_part import Visitor
from deliberation.spaces.consultations import Consultation
from participate.db import Database

PENDING, PUBLISHED = StatementState.PENDING, StatementState.PUBLISHED
HARM = "Nobody rings back, and I want to die."


async def write(
    database: Database, held: Consultation, text: str, at: datetime, state: StatementState = PENDING
) -> Statement:
    async with database.transaction() as session:
        return await add_statement(session, held, StatementText(text=text), state=state, now=at)


async def send(
    database: Database, who: Visitor, number: int | None, now: datetime, reason: str = "abusive"
) -> None:
    reporting = Reporting(
        visitor=who,
        space="avonmere",
        consultation="evenings",
        number=number,
        text=report_text(reason, ""),
        now=now,
    )
    async with database.transaction() as session:
        await report(session, reporting)


async def line(database: Database, held: Consultation) -> list[InLine]:
    async with database.reading() as session:
        assert held.id is not None
        waiting = await in_line(session, held.id)
        assert await counts_in_line(session, [held.id, 12345]) == {held.id: len(waiting), 12345: 0}
        return waiting


async def test_urgent_ones_come_first_then_reported_ones_then_the_oldest(
    database: Database, voting: Consultation, visitor: Callable[..., Visitor], now: datetime
) -> None:
    hour = timedelta(hours=1)
    await write(database, voting, "The newest one.", now)  # 4
    await write(database, voting, "An older one.", now - 5 * hour)  # 5
    await write(database, voting, HARM, now - 9 * hour)  # 6
    await send(database, visitor("ann"), 2, now - 2 * hour)
    await send(database, visitor("ann"), 1, now, "danger")
    await send(database, visitor("ben"), 3, now - hour)
    await send(database, visitor("ann"), 3, now - 3 * hour)
    waiting = await line(database, voting)
    assert [one.statement.number for one in waiting] == [6, 1, 3, 2, 5, 4]
    by_number = {one.statement.number: one for one in waiting}
    assert by_number[6].danger
    assert by_number[1].danger
    assert [len(by_number[number].reports) for number in (1, 2, 3, 4)] == [1, 1, 2, 0]
    due = by_number[3].due
    assert due == now - 3 * hour + timedelta(days=load_policy("open-health-space").moderation.report_days)
    assert by_number[4].due is None


async def test_what_was_shown_at_once_waits_until_it_is_read(
    database: Database,
    voting: Consultation,
    visitor: Callable[..., Visitor],
    flo: Facts,
    now: datetime,
) -> None:
    async with database.transaction() as session:
        draft = Draft(
            visitor=visitor("ann"),
            space="avonmere",
            consultation="evenings",
            text=StatementText(text="Ring me back the same day, please."),
            now=now,
        )
        mine = await submit_statement(session, draft)
    assert mine.state is PUBLISHED
    assert [one.statement.id for one in await line(database, voting)] == [mine.id]
    async with database.transaction() as session:
        await keep_statement(session, mine.id, asking=flo, now=now)
    assert await line(database, voting) == []
    await send(database, visitor("ben"), mine.number, now + timedelta(days=2))
    (again,) = await line(database, voting)
    assert again.since == now + timedelta(days=2)


@pytest.mark.parametrize("text", [HARM, "I could not get through on 01632 960777."])
async def test_words_that_need_care_are_read_before_they_are_shown(
    database: Database, voting: Consultation, visitor: Callable[..., Visitor], now: datetime, text: str
) -> None:
    async with database.transaction() as session:
        given = StatementText(text=text)
        who = visitor("ann")
        draft = Draft(visitor=who, space="avonmere", consultation="evenings", text=given, now=now)
        assert (await submit_statement(session, draft)).state is PENDING
    (one,) = await line(database, voting)
    assert one.danger is (text == HARM)
    assert bool(one.cautions.identifiers) is (text != HARM)


async def test_an_act_on_a_statement_decides_its_reports_and_its_undo_opens_them(
    database: Database,
    voting: Consultation,
    visitor: Callable[..., Visitor],
    flo: Facts,
    now: datetime,
) -> None:
    for name in ("ann", "ben"):
        await send(database, visitor(name), 2, now)
        await send(database, visitor(name), 3, now)
    async with database.transaction() as session:
        two = await statement_numbered(session, voting.id or 0, 2)
        three = await statement_numbered(session, voting.id or 0, 3)
        await keep_statement(session, two.id, asking=flo, now=now)
        act = await remove_statement(session, three.id, reason=RemovalReason.ABUSIVE, asking=flo, now=now)
    assert await line(database, voting) == []
    pseudonym = visitor("ann").pseudonym(voting.space_id)
    async with database.reading() as session:
        decisions = [await latest_report(session, voting.id or 0, n, pseudonym) for n in (2, 3)]
        assert [one.decision if one else None for one in decisions] == ["kept", "removed"]
    async with database.transaction() as session:
        await undo_act(session, three.id, act_id=act.id or 0, asking=flo, now=now)
    (back,) = await line(database, voting)
    assert (back.statement.number, len(back.reports)) == (3, 2)


async def test_reports_about_the_question_are_closed_on_the_record(
    database: Database,
    voting: Consultation,
    visitor: Callable[..., Visitor],
    flo: Facts,
    now: datetime,
) -> None:
    await send(database, visitor("ann"), None, now)
    assert await line(database, voting) == []
    async with database.transaction() as session:
        act = await keep_question(session, voting.id or 0, asking=flo, now=now)
        assert (act.kind, act.statement_id) == ("question-kept", None)
        assert await open_reports(session, voting.id or 0) == []


async def test_copies_are_likest_first_and_never_removed_ones(
    database: Database, voting: Consultation, flo: Facts, now: datetime
) -> None:
    mine = await write(database, voting, "Ring people back on the same day.", now)
    await write(database, voting, "Ring people back the same day", now)
    gone = await write(database, voting, "Ring people back on the same day, please.", now)
    async with database.transaction() as session:
        await remove_statement(session, gone.id, reason=RemovalReason.ABUSIVE, asking=flo, now=now)
    async with database.reading() as session:
        assert [one.number for one in await copies_of(session, mine)] == [5, 3]


async def test_the_newest_act_that_can_be_undone_is_found(
    database: Database, voting: Consultation, flo: Facts, now: datetime
) -> None:
    first = await write(database, voting, "One that waits.", now)
    second = await write(database, voting, "Two that waits.", now)
    async with database.transaction() as session:
        await publish_statement(session, first.id, asking=flo, now=now)
        act = await publish_statement(session, second.id, asking=flo, now=now)
    held = voting.id or 0

    async def found(moment: datetime) -> int | None:
        async with database.reading() as session:
            last = await last_act(session, held, moment)
            return None if last is None else last[1].number

    assert await found(now) == second.number
    async with database.transaction() as session:
        await undo_act(session, second.id, act_id=act.id or 0, asking=flo, now=now)
    assert await found(now + UNDO - timedelta(seconds=1)) == first.number
    assert await found(now + UNDO) is None
    async with database.reading() as session:
        assert [one.kind for one in await acts_on(session, second.id)][-1] == "moderation-undone"
        assert await act_here(session, held, act.id or 0) is not None
        assert await act_here(session, held + 1, act.id or 0) is None


async def test_statements_are_counted_and_listed_by_state(
    database: Database, voting: Consultation, now: datetime
) -> None:
    await write(database, voting, "One that waits.", now)
    held = voting.id or 0
    async with database.reading() as session:
        counts = await counts_by_state(session, [held, 12345])
        assert counts == {held: {PENDING: 1, PUBLISHED: 3}, 12345: {}}
        assert [s.number for s in await statements_in(session, held, PENDING)] == [4]


async def test_a_hidden_number_is_erased_when_hiding_it_can_no_longer_be_undone(
    database: Database, voting: Consultation, flo: Facts, now: datetime
) -> None:
    one = await write(database, voting, "Ring 01632 960777.", now)
    async with database.transaction() as session:
        await publish_statement(session, one.id, hiding=True, asking=flo, now=now)

    async def sealed(moment: datetime) -> str | None:
        async with database.transaction() as session:
            await erase_sealed(session, moment)
            return (await statement_numbered(session, voting.id or 0, one.number)).as_written

    assert await sealed(now + UNDO - timedelta(seconds=1)) == "Ring 01632 960777."
    assert await sealed(now + UNDO) is None


async def test_who_reported_is_erased_after_the_policys_days(
    database: Database,
    voting: Consultation,
    visitor: Callable[..., Visitor],
    flo: Facts,
    now: datetime,
) -> None:
    await send(database, visitor("ann"), 2, now)
    days = load_policy("open-health-space").moderation.sealed_days
    pseudonym = visitor("ann").pseudonym(voting.space_id)

    async def known(moment: datetime) -> bool:
        async with database.transaction() as session:
            await erase_sealed(session, moment)
            return await latest_report(session, voting.id or 0, 2, pseudonym) is not None

    assert await known(now + timedelta(days=3 * days))  # open still
    async with database.transaction() as session:
        two = await statement_numbered(session, voting.id or 0, 2)
        await keep_statement(session, two.id, asking=flo, now=now)
    assert await known(now + timedelta(days=days))
    assert not await known(now + timedelta(days=days, seconds=1))


async def test_imported_and_seeded_statements_do_not_wait(database: Database, voting: Consultation) -> None:
    async with database.transaction() as session:
        await session.exec(update(Statement).where(col(Statement.number) == 1).values(imported=True))
    assert await line(database, voting) == []
