"""Help and pages of law by keyboard, on paper, and in a host's own colours."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from participate.branding import brand_of
from tests.browser.conftest import Served, Visitor
from tests.browser.state import EVENINGS

pytestmark = pytest.mark.browser

WIDE_LOGO = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 80"><rect width="300" height="80" rx="12" '
    'fill="#0b4f3f"/><circle cx="60" cy="40" r="24" fill="#fff"/></svg>'
)
PAGES = ("/", "/help", "/help/taking-part", "/privacy", "/cookies", EVENINGS, f"{EVENINGS}/map", "/nowhere")


@pytest.fixture
def served(valley: Served) -> Served:
    return valley


@pytest.fixture
def branded(served: Served, tmp_path: Path) -> Served:
    """The same application with a logo and an accent of its own."""
    logo = tmp_path / "logo.svg"
    logo.write_text(WIDE_LOGO)
    there = served.app.jinja_env.globals
    there["brand"] = brand_of(replace(served.settings, logo=str(logo), accent="#0b4f3f"))
    return served


@pytest.mark.parametrize("path", PAGES)
def test_a_page_in_a_host_s_own_colours_is_fit_too(
    branded: Served, visit: Callable[..., Visitor], path: str, photographs: Path | None
) -> None:
    visitor = visit(width=1280)
    visitor.goto(path)
    for width in (1280, 320):
        visitor.page.set_viewport_size({"width": width, "height": 844})
        if photographs is not None:
            name = path.strip("/").replace("/", "-") or "front"
            visitor.page.screenshot(path=photographs / f"branded-{name}-{width}.png", full_page=True)
        assert visitor.axe() == []
        assert not visitor.scrolls_sideways()
        assert visitor.small_targets() == []
    assert visitor.page.evaluate("document.querySelector('.site-logo').complete")
    assert visitor.page.evaluate("document.querySelector('.site-logo').naturalWidth") > 0
    link = "getComputedStyle(document.querySelector('.site-footer a')).color"
    assert visitor.page.evaluate(link) == "rgb(11, 79, 63)"


def test_no_colour_of_ours_is_left_where_a_host_has_its_own(
    branded: Served, visit: Callable[..., Visitor]
) -> None:
    visitor = visit(width=1280)
    visitor.goto(EVENINGS)
    plum = visitor.page.evaluate(
        """() => [...document.querySelectorAll('body *')].filter(e => {
          const style = getComputedStyle(e);
          return [style.color, style.backgroundColor, style.borderTopColor, style.fill]
            .some(colour => ['rgb(92, 26, 79)', 'rgb(63, 15, 54)'].includes(colour));
        }).map(e => e.outerHTML.slice(0, 100))"""
    )
    assert plum == []


def test_help_is_at_hand_by_keyboard(served: Served, visit: Callable[..., Visitor]) -> None:
    visitor = visit(width=1280)
    visitor.goto("/")
    for _ in range(20):
        visitor.page.keyboard.press("Tab")
        if visitor.page.evaluate("document.activeElement.textContent") == "Help":
            break
    visitor.page.keyboard.press("Enter")
    visitor.page.wait_for_url("**/help")
    answer = visitor.page.get_by_text("No. Open a question and press a button.")
    assert not answer.is_visible()
    visitor.page.locator("summary").first.focus()
    visitor.page.keyboard.press("Enter")
    assert answer.is_visible()
    visitor.goto("/help/taking-part")
    visitor.page.locator(".on-this-page a[href='#rules']").focus()
    visitor.page.keyboard.press("Enter")
    assert visitor.page.evaluate("location.hash") == "#rules"
    top = visitor.page.evaluate("document.getElementById('rules').getBoundingClientRect().top")
    assert -1 <= top < 400


@pytest.mark.parametrize("path", ["/help/taking-part", "/about/licences", "/privacy"])
def test_on_paper_there_are_words_and_no_controls(
    served: Served, visit: Callable[..., Visitor], path: str
) -> None:
    visitor = visit(width=794)
    visitor.goto(path)
    visitor.page.emulate_media(media="print")
    for selector in (".site-nav", ".on-this-page", ".strip-languages", ".place-tabs"):
        for one in visitor.page.locator(selector).all():
            assert not one.is_visible()
    for details in visitor.page.locator("details > :not(summary)").all():
        box = details.bounding_box()
        assert box is not None
        assert box["height"] > 20  # open on paper, whatever it was on the screen
    assert visitor.page.locator("main h1").is_visible()
    assert not visitor.scrolls_sideways()


@pytest.mark.parametrize("path", ["/help", "/help/facilitators", "/about", "/accessibility"])
def test_nothing_is_lost_where_colours_are_forced_or_text_is_twice_as_large(
    served: Served, visit: Callable[..., Visitor], path: str
) -> None:
    visitor = visit(width=640, forced_colors="active")
    visitor.goto(path)
    assert visitor.axe() == []
    visitor.page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert not visitor.scrolls_sideways()
