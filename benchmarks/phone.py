"""What a person on a slow phone waits for, and the bytes of each page

Chromium as a phone: 4 times slower processor, 1.6 Mbit/s down, 750 kbit/s up, 150 ms there and back, nothing
kept from before. The floor in the same run is the smallest answer there is, `/healthz`.
"""

import statistics
import tempfile
import time
from contextlib import suppress
from typing import Any

from playwright.sync_api import Browser, BrowserContext, CDPSession, Page, sync_playwright

from benchmarks.pages import PAGES, STATEMENTS, VOTES_EACH, analyse
from benchmarks.places import CONSULTATION, SPACE, place
from benchmarks.serving import Server, server
from tests.browser.conftest import FLAGS
from tests.running import chromium

PEOPLE, ROUNDS, VOTES = 2_000, 5, 8
SLOWER = 4
NETWORK = {"offline": False, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 93_750}
# When the largest thing on the page was painted, in ms since the page was asked for.
PAINTED = """() => new Promise(done => new PerformanceObserver(
  list => done(list.getEntries().at(-1).startTime))
  .observe({type: 'largest-contentful-paint', buffered: true}))"""
STATEMENT = "document.querySelector('.say .say-text')?.textContent.trim()"


def measure() -> list[dict[str, Any]]:
    url = place("sqlite", statements=STATEMENTS, people=PEOPLE, votes_each=VOTES_EACH)
    with tempfile.TemporaryDirectory() as var:
        analyse(url, var)
        with server(url, var) as running, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
            floor = _loaded(browser, running, "/healthz")
            rows = [_row(name, _loaded(browser, running, path), floor) for name, path in PAGES.items()]
            rows.append(_row("next statement after a vote", _voted(browser, running), floor))
            browser.close()
    return rows


def _row(name: str, found: dict[str, list[float]], floor: dict[str, list[float]]) -> dict[str, Any]:
    least = statistics.median(floor["ms"])
    middle = statistics.median(found["ms"])
    return {
        "what": name,
        "ms": round(middle),
        "slowest ms": round(max(found["ms"])),
        "times the floor": round(middle / least, 1),
        "kB over the wire": round(statistics.median(found["kB"]), 1),
        "requests": round(statistics.median(found["requests"])),
    }


def _loaded(browser: Browser, running: Server, path: str) -> dict[str, list[float]]:
    """Each time with an empty cache; ms until the largest thing is painted, or `/healthz` is there."""
    found: dict[str, list[float]] = {"ms": [], "kB": [], "requests": []}
    for _ in range(ROUNDS):
        context = _phone(browser)
        page = context.new_page()
        counted = Counted(context.new_cdp_session(page))
        began = time.perf_counter()
        page.goto(f"http://127.0.0.1:{running.port}{path}", wait_until="load")
        waited = (time.perf_counter() - began) * 1000
        found["ms"].append(waited if path == "/healthz" else float(page.evaluate(PAINTED)))
        found["kB"].append(counted.bytes / 1000)
        found["requests"].append(counted.requests)
        context.close()
    return found


def _voted(browser: Browser, running: Server) -> dict[str, list[float]]:
    """From a press on Agree until another statement stands there, for one person again and again."""
    found: dict[str, list[float]] = {"ms": [], "kB": [], "requests": []}
    context = _phone(browser)
    page = context.new_page()
    counted = Counted(context.new_cdp_session(page))
    page.goto(f"http://127.0.0.1:{running.port}/spaces/{SPACE}/{CONSULTATION}", wait_until="load")
    for _ in range(VOTES):
        before, kept, asked = page.evaluate(STATEMENT), counted.bytes, counted.requests
        began = time.perf_counter()
        page.click("button.vote[value=agree]")
        _until_another(page, before)
        found["ms"].append((time.perf_counter() - began) * 1000)
        found["kB"].append((counted.bytes - kept) / 1000)
        found["requests"].append(counted.requests - asked)
    context.close()
    return found


def _until_another(page: Page, before: str) -> None:
    end = time.perf_counter() + 30
    while time.perf_counter() < end:
        with suppress(Exception):  # the page may be on its way out
            if page.evaluate(STATEMENT) not in (before, None):
                return
        time.sleep(0.005)
    raise RuntimeError("no other statement came within 30 s")


def _phone(browser: Browser) -> BrowserContext:
    return browser.new_context(viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True)


class Counted:
    """A page slowed down to a phone's pace, and what comes over its wire."""

    def __init__(self, devtools: CDPSession) -> None:
        self.bytes = self.requests = 0
        devtools.send("Network.enable")
        devtools.send("Network.setCacheDisabled", {"cacheDisabled": False})
        devtools.send("Network.emulateNetworkConditions", NETWORK)
        devtools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        devtools.on("Network.loadingFinished", self._count)

    def _count(self, event: dict[str, Any]) -> None:
        self.bytes += int(event["encodedDataLength"])
        self.requests += 1
