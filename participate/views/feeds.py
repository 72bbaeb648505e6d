"""News of a space, a consultation and a proposal as Atom feeds, the same for everybody."""

from quart import Blueprint, Response, request
from sqlmodel.ext.asyncio.session import AsyncSession

from charters.actions import Action
from deliberation.following.following import Place
from deliberation.following.news import news_of
from deliberation.publishing.said import dated
from participate.access import here, permits
from participate.atom import KIND, Feed, written
from participate.catalogues import ENGLISH
from participate.current import database, now
from participate.following import address_of
from participate.languages import speaking
from participate.news import as_news
from participate.public import SHORT, open_to_all, public
from participate.security import own_origin

pages = Blueprint("feeds", __name__, url_prefix="/spaces/<space>")

MOST = 50
"""How many acts a feed has."""


@pages.get("/feed.atom")
@permits(Action.READ_DATA)
async def space(space: str) -> Response:
    """What was done in a space."""
    return await _feed(_place())


@pages.get("/<consultation>/feed.atom")
@permits(Action.READ_DATA)
async def consultation(space: str, consultation: str) -> Response:
    """What was done in a consultation."""
    return await _feed(_place())


@pages.get("/proposals/<int:proposal>/feed.atom")
@permits(Action.READ_DATA)
async def proposal(space: str, proposal: int) -> Response:
    """What was done to a proposal."""
    return await _feed(_place())


def _place() -> Place:
    stand = here()
    assert stand.space is not None
    return Place(space=stand.space, consultation=stand.consultation, proposal=stand.proposal)


async def _feed(place: Place) -> Response:
    async with database().reading() as session:
        feed = await _of(session, place)
    return open_to_all(public(written(feed), KIND, keep=SHORT))


async def _of(session: AsyncSession, place: Place) -> Feed:
    title, language = _named(place)
    ((kind, number),) = place.which.items()
    with speaking(ENGLISH):
        found = await as_news(session, await news_of(session, place, most=MOST), now())
    return Feed(
        origin=own_origin(),
        path=address_of(place),
        own=request.path,
        name=f"{kind.removesuffix('_id')}/{number}",
        title=title,
        language=language,
        began=dated(place.space.created_at, here().policy.publication.time_grain),
        news=found,
    )


def _named(place: Place) -> tuple[str, str]:
    named = place.proposal or place.consultation or place.space
    return named.title, named.language
