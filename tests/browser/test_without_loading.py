"""Voting without a page load: what stays, where the reader is taken, what happens without a network."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Route
from sqlmodel import col, func, select

from deliberation.opinion.voting import Vote
from participate.db import Database
from tests.browser.conftest import Served, Visitor
from tests.browser.state import EVENINGS

pytestmark = pytest.mark.browser

AGREE = "button:text-is('Agree')"
SHIFTED = """() => new Promise(done => {
  let sum = 0;
  new PerformanceObserver(list => { for (const one of list.getEntries()) sum += one.value; })
    .observe({type: 'layout-shift', buffered: true});
  setTimeout(() => done(sum), 300);
})"""


@pytest.fixture
def served(valley: Served) -> Served:
    return valley


def votes(served: Served) -> int:
    async def count(database: Database) -> int:
        async with database.reading() as session:
            return (await session.exec(select(func.count()).select_from(Vote))).one()

    return int(served.do(count))


def drawn(served: Served) -> bool:
    """Whether the newest vote has the probability and the seed of its draw."""

    async def ask(database: Database) -> bool:
        async with database.reading() as session:
            vote = (await session.exec(select(Vote).order_by(col(Vote.cast_at).desc()).limit(1))).one()
        return vote.probability is not None and 0 < vote.probability <= 1 and vote.draw is not None

    return bool(served.do(ask))


def until(visitor: Visitor, holds: Callable[[], bool]) -> None:
    for _ in range(300):
        if holds():
            return
        visitor.page.wait_for_timeout(20)
    raise AssertionError("it never came")


def test_a_vote_puts_the_next_statement_in_place_and_says_what_was_done(
    served: Served, visit: Callable[..., Visitor]
) -> None:
    visitor = visit(width=390)
    visitor.goto("/spaces/avonmere")
    visitor.goto(EVENINGS)
    visitor.page.evaluate("window.stayed = true")
    before = visitor.page.evaluate("history.length")
    visitor.press(AGREE)
    assert visitor.page.evaluate("window.stayed")
    assert visitor.page.evaluate("history.length") == before
    assert drawn(served)
    assert "voted=" in visitor.page.url
    assert visitor.page.inner_text(":focus") == "Statement 2 of 40"
    said = visitor.page.locator("body > [aria-live=polite]")
    until(visitor, lambda: said.inner_text().startswith("You agreed with"))
    visitor.page.go_back()
    assert visitor.page.url == served.address + "/spaces/avonmere"


def test_two_quick_presses_make_one_vote(served: Served, visit: Callable[..., Visitor]) -> None:
    visitor = visit()
    before = votes(served)
    visitor.goto(EVENINGS)
    visitor.moved(lambda: visitor.page.evaluate("document.querySelectorAll('.vote').forEach(b => b.click())"))
    assert votes(served) == before + 1
    assert visitor.page.inner_text(".status").startswith("You agreed with")


def test_an_answer_is_kept_while_offline_and_goes_out_afterwards(
    served: Served, visit: Callable[..., Visitor]
) -> None:
    visitor = visit(width=320)
    before = votes(served)
    visitor.goto(EVENINGS)
    visitor.context.set_offline(True)
    visitor.page.click("button:text-is('Disagree')")
    visitor.page.locator(".not-sent").wait_for()
    assert "This is not sent yet: Disagree." in visitor.page.inner_text(".not-sent")
    visitor.page.click("text=Try again")
    until(visitor, lambda: visitor.page.locator(".not-sent").count() == 1)
    assert visitor.axe() == []
    assert votes(served) == before
    visitor.moved(lambda: visitor.context.set_offline(False))
    assert votes(served) == before + 1
    assert visitor.page.inner_text(".status").startswith("You disagreed with")


def test_a_reply_that_is_no_page_is_asked_for_again_as_without_scripts(
    served: Served, visit: Callable[..., Visitor]
) -> None:
    visitor = visit()

    def spoil(route: Route) -> None:
        if route.request.resource_type == "fetch":
            route.fulfill(status=200, content_type="text/plain", body="a proxy's own words")
        else:
            route.continue_()

    visitor.page.route("**/vote", spoil)
    before = votes(served)
    visitor.goto(EVENINGS)
    with visitor.page.expect_navigation():
        visitor.page.click(AGREE)
    assert votes(served) == before + 1
    assert visitor.page.inner_text(".status").startswith("You agreed with")


def test_hints_come_while_writing(served: Served, visit: Callable[..., Visitor]) -> None:
    visitor = visit()
    visitor.goto(EVENINGS)
    visitor.page.locator("#text").press_sequentially("Ring me on 07700 900123.")
    visitor.page.wait_for_selector("#hints >> text=This may point to a person")
    assert "Letters left: 256" in visitor.page.inner_text("#text-left")
    assert visitor.axe() == []


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("path", ["/", EVENINGS])
def test_nothing_on_the_page_shifts(
    served: Served, visit: Callable[..., Visitor], path: str, width: int
) -> None:
    visitor = visit(width=width)
    visitor.goto(path)
    visitor.page.wait_for_load_state("networkidle")
    assert visitor.page.evaluate(SHIFTED) < 0.02
    visitor.press(AGREE)
    visitor.press("a:text-is('Skip for now')")
    assert visitor.page.evaluate(SHIFTED) < 0.1
