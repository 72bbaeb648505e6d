"""What is done in a space or to a proposal, told to an open page as server-sent events.

A stream is in the language that its address names, and says what the record says. Whoever opens the address
in a browser is led to the page.
"""

import asyncio
from collections.abc import AsyncIterator
from json import dumps
from typing import cast

from quart import Blueprint, Response, current_app, redirect, request, stream_with_context
from quart.typing import ResponseReturnValue

from charters.actions import Action
from charters.enforcement import Refused, require
from deliberation.errors import NotFound
from deliberation.following.following import Place
from participate.access import arrive, here, permits
from participate.catalogues import ENGLISH, NAMES
from participate.current import database, now, settings
from participate.following import address_of
from participate.network import client_network
from participate.newsroom import Full, Listener, Newsroom, Told, told_since

pages = Blueprint("streams", __name__, url_prefix="/spaces/<space>")

KIND = "text/event-stream"
AGAIN = b"retry: 5000\n\n"
ALIVE = b": still here\n\n"
LATER = "30"


@pages.get("/news")
@permits(Action.READ_PAGE)
async def space(space: str) -> ResponseReturnValue:
    """What is done in a space."""
    return await _stream(_place(), space=space)


@pages.get("/proposals/<int:proposal>/news")
@permits(Action.READ_PAGE)
async def proposal(space: str, proposal: int) -> ResponseReturnValue:
    """What is done to a proposal."""
    return await _stream(_place(), space=space, proposal=proposal)


def _room() -> Newsroom:
    return cast(Newsroom, current_app.extensions["newsroom"])


def _place() -> Place:
    stand = here()
    assert stand.space is not None
    return Place(space=stand.space, proposal=stand.proposal)


async def _stream(place: Place, **arguments: object) -> ResponseReturnValue:
    if request.method != "GET" or KIND not in request.headers.get("Accept", ""):
        return redirect(address_of(place), 303)
    listening = _room().listening_to(place, client_network(request, settings().trusted_proxies))
    try:
        listener = await listening.__aenter__()
    except Full:
        return Response("", 503, {"Retry-After": LATER}, content_type="text/plain")

    @stream_with_context
    async def told() -> AsyncIterator[bytes]:
        try:
            async for line in _lines(place, listener, arguments):
                yield line
        finally:
            await listening.__aexit__(None, None, None)

    reply = Response(told(), content_type=KIND)
    reply.timeout = None
    reply.headers["Cache-Control"] = "no-cache, private"
    reply.headers["X-Accel-Buffering"] = "no"
    return reply


async def _lines(place: Place, listener: Listener, arguments: dict[str, object]) -> AsyncIterator[bytes]:
    room, loop = _room(), asyncio.get_running_loop()
    tag, sent = _language(), set[int]()
    ends, asked = loop.time() + room.life, loop.time()
    yield AGAIN
    for told in await room.whole(_missed(place, _since())):
        sent.add(told.entry.id)
        yield _event(told, tag)
    while loop.time() < ends:
        told_now: Told | None = None
        try:
            told_now = await asyncio.wait_for(listener.queue.get(), room.beat)
            if told_now is None:
                return
        except TimeoutError:
            yield ALIVE
        if loop.time() - asked >= room.beat:
            asked = loop.time()
            if not await room.whole(_still_may(arguments)):
                return
        if told_now is not None and told_now.entry.id not in sent:
            yield _event(told_now, tag)


async def _missed(place: Place, act_id: int) -> list[Told]:
    async with database().reading() as session:
        return await told_since(session, place, act_id, now())


async def _still_may(arguments: dict[str, object]) -> bool:
    """Whether whoever listens may still read the page."""
    try:
        stand = await arrive(**arguments)
        require(stand.policy, Action.READ_PAGE, stand.facts)
    except (NotFound, Refused):
        return False
    return True


def _event(told: Told, tag: str) -> bytes:
    document = dumps({"words": told.words[tag], "path": told.path}, ensure_ascii=False)
    return f"id: {told.entry.id}\nevent: news\ndata: {document}\n\n".encode()


def _since() -> int:
    """The last act that the page knows: of those it was told, else of those it was made with."""
    for text in (request.headers.get("Last-Event-ID", ""), request.args.get("since", "")):
        if text.isascii() and text.isdigit() and len(text) < 10:
            return int(text)
    return 10**9


def _language() -> str:
    asked = request.args.get("lang", "")
    return asked if asked in NAMES else ENGLISH
