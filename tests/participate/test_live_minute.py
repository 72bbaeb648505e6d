"""Thirty-two write for a minute while the clause is put into the draft again and again: no word is lost."""

import asyncio
import random
import re
import time
from contextlib import suppress

import pytest
from quart import Quart
from sqlmodel import select

from charters.states import Role
from deliberation.drafting.comments import Comment, Form
from deliberation.drafting.live.document import Document
from deliberation.drafting.live.keeping import stored_text
from tests.both_sides import Cast
from tests.charters.avonmere import NOON
from tests.deliberation.drafting.conftest import FIRST
from tests.participate.test_clauses import HERE, ann, save, sided
from tests.people import Person
from tests.sockets import cookie_for
from tests.typing_together import Typist, typing

__all__ = ["ann", "sided"]
pytestmark = [pytest.mark.prove, pytest.mark.timeout(400)]

WRITERS, SECONDS = 32, 60
WORD = re.compile(r"<\d+\.\d+>")


async def write(app: Quart, cast: Cast, number: int, acknowledged: list[str]) -> None:
    database = app.extensions["database"]
    cookie = await cookie_for(database, await cast.join(f"writer{number}", Role.MEMBER), NOON)
    headers = {"Origin": "http://localhost", "Cookie": cookie}
    draw, until = random.Random(number), time.monotonic() + SECONDS
    async with app.test_client().websocket(f"{HERE}/clauses/1/live", headers=headers) as socket:
        typist = Typist(socket)
        await typist.greet()
        for turn in range(10_000):
            if time.monotonic() > until:
                return
            word, text = f"<{number}.{turn}>", typist.text
            places = [0, *(at for at, letter in enumerate(text, 1) if letter == ">")]
            before = typist.document.vector
            typist.document._text.insert(len(text[: draw.choice(places)].encode()), word)
            await typist.send(typist.document.since(before))
            await typist.stored()
            acknowledged.append(word)
            await asyncio.sleep(draw.random() * 3)


async def put_into_the_draft(ann: Person, one: Typist) -> bool:
    """Save what stands there, then take the words out that were saved."""
    saved = one.text
    page = await save(ann, text=saved, heading=FIRST.heading, shown=one.saved, live=str(one.generation))
    if "Your words stand in the clause now." not in page.text:
        return False
    before, known = one.document.vector, set(WORD.findall(saved))
    for found in reversed([*WORD.finditer(one.text)]):
        if found[0] in known:
            at = len(one.text[: found.start()].encode())
            del one.document._text[at : at + len(found[0])]
    await one.send(one.document.since(before))
    await one.stored()
    return True


async def test_each_acknowledged_word_is_in_the_text_or_in_a_version_of_the_clause(
    app: Quart, ann: Person, sided: Cast
) -> None:
    acknowledged: list[str] = []
    writing = asyncio.gather(*(write(app, sided, n, acknowledged) for n in range(WRITERS)))
    puts = 0
    async with typing(ann) as one:
        while not writing.done():
            seen = len(WORD.findall(one.text))
            with suppress(TimeoutError):  # nobody has written any more
                await one.until(lambda seen=seen: len(WORD.findall(one.text)) > seen, 3)
            puts += await put_into_the_draft(ann, one)
        await writing
    async with app.extensions["database"].reading() as session:
        text = Document((await stored_text(session, 1)).parts).written.text
        query = select(Comment.text).where(Comment.form == Form.REVISION)
        everything = "\n".join([text, *(await session.exec(query)).all()])
    assert puts >= 3
    assert len(acknowledged) > 5 * WRITERS
    assert [word for word in acknowledged if word not in everything] == []
