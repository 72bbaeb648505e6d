"""Every page in every state: no sideways scroll, targets large enough, axe, at both widths."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser

import participate
from tests.browser.conftest import Served, Visitor, visiting
from tests.browser.state import State
from tests.browser.states import STATES, in_tiers, one_of_each_page

TEMPLATES = Path(participate.__file__).parent / "templates"
RUN_TOGETHER = re.compile(r"\w*[a-z0-9][.?!:][A-Z]\w*")
"""A sentence that begins without a space before it: a template's line end has been eaten."""
PIECES = {
    "base.html",
    "card.html",
    "difference.html",
    "footer.html",
    "forms.html",
    "hints.html",
    "macros.html",
    "panel.html",
    "parts.html",
    "pdf.html",
    "unchecked.html",
}


@pytest.mark.browser
@pytest.mark.parametrize("state", in_tiers(STATES, one_of_each_page(STATES)))
def test_a_page_is_fit_to_be_met(
    state: State, engine: Browser, request: pytest.FixtureRequest, photographs: Path | None
) -> None:
    with meeting(state, engine, request) as visitor:
        for width in (1280, 320):
            visitor.page.set_viewport_size({"width": width, "height": 844})
            if photographs is not None:
                visitor.page.screenshot(path=photographs / f"{state.name}-{width}.png", full_page=True)
            assert visitor.page.locator("h1").count() == 1
            words = visitor.page.inner_text("main")
            assert state.says in words
            assert RUN_TOGETHER.findall(words) == []
            assert not visitor.scrolls_sideways()
            assert visitor.small_targets() == []
            assert visitor.axe() == []


@contextmanager
def meeting(state: State, engine: Browser, request: pytest.FixtureRequest) -> Iterator[Visitor]:
    """Somebody with a wide screen on the page of this state."""
    served: Served = request.getfixturevalue("served" if state.empty else "valley")
    if state.prepare is not None:
        state.prepare(served)
    with visiting(engine, served) as visit:
        visitor = visit(width=1280)
        assert state.arrive(visitor, served) == state.status
        assert served.rendered[-1] == state.template
        assert visitor.page.locator("[lang=und]").count() == 0
        yield visitor


def test_every_page_is_met_in_some_state() -> None:
    pages = {path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*.html")}
    met = {state.template for state in STATES}
    assert {page for page in pages - met if Path(page).name not in PIECES} == set()


def test_every_state_has_a_name_of_its_own() -> None:
    names = [state.name for state in STATES]
    assert sorted(set(names)) == sorted(names)


def test_one_state_of_every_page_is_met_in_every_run() -> None:
    in_every_run = one_of_each_page(STATES)
    templates = [state.template for state in STATES if state.name in in_every_run]
    assert sorted(templates) == sorted({state.template for state in STATES})
    marks = {param.id: param.marks for param in in_tiers(STATES, in_every_run)}
    assert {name for name, marked in marks.items() if not marked} == in_every_run
    assert marks.keys() == {state.name for state in STATES}
