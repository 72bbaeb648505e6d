"""A served application, Chromium, and axe: what a person meets, without a mock."""

import asyncio
import os
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ElementHandle,
    Error,
    Page,
    Response,
    sync_playwright,
)
from quart import Quart, template_rendered

from participate.app import create_app
from participate.db import Database
from participate.serving import bound, carry_app
from participate.settings import Settings
from tests.browser.valley import copy_of, make_valley, settings_for
from tests.databases import migrated_database
from tests.people import Clock
from tests.running import chromium
from tests.sharing import once
from tests.waiting import PATIENCE, listens, until

AXE = Path(__file__).parent.parent.parent / "node_modules" / "axe-core" / "axe.min.js"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@dataclass
class Served:
    """An application on a port of its own, in a thread of its own."""

    app: Quart
    clock: Clock
    settings: Settings
    loop: asyncio.AbstractEventLoop
    address: str
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    rendered: list[str] = field(default_factory=list)
    """The templates of the pages it has given, in order; not of hints, which come while somebody writes."""

    @property
    def database(self) -> Database:
        database: Database = self.app.extensions["database"]
        return database

    def do(self, act: Callable[[Database], Coroutine[Any, Any, Any]]) -> Any:
        """Run a coroutine on the server's own loop and wait for what it returns."""
        future: Future[Any] = asyncio.run_coroutine_threadsafe(act(self.database), self.loop)
        return future.result(PATIENCE)


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    """The application on SQLite; both databases are covered by the pages' own tests."""
    with serving(migrated_database("sqlite"), tmp_path) as server:
        yield server


@pytest.fixture(scope="session")
def valley_file() -> Path:
    """The demonstration with its maps, made once per run."""
    return once("valley.db", make_valley)


@pytest.fixture
def valley(valley_file: Path, tmp_path: Path) -> Iterator[Served]:
    """The application on a copy of the demonstration."""
    with serving(copy_of(valley_file, tmp_path), tmp_path) as server:
        yield server


@contextmanager
def serving(database_url: str, folder: Path) -> Iterator[Served]:
    """Serve the application on a free port while the block lasts."""
    address, config = bound("127.0.0.1", 0)
    settings = settings_for(database_url, folder, public_url=address)
    clock = Clock()
    loop = asyncio.new_event_loop()
    app = create_app(settings, clock=clock)
    server = Served(app, clock, settings, loop, address)
    ready = threading.Event()

    def note(_: Quart, template: Any, **__: Any) -> None:
        if not str(template.name).endswith("hints.html"):
            server.rendered.append(template.name)

    async def run() -> None:
        server.stop = asyncio.Event()
        app.before_serving(_tell(ready))
        config.errorlog = None
        await carry_app(app, config, server.stop.wait)

    thread = threading.Thread(target=lambda: loop.run_until_complete(run()), daemon=True)
    with template_rendered.connected_to(note, app):
        thread.start()
        try:
            assert ready.wait(PATIENCE), "the server did not start"
            until(lambda: listens(int(address.rsplit(":", 1)[1])), "the server's listening")
            yield server
        finally:
            loop.call_soon_threadsafe(server.stop.set)
            thread.join(PATIENCE)
    loop.close()


def _tell(ready: threading.Event) -> Callable[[], Coroutine[Any, Any, None]]:
    async def tell() -> None:
        ready.set()

    return tell


