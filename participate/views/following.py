"""Following: the list of what somebody follows, what is new there, and how often mail may come."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from quart import Blueprint, redirect, render_template, request, url_for
from quart.typing import ResponseReturnValue

from charters.actions import Action
from deliberation.errors import Invalid
from deliberation.following.digests import choose_frequency, frequency_of
from deliberation.following.following import Place, follow, followed_by, place_at, stop_following
from deliberation.following.news import news_for
from participate.access import here, permits
from participate.current import account_id, database, now, remember_device
from participate.following import address_of
from participate.forms import Wrong, typed
from participate.languages import said
from participate.news import News, as_news
from participate.views.my_data import FREQUENCIES

pages = Blueprint("following", __name__, url_prefix="/me/following")

SHOWN = 30
"""How many acts the list shows."""


@dataclass(frozen=True, slots=True)
class Followed:
    """Something that is followed: where it is, and how a form names it."""

    place: Place
    address: str
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowingPage:
    """`done` names what was just done."""

    followed: Sequence[Followed]
    news: Sequence[News]
    frequency: str
    frequencies: Mapping[str, str]
    done: str
    wrong: Sequence[Wrong] = ()


@pages.get("")
@permits(Action.READ_PAGE)
async def show() -> ResponseReturnValue:
    """All that somebody follows; who is not signed in is asked to."""
    if here().account_id is None:
        return redirect(url_for("link_by_mail.ask", next=url_for("following.show")))
    return await _page(done=request.args.get("done", ""))


@pages.post("/begin")
@permits(Action.FOLLOW)
async def begin() -> ResponseReturnValue:
    """Follow what the form names, and go back to its page."""
    path = await typed("what")
    try:
        async with database().transaction() as session:
            place = await place_at(session, path)
            await follow(session, _mine(), place, now=now())
    except Invalid as error:
        return await _page(wrong=[Wrong("what", said(error.args[0]))]), 422
    return redirect(f"{address_of(place)}#follow", 303)


@pages.post("/stop")
@permits(Action.STOP_FOLLOWING)
async def stop() -> ResponseReturnValue:
    """Follow it no longer. From the list one comes back to the list."""
    path, listed = await typed("what"), await typed("listed")
    async with database().transaction() as session:
        place = await place_at(session, path)
        await stop_following(session, _mine(), place)
    if listed:
        return redirect(url_for("following.show", done="stopped"), 303)
    return redirect(f"{address_of(place)}#follow", 303)


@pages.post("/mail")
@permits(Action.CORRECT_OWN_DATA)
async def mail() -> ResponseReturnValue:
    """How often mail may come: never, once a day, once a week."""
    wanted = await typed("mail_frequency")
    if wanted not in FREQUENCIES:
        return redirect(url_for("following.show"), 303)
    async with database().transaction() as session:
        await choose_frequency(session, _mine(), wanted, now=now())
    return redirect(url_for("following.show", done="mail"), 303)


async def _page(*, done: str = "", wrong: Sequence[Wrong] = ()) -> str:
    remember_device()
    async with database().reading() as session:
        places = await followed_by(session, _mine())
        found = await news_for(session, _mine(), most=SHOWN)
        page = FollowingPage(
            followed=[Followed(one, address_of(one), one.path) for one in places],
            news=await as_news(session, found, now()),
            frequency=await frequency_of(session, _mine()),
            frequencies=FREQUENCIES,
            done=done,
            wrong=wrong,
        )
    return await render_template("following/following.html", page=page)


def _mine() -> int:
    mine = account_id()
    assert mine is not None
    return mine
