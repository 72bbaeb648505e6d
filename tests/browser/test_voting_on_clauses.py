"""Somebody without an account votes clause by clause: by hand without scripts, and by keyboard alone."""

from collections.abc import Callable

import pytest

from tests.browser.conftest import Served, Visitor
from tests.browser.states_of_decisions import staged
from tests.browser.states_of_versions import first
from tests.browser.test_journeys import fit

pytestmark = pytest.mark.browser

HERE = "/spaces/avonmere/proposals/1"


@pytest.mark.parametrize(("width", "scripts"), [(1280, True), (320, False)])
def test_from_reading_a_proposal_to_a_vote_that_is_taken_back(
    served: Served, visit: Callable[..., Visitor], width: int, scripts: bool
) -> None:
    staged(first)(served)
    visitor = visit(width=width, scripts=scripts)
    visitor.goto(HERE)
    visitor.press("a:has-text('Vote clause by clause')")
    fit(visitor, scripts=scripts)
    visitor.press("#clause-2 button[value=disagree]")
    assert "Your answer is kept." in visitor.page.inner_text("#clause-2 .status")
    assert "You chose Disagree." in visitor.page.inner_text("#clause-2")
    if scripts:
        there = visitor.page.evaluate("document.activeElement.closest('article').id")
        assert there == "clause-2", "it goes on where they were"
    else:
        assert visitor.page.url.endswith("#clause-2")
    fit(visitor, scripts=scripts)
    visitor.press("#clause-2 .link-button")
    assert "Nothing of it is kept." in visitor.page.inner_text("#clause-2 .status")
    assert "You chose" not in visitor.page.inner_text("main")
    fit(visitor, scripts=scripts)


def test_a_clause_is_voted_on_by_keyboard_alone(served: Served, visit: Callable[..., Visitor]) -> None:
    staged(first)(served)
    page = (visitor := visit()).page
    visitor.goto(f"{HERE}/vote")

    def tab_to(selector: str) -> None:
        for _ in range(60):
            page.keyboard.press("Tab")
            if page.evaluate("selector => document.activeElement.matches(selector)", selector):
                return
        raise AssertionError(f"the keyboard does not reach {selector}")

    tab_to("#clause-1 button[value=agree]")
    page.keyboard.press("Enter")
    page.wait_for_url("**said=voted*")
    assert "You chose Agree." in page.inner_text("#clause-1")
    # The next press of Tab goes on from the clause that was answered.
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('article').id") == "clause-1"
