"""News on an open page: shown at its foot, read out once, moving nobody, in the language of the page."""

from collections.abc import Callable

import pytest

from tests import waiting
from tests.browser.conftest import Served, Visitor
from tests.browser.states_of_clauses import HERE
from tests.browser.states_of_decisions import by, staged
from tests.browser.states_of_proposals import written

pytestmark = pytest.mark.browser

FORM = f"{HERE}/clauses/2/change"
LINE = "Words of a clause changed. Proposal 1, clause 2."
PATIENT = 20.0


def until(holds: Callable[[], object]) -> None:
    waiting.until(holds, "news", PATIENT)


def changed(served: Served, visitor: Visitor, text: str) -> None:
    visitor.goto(FORM)
    visitor.page.fill("#text", text)
    visitor.press("button[name='save']")


@pytest.mark.parametrize("width", [320, 1280])
def test_an_open_page_says_what_is_done_meanwhile(
    served: Served, visit: Callable[..., Visitor], width: int
) -> None:
    staged(written)(served)
    reader, ann = visit(width=width), visit(scripts=False)
    reader.goto(HERE)
    assert reader.page.inner_text(".news-here") == ""
    reader.page.evaluate("window.stayed = true")
    by("ann", HERE)(ann, served)
    changed(served, ann, "One number, day and night.")
    until(lambda: LINE in reader.page.inner_text(".news-here"))
    said = reader.page.locator("body > [aria-live=polite]")
    until(lambda: said.inner_text().startswith(f"New here: {LINE}"))
    assert reader.page.evaluate("document.activeElement === document.body"), "nobody is moved"
    assert reader.axe() == []
    assert not reader.scrolls_sideways()
    assert reader.small_targets() == []
    for number in range(4):
        changed(served, ann, f"One number, day and night, and {number}.")
    until(lambda: reader.page.locator(".news-here li").count() == 3)
    assert reader.page.evaluate("window.stayed")
    reader.press(".news-here > a")
    assert "and 3." in reader.page.inner_text("main")
    assert reader.page.inner_text(".news-here") == ""


def test_a_page_in_welsh_says_it_in_welsh(served: Served, visit: Callable[..., Visitor]) -> None:
    staged(written)(served)
    reader, ann = visit(), visit(scripts=False)
    reader.goto(f"{HERE}?lang=cy")
    by("ann", HERE)(ann, served)
    changed(served, ann, "One number, day and night.")
    until(lambda: "Geiriau cymal wedi'u newid." in reader.page.inner_text(".news-here"))
