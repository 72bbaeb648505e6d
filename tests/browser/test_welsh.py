"""Every page in Welsh on a narrow screen: Welsh is longer, and nothing English may be left."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from participate.translating.gathering import ENGLISH_TEMPLATES
from tests.browser.conftest import Served, Visitor, visiting
from tests.browser.state import State
from tests.browser.states import STATES, in_tiers
from tests.tongues import english_left

FOR_FACILITATORS = {"refused", "service-ended", "too-large", "comments-waiting"}
"""States of pages that stand at a facilitator's address, and so are in English."""
ONLY_WITH_SCRIPTS = {"offline"}
MET = [
    state
    for state in STATES
    if state.template.split("/")[0] not in ENGLISH_TEMPLATES
    and state.name not in FOR_FACILITATORS | ONLY_WITH_SCRIPTS
]
IN_EVERY_RUN = {"front", "first-statement", "map-three-groups", "sign-in", "my-data-account"}
WIDTHS = (1280, 393, 320)
NAMES = ("Participate", "min_group")  # as a charter file has it


def again_in_welsh(visitor: Visitor) -> None:
    """Ask for the same page again, a reply to a form by sending the form, with a browser that is Welsh."""
    visitor.context.set_extra_http_headers({"Accept-Language": "cy"})
    visitor.page.reload()


def cut_short(visitor: Visitor) -> list[str]:
    """Buttons and tabs whose words reach over their edge."""
    return list(
        visitor.page.evaluate(
            "() => [...document.querySelectorAll('button, .button, .tab, .tag')]"
            ".filter(e => e.scrollWidth > e.clientWidth + 1).map(e => e.textContent.trim())"
        )
    )


@pytest.mark.browser
@pytest.mark.parametrize("state", in_tiers(MET, IN_EVERY_RUN))
def test_a_page_in_welsh_is_fit_to_be_met(
    state: State, engine: Browser, request: pytest.FixtureRequest, photographs: Path | None
) -> None:
    """Look at a state in Welsh, without our script: it would show a reply in place."""
    served: Served = request.getfixturevalue("served" if state.empty else "valley")
    if state.prepare is not None:
        state.prepare(served)
    with visiting(engine, served) as visit:
        visitor = visit(width=WIDTHS[0])
        visitor.context.route("**/app*.js*", lambda route: route.abort())
        state.arrive(visitor, served)
        again_in_welsh(visitor)
        assert served.rendered[-1] == state.template
        assert visitor.page.get_attribute("html", "lang") == "cy"
        assert english_left(visitor.page.content(), names=NAMES) == []
        assert "Nid oes darllenydd Cymraeg" in visitor.page.inner_text(".site-footer")
        for width in WIDTHS:
            visitor.page.set_viewport_size({"width": width, "height": 844})
            if photographs is not None:
                visitor.page.screenshot(path=photographs / f"cy-{state.name}-{width}.png", full_page=True)
            assert cut_short(visitor) == []
            assert visitor.axe() == []
            assert not visitor.scrolls_sideways()
            assert visitor.small_targets() == []


def test_what_is_met_in_every_run_is_among_the_states() -> None:
    assert {state.name for state in MET} >= IN_EVERY_RUN
