"""Whole ways through the pages: with and without scripts, by hand and by keyboard, wide and narrow."""

from collections.abc import Callable

import pytest
from playwright.sync_api import FloatRect
from sqlmodel import func, select, update

from deliberation.opinion.statements import Statement
from deliberation.opinion.voting import Vote
from participate.db import Database
from participate.demonstration.evenings import EVENINGS as EVENINGS_SCRIPT
from participate.devices import cookie_name
from tests.browser.conftest import Served, Visitor
from tests.browser.state import EVENINGS

pytestmark = pytest.mark.browser

AGREE = "button:text-is('Agree')"
FIRST_LOAD = 100_000  # bytes over the wire


@pytest.fixture
def served(valley: Served) -> Served:
    """These ways lead through the demonstration."""
    return valley


def votes(served: Served) -> int:
    async def count(database: Database) -> int:
        async with database.reading() as session:
            return (await session.exec(select(func.count()).select_from(Vote))).one()

    return int(served.do(count))


def fit(visitor: Visitor, *, scripts: bool) -> None:
    """What every page must be after every act; axe itself needs scripts."""
    assert visitor.page.locator("h1").count() == 1
    assert not visitor.scrolls_sideways()
    assert visitor.small_targets() == []
    if scripts:
        assert visitor.axe() == []


def places(visitor: Visitor, selector: str) -> list[FloatRect]:
    return [box for one in visitor.page.locator(selector).all() if (box := one.bounding_box()) is not None]


@pytest.mark.parametrize(("width", "scripts"), [(1280, True), (320, True), (320, False)])
def test_a_vote_is_one_press_and_everything_after_it_is_at_hand(
    served: Served, visit: Callable[..., Visitor], width: int, scripts: bool
) -> None:
    visitor = visit(width=width, scripts=scripts)
    before = votes(served)
    visitor.goto(EVENINGS)
    assert visitor.press(AGREE) == 200
    assert votes(served) == before + 1
    assert visitor.page.inner_text(".status").startswith("You agreed with")
    assert "One done. After 6 more we can show where you stand." in visitor.page.inner_text("main")
    fit(visitor, scripts=scripts)
    visitor.press("button:text-is('Undo')")
    assert votes(served) == before
    assert "Your answer is taken back" in visitor.page.inner_text(".status")
    fit(visitor, scripts=scripts)
    visitor.page.fill("#text", "Open one surgery on bank holidays.")
    visitor.press("button:text-is('Add statement')")
    assert "Your statement is added." in visitor.page.inner_text(".status")
    fit(visitor, scripts=scripts)
    visitor.press("a:text-is('Skip for now')")
    assert "You skipped 1." in visitor.page.inner_text("main")
    fit(visitor, scripts=scripts)
    visitor.press("button:text-is('Finish on this device')")
    assert "You have finished on this device" in visitor.page.inner_text(".status")
    assert "Statement 1 of 41" in visitor.page.inner_text("main")
    assert "Your statements" not in visitor.page.inner_text("main")
    fit(visitor, scripts=scripts)


@pytest.mark.parametrize("scripts", [True, False])
def test_from_the_front_page_a_vote_takes_one_press(
    served: Served, visit: Callable[..., Visitor], scripts: bool
) -> None:
    visitor = visit(scripts=scripts)
    before = votes(served)
    visitor.goto("/")
    visitor.press(AGREE)
    assert votes(served) == before + 1
    assert visitor.page.url.startswith(served.address + EVENINGS)
    assert visitor.page.inner_text(".status").startswith("You agreed with")
    assert visitor.page.get_attribute("a.tab[aria-current]", "href") == EVENINGS
    fit(visitor, scripts=scripts)
    visitor.page.go_back()
    visitor.page.wait_for_selector("text=Open now: start with one answer")
    assert visitor.page.url == served.address + "/"


async def say_everywhere(database: Database, text: str) -> None:
    async with database.transaction() as session:
        # In the language of the page: one in another has a line that says so.
        await session.exec(update(Statement).values(text=text, language="en"))


@pytest.mark.parametrize("path", ["/", EVENINGS])
def test_the_three_buttons_are_alike_and_on_the_first_screen(
    served: Served, visit: Callable[..., Visitor], path: str
) -> None:
    """With the longest of the demonstration's statements."""
    longest = max(EVENINGS_SCRIPT.statements, key=lambda one: len(one.text)).text
    served.do(lambda database: say_everywhere(database, longest))
    visitor = visit(width=390)
    visitor.goto(path)
    boxes = places(visitor, ".vote")
    assert len({(round(box["width"], 1), box["height"], box["y"]) for box in boxes}) == 1
    assert len(boxes) == 3
    assert max(box["y"] + box["height"] for box in boxes) <= 844
    visitor.page.set_viewport_size({"width": 320, "height": 844})
    assert len({box["y"] for box in places(visitor, ".vote")}) == 1


