"""Two browsers and twenty others write in one clause through kills of the server: no word is lost."""

import asyncio
import random
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from participate.db import Database
from tests import waiting
from tests.databases import migrated_database
from tests.kills.writers import MANY, Somebody, Web, in_the_end, people_of
from tests.typing_together import HERE

pytestmark = [pytest.mark.browser, pytest.mark.prove, pytest.mark.timeout(600)]

SAVED = "Saved. Everybody who writes here can see it."
WORDS = 8


@pytest.fixture
def web(tmp_path: Path) -> Iterator[Web]:
    web = Web(migrated_database("sqlite"), tmp_path)
    yield web
    if web.process is not None and web.process.poll() is None:
        web.stop()


async def prepared(web: Web) -> list[Somebody]:
    database = Database(web.database_url)
    people = await people_of(database, web.port, MANY + 2)
    await database.close()
    return people


async def write_all(people: list[Somebody]) -> list[str]:
    await asyncio.gather(*(one.write(WORDS, random.Random(one.number), 1.5) for one in people))
    for one in people:
        await one.leave()
    return [word for one in people for word in one.acknowledged]


def opened(engine: Browser, web: Web, cookie: str) -> Page:
    context = engine.new_context()
    name, _, value = cookie.partition("=")
    context.add_cookies([{"name": name, "value": value, "url": f"http://127.0.0.1:{web.port}"}])
    page = context.new_page()
    page.goto(f"http://127.0.0.1:{web.port}{HERE}/1/change")
    until(lambda: state(page) == SAVED)
    page.focus("#text")
    return page


def state(page: Page) -> str:
    return str(page.inner_text("[data-state]"))


def until(holds: Callable[[], object]) -> None:
    waiting.until(holds, "what all have written", 60)


def test_two_browsers_and_twenty_others_lose_nothing_through_kills(engine: Browser, web: Web) -> None:
    with ThreadPoolExecutor(1) as others:  # the browser's driver has a loop of its own in this thread
        run_through(engine, web, others)


def run_through(engine: Browser, web: Web, others: ThreadPoolExecutor) -> None:
    people = others.submit(asyncio.run, prepared(web)).result()
    web.start()
    pages = [opened(engine, web, one.cookie) for one in people[MANY:]]
    pages[0].keyboard.press("Control+End")
    pages[1].keyboard.press("Control+Home")
    unsaved = 0
    writing = others.submit(asyncio.run, write_all(people[:MANY]))
    for turn in range(12):
        for number, page in enumerate(pages):
            page.keyboard.insert_text(f"{{{number}.{turn}}}")
        time.sleep(0.3)
        if turn in (4, 8):
            web.stop()
        if turn in (6, 10):
            unsaved += sum(state(page).startswith("Not saved yet") for page in pages)
            web.start()
    words = writing.result(120)
    assert unsaved == 4, "while the server was away both pages said so"
    until(lambda: all(state(page) == SAVED for page in pages))
    text = others.submit(asyncio.run, in_the_end(web.database_url)).result()
    until(lambda: [page.input_value("#text") for page in pages] == [text, text])
    words += [f"{{{number}.{turn}}}" for number in range(2) for turn in range(12)]
    assert [word for word in words if text.count(word) != 1] == []
    assert len(words) == MANY * WORDS + 24
    for page in pages:
        page.context.close()
