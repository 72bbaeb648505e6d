"""On every page of the demonstration: no marks of others, one cookie, and help in its place."""

import asyncio
import re
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from quart import Quart

from participate.app import create_app
from participate.devices import LIFETIME, Device, cookie_name, form_token
from participate.static_files import DIST
from tests.browser.everywhere import BYTES, Walk, addresses, walked
from tests.browser.valley import copy_of, settings_for
from tests.people import Clock, Page, Person

MARKS = ("nhsuk-header__logo", 'aria-label="NHS"', "Frutiger", "assets.nhs.uk")
"""What belongs to a health service and never to us: its header, its logo, its typeface, its host."""
HOST = re.compile(r"""(?:https?:)?//([a-z0-9-]+(?:\.[a-z0-9-]+)+)""", re.I)
NAMES = frozenset({"www.w3.org"})
"""Hosts that are only names of a format: nothing is loaded from them."""
IN_WORDS = ("https://github.com/yjs/yjs/issues/438",)
"""Addresses in a sentence that Yjs writes for programmers."""


@pytest.fixture
async def app(valley_file: Path, tmp_path: Path) -> AsyncIterator[Quart]:
    app = create_app(settings_for(copy_of(valley_file, tmp_path), tmp_path), clock=Clock())
    yield app
    await app.extensions["database"].close()


@pytest.fixture(scope="module")
def walk(valley_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Walk:
    """Everything there is, looked at once."""
    folder = tmp_path_factory.mktemp("walk")

    async def look() -> Walk:
        app = create_app(settings_for(copy_of(valley_file, folder), folder), clock=Clock())
        async with app.test_app():
            return await walked(app)

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, look()).result()


def hosts(text: str) -> set[str]:
    return {host.lower() for host in HOST.findall(text)} - NAMES


def test_no_page_shows_a_mark_of_others_or_names_another_host(walk: Walk) -> None:
    rules = walk.person.app.url_map.iter_rules()
    assert {rule.endpoint for rule in rules if "GET" in (rule.methods or ())} - set(walk.met) == BYTES
    texts = [page for page in walk.pages if page.headers.get("Content-Type", "").startswith("text/html")]
    assert len(texts) > 30
    for page in texts:
        assert [mark for mark in MARKS if mark.lower() in page.html.lower()] == [], page.path
        # Licences name where a work comes from, in words; no link leads there.
        shown = re.sub(r'<pre class="licence".*?</pre>', "", page.html, flags=re.S)
        assert hosts(shown) <= {"localhost", "127.0.0.1"}, page.path


def test_no_built_file_shows_a_mark_of_others_or_loads_from_another_host() -> None:
    built = [path for path in DIST.iterdir() if path.suffix in (".css", ".js", ".svg", ".json", ".woff2")]
    assert {path.suffix for path in built} >= {".css", ".js", ".svg", ".woff2"}
    for path in built:
        text = path.read_bytes().decode("utf-8", "ignore")
        for sentence in IN_WORDS:
            text = text.replace(sentence, "")
        assert [mark for mark in MARKS if mark.lower() in text.lower()] == [], path.name
        if path.name != "notices.json":
            assert hosts(text) == set(), path.name


@pytest.mark.parametrize(
    "planted",
    [
        '<svg aria-label="NHS">',
        "font-family: frutiger w01",
        "url(//assets.nhs.uk/x.woff)",
        "nhsuk-header__logo",
    ],
)
def test_a_planted_mark_or_host_is_found(planted: str) -> None:
    assert any(mark.lower() in planted.lower() for mark in MARKS) or hosts(planted)
    assert hosts("see https://example.org/x and //cdn.example.net") == {"example.org", "cdn.example.net"}
    assert hosts('xmlns="http://www.w3.org/2000/svg" // a comment') == set()


def test_the_product_is_not_called_after_a_health_service(walk: Walk) -> None:
    for page in walk.pages:
        for title in re.findall(r"<title>(.*?)</title>", page.html, re.S):
            assert "NHS" not in title, page.path


def test_help_is_in_the_same_place_on_every_page(walk: Walk) -> None:
    for page in walk.pages:
        if "<header" not in page.html:
            continue
        header = page.html.split('<nav class="site-nav"')[1].split("</nav>")[0]
        tabs = re.findall(r'<a class="tab" href="([^"]*)"', header)
        assert tabs[-1] == "/help", page.path
        footer = page.html.split('<footer class="site-footer">')[1]
        # A page in Welsh says after them that no reader has checked its words yet.
        assert re.findall(r'href="([^"]*)"', footer)[: len(FOOTER)] == FOOTER, page.path


