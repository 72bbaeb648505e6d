"""`python -m tests.browser.pictures`: makes docs/pictures and the pictures of help again from the program."""

import tempfile
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.browser import help_pictures
from tests.browser.conftest import FLAGS, Served, serving, visiting
from tests.browser.small_png import inline, smaller
from tests.browser.state import EVENINGS
from tests.browser.valley import copy_of, make_valley
from tests.running import chromium

PICTURES = Path(__file__).parent.parent.parent / "docs" / "pictures"
LARGEST = 120_000  # bytes
SIDE_BY_SIDE = """
<!doctype html><title>Voting and map</title>
<body style="margin:0;padding:16px;background:#4d4456;display:flex;gap:16px">
<img src="{}" width="560" height="640" alt=""><img src="{}" width="560" height="640" alt="">
"""


def main() -> None:
    """The voting page after a vote, and the map, beside each other in one picture."""
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        file = Path(folder) / "valley.db"
        make_valley(file)
        with serving(copy_of(file, Path(folder)), Path(folder)) as served:
            voting, opinion_map = taken(browser, served)
            help_pictures.take(browser, served)
        page = browser.new_page(viewport={"width": 1168, "height": 672})
        page.set_content(SIDE_BY_SIDE.format(inline(voting), inline(opinion_map)))
        picture = smaller(browser, page.screenshot())
        browser.close()
    if len(picture) > LARGEST:
        raise SystemExit(f"The picture has {len(picture):,} bytes; at most {LARGEST:,} are wanted.")
    PICTURES.mkdir(exist_ok=True)
    PICTURES.joinpath("voting-and-map.png").write_bytes(picture)


def taken(browser: Browser, served: Served) -> tuple[bytes, bytes]:
    """Both pages as a visitor sees them who has voted seven times."""
    with visiting(browser, served) as visit:
        visitor = visit(width=700, height=800, scripts=False)
        for number in range(1, 8):  # which statement comes next is drawn by lot, so each is asked for
            visitor.goto(f"{EVENINGS}?statement={number}")
            visitor.press("button[value=agree]")
        visitor.goto(f"{EVENINGS}?statement=9&voted=7")
        voting = visitor.page.screenshot()
        visitor.goto(f"{EVENINGS}/map#map")
        return voting, visitor.page.screenshot()


if __name__ == "__main__":
    main()
