"""Opening through the gates, moving the last day, closing by hand and undoing it: once, on the record."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlmodel import col, update

from charters.enforcement import Facts, Reason, Refused
from charters.fairness import Gate
from charters.states import Phase, Stage
from deliberation.errors import Invalid
from deliberation.opinion.analyses import is_over, is_settled
from deliberation.publishing.record import Act
from deliberation.spaces.closing import close_consultation, propose_last_day, reopen_consultation
from deliberation.spaces.consultations import Consultation, ConsultationText, phase_of
from deliberation.spaces.opening import Promise, open_consultation
from participate.db import Database
from tests.framing import BACKGROUND, PROMISE

WEEK, HOUR = timedelta(days=7), timedelta(hours=1)
Make = Callable[..., Awaitable[Consultation]]
Do = Callable[..., Awaitable[Any]]
Kept = Callable[[Consultation], Awaitable[Consultation]]
Acts = Callable[[], Awaitable[list[Act]]]


async def test_nothing_opens_by_default_and_the_refusal_quotes_the_clause(make: Make, do: Do) -> None:
    consultation = await make()
    with pytest.raises(Refused) as refused:
        await do(open_consultation, consultation)
    assert refused.value.reason is Reason.NOT_FAIR_YET
    assert "only while nothing is decided" in refused.value.clause_text


@pytest.mark.parametrize("left_out", [Gate.REASONS, Gate.TIME, Gate.ACCOUNT])
async def test_each_reason_that_is_left_out_keeps_it_shut(
    make: Make, do: Do, kept: Kept, left_out: Gate
) -> None:
    consultation = await make()
    given = {gate: reason for gate, reason in PROMISE.departures.items() if gate is not left_out}
    with pytest.raises(Refused):
        await do(open_consultation, consultation, promise=Promise(True, given))
    after = await kept(consultation)
    assert (after.stage, after.nothing_decided) == (Stage.FRAMING, False)


async def test_a_public_reason_opens_what_falls_short_and_stands_on_the_record(
    make: Make, do: Do, kept: Kept, acts: Acts
) -> None:
    consultation = await make()
    await do(open_consultation, consultation, promise=PROMISE)
    opened = await kept(consultation)
    assert opened.departures == {gate.value: reason for gate, reason in PROMISE.departures.items()}
    words = (await acts())[-1].words
    assert words.startswith("Nothing is decided yet.")
    assert all(reason in words for reason in PROMISE.departures.values())


async def test_a_reason_that_is_not_needed_is_not_kept(make: Make, do: Do, kept: Kept, now: datetime) -> None:
    text = ConsultationText(title="Hours", question="Which hours?", background="word " * 30)
    consultation = await make(text, closes_at=now + 2 * WEEK, answer_by=now + 9 * WEEK)
    await do(open_consultation, consultation, promise=PROMISE)
    assert (await kept(consultation)).departures == {}


@pytest.mark.parametrize(("reason", "words"), [("No.", "in a sentence"), ("x" * 501, "501 characters")])
async def test_a_reason_is_a_sentence(make: Make, do: Do, reason: str, words: str) -> None:
    consultation = await make()
    promise = Promise(True, {**PROMISE.departures, Gate.TIME: reason})
    with pytest.raises(Invalid, match=words) as error:
        await do(open_consultation, consultation, promise=promise)
    assert error.value.field == "time"


async def test_opening_closing_and_undoing_happen_once_each(
    make: Make, do: Do, acts: Acts, now: datetime
) -> None:
    consultation = await make(answer_by=now + 6 * WEEK)
    doing: list[tuple[Do, dict[str, Any]]] = [
        (open_consultation, {"promise": PROMISE}),
        (close_consultation, {}),
        (reopen_consultation, {}),
        (close_consultation, {}),
    ]
    for verb, named in doing:
        answers = await asyncio.gather(
            *(do(verb, consultation, **named) for _ in range(3)), return_exceptions=True
        )
        assert sum(isinstance(answer, Refused) for answer in answers) == 2
    assert [act.kind for act in await acts()] == [
        "consultation-made",
        "consultation-opened",
        "consultation-closed",
        "consultation-reopened",
        "consultation-closed",
    ]


async def test_an_announced_opening_waits_for_its_day_and_may_be_called_off(
    make: Make, do: Do, kept: Kept, now: datetime
) -> None:
    opens = now + timedelta(days=2)
    consultation = await make(opens_at=opens)
    await do(open_consultation, consultation, promise=PROMISE)
    opened = await kept(consultation)
    assert phase_of(opened, now) is Phase.NOT_OPEN
    assert phase_of(opened, opens) is Phase.OPEN
    await do(close_consultation, consultation)  # nobody has answered, so no day for an answer is needed
    assert phase_of(await kept(consultation), opens) is Phase.CLOSED


async def test_an_opening_day_that_has_passed_is_today(make: Make, do: Do, kept: Kept, now: datetime) -> None:
    consultation = await make(opens_at=now + HOUR)
    later = now + timedelta(days=2)
    await do(open_consultation, consultation, promise=PROMISE, now=later)
    assert (await kept(consultation)).opens_at == later


async def test_what_should_have_closed_already_is_not_opened(make: Make, do: Do, now: datetime) -> None:
    consultation = await make()
    with pytest.raises(Refused) as refused:
        await do(open_consultation, consultation, promise=PROMISE, now=now + WEEK)
    assert refused.value.reason is Reason.NOT_FAIR_YET


async def test_closing_by_hand_needs_a_day_for_the_answer(make: Make, do: Do, now: datetime) -> None:
    consultation = await make()
    await do(open_consultation, consultation, promise=PROMISE)
    with pytest.raises(Refused) as refused:
        await do(close_consultation, consultation)
    assert refused.value.reason is Reason.NO_ANSWER_DAY


async def test_closing_by_hand_ends_voting_and_is_undone_within_the_hour_as_if_it_had_not_been(
    opened: Consultation, do: Do, kept: Kept, now: datetime
) -> None:
    before = await kept(opened)
    closing = now + 3 * HOUR
    await do(close_consultation, opened, now=closing)
    closed = await kept(opened)
    assert phase_of(closed, closing) is Phase.CLOSED
    assert closed.ends_at == closing
    assert closed.closes_at == before.closes_at
    await do(reopen_consultation, opened, now=closing + HOUR - timedelta(seconds=1))
    assert (await kept(opened)).model_dump() == before.model_dump()
    await do(close_consultation, opened, now=closing)
    with pytest.raises(Refused) as refused:
        await do(reopen_consultation, opened, now=closing + HOUR)
    assert refused.value.reason is Reason.CANNOT_REOPEN


async def test_no_closing_result_is_made_while_the_close_can_be_undone(
    opened: Consultation, do: Do, kept: Kept, now: datetime
) -> None:
    await do(close_consultation, opened)
    closed = await kept(opened)
    assert is_over(closed, now)
    assert not is_settled(closed, now + HOUR - timedelta(seconds=1))
    assert is_settled(closed, now + HOUR)


async def test_voting_that_ended_on_its_day_is_not_brought_back_by_hand(
    opened: Consultation, do: Do, now: datetime
) -> None:
    with pytest.raises(Refused) as refused:
        await do(reopen_consultation, opened, now=now + WEEK)
    assert refused.value.reason is Reason.CANNOT_REOPEN


@pytest.mark.parametrize("days", [2, 12])
async def test_the_last_day_moves_both_ways_for_a_public_reason(
    opened: Consultation, do: Do, kept: Kept, acts: Acts, now: datetime, days: int
) -> None:
    day, reason = now + timedelta(days=days), "The library is shut that week."
    await do(propose_last_day, opened, closes_at=day, reason=reason)
    assert (await kept(opened)).closes_at == day
    assert (await acts())[-1].words == f"From 9 March 2026 to {2 + days} March 2026: {reason}"


async def test_a_last_day_that_cannot_be_is_refused(opened: Consultation, do: Do, now: datetime) -> None:
    reason = "The library is shut that week."
    wrong = [
        ({"closes_at": now + WEEK}, "last day already"),
        ({"closes_at": now}, "has passed"),
        ({"closes_at": now + 6 * WEEK}, "answer is announced for 13 April 2026"),
        ({"closes_at": now + 2 * WEEK, "reason": " "}, "Write the reason"),
    ]
    for change, words in wrong:
        with pytest.raises(Invalid, match=words):
            await do(propose_last_day, opened, **({"reason": reason} | change))


async def test_nothing_moves_after_the_close(
    opened: Consultation, database: Database, do: Do, flo: Facts, now: datetime
) -> None:
    async with database.transaction() as session:
        where = update(Consultation).where(col(Consultation.id) == opened.id)
        await session.exec(where.values(stage=Stage.CLOSED))
    with pytest.raises(Refused) as refused:
        await do(propose_last_day, opened, closes_at=now + 2 * WEEK, reason="The library is shut.")
    assert refused.value.reason is Reason.CLOSED


def test_the_background_of_the_tests_falls_short() -> None:
    assert 0 < len(BACKGROUND.split()) < 30
