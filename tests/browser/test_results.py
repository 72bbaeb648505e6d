"""Results in a browser: by keyboard, without scripts, on paper, and axe after what people do on them."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import Served, Visitor, visiting
from tests.browser.state import EVENINGS

MAP = f"{EVENINGS}/map"
Visit = Callable[..., Visitor]


@pytest.fixture
def visit(engine: Browser, valley: Served) -> object:
    with visiting(engine, valley) as make:
        yield make


def tab_to(page: Page, words: str) -> None:
    """Press Tab until what is in focus says this."""
    for _ in range(200):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent.trim()").startswith(words):
            return
    raise AssertionError(f"Tab never came to {words!r}")


def enter(page: Page) -> None:
    """Press Enter on what leads to another page."""
    with page.expect_navigation():
        page.keyboard.press("Enter")


def in_view(page: Page, selector: str) -> bool:
    return bool(
        page.evaluate(
            "s => { const r = document.querySelector(s).getBoundingClientRect();"
            " return r.top >= -1 && r.bottom <= innerHeight + 1; }",
            selector,
        )
    )


@pytest.mark.browser
@pytest.mark.parametrize("scripts", [True, False])
def test_by_keyboard_from_the_results_to_one_statement(visit: Visit, scripts: bool) -> None:
    """Filter, search, and open a statement: nothing but keys, with scripts and without."""
    somebody = visit(width=390, scripts=scripts)
    page = somebody.page
    somebody.goto(MAP)
    if scripts:
        tab_to(page, "Groups differ")
    else:
        page.locator("a.filter", has_text="Groups differ").focus()
    enter(page)
    assert "show=differ" in page.url
    assert in_view(page, "#statements")
    page.locator("#q").focus()
    page.keyboard.type("weekend centre")
    enter(page)
    assert "Found 1 statement of 40." in page.inner_text("main")
    assert page.title().startswith("1 statement found:")
    page.locator("main .measured a", has_text="Statement 12").first.focus()
    enter(page)
    assert page.inner_text("h1") == "Statement 12"
    assert not page.locator("main .bars").is_visible()
    page.locator("main summary").focus()
    page.keyboard.press("Enter")
    assert page.locator("main .bars").is_visible()
    if scripts:
        assert somebody.axe() == []


@pytest.mark.browser
def test_the_switch_keeps_its_place_and_what_was_asked_for(visit: Visit) -> None:
    somebody = visit(width=390)
    page = somebody.page
    somebody.goto(f"{MAP}?show=differ&q=centre")
    somebody.press(".switch a:text-is('Landscape')")
    assert in_view(page, ".switch")
    assert "Found 1 statement of 40." in page.inner_text("main")
    assert page.locator(".switch [aria-current]").inner_text() == "Landscape"
    assert somebody.axe() == []
    somebody.press(".switch a:text-is('Axes')")
    assert "view=" not in page.url
    assert "q=centre" in page.url
    assert in_view(page, ".switch")


@pytest.mark.browser
@pytest.mark.parametrize(
    "path", [MAP, f"{EVENINGS}/statements/12", f"{EVENINGS}/report", "/data/avonmere/evenings/1/"]
)
def test_on_paper_there_is_nothing_to_press_and_nothing_is_folded(visit: Visit, path: str) -> None:
    somebody = visit(width=718)  # an A4 page between its margins
    page = somebody.page
    somebody.goto(path)
    page.emulate_media(media="print")
    frame = (".site-header a", ".site-footer a", ".place", ".back")
    for gone in (*frame, ".switch", ".find", ".button", "form", ".report"):
        assert not any(one.is_visible() for one in page.locator(gone).all()), gone
    assert all(one.is_visible() for one in page.locator("details > :not(summary)").all())
    assert not somebody.scrolls_sideways()
    written = "getComputedStyle(document.querySelector('main a[href]'), '::after').content"
    assert page.evaluate(written) in ("none", "normal")


@pytest.mark.browser
def test_a_heading_of_the_report_stays_on_the_sheet_of_its_figure(visit: Visit) -> None:
    somebody = visit(width=718)
    page = somebody.page
    somebody.goto(f"{EVENINGS}/report")
    page.emulate_media(media="print")
    kept = "getComputedStyle(document.getElementById({!r}).closest('section')).breakInside"
    for section in ("groups", "map", "landscape", "over-time"):
        assert page.evaluate(kept.format(section)) == "avoid", section
    whole = "[...document.querySelectorAll('section.together')].map(s => s.offsetHeight)"
    assert max(page.evaluate(whole)) < 1040  # pixels of an A4 page between its margins


@pytest.mark.browser
def test_the_viewers_own_group_and_place_are_not_printed(visit: Visit) -> None:
    somebody = visit(width=718)
    page = somebody.page
    for number in range(1, 8):
        somebody.goto(f"{EVENINGS}?statement={number}")
        somebody.press("button:text-is('Agree')")
    somebody.goto(MAP)
    assert page.locator(".you").is_visible()
    assert page.locator("text=You are most likely in this group").is_visible()
    page.emulate_media(media="print")
    assert not page.locator(".you").is_visible()
    assert not page.locator("text=You are most likely in this group").is_visible()
    borders = page.evaluate(
        "[...document.querySelectorAll('.group-cards .card')]"
        ".map(c => getComputedStyle(c).borderTopWidth + getComputedStyle(c).borderTopColor)"
    )
    assert len(set(borders)) == 1


@pytest.mark.browser
def test_labels_keep_their_size_and_place_on_a_narrow_screen(visit: Visit) -> None:
    """16 px letters at every width; names move beyond the badge, and at 320 px into the key."""
    somebody = visit(width=1280)
    page = somebody.page
    somebody.goto(MAP)
    picture, name = page.locator("svg.map"), page.locator(".map-name:visible")
    for width, names in ((1280, 3), (390, 3), (320, 0)):
        page.set_viewport_size({"width": width, "height": 844})
        assert name.count() == names
        frame = picture.bounding_box()
        assert frame is not None
        sizes = page.evaluate(
            "[...document.querySelectorAll('svg.map .badge-letter')]"
            ".map(letter => letter.getBoundingClientRect().height)"
        )
        assert all(15 <= size <= 26 for size in sizes), sizes
        for one in name.all():
            box = one.bounding_box()
            assert box is not None
            assert box["x"] >= frame["x"] - 1
            assert box["x"] + box["width"] <= frame["x"] + frame["width"] + 1
        assert page.locator(".key-groups").is_visible()


@pytest.mark.browser
def test_groups_are_told_apart_in_forced_colours(visit: Visit) -> None:
    """Where all fills are one colour, patterns, dashes and badges remain."""
    somebody = visit(width=390, forced_colors="active")
    page = somebody.page
    somebody.goto(MAP)
    fills = page.evaluate(
        "[...document.querySelectorAll('.bars .group-a, .bars .group-b, .bars .group-c')]"
        ".map(part => getComputedStyle(part).fill)"
    )
    assert len(set(fills)) == 1
    assert page.locator(".bars [fill='url(#on-bar-b)']").count() > 0
    assert page.locator(".edge-b[stroke-dasharray='11 6']").count() == 1
    assert somebody.axe() == []
