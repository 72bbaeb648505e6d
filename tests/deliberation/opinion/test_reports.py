"""Reports: a timed case for each device and thing, open until a facilitator's act decides it."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlmodel import col, update

from charters.enforcement import Reason, Refused
from charters.policy import load_policy
from charters.states import Stage, StatementState
from deliberation.errors import Invalid
from deliberation.opinion import reports
from deliberation.opinion.reports import (
    LONGEST_WORDS,
    MOST_OPEN,
    WHY,
    Decision,
    Report,
    Reporting,
    ReportReason,
    ReportState,
    decide_question_reports,
    decide_reports,
    forget_reporters,
    latest_report,
    open_reports,
    reopen_reports,
    report,
    report_text,
)
from deliberation.opinion.statements import Statement, statement_numbered
from deliberation.opinion.taking_part import Visitor
from deliberation.people.participants import Participant, participant_if_any
from deliberation.publishing.record import Did, enter
from deliberation.spaces.consultations import Consultation
from participate.db import Database

MakeVisitor = Callable[..., Visitor]


def about(who: Visitor, number: int | None, now: datetime, reason: str = "abusive") -> Reporting:
    return Reporting(
        visitor=who,
        space="avonmere",
        consultation="evenings",
        number=number,
        text=report_text(reason, "Please look."),
        now=now,
    )


async def send(database: Database, reporting: Reporting) -> None:
    async with database.transaction() as session:
        await report(session, reporting)


async def still_open(database: Database, held: Consultation) -> list[Report]:
    async with database.reading() as session:
        assert held.id is not None
        return await open_reports(session, held.id)


async def entered(database: Database, held: Consultation, now: datetime) -> int:
    """The id of an act on the record."""
    async with database.transaction() as session:
        act = enter(session, Did.STATEMENT_KEPT, space_id=held.space_id, consultation_id=held.id, now=now)
        await session.flush()
        assert act.id is not None
        return act.id


async def test_a_report_is_a_case_that_is_due_on_the_policys_day(
    database: Database, voting: Consultation, visitor: MakeVisitor, now: datetime
) -> None:
    await send(database, about(visitor("ann"), 2, now))
    (case,) = await still_open(database, voting)
    async with database.reading() as session:
        two = await statement_numbered(session, voting.id or 0, 2)
    assert (case.statement_id, case.about, case.reason) == (two.id, 2, ReportReason.ABUSIVE)
    assert (case.words, case.made_at, case.state) == ("Please look.", now, ReportState.OPEN)
    assert case.due_at - now == timedelta(days=load_policy("open-health-space").moderation.report_days)
    assert case.by == visitor("ann").pseudonym(voting.space_id)


async def test_reporting_makes_nobody_a_participant(
    database: Database, voting: Consultation, visitor: MakeVisitor, now: datetime
) -> None:
    await send(database, about(visitor("ann"), 2, now))
    async with database.reading() as session:
        pseudonym = visitor("ann").pseudonym(voting.space_id)
        assert await participant_if_any(session, voting.space_id, pseudonym) is None


async def test_a_device_has_one_open_report_about_a_thing_even_at_one_moment(
    database: Database, voting: Consultation, visitor: MakeVisitor, now: datetime
) -> None:
    reasons = ("abusive", "unlawful", "off-topic")
    await asyncio.gather(*(send(database, about(visitor("ann"), 2, now, reason)) for reason in reasons))
    await send(database, about(visitor("ann"), 3, now))
    await send(database, about(visitor("ben"), 2, now))
    await send(database, about(visitor("ann"), None, now))
    assert sorted(case.about for case in await still_open(database, voting)) == [0, 2, 2, 3]


async def test_a_decision_closes_the_cases_and_undoing_it_opens_them(
    database: Database, voting: Consultation, visitor: MakeVisitor, now: datetime
) -> None:
    await send(database, about(visitor("ann"), 2, now))
    await send(database, about(visitor("ben"), 2, now))
    await send(database, about(visitor("ben"), 3, now))
    act, later = await entered(database, voting, now), now + timedelta(hours=5)
    two = (await still_open(database, voting))[0].statement_id
    assert two is not None
    async with database.transaction() as session:
        assert await decide_reports(session, two, Decision.KEPT, act_id=act, now=later) == 2
        assert await decide_reports(session, two, Decision.REMOVED, act_id=act, now=later) == 0
    assert [case.about for case in await still_open(database, voting)] == [3]
    pseudonym = visitor("ann").pseudonym(voting.space_id)
    async with database.reading() as session:
        case = await latest_report(session, voting.id or 0, 2, pseudonym)
    assert case is not None
    assert (case.state, case.decision, case.decided_at) == (ReportState.DECIDED, "kept", later)
    assert case.decided_at - case.made_at == timedelta(hours=5)
    await send(database, about(visitor("ben"), 2, later))
    async with database.transaction() as session:
        assert await reopen_reports(session, act) == 1
    assert [case.about for case in await still_open(database, voting)] == [2, 3, 2]


async def test_reports_about_the_question_are_decided_together_and_no_others(
    database: Database, voting: Consultation, visitor: MakeVisitor, now: datetime
) -> None:
    for name in ("ann", "ben"):
        await send(database, about(visitor(name), None, now))
    await send(database, about(visitor("ann"), 1, now))
    act = await entered(database, voting, now)
    async with database.transaction() as session:
        assert await decide_question_reports(session, voting.id or 0, act_id=act, now=now) == 2
    assert [case.about for case in await still_open(database, voting)] == [1]


@pytest.mark.parametrize(
    ("state", "why"),
    [(StatementState.PENDING, Reason.STATEMENT_PENDING), (StatementState.REMOVED, Reason.STATEMENT_REMOVED)],
)
async def test_what_is_not_public_cannot_be_reported(
    database: Database,
    voting: Consultation,
    visitor: MakeVisitor,
    now: datetime,
    state: StatementState,
    why: Reason,
) -> None:
    async with database.transaction() as session:
        removed_for = "abusive" if state is StatementState.REMOVED else None
        values = {"state": state, "removed_for": removed_for}
        await session.exec(update(Statement).where(col(Statement.number) == 2).values(**values))
    with pytest.raises(Refused) as refused:
        await send(database, about(visitor("ann"), 2, now))
    assert refused.value.reason is why
    assert await still_open(database, voting) == []


@pytest.mark.parametrize("stage", [Stage.CLOSED, Stage.ARCHIVED])
async def test_what_can_be_read_can_be_reported_when_voting_is_over(
    database: Database, voting: Consultation, visitor: MakeVisitor, now: datetime, stage: Stage
) -> None:
    async with database.transaction() as session:
        await session.exec(update(Consultation).values(stage=stage))
    await send(database, about(visitor("ann"), 2, now))
    assert len(await still_open(database, voting)) == 1


async def test_a_statement_that_nobody_is_shown_yet_cannot_be_reported(
    database: Database, voting: Consultation, visitor: MakeVisitor, now: datetime
) -> None:
    async with database.transaction() as session:
        await session.exec(update(Consultation).values(stage=Stage.FRAMING))
    with pytest.raises(Refused) as refused:
        await send(database, about(visitor("ann"), 2, now))
    assert refused.value.reason is Reason.NOT_OPEN_YET
    await send(database, about(visitor("ann"), None, now))  # the question can be read already


async def test_a_device_has_few_reports_open_at_once(
    database: Database,
    voting: Consultation,
    visitor: MakeVisitor,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert MOST_OPEN == 30
    monkeypatch.setattr(reports, "MOST_OPEN", 2)
    for number in (1, 2):
        await send(database, about(visitor("ann"), number, now))
    with pytest.raises(Refused) as refused:
        await send(database, about(visitor("ann"), 3, now))
    assert (refused.value.clause, refused.value.reason) == ("fair-limits", Reason.TOO_MANY_REPORTS)
    await send(database, about(visitor("ben"), 3, now))


async def test_devices_that_nobody_knows_count_for_their_network(
    database: Database, voting: Consultation, visitor: MakeVisitor, now: datetime
) -> None:
    async with database.transaction() as session:
        known = visitor("kit", newcomers=1).pseudonym(voting.space_id)
        session.add(Participant(space_id=voting.space_id, key=known, joined_at=now))
    await send(database, about(visitor("ann", newcomers=1), 1, now))
    await send(database, about(visitor("ann", newcomers=1), 2, now))
    await send(database, about(visitor("kit", newcomers=1), 2, now))
    with pytest.raises(Refused) as refused:
        await send(database, about(visitor("ben", newcomers=1), 1, now))
    assert refused.value.reason is Reason.TOO_MANY_NEWCOMERS
    assert len(await still_open(database, voting)) == 3


async def test_a_device_over_its_limit_waits(
    database: Database, voting: Consultation, visitor: MakeVisitor, now: datetime
) -> None:
    over = visitor("ann", limit_ends=now + timedelta(seconds=20))
    for number in (2, None):
        with pytest.raises(Refused) as refused:
            await send(database, about(over, number, now))
        assert refused.value.reason is Reason.TOO_MANY


async def test_who_reported_is_erased_when_its_time_has_come_and_the_times_stay(
    database: Database, voting: Consultation, visitor: MakeVisitor, now: datetime
) -> None:
    await send(database, about(visitor("ann"), 1, now))
    await send(database, about(visitor("ann"), 2, now))
    act = await entered(database, voting, now)
    (one, _two) = await still_open(database, voting)
    async with database.transaction() as session:
        assert one.statement_id is not None
        await decide_reports(session, one.statement_id, Decision.KEPT, act_id=act, now=now)
        assert await forget_reporters(session, [voting.id or 0], now) == 0
        assert await forget_reporters(session, [], now + timedelta(seconds=1)) == 0
        assert await forget_reporters(session, [voting.id or 0], now + timedelta(seconds=1)) == 1
    async with database.reading() as session:
        erased = await session.get(Report, one.id)
        assert erased is not None
        assert (erased.by, erased.words, erased.made_at, erased.decided_at) == ("", "", now, now)
    (left,) = await still_open(database, voting)
    assert left.by != ""


@pytest.mark.parametrize(
    ("code", "words", "field", "message"),
    [
        ("", "", "reason", "Choose what is wrong"),
        ("rude", "", "reason", "Choose what is wrong"),
        ("other", "  ", "words", "Write what is wrong"),
        ("abusive", "x" * (LONGEST_WORDS + 1), "words", "501 characters. Shorten it to 500"),
    ],
)
def test_a_report_says_what_is_wrong(code: str, words: str, field: str, message: str) -> None:
    with pytest.raises(Invalid, match=message) as refused:
        report_text(code, words)
    assert refused.value.field == field


def test_every_reason_has_words() -> None:
    assert set(WHY) == set(ReportReason)
    assert report_text("other", " It mocks us. ").words == "It mocks us."