@pytest.mark.parametrize("width", [320, 360, 390])
@pytest.mark.parametrize("language", ["en", "cy"])
def test_no_word_of_an_answer_leaves_its_button(
    visit: Callable[..., Visitor], width: int, language: str
) -> None:
    visitor = visit(width=width)
    visitor.goto(f"{EVENINGS}?lang={language}")
    boxes = places(visitor, ".vote")
    assert len({(round(box["width"], 1), box["height"]) for box in boxes}) == 1
    assert visitor.page.evaluate(
        "[...document.querySelectorAll('.vote')].every(button => button.scrollWidth <= button.clientWidth)"
    )


@pytest.mark.parametrize("path", ["/", EVENINGS])
def test_a_first_visit_is_light_and_leaves_one_cookie(
    served: Served, visit: Callable[..., Visitor], path: str
) -> None:
    visitor = visit()
    wire = visitor.context.new_cdp_session(visitor.page)
    wire.send("Network.enable")
    sizes: list[float] = []
    wire.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    visitor.goto(path)
    visitor.page.wait_for_load_state("networkidle")
    assert len(sizes) >= 6  # page, style, script, typeface, mark, icons
    assert sum(sizes) <= FIRST_LOAD
    visitor.press(AGREE)
    assert [cookie["name"] for cookie in visitor.context.cookies()] == [cookie_name(served.settings.https)]


def focused(visitor: Visitor) -> tuple[str, bool]:
    """The words of what has the focus, and whether that can be seen."""
    words, seen = visitor.page.evaluate(
        """() => { const e = document.activeElement, r = e.getBoundingClientRect(), s = getComputedStyle(e);
        return [(e.textContent || e.id).trim(),
          parseFloat(s.outlineWidth) >= 3 && s.outlineStyle !== 'none' && r.width > 0 && r.right > 0
          && r.bottom > 0 && r.top < innerHeight] }"""
    )
    return str(words), bool(seen)


def tab_to(visitor: Visitor, words: str) -> None:
    """Tab until this has the focus; on every stop the focus can be seen."""
    for _ in range(40):
        visitor.page.keyboard.press("Tab")
        at, seen = focused(visitor)
        assert seen, at
        if at == words:
            return
    raise AssertionError(f"no Tab leads to {words!r}")


def enter(visitor: Visitor) -> None:
    visitor.moved(lambda: visitor.page.keyboard.press("Enter"))


@pytest.mark.parametrize("width", [1280, 320])
def test_by_keyboard_alone(served: Served, visit: Callable[..., Visitor], width: int) -> None:
    visitor = visit(width=width)
    before = votes(served)
    visitor.goto(EVENINGS)
    visitor.page.keyboard.press("Tab")
    assert focused(visitor) == ("Skip to main content", True)
    visitor.page.keyboard.press("Enter")
    assert visitor.page.evaluate("document.activeElement.id") == "main"
    tab_to(visitor, "Why we ask, and what can change")
    visitor.page.keyboard.press("Enter")
    assert visitor.axe() == []
    tab_to(visitor, "Disagree")
    enter(visitor)
    assert votes(served) == before + 1
    assert visitor.page.inner_text(".status").startswith("You disagreed with")
    assert visitor.page.inner_text(":focus") == "Statement 2 of 40"
    visitor.page.keyboard.press("Shift+Tab")
    assert focused(visitor) == ("Undo", True)
    enter(visitor)
    assert votes(served) == before
    assert visitor.page.inner_text(":focus") == "Statement 1 of 40"
    tab_to(visitor, "Skip for now")
    enter(visitor)
    assert visitor.page.inner_text(":focus") == "Statement 2 of 40"
    tab_to(visitor, "text")
    visitor.page.keyboard.type("Open one surgery on bank holidays.")
    tab_to(visitor, "Add statement")
    enter(visitor)
    assert "Your statement is added." in visitor.page.inner_text(":focus")
    assert visitor.axe() == []


def test_after_seven_votes_the_own_place_is_on_the_map_of_that_viewer_alone(
    served: Served, visit: Callable[..., Visitor]
) -> None:
    visitor, other = visit(), visit()
    visitor.goto(EVENINGS)
    for _ in range(7):
        assert "Where you stand" not in visitor.page.inner_text("main")
        visitor.press(AGREE)
    stand = visitor.page.inner_text("section[aria-labelledby=stand]")
    assert "You vote most like group" in stand
    assert "Only you can see this." in stand
    fit(visitor, scripts=True)
    visitor.press("text=See all groups and the map")
    words = visitor.page.inner_text("main")
    assert "Only you can see this" in words
    assert visitor.page.locator(".pin").count() == 1
    other.goto(EVENINGS)
    other.goto(f"{EVENINGS}/map")
    assert "Only you can see this" not in other.page.inner_text("main")
    assert other.page.locator(".pin, .own").count() == 0
