"""What the author is shown before a statement becomes public: identifiers, crisis words, near copies."""

from dataclasses import replace
from typing import Any

import pytest
from quart import Quart
from sqlmodel import select

from charters.states import Stage
from deliberation.opinion.statements import Statement
from deliberation.spaces.consultations import Consultation
from participate.app import HINTS_A_MINUTE
from tests.people import Clock, Form, Page, Person

HERE = "/spaces/avonmere/evenings"
PHONE = "Ring me on 07700 900123 about the late bus."
CRISIS = "I want to kill myself while I wait."


async def added(person: Person, text: str) -> Page:
    return await person.send((await person.get(HERE)).form("/statements"), text=text)


async def texts(stored: Any) -> list[str]:
    async with stored.database.reading() as session:
        return list((await session.exec(select(Statement.text).where(Statement.number > 4))).all())


async def test_an_identifier_is_shown_before_anything_is_kept(
    person: Person, voting: Consultation, stored: Any
) -> None:
    page = await added(person, PHONE)
    assert page.status == 200
    assert "It is not added yet." in page.text
    assert "This looks like a phone number: 07700 900123" in page.text
    assert "<mark>07700 900123</mark>" in page.html
    assert page.form("/statements").fields["text"].strip() == PHONE
    assert await texts(stored) == []
    assert await stored.people() == 0


async def test_one_press_removes_it_and_adds_the_rest(
    person: Person, voting: Consultation, stored: Any
) -> None:
    page = await added(person, PHONE)
    after = await person.send(page.form("/statements"), hide="yes")
    assert "Your statement is added." in after.text
    assert await texts(stored) == ["Ring me on […] about the late bus."]


async def test_it_can_be_added_as_it_is(person: Person, voting: Consultation, stored: Any) -> None:
    page = await added(person, PHONE)
    after = await person.send(page.form("/statements"), anyway="yes")
    assert "Your statement is added." in after.text
    assert await texts(stored) == [PHONE]


async def test_each_choice_says_what_becomes_of_the_words(person: Person, voting: Consultation) -> None:
    page = await added(person, PHONE)
    assert "With it removed, your statement reads: Ring me on […] about the late bus." in page.text
    assert "Remove it for me and add Others can see it at once." in page.text
    assert "Add it as it is A facilitator reads it before others can." in page.text
    assert "Add it anyway A facilitator reads it before others can." in (await added(person, CRISIS)).text


async def test_not_adding_it_goes_back_with_the_words_in_the_box(
    person: Person, voting: Consultation, stored: Any
) -> None:
    page = await added(person, PHONE)
    assert "Do not add it" in page.text
    back = await person.send(page.form("/statements"), back="yes")
    assert back.status == 200
    assert back.form("/statements").fields["text"].strip() == PHONE
    assert "Statement 1 of" in back.text
    assert await texts(stored) == []


@pytest.mark.parametrize("press", ["anyway", "hide"])
async def test_what_was_changed_meanwhile_is_looked_at_again(
    person: Person, voting: Consultation, stored: Any, press: str
) -> None:
    page = await added(person, PHONE)
    again = await person.send(page.form("/statements"), text="Write to jo@example.org.", **{press: "yes"})
    if press == "hide":  # then the address is gone too, and nothing is left to ask about
        assert await texts(stored) == ["Write to […]."]
        return
    assert "This looks like an e-mail address: jo@example.org" in again.text
    assert await texts(stored) == []


async def test_crisis_words_are_answered_with_where_help_is_and_may_still_be_sent(
    person: Person, voting: Consultation, stored: Any
) -> None:
    page = await added(person, CRISIS)
    for number in ("999", "111", "116 123", "option 2", "Samaritans"):
        assert number in page.text
    assert 'href="tel:116123"' in page.html
    assert "point to a person" not in page.text
    after = await person.send(page.form("/statements"), anyway="yes")
    assert "Your statement is added." in after.text
    assert await texts(stored) == [CRISIS]


async def test_all_that_was_found_is_shown_at_once(person: Person, voting: Consultation, stored: Any) -> None:
    page = await added(person, "Open until eight. I want to die. Open until eight. 943 476 5919")
    assert "Help is there for you now" in page.text
    assert "This looks like an NHS number: 943 476 5919" in page.text
    near = await added(person, "Open until eight, says 07700 900123")
    assert "This looks like a phone number" in near.text
    assert await texts(stored) == []


async def test_a_text_without_any_of_it_is_added_at_once(
    person: Person, voting: Consultation, stored: Any
) -> None:
    page = await added(person, "People want to die at home, not on a ward.")
    assert "Your statement is added." in page.text


async def hints(person: Person, text: str, **headers: str) -> Page:
    form = (await person.get(HERE)).form("/statements")
    fields = {**form.fields, "text": text}
    return await person.post(f"{HERE}/statements/hints", fields, headers=headers)


async def test_hints_are_a_piece_of_a_page_and_write_nothing(
    person: Person, voting: Consultation, stored: Any
) -> None:
    piece = await hints(person, f"Open until eight at night. {PHONE[:20]}")
    assert piece.status == 200
    assert "<html" not in piece.html
    assert piece.headers["Cache-Control"] == "private, no-store"
    near = await hints(person, "Open until eight at night.")
    assert "Something like this is here already" in near.text
    assert f'href="{HERE}?statement=1"' in near.html
    assert "This looks like a phone number" in (await hints(person, PHONE)).text
    assert "Help is there for you now" in (await hints(person, CRISIS)).text
    assert (await hints(person, "Nothing of the sort is in this.")).text.strip() == ""
    assert (await hints(person, "x")).text.strip() == ""
    assert await stored.people() == 0
    assert await texts(stored) == []


async def test_words_that_wait_are_in_no_hint(person: Person, voting: Consultation) -> None:
    assert (await hints(person, "This one waits")).text.strip() == ""


async def test_hints_have_a_limit_of_their_own_that_leaves_acts_alone(
    person: Person, voting: Consultation, clock: Clock
) -> None:
    form = (await person.get(HERE)).form("/statements")

    async def ask() -> int:
        return (await person.post(f"{HERE}/statements/hints", {**form.fields, "text": "A long text."})).status

    statuses = [await ask() for _ in range(HINTS_A_MINUTE + 1)]
    assert statuses == [200] * HINTS_A_MINUTE + [429]
    assert "Your statement is added." in (await added(person, "Let people book online.")).text
    clock.pass_(minutes=1)
    assert await ask() == 200


async def test_hints_are_for_our_own_pages_and_open_consultations_alone(
    person: Person, app: Quart, voting: Consultation, stored: Any
) -> None:
    assert (await hints(person, PHONE, **{"Sec-Fetch-Site": "cross-site"})).status == 403
    stranger = Person(app)
    assert (await stranger.post(f"{HERE}/statements/hints", {"text": PHONE})).status == 403
    form = (await person.get(HERE)).form("/statements")
    await stored.change(Consultation, stage=Stage.CLOSED)
    closed = Form(f"{HERE}/statements/hints", form.fields, "")
    assert (await person.send(replace(closed), text=PHONE)).status == 403


async def test_a_text_is_never_rendered_as_html(person: Person, voting: Consultation) -> None:
    words = "<b>07700 900123</b> <script>alert(1)</script>"
    for page in (await added(person, words), await hints(person, words)):
        assert "<script>alert" not in page.html
        assert "<b>" not in page.html
