"""The queue: one statement at a time, each act by a plain form, undo, two facilitators at once."""

import re
from typing import Any

import pytest
from quart import Quart
from sqlmodel import select, update

from charters.states import StatementState
from deliberation.opinion.cautions import cautions_in
from deliberation.opinion.reports import Report
from deliberation.opinion.statements import Statement, StatementText, add_statement
from deliberation.people.accounts import Account
from deliberation.people.participants import Participant
from deliberation.publishing.record import Act
from deliberation.spaces.consultations import consultation_named
from participate.comparing import marked, word_by_word
from tests.participate.conftest import Stored
from tests.participate.consulting import make, open_it
from tests.people import Clock, Page, Person
from tests.walking import addresses

HOURS = "/spaces/avonmere/opening-hours"
QUEUE = f"{HOURS}/moderation"
PENDING, PUBLISHED, REMOVED = StatementState.PENDING, StatementState.PUBLISHED, StatementState.REMOVED


@pytest.fixture
async def flo(cast: Any, stored: Stored) -> Person:
    """Somebody who facilitates a consultation in which three statements wait."""
    person: Person = cast.flo
    texts = "Open on Saturdays.\nOpen until eight.\nRing 01632 960777 for an appointment."
    await make(person, seeds=texts, keep="yes")
    await open_it(person)
    await stored.change(Statement, state=PENDING, seed=False)
    return person


async def states(app: Quart) -> list[StatementState]:
    async with app.extensions["database"].reading() as session:
        return [one.state for one in await session.exec(select(Statement).order_by("number"))]


async def acts(app: Quart) -> list[tuple[str, str | None]]:
    """What was done to statements, as the record has it."""
    async with app.extensions["database"].reading() as session:
        every = (await session.exec(select(Act).order_by("id"))).all()
    return [(act.kind, act.reason) for act in every if act.statement_id is not None]


def now_shown(page: Page) -> str:
    """The statement that is judged."""
    return re.search(r'id="judged"[^>]*>([^<]+)<', page.html)[1]  # type: ignore[index]


async def press(person: Person, page: Page, ending: str, **fields: str) -> Page:
    return await person.send(page.form(ending), **fields)


async def test_after_each_act_the_next_one_is_shown(app: Quart, flo: Person) -> None:
    page = await flo.get(QUEUE)
    assert "Waiting to be read: 3" in page.text
    assert now_shown(page) == "Statement 1"
    page = await press(flo, page, "/1/publish")
    assert "Statement 1 is published." in page.text
    assert now_shown(page) == "Statement 2"
    page = await press(flo, page, "/2/remove", reason="off-topic", note="Ask elsewhere.")
    assert "Statement 2 is taken out. Rule: Not about this question." in page.text
    assert now_shown(page) == "Statement 3"
    assert "Has a phone number" in page.text
    page = await press(flo, page, "/3/hide")
    assert "Nothing waits" in page.text
    assert await states(app) == [PUBLISHED, REMOVED, PUBLISHED]
    assert await acts(app) == [
        ("statement-published", None),
        ("statement-removed", "off-topic"),
        ("statement-redacted", None),
    ]
    everything = await flo.get(f"{QUEUE}/all")
    assert "Ask elsewhere." in everything.text
    assert "Ring […] for an appointment." in everything.text


async def test_undo_takes_back_one_act_after_another_and_shows_what_it_gives_back(
    app: Quart, flo: Person, clock: Clock
) -> None:
    page = await flo.get(QUEUE)
    page = await press(flo, page, "/1/publish")
    page = await press(flo, page, "/2/remove", reason="abusive")
    assert "Undo last: “ Take out 2 ”".replace(" ", "") in page.text.replace(" ", "")
    page = await press(flo, page, "/2/undo")
    assert "Undone. Statement 2 is as it was before." in page.text
    assert now_shown(page) == "Statement 2"
    page = await press(flo, page, "/1/undo")
    assert now_shown(page) == "Statement 1"
    assert await states(app) == [PENDING, PENDING, PENDING]
    page = await press(flo, page, "/1/publish")
    clock.pass_(hours=1)
    stale = page.form("/1/undo")
    assert "Undo last" not in (await flo.get(QUEUE)).text
    page = await flo.send(stale)
    assert "Nothing was done now. Statement 1 was dealt with already: it is published." in page.text
    assert (await states(app))[0] is PUBLISHED