@pytest.fixture(scope="session")
def engine() -> Iterator[Browser]:
    """One Chromium for the run."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        yield browser
        browser.close()


@dataclass
class Visitor:
    """Somebody in a browser of their own, on a screen of this width."""

    context: BrowserContext
    page: Page
    address: str
    foreign: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def goto(self, path: str) -> int:
        response = self.page.goto(self.address + path)
        assert response is not None
        return response.status

    def press(self, selector: str) -> int:
        """Press what leads to another page, loaded or put in place of this one; that page's status."""
        return self.moved(lambda: self.page.click(selector))

    def moved(self, act: Callable[[], object]) -> int:
        """Do what leads to another page, and wait until it is there; that page's status."""
        statuses: list[int] = []

        def note(response: Response) -> None:
            kind = response.request.resource_type
            is_page = kind in ("document", "fetch") and not response.url.endswith(("/hints", "/options"))
            if is_page and not 300 <= response.status < 400:
                statuses.append(response.status)

        before = self.page.query_selector("main")
        self.page.on("response", note)
        act()
        until = time.monotonic() + 30
        while not (statuses and _is_gone(before)):
            assert time.monotonic() < until, "this led nowhere"
            self.page.wait_for_timeout(10)
        while not _is_whole(self.page):
            assert time.monotonic() < until, "the page did not finish loading"
            self.page.wait_for_timeout(10)
        self.page.remove_listener("response", note)
        return statuses[-1]

    def axe(self) -> list[str]:
        """What axe finds wrong: rule and the first place, empty when nothing."""
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(AXE.read_text() + "\n; 0")
        found = self.page.evaluate(
            "async () => (await axe.run(document, {resultTypes: ['violations']})).violations"
            ".map(v => v.id + ': ' + v.nodes[0].html.slice(0, 200))"
        )
        return list(found)

    def scrolls_sideways(self) -> bool:
        return bool(self.page.evaluate("document.documentElement.scrollWidth > innerWidth"))

    def small_targets(self) -> list[str]:
        """Buttons and summaries under 44 px high, other links under 24."""
        return list(
            self.page.evaluate(
                """() => [...document.querySelectorAll('a, button, summary, [role=tab]')]
                .map(e => [e, e.getBoundingClientRect()])
                .filter(([e, r]) => r.width > 1 && r.height > 1 && r.right > 0)
                .filter(([e, r]) => r.height < (e.matches('a:not(.button, .tab, .switch a)') ? 24 : 44))
                .map(([e, r]) => e.tagName + ' ' + e.textContent.trim().slice(0, 40) + ' ' + r.height)"""
            )
        )


def _is_whole(page: Page) -> bool:
    """Whether the page that is there now has loaded: asked of the page itself, as a page that is being
    replaced still counts as loaded to the driver for a moment."""
    try:
        return bool(page.evaluate("document.readyState === 'complete' && !!document.querySelector('main')"))
    except Error:  # it was replaced while it was asked
        return False


def _is_gone(part: ElementHandle | None) -> bool:
    """Whether this part of a page is no longer on it."""
    if part is None:
        return True
    try:
        return not part.evaluate("part => part.isConnected")
    except Error:  # the whole page is gone
        return True


@pytest.fixture
def visit(engine: Browser, served: Served) -> Iterator[Callable[..., Visitor]]:
    """Make visitors: `visit(width=320, scripts=False)`. At the end nobody may have met another host."""
    with visiting(engine, served) as make:
        yield make


@contextmanager
def visiting(engine: Browser, served: Served) -> Iterator[Callable[..., Visitor]]:
    """Make visitors of one application while the block lasts."""
    made: list[Visitor] = []

    def make(*, width: int = 1280, height: int = 844, scripts: bool = True, **options: Any) -> Visitor:
        context = engine.new_context(
            viewport={"width": width, "height": height}, java_script_enabled=scripts, **options
        )
        context.set_default_timeout(1000 * PATIENCE)
        visitor = Visitor(context, context.new_page(), served.address)
        visitor.page.on("request", lambda r: _note(r.url, served.address, visitor.foreign))
        visitor.page.on("console", lambda m: _complain(m.type, m.text, visitor.problems))
        visitor.page.on("pageerror", lambda e: visitor.problems.append(str(e)))
        made.append(visitor)
        return visitor

    try:
        yield make
    finally:
        for visitor in made:
            visitor.context.close()
    for visitor in made:
        assert visitor.foreign == []
        assert visitor.problems == []


def _note(url: str, own: str, foreign: list[str]) -> None:
    if not url.startswith((own, "data:")):
        foreign.append(url)


def _complain(kind: str, text: str, problems: list[str]) -> None:
    # A refused page is meant to be refused; what the page's own code complains of is not.
    if kind == "error" and "Failed to load resource" not in text:
        problems.append(text)


@pytest.fixture
def photographs() -> Path | None:
    """Where pictures are put, when PARTICIPATE_PICTURES names a folder."""
    folder = os.environ.get("PARTICIPATE_PICTURES")
    return Path(folder) if folder else None
