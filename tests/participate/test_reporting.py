"""Reporting by a form: no account, no scripts, and nobody but a facilitator learns of it."""

from datetime import timedelta

import pytest
from quart import Quart
from sqlmodel import select

from charters.states import StatementState
from deliberation.opinion.reports import Report, ReportState
from deliberation.opinion.statements import Statement
from deliberation.spaces.consultations import Consultation
from participate.devices import Device
from tests.participate.conftest import Stored
from tests.people import Clock, Page, Person

PLACE = "/spaces/avonmere/evenings"
TWO = f"{PLACE}/statements/2/report"
QUESTION = f"{PLACE}/question/report"


async def send(person: Person, path: str = TWO, **typed: str) -> Page:
    return await person.send((await person.get(path)).form(path), **{"reason": "abusive", **typed})


async def reports(app: Quart) -> list[Report]:
    async with app.extensions["database"].reading() as session:
        return list((await session.exec(select(Report).order_by("id"))).all())


@pytest.mark.usefixtures("voting")
async def test_anybody_reports_a_statement_without_an_account(
    app: Quart, person: Person, clock: Clock
) -> None:
    page = await person.get(TWO)
    assert "Open on Saturdays." in page.text
    assert "A facilitator decides by Thursday 5 March 2026." in page.text
    page = await send(person, words="It mocks night workers.")
    assert page.status == 200
    assert "Your report is sent" in page.text
    assert "It mocks night workers." in page.text
    (case,) = await reports(app)
    assert (case.about, case.reason.value, case.words) == (2, "abusive", "It mocks night workers.")
    assert (case.state, case.made_at) == (ReportState.OPEN, clock())


@pytest.mark.usefixtures("voting")
async def test_the_words_of_the_question_can_be_reported(app: Quart, person: Person) -> None:
    page = await send(person, QUESTION, reason="other", words="It leaves no choice.")
    assert "Your report is sent" in page.text
    (case,) = await reports(app)
    assert (case.about, case.statement_id) == (0, None)


@pytest.mark.usefixtures("voting")
async def test_a_second_press_changes_nothing(app: Quart, person: Person) -> None:
    form = (await person.get(TWO)).form(TWO)
    for reason in ("abusive", "unlawful"):
        assert "Your report is sent" in (await person.send(form, reason=reason)).text
    assert [case.reason.value for case in await reports(app)] == ["abusive"]


@pytest.mark.usefixtures("voting")
async def test_only_the_device_that_reported_learns_of_it(app: Quart, person: Person, stored: Stored) -> None:
    await send(person, words="Said in confidence.")
    other = Person(app)
    for path in (TWO, PLACE, f"{PLACE}/map", "/spaces/avonmere"):
        assert "Said in confidence." not in (await other.get(path)).html
    assert "What is wrong with it?" in (await other.get(TWO)).text
    assert await stored.people() == 0  # to report is not to take part


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"reason": ""}, "Choose what is wrong with it."),
        ({"reason": "rude"}, "Choose what is wrong with it."),
        ({"reason": "other", "words": " "}, "Write what is wrong with it"),
        ({"words": "x" * 501}, "You wrote 501 characters. Shorten it to 500 or fewer."),
    ],
)
@pytest.mark.usefixtures("voting")
async def test_what_is_wrong_is_said_and_what_was_typed_is_kept(
    app: Quart, person: Person, typed: dict[str, str], message: str
) -> None:
    page = await send(person, **{"words": "Kept.", **typed})
    assert page.status == 422
    assert page.text.count(message) == 2
    form = page.form(TWO)
    assert form.fields["words"].strip() == typed.get("words", "Kept.").strip()
    chosen = typed.get("reason", "abusive")
    assert form.fields.get("reason", "") == ("" if chosen == "rude" else chosen)
    assert await reports(app) == []


@pytest.mark.usefixtures("voting")
async def test_what_is_not_public_is_gone_or_was_never_there(
    app: Quart, person: Person, stored: Stored
) -> None:
    form = (await person.get(TWO)).form(TWO)
    waiting = await person.get(f"{PLACE}/statements/4/report")
    nothing = await person.get(f"{PLACE}/statements/9/report")
    assert (waiting.status, nothing.status) == (404, 404)
    assert waiting.text.replace("4", "9") == nothing.text
    await stored.change(Statement, state=StatementState.REMOVED, removed_for="duplicate", same_as=3)
    for page in (await person.get(TWO), await person.send(form, reason="abusive")):
        assert page.status == 410
        assert "Statement 2 was removed. Reason: Says the same as another statement." in page.text
        assert "Statement 3 says the same." in page.text
        assert "Open on Saturdays." not in page.html
    assert await reports(app) == []


@pytest.mark.usefixtures("voting")
async def test_the_reporter_learns_what_was_decided_and_may_report_again(
    app: Quart, person: Person, stored: Stored, clock: Clock
) -> None:
    await send(person)
    clock.pass_(days=1)
    await stored.change(Report, state=ReportState.DECIDED, decided_at=clock(), decision="kept")
    page = await person.get(TWO)
    assert "A facilitator read it on Tuesday 3 March 2026. The statement stays." in page.text
    page = await person.get(f"{TWO}?again=yes")
    await person.send(page.form(TWO), reason="unlawful")
    assert [case.state for case in await reports(app)] == [ReportState.DECIDED, ReportState.OPEN]
    await stored.change(Report, state=ReportState.DECIDED, decided_at=clock(), decision="removed")
    await stored.change(Statement, state=StatementState.REMOVED, removed_for="unlawful")
    page = await person.get(TWO)
    assert page.status == 200
    assert "took the statement out on Tuesday 3 March 2026" in page.text
    assert "Open on Saturdays." not in page.html


@pytest.mark.usefixtures("voting")
async def test_a_form_that_is_not_ours_reports_nothing(app: Quart, person: Person) -> None:
    assert (await person.post(TWO, {"reason": "abusive"})).status == 403
    person.client.set_cookie("localhost", "participate", Device.new().cookie)
    assert (await person.post(TWO, {"reason": "abusive"})).status == 403
    assert await reports(app) == []


async def test_before_a_consultation_opens_its_statements_are_not_there_to_report(
    app: Quart, person: Person, voting: Consultation, stored: Stored, clock: Clock
) -> None:
    form = (await person.get(TWO)).form(TWO)
    await stored.change(Consultation, opens_at=clock() + timedelta(days=1))
    for page in (await person.get(TWO), await person.send(form, reason="abusive")):
        assert page.status == 403
        assert "This is not open yet" in page.text
        assert "Open on Saturdays." not in page.html
    assert await reports(app) == []
    assert voting.slug == "evenings"