async def test_one_page_of_a_statement_undoes_its_last_act_too(app: Quart, flo: Person) -> None:
    await press(flo, await flo.get(QUEUE), "/1/remove", reason="unlawful")
    page = await flo.get(f"{QUEUE}/1")
    assert "Only you and the author can read it." in page.text
    assert "Statement 1 is taken out. Rule: May be against the law." in page.text
    await press(flo, page, "/1/undo")
    assert (await states(app))[0] is PENDING
    assert [kind for kind, _ in await acts(app)] == ["statement-removed", "moderation-undone"]


async def test_leaving_one_for_later_keeps_it_in_line_and_writes_nothing(app: Quart, flo: Person) -> None:
    page = await flo.get(f"{QUEUE}?later=1&left=1")
    assert "Statement 1 is left for later." in page.text
    assert now_shown(page) == "Statement 2"
    page = await press(flo, page, "/2/publish")
    assert now_shown(page) == "Statement 3"
    page = await flo.get(f"{QUEUE}?later=1-3")
    assert "You have left 2 statements for later" in page.text
    assert now_shown(await flo.get(QUEUE)) == "Statement 1"
    assert [kind for kind, _ in await acts(app)] == ["statement-published"]


async def test_a_near_copy_is_shown_and_one_act_says_the_same(app: Quart, flo: Person, clock: Clock) -> None:
    page = await press(flo, await flo.get(QUEUE), "/1/publish")
    async with app.extensions["database"].transaction() as session:
        _, held = await consultation_named(session, "avonmere", "opening-hours")
        like = StatementText(text="Open on Saturday mornings.")
        await add_statement(session, held, like, state=PENDING, now=clock())
    page = await flo.get(f"{QUEUE}?statement=4")
    assert "Very like a statement that is already there" in page.text
    assert '<ins class="only-here"><span class="sr-only">only here: </span>Saturdays.</ins>' in page.html
    same = next(form for form in page.forms() if form.fields.get("same_as") == "1")
    page = await flo.send(same)
    assert "Statement 4 is taken out. Rule: Says the same as another statement." in page.text
    async with app.extensions["database"].reading() as session:
        four = (await session.exec(select(Statement).where(Statement.number == 4))).one()
    assert (four.removed_for, four.same_as) == ("duplicate", 1)
    assert (await states(app))[0] is PUBLISHED


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"reason": ""}, "Choose the rule that the statement breaks."),
        ({"reason": "because"}, "Choose the rule that the statement breaks."),
        ({"reason": "duplicate"}, "Write the number of the published statement that says the same."),
        ({"reason": "duplicate", "same_as": "2"}, "Write the number of the published statement"),
        ({"reason": "duplicate", "same_as": "two"}, "Write the number of the published statement"),
        ({"reason": "abusive", "note": "x" * 501}, "The note has 501 characters."),
    ],
)
async def test_what_is_wrong_is_said_and_what_was_typed_is_kept(
    app: Quart, flo: Person, typed: dict[str, str], message: str
) -> None:
    fields = {"note": "Names Dr Brown", **typed}
    page = await press(flo, await flo.get(QUEUE), "/1/remove", **fields)
    assert page.status == 422
    assert page.text.count(message) == 2
    form = next(form for form in page.forms() if "note" in form.fields)
    assert form.fields["note"].strip() == fields["note"]
    assert form.fields["same_as"] == fields.get("same_as", "")
    assert await states(app) == [PENDING, PENDING, PENDING]


