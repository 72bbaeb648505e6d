"""The pictures in help: parts of our own pages, as a visitor on a narrow screen sees them."""

from playwright.sync_api import Browser, Locator

from participate.catalogues import ENGLISH, NAMES
from participate.shots import SCALE, SHOTS
from tests.browser.conftest import Served, Visitor, visiting
from tests.browser.small_png import smaller
from tests.browser.state import EVENINGS, SPACE, sign_in_link

LARGEST = 80_000  # bytes
MARGIN = 14
WIDTH, TALLEST = 480, 620


def take(browser: Browser, served: Served) -> None:
    """Write every picture, in each language. Raises SystemExit for one too large for a page of help."""
    for language in NAMES:
        folder = SHOTS / language
        folder.mkdir(parents=True, exist_ok=True)
        with visiting(browser, served) as visit:
            visitor = visit(width=WIDTH, height=1200, scripts=False, device_scale_factor=SCALE)
            visitor.goto(f"/?lang={language}")
            pictures = of_taking_part(visitor)
            if language == ENGLISH:  # a facilitator's pages are in English alone
                pictures |= of_facilitating(visitor, served)
        for name, picture in pictures.items():
            small = smaller(browser, picture)
            if len(small) > LARGEST:
                raise SystemExit(f"{name}.png has {len(small):,} bytes; at most {LARGEST:,} are wanted.")
            (folder / f"{name}.png").write_bytes(small)


def of_taking_part(visitor: Visitor) -> dict[str, bytes]:
    """As somebody sees it who has voted seven times, and asks for one statement after another."""
    page = visitor.page
    for number in range(1, 8):
        visitor.goto(f"{EVENINGS}?statement={number}")
        visitor.press("button[value=agree]")
    visitor.goto(f"{EVENINGS}?statement=9&voted=7")
    taken = {
        "vote": part(visitor, page.locator("[role=status]").first, page.locator(".ballot").first),
        "add": part(visitor, page.locator("section:has(textarea)").last),
    }
    visitor.goto(f"{EVENINGS}/map")
    taken["results"] = part(visitor, page.locator("main h1"), page.locator("main .say").first)
    taken["map"] = part(visitor, page.locator("figure svg").first)
    visitor.goto(SPACE)
    taken["sides"] = part(visitor, page.locator("#sides"), page.locator(".sides"))
    visitor.goto("/spaces/harbour-reach/proposals/1")
    first = page.locator("#clause-1")
    taken["clause"] = part(visitor, first.locator(".clause-title"), first.locator(".support-strip"))
    visitor.goto("/data/avonmere/evenings/1/")
    taken["release"] = part(visitor, page.locator("main h1"), page.locator("main h2").nth(1))
    return taken


def of_facilitating(visitor: Visitor, served: Served) -> dict[str, bytes]:
    """As the facilitator sees it who has just signed in."""
    page = visitor.page
    visitor.goto(sign_in_link(served))
    visitor.press("main button")
    visitor.goto(f"{SPACE}/facilitate/new/improve-service")
    new = part(visitor, page.locator("main .step"), page.locator("textarea").first)
    visitor.goto(f"{EVENINGS}/moderation")
    return {"new": new, "queue": part(visitor, page.locator("main h1"), page.locator("main"))}


def part(visitor: Visitor, first: Locator, last: Locator | None = None) -> bytes:
    """The page from the top of one thing to the end of another, in its whole width."""
    box, end = first.bounding_box(), (last or first).bounding_box()
    assert box is not None
    assert end is not None
    top = max(box["y"] - MARGIN, 0)
    height = min(end["y"] + end["height"] + MARGIN - top, TALLEST)
    clip = {"x": 0, "y": top, "width": WIDTH, "height": height}
    return visitor.page.screenshot(clip=clip, full_page=True)  # type: ignore[arg-type]
