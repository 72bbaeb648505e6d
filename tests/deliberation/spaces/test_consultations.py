"""Making a consultation and framing it again: by a facilitator, on the record, under a slug of its own."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from charters.enforcement import Facts, Reason, Refused
from charters.states import Stage, Standing
from deliberation.errors import Invalid
from deliberation.publishing.record import Act
from deliberation.spaces.closing import close_consultation, propose_last_day, reopen_consultation
from deliberation.spaces.consultations import Consultation, ConsultationText
from deliberation.spaces.invitations import InvitationText, end_invitation, make_invitation
from deliberation.spaces.opening import open_consultation, revise_consultation
from deliberation.spaces.pausing import pause_consultation, resume_consultation
from deliberation.spaces.spaces import Space
from deliberation.spaces.telling import AnswerText, NoticeText, announce_answer, put_up_notice
from tests.framing import BACKGROUND, PROMISE

TEXT = ConsultationText(
    title="Opening hours", question="When should the surgery be open?", background=BACKGROUND
)
WEEK = timedelta(days=7)
Make = Callable[..., Awaitable[Consultation]]
Do = Callable[..., Awaitable[Any]]
Kept = Callable[[Consultation], Awaitable[Consultation]]
Acts = Callable[[], Awaitable[list[Act]]]


async def test_a_new_consultation_waits_in_framing_under_a_slug_of_its_title(make: Make, kept: Kept) -> None:
    consultation = await kept(await make(kind="look-back", words="Copied from another."))
    assert consultation.slug == "opening-hours"
    assert consultation.stage is Stage.FRAMING
    assert consultation.kind == "look-back"


async def test_equal_titles_get_different_slugs_also_at_the_same_moment(make: Make) -> None:
    made = await asyncio.gather(*(make() for _ in range(4)))
    assert sorted(c.slug for c in made) == [
        "opening-hours",
        "opening-hours-2",
        "opening-hours-3",
        "opening-hours-4",
    ]


async def test_no_consultation_stands_where_a_page_of_the_space_is(make: Make) -> None:
    assert (await make(TEXT.model_copy(update={"title": "Facilitate"}))).slug == "facilitate-2"
    await make(TEXT.model_copy(update={"slug": "taken"}))
    for slug in ("record", "taken"):
        with pytest.raises(Invalid, match=f"{slug}.*Choose another"):
            await make(TEXT.model_copy(update={"slug": slug}))


async def test_dates_that_cannot_be_are_refused(make: Make, do: Do, now: datetime) -> None:
    wrong = [
        ({"closes_at": now}, "closing day has passed"),
        ({"opens_at": now + 2 * WEEK}, "before the opening day"),
        ({"answer_by": now + WEEK}, "answer would come before voting ends"),
    ]
    consultation = await make()
    dates = {"opens_at": None, "closes_at": now + WEEK, "answer_by": None}
    for change, words in wrong:
        with pytest.raises(Invalid, match=words):
            await make(**change)
        with pytest.raises(Invalid, match=words):
            await do(revise_consultation, consultation, TEXT, **(dates | change))


async def test_only_a_facilitator_makes_and_runs_one(
    make: Make, do: Do, acts: Acts, flo: Facts, now: datetime
) -> None:
    consultation = await make()
    dates = {"opens_at": None, "closes_at": now + WEEK, "answer_by": now + 2 * WEEK}
    doing: list[tuple[Do, tuple[Any, ...], dict[str, Any]]] = [
        (revise_consultation, (TEXT,), dates),
        (open_consultation, (), {"promise": PROMISE}),
        (pause_consultation, (), {"hours": 1, "reason": "A reason for everybody."}),
        (resume_consultation, (), {}),
        (propose_last_day, (), {"closes_at": now + 3 * WEEK, "reason": "A reason for everybody."}),
        (close_consultation, (), {}),
        (reopen_consultation, (), {}),
        (put_up_notice, (NoticeText(notice="Come on Monday."),), {}),
        (announce_answer, (AnswerText(),), {"answer_by": now + 3 * WEEK}),
        (make_invitation, (InvitationText(label="Ward 3"),), {"ends_at": now + WEEK}),
        (end_invitation, (1,), {}),
    ]
    for stranger in (Facts(now=now), Facts(now=now, signed_in=True), replace(flo, signed_in=False)):
        with pytest.raises(Refused) as refused:
            await make(asking=stranger)
        assert refused.value.clause == "facilitator"
        for verb, values, named in doing:
            with pytest.raises(Refused) as refused:
                await do(verb, consultation, *values, **named, asking=stranger)
            assert refused.value.reason is Reason.NEEDS_FACILITATOR
    assert [act.kind for act in await acts()] == ["consultation-made"]


async def test_nothing_is_made_in_an_archive(make: Make, space: Space) -> None:
    space.standing = Standing.ARCHIVE
    with pytest.raises(Refused) as refused:
        await make()
    assert refused.value.reason is Reason.ARCHIVE


async def test_what_is_framed_can_be_changed_until_it_opens_and_keeps_its_address(
    make: Make, do: Do, kept: Kept, acts: Acts, now: datetime
) -> None:
    consultation = await make()
    text = ConsultationText(title="Hours", question="Which hours?", background="More.", language="cy")
    dates = {"opens_at": now + WEEK, "closes_at": now + 3 * WEEK, "answer_by": now + 9 * WEEK}
    await do(revise_consultation, consultation, text, **dates)
    revised = await kept(consultation)
    assert (revised.title, revised.question, revised.background) == ("Hours", "Which hours?", "More.")
    assert (revised.language, revised.slug) == ("cy", "opening-hours")
    assert (revised.opens_at, revised.closes_at, revised.answer_by) == tuple(dates.values())
    await do(open_consultation, consultation, promise=PROMISE)
    with pytest.raises(Refused) as refused:
        await do(revise_consultation, consultation, TEXT, **dates)
    assert refused.value.reason is Reason.ALREADY_OPEN
    assert [act.kind for act in await acts()] == [
        "consultation-made",
        "consultation-revised",
        "consultation-opened",
    ]