async def test_the_second_of_two_facilitators_is_told_and_changes_nothing(app: Quart, flo: Person) -> None:
    page = await flo.get(QUEUE)
    await press(flo, page, "/1/publish")
    page = await press(flo, page, "/1/publish")
    assert page.status == 200
    assert "Nothing was done now. Statement 1 was dealt with already: it is published." in page.text
    assert len(await acts(app)) == 1


async def test_an_address_cannot_make_the_page_claim_anything(flo: Person) -> None:
    page = await flo.get(f"{QUEUE}?act=999&left=77&beaten=66&later=x&statement=55")
    assert page.status == 200
    assert 'role="status"' not in page.html
    assert now_shown(page) == "Statement 1"


async def test_keys_are_turned_off_for_the_person_and_not_for_the_device(
    app: Quart, flo: Person, cast: Any, stored: Stored
) -> None:
    page = await flo.get(QUEUE)
    assert "data-keys" in page.html
    page = await press(flo, page, "/keys")
    assert "One-key acts are off ." in page.text
    assert "data-keys" not in page.html
    assert "data-keys" not in (await flo.get(f"{QUEUE}?statement=2")).html
    async with app.extensions["database"].reading() as session:
        choices = dict((await session.exec(select(Account.address, Account.one_key))).all())
    assert choices["flo@example.org"] is False
    assert choices["gus@example.org"] is True
    page = await press(flo, page, "/keys")
    assert "data-keys" in page.html


async def test_a_reported_statement_comes_up_with_reasons_and_its_decision_closes_the_case(
    app: Quart, flo: Person, cast: Any, stored: Stored
) -> None:
    await stored.change(Statement, state=PUBLISHED)
    path = f"{HOURS}/statements/2/report"
    form = (await cast.stranger.get(path)).form(path)
    await cast.stranger.send(form, reason="abusive", words="It mocks <b>night</b> workers.")
    assert "1 statement waits to be read" in (await flo.get("/spaces/avonmere/facilitate")).text
    page = await flo.get(QUEUE)
    assert now_shown(page) == "Statement 2"
    assert "It attacks a person or a group" in page.text
    assert "It mocks <b>night</b> workers." in page.text
    assert "Decide by Thursday 5 March 2026." in page.text
    page = await press(flo, page, "/2/keep")
    assert "Statement 2 stays as it is." in page.text
    assert "The statement stays." in (await cast.stranger.get(path)).text
    page = await press(flo, page, "/2/undo")
    assert "1 report" in page.text
    await press(flo, page, "/2/remove", reason="abusive")
    assert "took the statement out" in (await cast.stranger.get(path)).text
    assert await acts(app) == [
        ("statement-kept", None),
        ("moderation-undone", "statement-kept"),
        ("statement-removed", "abusive"),
    ]
    assert await stored.count(Report) == 1


async def test_reports_about_the_facilitators_own_words_are_closed_on_the_record(
    app: Quart, flo: Person, cast: Any
) -> None:
    path = f"{HOURS}/question/report"
    form = (await cast.stranger.get(path)).form(path)
    await cast.stranger.send(form, reason="other", words="It leaves no choice.")
    page = await flo.get(QUEUE)
    assert "Your own words are reported" in page.text
    assert "It leaves no choice." in page.text
    page = await press(flo, page, "/question/keep")
    assert "The reports about the question are closed." in page.text
    async with app.extensions["database"].reading() as session:
        assert (await session.exec(select(Act).order_by("id"))).all()[-1].kind == "question-kept"


