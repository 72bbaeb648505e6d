"""Pauses, notices and the day of the answer: public, bounded, and every wording on the record."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from charters.enforcement import Reason, Refused
from charters.states import Phase
from deliberation.errors import Invalid
from deliberation.opinion.statements import StatementText
from deliberation.opinion.submitting import Draft, submit_statement
from deliberation.opinion.taking_part import Visitor
from deliberation.publishing.record import Act
from deliberation.spaces.consultations import Consultation, phase_of
from deliberation.spaces.pausing import pause_consultation, resume_consultation
from deliberation.spaces.telling import AnswerText, NoticeText, announce_answer, put_up_notice
from participate.db import Database

WEEK, HOUR = timedelta(days=7), timedelta(hours=1)
REASON = "We are mending a fault in the pages."
Do = Callable[..., Awaitable[Any]]
Kept = Callable[[Consultation], Awaitable[Consultation]]
Acts = Callable[[], Awaitable[list[Act]]]


async def test_a_pause_holds_for_its_hours_and_ends_by_itself(
    opened: Consultation, do: Do, kept: Kept, acts: Acts, now: datetime
) -> None:
    await do(pause_consultation, opened, hours=5, reason=f" {REASON} ")
    paused = await kept(opened)
    assert phase_of(paused, now) is Phase.PAUSED
    assert phase_of(paused, now + 5 * HOUR) is Phase.OPEN
    assert (paused.paused_until, paused.pause_reason) == (now + 5 * HOUR, REASON)
    assert (await acts())[-1].words == f"For 5 hours: {REASON}"


async def test_nobody_writes_while_it_is_paused_and_each_is_told_until_when(
    opened: Consultation, database: Database, do: Do, visitor: Callable[..., Visitor], now: datetime
) -> None:
    await do(pause_consultation, opened, hours=5, reason=REASON)

    async def write(moment: datetime) -> None:
        draft = Draft(
            visitor=visitor("ann"),
            space="avonmere",
            consultation="opening-hours",
            text=StatementText(text="Open late."),
            now=moment,
        )
        async with database.transaction() as session:
            await submit_statement(session, draft)

    with pytest.raises(Refused) as refused:
        await write(now + 4 * HOUR)
    assert (refused.value.reason, refused.value.clause) == (Reason.PAUSED, "pausing")
    assert refused.value.refusal.when == now + 5 * HOUR
    await write(now + 5 * HOUR)


async def test_a_pause_can_be_ended_before_its_time_and_only_what_was_used_counts(
    opened: Consultation, do: Do, kept: Kept, acts: Acts, now: datetime
) -> None:
    await do(pause_consultation, opened, hours=72, reason=REASON)
    await do(resume_consultation, opened, now=now + 2 * HOUR)
    assert phase_of(await kept(opened), now + 2 * HOUR) is Phase.OPEN
    with pytest.raises(Refused) as refused:
        await do(resume_consultation, opened, now=now + 2 * HOUR)
    assert refused.value.reason is Reason.NOT_PAUSED
    with pytest.raises(Invalid, match="from 1 to 70"):
        await do(pause_consultation, opened, hours=71, reason=REASON, now=now + 3 * HOUR)
    await do(pause_consultation, opened, hours=70, reason=REASON, now=now + 3 * HOUR)
    with pytest.raises(Refused) as refused:
        await do(pause_consultation, opened, hours=1, reason=REASON, now=now + 80 * HOUR)
    assert refused.value.reason is Reason.PAUSE_USED_UP
    assert [act.kind for act in await acts()][2:] == [
        "consultation-paused",
        "consultation-resumed",
        "consultation-paused",
    ]


@pytest.mark.parametrize(
    ("hours", "reason", "words"),
    [
        (0, REASON, "from 1 to 72"),
        (73, REASON, "from 1 to 72"),
        (1, "", "Write the reason"),
        (1, "x", "sentence"),
    ],
)
async def test_a_pause_without_bounds_or_reason_is_refused(
    opened: Consultation, do: Do, hours: int, reason: str, words: str
) -> None:
    with pytest.raises(Invalid, match=words):
        await do(pause_consultation, opened, hours=hours, reason=reason)


async def test_what_is_not_open_cannot_be_paused(opened: Consultation, do: Do, now: datetime) -> None:
    with pytest.raises(Refused) as refused:
        await do(pause_consultation, opened, hours=1, reason=REASON, now=now + WEEK)
    assert refused.value.reason is Reason.CLOSED
    await do(pause_consultation, opened, hours=2, reason=REASON)
    with pytest.raises(Refused) as refused:
        await do(pause_consultation, opened, hours=1, reason=REASON, now=now + HOUR)
    assert refused.value.reason is Reason.PAUSED


async def test_the_record_keeps_every_wording_of_a_notice(
    opened: Consultation, do: Do, kept: Kept, acts: Acts, now: datetime
) -> None:
    for words in ("Come on *Monday*.", "Come on Tuesday.", ""):
        await do(put_up_notice, opened, NoticeText(notice=words))
        after = await kept(opened)
        assert (after.notice, after.noticed_at) == (words, now if words else None)
    said = [act.words for act in await acts() if act.kind == "notice-changed"]
    assert said == ["Come on *Monday*.", "Come on Tuesday.", ""]
    with pytest.raises(Invalid, match="Write the notice"):
        await do(put_up_notice, opened, NoticeText(notice=" "))


async def test_the_answer_has_a_day_after_the_close_and_moves_on_the_record(
    opened: Consultation, do: Do, kept: Kept, acts: Acts, now: datetime
) -> None:
    plan = AnswerText(answer_plan="The board answers each statement that all groups agree on.")
    await do(announce_answer, opened, plan, answer_by=now + 8 * WEEK)
    after = await kept(opened)
    assert (after.answer_by, after.answer_plan) == (now + 8 * WEEK, plan.answer_plan)
    assert (await acts())[-1].words == f"By 27 April 2026. {plan.answer_plan}"
    for day, words in ((now, "has passed"), (now + WEEK, "before voting ends")):
        with pytest.raises(Invalid, match=words):
            await do(announce_answer, opened, plan, answer_by=day)
