"""Running a consultation by its pages: gates, pauses, days, notices, statements; and what people see."""

from typing import Any

import pytest
from quart import Quart
from sqlmodel import select, update

from charters.policy import load_policy
from charters.states import Stage
from deliberation.opinion.statements import Statement
from deliberation.opinion.voting import Vote
from deliberation.publishing.record import Act
from deliberation.spaces.consultations import Consultation
from tests.participate.consulting import HOURS, RUN, acts, held, make, open_it, sent_file, statements
from tests.people import Clock

REASON = "The library is shut that week."
POLICY = load_policy("open-health-space")


async def words_on_record(app: Quart) -> list[str]:
    async with app.extensions["database"].reading() as session:
        return [act.words for act in await session.exec(select(Act).order_by("id"))]


async def test_opening_says_what_holds_and_opens_when_it_is_said(app: Quart, cast: Any) -> None:
    await make(cast.flo)
    page = await open_it(cast.flo, formative="")
    assert page.status == 422
    assert page.text.count("Say it when you open it.") == 2
    assert (await held(app)).stage is Stage.FRAMING
    page = await open_it(cast.flo)
    assert "The consultation is open." in page.text
    assert "Open until Sunday 29 March 2026." in page.text
    assert (await held(app)).stage is Stage.VOTING
    assert (await words_on_record(app))[-1] == "Nothing is decided yet."


async def test_what_falls_short_asks_for_a_public_reason_and_people_read_it(app: Quart, cast: Any) -> None:
    await make(cast.flo, closes="2026-03-09", answer="")
    page = await open_it(cast.flo, time=REASON)
    assert page.status == 422
    assert "Nobody has said when the answer comes. Say why that is fair, or mend it." in page.text
    form = page.form("/open")
    assert form.fields["time"].strip() == REASON
    assert form.fields["formative"] == "yes"
    page = await cast.flo.send(form, account="The board meets in May at the earliest.")
    assert "The consultation is open." in page.text
    seen = (await cast.stranger.get(HOURS)).text
    assert f"People have less time than the rules ask for. Why: {REASON}" in seen
    assert "The board meets in May at the earliest." in seen
    assert (await words_on_record(app))[-1] == (
        f"Nothing is decided yet.\nLess time than the rules ask for: {REASON}\n"
        "No answer day yet: The board meets in May at the earliest."
    )


async def test_a_reason_that_is_none_is_told_at_its_field(cast: Any) -> None:
    await make(cast.flo, closes="2026-03-09")
    page = await open_it(cast.flo, time="No.")
    assert page.status == 422
    assert '<a href="#time">' in page.html
    assert "in a sentence" in page.text


async def test_what_is_missing_has_no_button_and_leads_to_where_it_is_mended(app: Quart, cast: Any) -> None:
    await make(cast.flo, background="")
    page = await cast.flo.get(f"{RUN}/open")
    assert "It cannot be opened yet." in page.text
    assert "Open the consultation" not in page.text
    form = (await cast.flo.get(f"{RUN}/words")).form("/words")
    page = await cast.flo.send(form, background="word " * 30, closes="", language="en")
    assert page.status == 422
    assert "Choose the last day of voting." in page.text
    page = await cast.flo.send(form, background="word " * 30, language="en")
    assert "Your changes are kept." in page.text
    assert "The consultation is open." in (await open_it(cast.flo)).text


async def test_pressing_open_twice_opens_once(app: Quart, cast: Any) -> None:
    await make(cast.flo)
    form = (await cast.flo.get(f"{RUN}/open")).form("/open")
    await cast.flo.send(form, formative="yes")
    page = await cast.flo.send(form, formative="yes")
    assert page.status == 403
    assert "open already" in page.text
    assert [kind for kind, _ in await acts(app)].count("consultation-opened") == 1


async def test_a_paused_page_says_why_and_until_when_and_keeps_what_was_typed(
    app: Quart, cast: Any, clock: Clock
) -> None:
    await make(cast.flo)
    await open_it(cast.flo)
    voting = (await cast.stranger.get(HOURS)).form("/vote")
    writing = (await cast.stranger.get(HOURS)).form("/statements")
    form = (await cast.flo.get(f"{RUN}/days")).form("/pause")
    page = await cast.flo.send(form, hours="5", pause_reason="We mend a fault in the pages.")
    assert "Voting is paused." in page.text
    seen = (await cast.stranger.get(HOURS)).text
    assert "Voting is paused" in seen
    assert "Monday 2 March 2026, 17:00" in seen
    assert "Why: We mend a fault in the pages." in seen
    page = await cast.stranger.send(voting, vote="agree")
    assert page.status == 403
    assert POLICY.clause("pausing").text in page.text
    assert "It goes on by itself: Monday 2 March 2026, 17:00." in page.text
    assert page.forms()[-1].fields["vote"] == "agree"
    page = await cast.stranger.send(writing, text="Open one surgery on bank holidays.")
    assert page.status == 403
    assert "Open one surgery on bank holidays." in page.text
    assert (await statements(app))[-1].number == 3
    clock.pass_(hours=5)
    assert (await cast.stranger.send(page.forms()[-1])).status == 200
    assert "Voting is paused" not in (await cast.stranger.get(HOURS)).text
    assert (await statements(app))[-1].number == 4


