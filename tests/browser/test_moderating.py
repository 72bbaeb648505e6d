"""Clearing a queue in a browser: one real key for each statement, undo, keys off, and no scripts at all."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser
from sqlmodel import col, func, select

from charters.states import StatementState
from deliberation.opinion.statements import Statement, StatementText, add_statement
from deliberation.spaces.consultations import consultation_named
from participate.db import Database
from tests.browser.conftest import Served, Visitor, visiting
from tests.browser.state import SMALL, hold, signed_in

pytestmark = pytest.mark.browser

QUEUE = f"{SMALL}/moderation"
Visit = Callable[..., Visitor]


@pytest.fixture
def visit(engine: Browser, valley: Served) -> Iterator[Visit]:
    with visiting(engine, valley) as make:
        yield make


def let_wait(served: Served, count: int) -> None:
    """A small consultation in which so many statements wait, none like another."""
    hold("Let people cancel by text message.")(served)

    async def act(database: Database) -> None:
        async with database.transaction() as session:
            _, held = await consultation_named(session, "avonmere", "small")
            for place in range(count):
                text = StatementText(text=f"{chr(97 + place % 26) * 9} {place} {chr(97 + place % 23) * 7}")
                then = served.clock() - timedelta(hours=count - place)
                await add_statement(session, held, text, state=StatementState.PENDING, now=then)

    served.do(act)


def counts(served: Served) -> dict[str, int]:
    """How many statements of the small consultation are in each state, the first one left out."""

    async def act(database: Database) -> dict[str, int]:
        async with database.reading() as session:
            _, held = await consultation_named(session, "avonmere", "small")
            query = select(Statement.state, func.count()).where(
                Statement.consultation_id == held.id, col(Statement.number) > 1
            )
            found = await session.exec(query.group_by(col(Statement.state)))
            return {state.value: count for state, count in found}

    return dict(served.do(act))


def now_shown(visitor: Visitor) -> str:
    return visitor.page.inner_text("#judged")


def test_a_queue_of_fifty_is_cleared_with_one_key_for_each(valley: Served, visit: Visit) -> None:
    let_wait(valley, 50)
    flo = visit()
    signed_in(QUEUE)(flo, valley)
    keys = ["p", "1", "p", "2", "p", "3", "P", "4", "p", "6"]
    for place in range(50):
        assert now_shown(flo) == f"Statement {place + 2}"
        flo.moved(lambda key=keys[place % 10]: flo.page.keyboard.press(key))
        if place == 0:
            assert flo.axe() == []
    assert "Nothing waits" in flo.page.inner_text("main")
    assert counts(valley) == {"published": 25, "removed": 25}
    flo.moved(lambda: flo.page.keyboard.press("u"))
    assert now_shown(flo) == "Statement 51"
    assert counts(valley) == {"published": 25, "removed": 24, "pending": 1}


def test_after_an_act_the_next_statement_has_the_focus_and_the_act_is_told(
    valley: Served, visit: Visit
) -> None:
    let_wait(valley, 3)
    flo = visit()
    signed_in(QUEUE)(flo, valley)
    flo.moved(lambda: flo.page.keyboard.press("p"))
    assert flo.page.evaluate("document.activeElement.textContent") == "Statement 3"
    assert "Statement 2 is published." in flo.page.inner_text("main .status")
    said = "[...document.querySelectorAll('[aria-live]')].map(live => live.textContent).join(' ')"
    for _ in range(100):
        if "Statement 2 is published." in flo.page.evaluate(said):
            break
        flo.page.wait_for_timeout(20)
    else:
        pytest.fail("nothing was announced")
    # The next Tab leads to the first thing that can be done with it.
    flo.page.keyboard.press("Tab")
    assert "Publish" in flo.page.evaluate("document.activeElement.textContent")
    flo.moved(lambda: flo.page.keyboard.press("Enter"))
    assert now_shown(flo) == "Statement 4"


def test_a_key_held_down_or_pressed_twice_acts_on_one_statement_alone(valley: Served, visit: Visit) -> None:
    let_wait(valley, 5)
    flo = visit()
    signed_in(QUEUE)(flo, valley)
    flo.moved(
        lambda: flo.page.evaluate(
            """() => {
                const press = (key, repeat) => document.body.dispatchEvent(
                    new KeyboardEvent('keydown', {key, repeat, bubbles: true, cancelable: true}));
                press('p', false); press('p', true); press('1', false); press('p', false);
            }"""
        )
    )
    flo.page.wait_for_timeout(300)
    assert counts(valley) == {"published": 1, "pending": 4}


def test_keys_rest_where_somebody_writes_and_where_they_are_turned_off(valley: Served, visit: Visit) -> None:
    let_wait(valley, 3)
    flo = visit()
    signed_in(QUEUE)(flo, valley)
    flo.page.click("summary:has-text('A note')")
    flo.page.click("#note")
    flo.page.keyboard.type("pl1u")
    assert flo.page.input_value("#note") == "pl1u"
    flo.page.keyboard.press("Control+p")
    assert flo.page.is_visible("kbd.key >> nth=0")
    flo.press("text=Turn off")
    assert not flo.page.is_visible("kbd.key >> nth=0")
    flo.page.keyboard.press("p")
    flo.page.wait_for_timeout(200)
    assert counts(valley) == {"pending": 3}
    flo.press("text=Turn on")
    flo.moved(lambda: flo.page.keyboard.press("p"))
    assert counts(valley) == {"published": 1, "pending": 2}


def test_key_caps_are_hidden_on_a_screen_without_keys(valley: Served, visit: Visit) -> None:
    let_wait(valley, 1)
    flo = visit(width=390, has_touch=True, is_mobile=True)
    signed_in(QUEUE)(flo, valley)
    assert not flo.page.is_visible("kbd.key >> nth=0")
    assert flo.page.is_visible("button:has-text('Publish')")


@pytest.mark.parametrize("width", [1280, 320])
def test_every_act_is_a_plain_button_without_scripts(valley: Served, visit: Visit, width: int) -> None:
    let_wait(valley, 5)
    flo = visit(width=width, scripts=False)
    signed_in(QUEUE)(flo, valley)
    assert not flo.page.is_visible("kbd.key >> nth=0")
    flo.page.click("button:has-text('Publish')")
    flo.page.click("button:has-text('Leave for later')")
    assert now_shown(flo) == "Statement 4"
    flo.page.click("button:has-text('Attacks a person')")
    assert "Statement 4 is taken out" in flo.page.inner_text("main")
    flo.page.click("button:has-text('Undo last')")
    assert now_shown(flo) == "Statement 4"
    flo.page.click("summary:has-text('A note')")
    flo.page.fill("#note", "One idea in each, please.")
    flo.page.click("button:has-text('more than one idea')")
    assert counts(valley) == {"published": 1, "removed": 1, "pending": 3}
    assert not flo.scrolls_sideways()


def test_reporting_by_keyboard_and_without_scripts(valley: Served, visit: Visit) -> None:
    ann = visit(width=320, scripts=False)
    ann.goto("/spaces/avonmere/evenings/statements/3/report")
    ann.page.focus("input[name=reason] >> nth=0")
    ann.page.keyboard.press("ArrowDown")
    ann.page.keyboard.press("Tab")
    ann.page.keyboard.type("It mocks night workers.")
    ann.page.keyboard.press("Tab")
    ann.page.keyboard.press("Enter")
    ann.page.wait_for_selector("h1:has-text('Your report is sent')")
    assert "It attacks a person or a group" in ann.page.inner_text("main")
    assert not ann.scrolls_sideways()