async def test_an_old_link_to_a_removed_statement_is_gone_and_says_why(
    flo: Person, cast: Any, stored: Stored
) -> None:
    await stored.change(Statement, state=PUBLISHED)
    page = await flo.get(f"{QUEUE}/2")
    await press(flo, page, "/2/remove", reason="identifying", note="A private note")
    for path in (f"{HOURS}?statement=2", f"{HOURS}/statements/2/report"):
        page = await cast.stranger.get(path)
        assert page.status == 410, path
        assert f'<a href="{HOURS}" lang="en">' in page.html, path
        assert "Statement 2 was removed. Reason: Names or points to a person." in page.text
        assert "Open until eight." not in page.html
        assert "A private note" not in page.html
    assert (await cast.stranger.get(f"{HOURS}?statement=3")).status == 200
    assert (await cast.stranger.get(f"{HOURS}?statement=99")).status == 200


async def test_a_queue_in_which_nothing_waits_counts_nothing(flo: Person, cast: Any) -> None:
    for number in (1, 2, 3):
        page = await flo.get(f"{QUEUE}/{number}")
        if page.status == 200 and f"/{number}/publish" in page.html:
            await press(flo, page, f"/{number}/publish")
    page = await flo.get(QUEUE)
    assert "Every statement, and what became of it" in page.text
    assert "All 0" not in page.text


async def test_the_author_is_told_the_rule_the_note_and_what_was_hidden(
    app: Quart, flo: Person, cast: Any, stored: Stored
) -> None:
    page = await press(flo, await flo.get(QUEUE), "/1/publish")
    await cast.stranger.send((await cast.stranger.get(HOURS)).form("/vote"), vote="agree")
    async with app.extensions["database"].transaction() as session:
        author = (await session.exec(select(Participant))).one()
        await session.exec(update(Statement).values(author_id=author.id))
    page = await press(flo, page, "/2/remove", reason="duplicate", same_as="1", note="Vote on that one.")
    await press(flo, page, "/3/hide")
    told = (await cast.stranger.get(HOURS)).text
    assert "It was removed. Reason: Says the same as another statement. Statement 1 says the same." in told
    assert "The facilitator writes: Vote on that one." in told
    assert "Ring […] for an appointment." in told
    assert "A facilitator hid what points to a person." in told
    assert "960777" not in told


async def test_a_removed_text_is_on_no_public_page(
    app: Quart, flo: Person, cast: Any, stored: Stored
) -> None:
    await stored.change(Statement, state=PUBLISHED)
    secret = "Open until eight."
    page = await flo.get(f"{QUEUE}/2")
    assert secret in page.text
    await press(flo, page, "/2/remove", reason="identifying", note="A private note")
    assert secret in (await flo.get(f"{QUEUE}/all")).text
    walked = 0
    for _, path in addresses(app, consultation="opening-hours", statement=2, number=2):
        page = await cast.stranger.get(path)
        assert secret not in page.html, path
        assert "A private note" not in page.html, path
        walked += 1
    assert walked > 12


async def test_a_statement_that_is_not_there_is_not_found(flo: Person) -> None:
    for path in (f"{QUEUE}/99",):
        page = await flo.get(path)
        assert page.status == 404
        assert "There is no statement 99" in page.text


def test_two_texts_beside_each_other_show_what_stands_in_one_only() -> None:
    mine, theirs = word_by_word("Let people text a number to cancel.", "Let people cancel by text, please")
    assert " ".join(piece.words for piece in mine) == "Let people text a number to cancel."
    assert " ".join(piece.words for piece in theirs) == "Let people cancel by text, please"
    assert (mine[0].words, mine[0].kind) == ("Let people", "")
    assert {piece.kind for piece in mine} == {"", "only-here"}
    same, other = word_by_word("Open, on SUNDAYS!", "open on Sundays")
    assert [piece.kind for piece in (*same, *other)] == ["", ""]


@pytest.mark.parametrize(
    "text",
    ["Ring 01632 960777.", "Nothing here.", "I want to die, ring 01632 960777 or flo@avonmere.example", ""],
)
def test_marking_keeps_every_sign_of_a_text(text: str) -> None:
    pieces = marked(text, cautions_in(text))
    assert "".join(piece.words for piece in pieces) == text
    assert all(piece.name for piece in pieces if piece.kind)