@pytest.mark.parametrize(
    ("fields", "field", "message"),
    [
        ({"hours": "73", "pause_reason": REASON}, "hours", "from 1 to 72"),
        ({"hours": "a few", "pause_reason": REASON}, "hours", "from 1 to 72"),
        ({"hours": "3", "pause_reason": ""}, "pause_reason", "Write the reason"),
    ],
)
async def test_a_wrong_pause_is_told_at_its_field(
    cast: Any, fields: dict[str, str], field: str, message: str
) -> None:
    await make(cast.flo)
    await open_it(cast.flo)
    page = await cast.flo.send((await cast.flo.get(f"{RUN}/days")).form("/pause"), **fields)
    assert page.status == 422
    assert f'<a href="#{field}">' in page.html
    assert page.text.count(message) == 2
    assert {name: page.form("/pause").fields[name].strip() for name in fields} == fields


async def test_a_facilitator_lets_voting_go_on(cast: Any) -> None:
    await make(cast.flo)
    await open_it(cast.flo)
    form = (await cast.flo.get(f"{RUN}/days")).form("/pause")
    page = await cast.flo.send(form, hours="5", pause_reason="We mend a fault in the pages.")
    page = await cast.flo.send(page.form("/resume"))
    assert "Voting goes on." in page.text
    assert "/vote" in (await cast.stranger.get(HOURS)).html


async def test_the_last_day_moves_and_closing_is_undone_within_the_hour(
    app: Quart, cast: Any, clock: Clock
) -> None:
    await make(cast.flo)
    await open_it(cast.flo)
    form = (await cast.flo.get(f"{RUN}/days")).form("/last-day")
    page = await cast.flo.send(form, closes="2026-04-05", move_reason=REASON)
    assert "The last day is moved." in page.text
    assert "Open until Sunday 5 April 2026." in page.text
    assert (await words_on_record(app))[-1] == f"From 29 March 2026 to 5 April 2026: {REASON}"
    page = await cast.flo.send((await cast.flo.get(f"{RUN}/days")).form("/close"))
    assert "Closed on Monday 2 March 2026." in page.text
    assert "Voting is closed" in (await cast.stranger.get(HOURS)).text
    assert "Last day: Monday 2 March 2026." in (await cast.stranger.get(HOURS)).text
    page = await cast.flo.send(page.form("/reopen"))
    assert "Open until Sunday 5 April 2026." in page.text
    await cast.flo.send((await cast.flo.get(f"{RUN}/days")).form("/close"))
    form = (await cast.flo.get(RUN)).form("/reopen")
    clock.pass_(minutes=60)
    assert "/reopen" not in (await cast.flo.get(RUN)).html
    page = await cast.flo.send(form)
    assert page.status == 403
    assert "can no longer be undone" in page.text


@pytest.mark.parametrize(
    ("closes", "reason", "field"),
    [("", REASON, "closes"), ("soon", REASON, "closes"), ("2026-04-05", "", "move_reason")],
)
async def test_a_wrong_last_day_is_told_at_its_field(cast: Any, closes: str, reason: str, field: str) -> None:
    await make(cast.flo)
    await open_it(cast.flo)
    form = (await cast.flo.get(f"{RUN}/days")).form("/last-day")
    page = await cast.flo.send(form, closes=closes, move_reason=reason)
    assert page.status == 422
    assert f'<a href="#{field}">' in page.html
    assert page.form("/last-day").fields["closes"] == closes


async def test_closing_by_hand_waits_for_the_day_of_the_answer(app: Quart, cast: Any) -> None:
    await make(cast.flo, answer="")
    await open_it(cast.flo, account="The board meets in May at the earliest.")
    page = await cast.flo.get(f"{RUN}/days")
    assert "Say first when the answer comes." in page.text
    assert "/facilitate/close" not in page.html
    page = await cast.flo.send(page.form("/answer"), answer="2026-03-20", answer_plan="x" * 1001)
    assert page.status == 422
    assert "1,001 characters" in page.text
    page = await cast.flo.send(page.form("/answer"), answer_plan="The board reads it in May.")
    assert "The answer would come before voting ends." in page.text
    page = await cast.flo.send(page.form("/answer"), answer="2026-05-24")
    assert "The day of the answer is announced." in page.text
    seen = (await cast.stranger.get(HOURS)).text
    assert "Last day for it: Sunday 24 May 2026." in seen
    assert "The board reads it in May." in seen
    assert "/facilitate/close" in (await cast.flo.get(f"{RUN}/days")).html


