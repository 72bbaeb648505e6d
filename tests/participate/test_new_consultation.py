"""Three screens to a link that can be shared: nothing is half-made, and nothing that was typed is lost."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from quart import Quart
from sqlmodel import select

from charters.policy import load_policy
from charters.states import Stage
from deliberation.publishing.record import Act
from deliberation.spaces.consultations import Consultation
from participate.outlines import OUTLINES, outline_of
from tests.participate.consulting import (
    HOURS,
    KINDS,
    NEW,
    RUN,
    SEEDS,
    WORDS,
    acts,
    held,
    make,
    open_it,
    pressed,
    sent_file,
    statements,
    third_screen,
)
from tests.people import Clock


def test_every_template_helps_and_has_its_days_in_the_policy() -> None:
    fairness = load_policy("open-health-space").fairness
    assert set(OUTLINES) == set(fairness.least_days)
    for outline in OUTLINES.values():
        assert outline.use
        assert outline.wording
        assert 3 <= len(outline.examples) <= 8
        assert max(map(len, outline.examples)) <= 140
        if outline.kind != "blank":
            assert "[[" in outline.asks
            assert outline.background.count("[[") == outline.background.count("]]") >= 3
    assert outline_of("nothing known") is OUTLINES["blank"]


async def test_the_first_screen_offers_each_template_with_its_least_days(cast: Any) -> None:
    page = await cast.flo.get(KINDS)
    for outline in OUTLINES.values():
        assert outline.name in page.text
        assert f'href="{KINDS}/{outline.kind}"' in page.html
    assert "Open for 28 days or more." in page.text


async def test_a_template_begins_the_question_the_background_and_the_last_day(cast: Any) -> None:
    fields = (await cast.flo.get(NEW)).form(NEW).fields
    outline = OUTLINES["improve-service"]
    assert fields["question"].strip() == outline.asks
    assert fields["background"].strip() == outline.background.strip()
    assert fields["closes"] == "2026-03-30"  # three weeks from 2 March, and one to finish it
    blank = (await cast.flo.get(f"{KINDS}/blank")).form("/blank").fields
    assert blank["question"].strip() == blank["background"].strip() == ""


async def test_three_screens_make_a_consultation_and_a_link_that_works_at_once(app: Quart, cast: Any) -> None:
    page = await third_screen(cast.flo)
    assert "Step 3 of 3" in page.text
    async with app.extensions["database"].reading() as session:
        assert (await session.exec(select(Consultation))).all() == []
    page = await make(cast.flo)
    assert page.status == 200
    assert "The consultation is made" in page.text
    assert "http://localhost/spaces/avonmere/opening-hours" in page.text
    assert "3 published" in page.text
    consultation = await held(app)
    assert (consultation.stage, consultation.kind) == (Stage.FRAMING, "improve-service")
    assert consultation.background == WORDS["background"]
    assert consultation.answer_by == datetime(2026, 5, 24, 22, 59, 59, tzinfo=UTC)
    assert [s.text for s in await statements(app)] == [line for line in SEEDS.split("\n") if line]
    assert await acts(app) == [("consultation-made", None), ("seeds-added", None)]
    assert "Not open yet" in (await cast.stranger.get(HOURS)).text


@pytest.mark.parametrize(
    ("opens", "closes", "first", "last"),
    [
        ("2026-03-29", "2026-10-25", (2026, 3, 29, 0), (2026, 10, 25, 23, 59, 59)),
        ("24/10/2026", "25/10/2026", (2026, 10, 23, 23), (2026, 10, 25, 23, 59, 59)),
        ("2026-03-28", "2026-03-29", (2026, 3, 28), (2026, 3, 29, 22, 59, 59)),
    ],
)
async def test_days_begin_and_end_in_london_also_when_the_clocks_change(
    app: Quart, cast: Any, opens: str, closes: str, first: tuple[int, ...], last: tuple[int, ...]
) -> None:
    page = await make(cast.flo, opens=opens, closes=closes, answer="")
    consultation = await held(app)
    assert consultation.opens_at == datetime(*first, tzinfo=UTC)  # type: ignore[misc]
    assert consultation.closes_at == datetime(*last, tzinfo=UTC)  # type: ignore[misc]
    assert "to Sunday" in page.text


@pytest.mark.parametrize(
    ("change", "field", "message"),
    [
        ({"title": " "}, "title", "Write a short title."),
        ({"title": "Hi"}, "title", "A short title has 2 characters. Write at least 3."),
        ({"question": ""}, "question", "Write the question."),
        ({"question": "x" * 501}, "question", "The question has 501 characters. Shorten it to 500 or fewer."),
        ({"question": "How should [[which service]] be?"}, "question", "Fill what stands in double"),
        ({"background": "x" * 20_001}, "background", "Shorten it to 20,000 or fewer."),
        ({"language": "xx"}, "language", "Choose one of the languages."),
        ({"closes": ""}, "closes", "Choose the last day of voting."),
        ({"closes": "soon"}, "closes", "'soon' is not a day. Write it as 31/12/2026."),
        ({"closes": "2026-03-01"}, "closes", "The closing day has passed. Choose today or a later day."),
        ({"opens": "2026-03-01"}, "opens", "The opening day has passed. Choose today or a later day."),
        ({"opens": "2026-04-01"}, "closes", "The closing day is before the opening day."),
        ({"answer": "2026-03-29"}, "answer", "The answer would come before voting ends."),
    ],
)
async def test_what_is_wrong_is_said_beside_its_field_and_what_was_typed_is_kept(
    app: Quart, cast: Any, change: dict[str, str], field: str, message: str
) -> None:
    page = await third_screen(cast.flo, **change)
    assert page.status == 422
    assert page.text.count(message) == 2  # in the summary and at the field
    assert f'<a href="#{field}">' in page.html
    assert f'id="{field}"' in page.html
    form = page.form(NEW)
    for name, value in {**WORDS, **change}.items():
        if name != "language":
            assert form.fields[name].lstrip("\n") == value, name
    async with app.extensions["database"].reading() as session:
        assert (await session.exec(select(Consultation))).all() == []


async def test_all_faults_are_told_at_once(cast: Any) -> None:
    page = await third_screen(cast.flo, title="", question="", closes="")
    summary = page.html.split('class="nhsuk-error-summary"')[1].split("</ul>")[0]
    assert summary.count("<li>") == 3


@pytest.mark.parametrize(
    ("seeds", "message"),
    [
        ("Fine\n\n" + "x" * 281, "Line 3: 281 characters. Shorten it to 280 or fewer."),
        ("Same\nsame", "Line 2: the same as line 1. Take one out."),
    ],
)
async def test_a_wrong_line_makes_nothing_and_everything_typed_is_still_there(
    app: Quart, cast: Any, seeds: str, message: str
) -> None:
    page = await make(cast.flo, seeds=seeds)
    assert page.status == 422
    assert page.text.count(message) == 2
    fields = page.form(NEW).fields
    assert fields["seeds"].lstrip("\n") == seeds
    assert {name: fields[name] for name in WORDS if WORDS[name]} == {n: v for n, v in WORDS.items() if v}
    async with app.extensions["database"].reading() as session:
        assert (await session.exec(select(Consultation))).all() == []


async def test_an_identifier_is_shown_and_kept_only_knowingly(app: Quart, cast: Any) -> None:
    page = await make(cast.flo, seeds="Open late.\nRing me on 01632 960 444.")
    assert page.status == 422
    assert page.text.count("Line 2: this looks like a phone number: “01632 960 444”. Take it out.") == 2
    assert page.form(NEW).fields["seeds"].strip() == "Open late.\nRing me on 01632 960 444."
    page = await cast.flo.post(NEW, pressed(page.form(NEW), "make", keep="yes"))
    assert "The consultation is made" in page.text
    assert [(s.text, s.state) for s in await statements(app)] == [
        ("Open late.", "published"),
        ("Ring me on 01632 960 444.", "pending"),
    ]
    more = f"{RUN}/seeds"
    page = await cast.flo.send(
        (await cast.flo.get(f"{RUN}/statements")).form(more), seeds="Ask jo@example.org"
    )
    assert page.status == 422
    assert page.text.count("Line 1: this looks like an e-mail address: “jo@example.org”. Take it out.") == 2
    page = await cast.flo.send(page.form(more), keep="yes")
    assert "1 waits in the queue to be read first." in page.text
    assert (await statements(app))[-1].state == "pending"


async def test_back_keeps_what_was_typed_on_both_screens(cast: Any) -> None:
    page = await third_screen(cast.flo)
    page = await cast.flo.post(NEW, pressed(page.form(NEW), "back", seeds="Half a thou"))
    assert "Step 2 of 3" in page.text
    fields = page.form(NEW).fields
    assert fields["question"].strip() == WORDS["question"]
    assert fields["closes"] == WORDS["closes"]
    page = await cast.flo.post(NEW, pressed(page.form(NEW), "question", title="Other hours"))
    assert page.form(NEW).fields["seeds"].strip() == "Half a thou"
    assert page.form(NEW).fields["title"] == "Other hours"


async def test_a_look_shows_it_and_makes_nothing(app: Quart, cast: Any) -> None:
    page = await third_screen(cast.flo)
    page = await cast.flo.post(NEW, pressed(page.form(NEW), "look", seeds="Open late."))
    assert "This is how it will look" in page.text
    assert page.form(NEW).fields["seeds"].strip() == "Open late."
    assert page.html.split('class="look"')[1].count("Open late.") == 1
    async with app.extensions["database"].reading() as session:
        assert (await session.exec(select(Consultation))).all() == []


async def test_the_last_screen_says_what_opening_will_ask_for(cast: Any) -> None:
    page = await third_screen(cast.flo)
    assert "Nothing is missing so far." in page.text
    page = await third_screen(cast.flo, background="", answer="")
    assert "There is no background." in page.text
    assert "Nobody has said when the answer comes." in page.text


async def test_a_file_is_carried_along_and_can_be_left_out(app: Quart, cast: Any) -> None:
    form = (await third_screen(cast.flo)).form(NEW)
    file = b"statement,language\nAgor ar y Sul.,cy\n"
    page = await sent_file(cast.flo, NEW, form, file, seeds="One\none", act="make")
    assert page.status == 422
    assert "Leave out the file “seeds.csv”" in page.text
    page = await cast.flo.post(NEW, pressed(page.form(NEW), "make", seeds="One"))
    assert [(s.text, s.language) for s in await statements(app)] == [("One", "en"), ("Agor ar y Sul.", "cy")]
    page = await sent_file(cast.flo, NEW, form, file, act="look")
    page = await cast.flo.post(NEW, pressed(page.form(NEW), "look", leave_out="yes"))
    assert "Leave out the file" not in page.text


async def test_a_file_that_cannot_be_read_loses_nothing_else(cast: Any) -> None:
    form = (await third_screen(cast.flo)).form(NEW)
    page = await sent_file(cast.flo, NEW, form, b"Caf\xe9\n", seeds="One", act="make")
    assert page.status == 422
    assert "not written as UTF-8" in page.text
    assert page.form(NEW).fields["seeds"].strip() == "One"
    assert page.form(NEW).fields["title"] == WORDS["title"]


async def test_a_copy_brings_words_and_first_statements_and_no_day_and_no_vote(
    app: Quart, cast: Any, clock: Clock
) -> None:
    form = (await third_screen(cast.flo)).form(NEW)
    await sent_file(cast.flo, NEW, form, b"statement,language\nAgor ar y Sul.,cy\n", seeds=SEEDS, act="make")
    await open_it(cast.flo)
    page = await cast.flo.get(RUN)
    address = re.search(r'href="([^"]*copy=opening-hours)"', page.html)
    assert address is not None
    form = (await cast.flo.get(address[1])).form("/improve-service")
    assert form.fields["question"].strip() == WORDS["question"]
    assert (form.fields["opens"], form.fields["closes"], form.fields["answer"]) == ("", "", "")
    page = await cast.flo.post(NEW, pressed(form, "question", closes="2026-05-01", language="en"))
    assert page.form(NEW).fields["seeds"].strip().split("\n") == [line for line in SEEDS.split("\n") if line]
    page = await cast.flo.post(NEW, pressed(page.form(NEW), "make"))
    assert "The consultation is made" in page.text
    texts = [(s.text, s.language) for s in await statements(app)]
    assert texts[:4] == texts[4:]
    async with app.extensions["database"].reading() as session:
        made = [act.words for act in await session.exec(select(Act).where(Act.kind == "consultation-made"))]
        slugs = (await session.exec(select(Consultation.slug).order_by("id"))).all()
    assert made == ["", "Copied from Opening hours."]
    assert slugs == ["opening-hours", "opening-hours-copy"]
    assert (await cast.flo.get(f"{NEW}?copy=nowhere")).status == 404


async def test_what_is_typed_never_becomes_markup(app: Quart, cast: Any) -> None:
    page = await make(
        cast.flo, title="<b>Opening</b> hours", question="Why <script>?\x00", seeds="</textarea><i>x"
    )
    assert page.status == 200
    for path in ("", "/look", "/words", "/statements", "/share", "/poster"):
        page = await cast.flo.get(f"/spaces/avonmere/b-opening-b-hours/facilitate{path}")
        assert page.status == 200
        assert "<b>Opening" not in page.html
        assert "<i>x" not in page.html
        assert "Why <script>" not in page.html
