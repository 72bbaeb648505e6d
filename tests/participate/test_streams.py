"""News as it happens: told in order, once, in the page's language, within limits, and ended at shutdown."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from json import loads
from typing import Any

import pytest
from quart import Quart

from charters.actions import Action
from charters.enforcement import Reason, Refused, refusal
from deliberation.following.following import Place
from deliberation.publishing.record import Did, enter
from participate.newsroom import WAITING, Newsroom, told_since
from participate.server_limits import graceful_timeout as GRACE
from participate.serving import bound, carry_app
from participate.views import streams
from tests.both_sides import Cast
from tests.participate.test_clauses import MINE, save
from tests.participate.test_clauses import ann as ann
from tests.participate.test_clauses import sided as sided
from tests.people import Clock, Person

PROPOSAL, SPACE = "/spaces/avonmere/proposals/1/news", "/spaces/avonmere/news"
PATIENT = 10.0


@pytest.fixture
async def room(app: Quart) -> AsyncIterator[Newsroom]:
    """A newsroom in a hurry."""
    found: Newsroom = app.extensions["newsroom"]
    found.poll, found.beat = 0.02, 0.1
    yield found
    await found.close()


class Ear:
    """What comes out of a stream."""

    def __init__(self, connection: Any) -> None:
        self.connection, self.left = connection, ""

    async def line(self) -> str:
        """The next part, without signs of life."""
        while True:
            while "\n\n" not in self.left:
                self.left += (await asyncio.wait_for(self.connection.receive(), PATIENT)).decode()
            part, _, self.left = self.left.partition("\n\n")
            if not part.startswith((":", "retry:")):
                return part

    async def event(self) -> tuple[int, dict[str, str]]:
        number, kind, data = (await self.line()).split("\n")
        assert kind == "event: news"
        return int(number.removeprefix("id: ")), loads(data.removeprefix("data: "))

    async def ended(self) -> bool:
        while await asyncio.wait_for(self.connection.receive(), PATIENT):
            pass
        return True


@asynccontextmanager
async def heard(app: Quart, path: str, **headers: str) -> AsyncIterator[Ear]:
    client = app.test_client()
    given = {"Accept": "text/event-stream", **headers}
    async with client.request(path, headers=given) as connection:
        await connection.send_complete()
        await asyncio.wait_for(connection.receive(), PATIENT)
        yield Ear(connection)
        await connection.disconnect()


async def listening(room: Newsroom, count: int) -> None:
    async with asyncio.timeout(PATIENT):
        while room.listening != count:
            await asyncio.sleep(0.01)


async def test_what_is_done_comes_at_once_in_words_of_the_record(
    app: Quart, ann: Person, room: Newsroom
) -> None:
    async with heard(app, PROPOSAL) as ear, heard(app, f"{SPACE}?lang=cy") as welsh:
        assert ear.connection.headers["Content-Type"] == "text/event-stream"
        assert ear.connection.headers["X-Accel-Buffering"] == "no"
        assert "Set-Cookie" not in ear.connection.headers
        await save(ann)
        _, told = await ear.event()
        assert told["words"].startswith(
            "Words of a clause changed. Proposal 1, clause 1. By the people’s side"
        )
        assert told["path"] == "/spaces/avonmere/proposals/1#clause-1"
        assert MINE not in told["words"]
        _, told = await welsh.event()
        assert told["words"].startswith("Geiriau cymal wedi'u newid.")
    await listening(room, 0)


async def test_who_was_away_is_told_what_they_missed_and_nothing_twice(
    app: Quart, ann: Person, room: Newsroom
) -> None:
    async with heard(app, PROPOSAL) as ear:
        await save(ann)
        first, _ = await ear.event()
    await save(ann, text="Other words.")
    await save(ann, text="Words again.")
    async with heard(app, f"{PROPOSAL}?since=0", **{"Last-Event-ID": str(first)}) as ear:
        second, _ = await ear.event()
        third, _ = await ear.event()
        await save(ann, text="And again.")
        fourth, _ = await ear.event()
    assert first < second < third < fourth


async def test_what_is_done_elsewhere_is_not_told(
    app: Quart, ann: Person, room: Newsroom, clock: Clock
) -> None:
    async with heard(app, PROPOSAL) as ear:
        async with app.extensions["database"].transaction() as session:
            enter(session, Did.SPACE_WOKEN, space_id=1, now=clock())
        await save(ann)
        _, told = await ear.event()
        assert told["words"].startswith("Words of a clause")


async def test_a_number_that_is_committed_late_is_told_too(
    app: Quart, ann: Person, room: Newsroom, clock: Clock
) -> None:
    async with heard(app, SPACE) as ear:
        async with app.extensions["database"].transaction() as session:
            act = enter(session, Did.SPACE_WOKEN, space_id=1, now=clock())
            act.id = 90
        assert (await ear.event())[0] == 90
        async with app.extensions["database"].transaction() as session:
            act = enter(session, Did.SPACE_WOKEN, space_id=1, now=clock())
            act.id = 89
        assert (await ear.event())[0] == 89


async def test_the_database_is_asked_once_for_all_and_by_nobody_when_nobody_listens(
    app: Quart, ann: Person, room: Newsroom
) -> None:
    looks = 0
    plain = room._fresh

    async def counted() -> Any:
        nonlocal looks
        looks += 1
        return await plain()

    room._fresh = counted  # type: ignore[method-assign]
    async with heard(app, SPACE), heard(app, SPACE), heard(app, PROPOSAL) as ear:
        await listening(room, 3)
        await save(ann)
        await ear.event()
        assert room._watch is not None
    await asyncio.wait_for(room._watch, PATIENT)
    so_far = looks
    await asyncio.sleep(0.1)
    assert looks == so_far


async def test_a_look_that_fails_is_made_up_for_by_the_next(app: Quart, ann: Person, room: Newsroom) -> None:
    plain, failed = room._fresh, 0

    async def away() -> Any:
        nonlocal failed
        failed += 1
        if failed < 3:
            raise OSError("away")
        return await plain()

    room._fresh = away  # type: ignore[method-assign]
    async with heard(app, PROPOSAL) as ear:
        await save(ann)
        assert (await ear.event())[1]["words"]


async def test_streams_are_limited_in_all_and_for_one_network(
    app: Quart, sided: Cast, room: Newsroom
) -> None:
    room.most_of_one = 1
    async with heard(app, SPACE):
        await listening(room, 1)
        reply = await app.test_client().get(SPACE, headers={"Accept": "text/event-stream"})
        assert (reply.status_code, reply.headers["Retry-After"]) == (503, "30")
    await listening(room, 0)
    async with heard(app, SPACE):
        await listening(room, 1)


async def test_who_reads_too_slowly_is_let_go(room: Newsroom, app: Quart, sided: Cast, clock: Clock) -> None:

    place = Place(space=sided.space)
    async with app.extensions["database"].reading() as session:
        (told, *_) = await told_since(session, place, 0, clock())
    async with room.listening_to(place, "network") as slow:
        for _ in range(WAITING + 1):
            room._hand_on(told)
        assert room.listening == 0
        found = [slow.queue.get_nowait() for _ in range(slow.queue.qsize())]
        assert found[-1] is None


async def test_a_stream_ends_when_the_server_stops(app: Quart, sided: Cast, room: Newsroom) -> None:
    async with heard(app, SPACE) as ear:
        await listening(room, 1)
        await room.close()
        assert await ear.ended()
    reply = await app.test_client().get(SPACE, headers={"Accept": "text/event-stream"})
    assert reply.status_code == 503


async def test_a_stream_ends_by_itself_and_may_be_asked_for_anew(
    app: Quart, sided: Cast, room: Newsroom
) -> None:
    room.life = 0.2
    async with heard(app, SPACE) as ear:
        assert await ear.ended()
    await listening(room, 0)


async def test_who_may_no_longer_read_is_told_no_more(
    app: Quart, sided: Cast, room: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with heard(app, SPACE) as ear:
        await listening(room, 1)

        def refused(policy: Any, action: Any, facts: Any) -> None:
            raise Refused(refusal(policy, Action.READ_PAGE, next(iter(policy.clauses)), Reason.NEEDS_SIGN_IN))

        monkeypatch.setattr(streams, "require", refused)
        assert await ear.ended()


@pytest.mark.parametrize("path", [SPACE, PROPOSAL])
async def test_who_opens_the_address_in_a_browser_is_led_to_the_page(
    person: Person, sided: Cast, room: Newsroom, path: str
) -> None:
    page = await person.get(path)
    assert (page.status, page.headers["Location"]) == (303, path.removesuffix("/news"))
    assert room.listening == 0


async def test_a_page_says_where_its_news_is(person: Person, sided: Cast) -> None:
    page = await person.get("/spaces/avonmere/proposals/1")
    assert f'data-news="{PROPOSAL}?since=' in page.html
    assert "data-news" not in (await person.get("/spaces/avonmere/proposals/1/clauses/1/history")).html


async def connected(port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """To a server that is starting."""
    async with asyncio.timeout(PATIENT):
        while True:
            try:
                return await asyncio.open_connection("127.0.0.1", port)
            except ConnectionRefusedError:
                await asyncio.sleep(0.02)


async def test_a_server_that_is_told_to_stop_does_not_wait_for_open_pages(
    app: Quart, sided: Cast, room: Newsroom
) -> None:
    address, config = bound("127.0.0.1", 0)
    stop = asyncio.Event()
    serving = asyncio.create_task(carry_app(app, config, stop.wait))
    reader, writer = await connected(int(address.rpartition(":")[2]))
    asked = f"GET {SPACE} HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n"
    writer.write(asked.encode())
    await asyncio.wait_for(reader.readuntil(b"retry: 5000"), PATIENT)
    await listening(room, 1)
    began = asyncio.get_running_loop().time()
    stop.set()
    await asyncio.wait_for(serving, PATIENT)
    assert asyncio.get_running_loop().time() - began < GRACE, "it waited until its patience was over"
    writer.close()