async def test_a_notice_stands_on_the_question_and_the_results_and_the_record_keeps_each(
    app: Quart, cast: Any
) -> None:
    await make(cast.flo)
    await open_it(cast.flo)
    page = await cast.flo.get(f"{RUN}/notice")
    page = await cast.flo.send(page.form("/notice"), notice="Come to the *library* on Monday. <b>x</b>")
    assert "The notice is changed." in page.text
    for path in (HOURS, f"{HOURS}/map"):
        seen = await cast.stranger.get(path)
        assert "Come to the <em>library</em> on Monday." in seen.html
        assert "<b>x</b>" not in seen.html
    form = (await cast.flo.get(f"{RUN}/notice")).form("/notice")
    page = await cast.flo.send(form, notice="y" * 2001)
    assert page.status == 422
    assert page.form("/notice").fields["notice"].strip() == "y" * 2001
    await cast.flo.send(form, notice="")
    assert "library" not in (await cast.stranger.get(HOURS)).text
    page = await cast.flo.get(f"{RUN}/notice")
    assert "Come to the <em>library</em> on Monday." in page.html
    assert "Taken down." in page.text
    page = await cast.flo.send(page.form("/notice"), notice=" ")
    assert page.status == 422


async def test_statements_are_added_from_a_file_and_a_wrong_line_adds_nothing(app: Quart, cast: Any) -> None:
    await make(cast.flo)
    path = f"{RUN}/seeds"
    form = (await cast.flo.get(f"{RUN}/statements")).form(path)
    page = await sent_file(cast.flo, path, form, b"Fine\nopen on SATURDAYS\n", seeds="One more")
    assert page.status == 422
    assert "File, line 2: the same as statement 1. Take one out." in page.text
    assert "One more" in page.form("/seeds").fields["seeds"]
    page = await sent_file(cast.flo, path, form, b"")
    assert "Write a statement, or choose a file." in page.text
    assert len(await statements(app)) == 3
    file = b"statement,language\nAgor ar y Sul.,cy\n"
    page = await sent_file(cast.flo, path, form, file, seeds="One more")
    assert page.status == 303
    assert "2 statements are added." in (await cast.flo.get(page.headers["Location"])).text
    assert [(s.number, s.text, s.language) for s in (await statements(app))[3:]] == [
        (4, "One more", "en"),
        (5, "Agor ar y Sul.", "cy"),
    ]


async def test_the_list_of_statements_tells_answers_in_tens_and_no_working_tally(
    app: Quart, cast: Any, clock: Clock
) -> None:
    await make(cast.flo)
    await open_it(cast.flo)
    await cast.stranger.send((await cast.stranger.get(HOURS)).form("/vote"), vote="agree")
    page = await cast.flo.get(f"{RUN}/statements")
    assert "2 first statements have no answer yet." in page.text
    assert page.text.count("Under 10") == 1
    assert page.text.count("Not yet") == 3
    assert page.text.rindex("None") < page.text.index("Under 10")
    async with app.extensions["database"].reading() as session:
        assert len((await session.exec(select(Vote))).all()) == 1


@pytest.mark.parametrize("where", ["", "/statements", "/days", "/notice", "/look"])
async def test_a_facilitator_sees_no_tally(app: Quart, cast: Any, where: str) -> None:
    await make(cast.flo)
    await open_it(cast.flo)
    await cast.stranger.send((await cast.stranger.get(HOURS)).form("/vote"), vote="disagree")
    before = (await cast.flo.get(RUN + where)).text
    async with app.extensions["database"].transaction() as session:
        await session.exec(update(Vote).values(value=1))
    assert (await cast.flo.get(RUN + where)).text == before


async def test_the_run_page_says_what_is_ready_and_what_was_done(app: Quart, cast: Any, clock: Clock) -> None:
    page = await make(cast.flo, answer="")
    assert "Ready to open?" in page.text
    assert "3 of 5 done." in page.text
    assert "Nobody has said when the answer comes." in page.text
    await open_it(cast.flo, account="The board meets in May at the earliest.")
    page = await cast.flo.get(RUN)
    assert "Ready to be answered?" in page.text
    assert "3 statements have fewer than 10 answers." in page.text
    assert "It is published once 20 people have taken part." in page.text
    assert "Nobody has said when the answer comes." in page.text
    async with app.extensions["database"].transaction() as session:
        await session.exec(update(Consultation).values(stage=Stage.CLOSED))
        await session.exec(update(Statement).values(seed=False))
    assert "Voting is over." in (await cast.flo.get(RUN)).text