FOOTER = [
    "tel:01632960123",
    "mailto:help@avonmere.example",
    "/help",
    "/accessibility#other-ways",
    "/about",
    "/accessibility",
    "/me",
    "/privacy",
    "/cookies",
    "/help/taking-part#rules",
    "/about/licences",
]

ODD = {"/nowhere", "/%00", "/help?lang=cy", "/help?lang=xx", "/spaces/none"}
STORES = ("localStorage", "sessionStorage", "indexedDB", "document.cookie", "serviceWorker", "caches.open")
READ_ONLY = ("/", "/help", "/help/taking-part", "/about", "/privacy", "/accessibility", "/data/", "/spaces/")
SHAPE = re.compile(
    r"(?:__Host-)?participate=(?P<value>[^;]+); Expires=[^;]+; Max-Age=(?P<age>\d+)(?P<secure>; Secure)?; "
    r"HttpOnly; Path=/; SameSite=Lax"
)


def cookies(page: Page) -> list[str]:
    return list(page.headers.getlist("Set-Cookie"))


async def swept(app: Quart, origin_here: str) -> list[str]:
    """Every cookie that any route sets, when it is read, sent to, or sent too much to."""
    name = cookie_name(origin_here.startswith("https"))
    seen: list[str] = []
    for path in sorted(addresses(app, "GET", "POST") | ODD):
        device = Device.new()
        form = {"token": form_token(app.extensions["settings"].secret_key, device), "vote": "agree"}
        for cookie in ("", device.cookie, "made up"):
            person = Person(app)
            headers = {"Cookie": f"{name}={cookie}"} if cookie else {}
            replies = [await person.get(path, **headers)]
            for sent in ({}, form, {"text": "x" * 300_000}):
                headers["Origin"] = origin_here
                replies.append(await person.post(path, sent, follow=False, headers=headers))
            for reply in replies:
                assert reply.status < 500, (path, reply.status)
                seen += cookies(reply)
    return seen


# Production first; a machine at home, which is the same but for the name and one word, is a proof.
@pytest.mark.parametrize("https", [True, pytest.param(False, marks=pytest.mark.prove)])
async def test_no_route_sets_a_cookie_but_the_declared_one(
    valley_file: Path, tmp_path: Path, https: bool
) -> None:
    address = "https://localhost" if https else "http://localhost"
    settings = settings_for(copy_of(valley_file, tmp_path), tmp_path, public_url=address)
    app = create_app(replace(settings, acts_a_minute=10_000), clock=Clock())
    async with app.test_app():
        seen = await swept(app, address)
    assert len(seen) > 10
    name = cookie_name(https)
    for set_cookie in seen:
        found = SHAPE.fullmatch(set_cookie)
        assert found is not None, set_cookie
        assert set_cookie.startswith(f"{name}=")
        assert bool(found["secure"]) is https
        assert int(found["age"]) == LIFETIME
        assert Device.from_cookie(found["value"]) is not None


async def test_the_page_of_cookies_declares_that_one_and_its_parts(app: Quart) -> None:
    page = await Person(app).get("/cookies")
    assert f"<code>{cookie_name(False)}</code>" in page.html
    assert "400 days" in page.text
    rows = re.findall(r'<th role="rowheader"[^>]*>(.*?)</th>', page.html)
    assert len(rows) == len(Device.__slots__)  # device secret, sign-in, language
    assert cookies(page) == []


def test_no_script_of_ours_stores_anything_else_on_a_device() -> None:
    script = (DIST / "app.js").read_text(encoding="utf-8")
    assert script
    for store in (
        "localStorage",
        "sessionStorage",
        "indexedDB",
        "document.cookie",
        "serviceWorker",
        "caches.open",
    ):
        assert store not in script, f"{store}: say so on the page of cookies"


async def test_pages_that_are_only_read_set_no_cookie(app: Quart) -> None:
    for path in (
        "/help",
        "/help/taking-part",
        "/about",
        "/privacy",
        "/accessibility",
        "/data/",
        "/spaces/",
    ):
        assert cookies(await Person(app).get(path)) == [], path
