"""Two people of both sides write one text: by hand, by keyboard alone, and without scripts."""

from collections.abc import Callable

import pytest

from tests.browser.conftest import Served, Visitor
from tests.browser.states_of_clauses import HERE
from tests.browser.states_of_decisions import by, staged
from tests.browser.states_of_proposals import written
from tests.browser.test_journeys import fit

pytestmark = pytest.mark.browser

MAIN = "main form .button-main"


@pytest.mark.parametrize(("width", "scripts"), [(1280, True), (320, False)])
def test_a_member_and_a_delegate_write_one_clause_and_agree_on_a_wording(
    served: Served, visit: Callable[..., Visitor], width: int, scripts: bool
) -> None:
    staged(written)(served)
    ann, deepa = visit(width=width, scripts=scripts), visit(width=width, scripts=scripts)
    by("ann", HERE)(ann, served)
    by("deepa", HERE)(deepa, served)
    # From reading a clause to writing it: two presses.
    ann.press("#clause-1 a:has-text('Change')")
    fit(ann, scripts=scripts)
    ann.page.fill("#text", "Everybody has a plan by noon of the day before.")
    ann.press("button[name=preview]")
    assert "It is not saved yet." in ann.page.inner_text("main")
    fit(ann, scripts=scripts)
    ann.press(MAIN)
    assert "Your words stand in the clause now." in ann.page.inner_text(".status")
    fit(ann, scripts=scripts)
    # The other side suggests; hers accepts; both stand in the text.
    deepa.press("#clause-2 a:has-text('Suggest a wording')")
    deepa.page.fill("#text", "The plan names one number for day and night, for both bodies.")
    deepa.page.fill("#why", "We share the desk from April.")
    deepa.press(MAIN)
    assert "Your suggestion is made." in deepa.page.inner_text(".status")
    fit(deepa, scripts=scripts)
    deepa.press("button:text-is('Accept it for your side')")
    fit(deepa, scripts=scripts)
    ann.goto(HERE)
    ann.press("#clause-2 a:has-text('Look at it and answer')")
    fit(ann, scripts=scripts)
    ann.press("a:text-is('Side by side')")
    fit(ann, scripts=scripts)
    ann.press("button:text-is('Accept it for your side')")
    assert "Both sides have accepted it." in ann.page.inner_text(".status")
    assert "for both bodies" in ann.page.inner_text("#clause-2 .clause-words")
    fit(ann, scripts=scripts)
    # Of two who write apart, as in a browser that cannot do so together, the second sees both texts.
    ann.context.route("**/live*.js*", lambda route: route.abort())
    ann.goto(f"{HERE}/clauses/3/change")
    deepa.goto(f"{HERE}/clauses/3/change")
    deepa.page.fill("#text", "Nobody goes home after seven.")
    deepa.press(MAIN)
    ann.page.fill("#text", "Nobody goes home after six.")
    assert ann.press(MAIN) == 409
    words = ann.page.inner_text("main")
    assert "Nobody goes home after seven." in words
    assert ann.page.input_value("#text") == "Nobody goes home after six."
    fit(ann, scripts=scripts)


def test_a_clause_is_written_by_keyboard_alone(served: Served, visit: Callable[..., Visitor]) -> None:
    staged(written)(served)
    visitor = visit()
    by("ann", HERE)(visitor, served)
    page = visitor.page

    def tab_to(selector: str) -> None:
        for _ in range(80):
            page.keyboard.press("Tab")
            if page.evaluate("selector => document.activeElement.matches(selector)", selector):
                return
        raise AssertionError(f"the keyboard does not reach {selector}")

    tab_to("#clause-1 .clause-acts a")
    page.keyboard.press("Enter")
    page.wait_for_url("**/clauses/1/change")
    tab_to("#text")
    page.keyboard.press("Control+a")
    page.keyboard.type("Everybody has a plan in words they can read.")
    tab_to("button[name=save]")
    page.keyboard.press("Enter")
    page.wait_for_url("**/proposals/1?said=changed*")
    assert "Your words stand in the clause now." in page.inner_text(".status")
    assert "in words they can read" in page.inner_text("#clause-1 .clause-words")
