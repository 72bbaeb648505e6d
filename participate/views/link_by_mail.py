"""Asking for a sign-in link: one field, and the same answer for every address."""

from dataclasses import dataclass, replace
from datetime import datetime
from math import ceil

from quart import Blueprint, Response, current_app, redirect, render_template, request, url_for
from quart.typing import ResponseReturnValue

from charters.actions import Action
from charters.wording import Words, counted, sentences
from deliberation.errors import Invalid
from deliberation.people.accounts import checked_address
from deliberation.people.sessions import LINK_LIFE
from deliberation.running.limits import count_link
from deliberation.running.outbox import Cause, queue_mail
from participate.access import here, permits
from participate.challenged import has_passkeys
from participate.current import database, now, remember_device, settings
from participate.forms import Wrong, typed
from participate.languages import said
from participate.mail_server import can_send
from participate.network import client_network
from participate.security import own_origin
from participate.signin.letters import sign_in_mail
from participate.signin.links import local_path, new_link_for
from participate.signin.openid import OpenID

pages = Blueprint("link_by_mail", __name__)

TOO_MANY = Words("Too many links were asked for in a short time.")


@dataclass(frozen=True, slots=True)
class AskPage:
    """`address` is what was typed; `next` is a path on this site, or empty.

    `outside` is the name of a service that people may sign in by, or empty; `passkeys` the address at which
    passkeys work, or empty; `trouble` is what went wrong.
    """

    can_send: bool
    next: str
    address: str = ""
    wrong: tuple[Wrong, ...] = ()
    outside: str = ""
    passkeys: str = ""
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class SentPage:
    """How long the link works."""

    minutes: int


@pages.get("/sign-in")
@permits(Action.BEGIN_SESSION)
async def ask() -> ResponseReturnValue:
    onward = local_path(request.args.get("next", "")) or ""
    if here().account_id is not None:
        return redirect(onward or url_for("my_data.show"))
    remember_device()
    return await _shown(AskPage(can_send(settings()), onward))


@pages.post("/sign-in")
@permits(Action.BEGIN_SESSION)
async def send() -> ResponseReturnValue:
    """Queue a letter. No account is looked up, so the reply cannot tell whether there is one."""
    page = AskPage(
        can_send(settings()), local_path(await typed("next")) or "", (await typed("address"))[:300]
    )
    if not page.can_send:
        return redirect(url_for("link_by_mail.ask"), 303)
    try:
        address = checked_address(page.address)
    except Invalid as error:
        return await _shown(replace(page, wrong=(Wrong("address", str(error)),))), 422
    again = await _queued(address, page.next)
    if again is not None:
        return await _too_many(page, again)
    return redirect(url_for("link_by_mail.sent"), 303)


@pages.get("/sign-in/sent")
@permits(Action.READ_PAGE)
async def sent() -> ResponseReturnValue:
    page = SentPage(LINK_LIFE.seconds // 60)
    return await render_template("signing_in/sent.html", page=page)


async def _queued(address: str, onward: str) -> datetime | None:
    """Count what is asked for, and queue the letter unless it was too much: then, when to ask again."""
    own, moment = settings(), now()
    network = client_network(request, own.trusted_proxies)
    async with database().transaction() as session:
        connection = await session.connection()
        again = await connection.run_sync(count_link, network, address, own.sign_in_links_an_hour, now=moment)
        if again is None:
            link = own_origin() + await new_link_for(session, address, now=moment)
            mail = sign_in_mail(own, address, link, onward)
            await queue_mail(session, mail, Cause.SIGN_IN, now=moment, good_until=moment + LINK_LIFE)
    return again


def seconds_until(again: datetime) -> int:
    """How long to wait before asking again."""
    return max(1, ceil((again - now()).total_seconds()))


def too_many(again: datetime) -> Words:
    """That too many links were asked for, and how long to wait."""
    wait = counted(
        "You can ask again in a minute.",
        "You can ask again in about %(n)s minutes.",
        ceil(seconds_until(again) / 60),
    )
    return sentences(TOO_MANY, wait)


async def _too_many(page: AskPage, again: datetime) -> Response:
    html = await _shown(replace(page, wrong=(Wrong("address", too_many(again)),)))
    response = Response(html, 429, content_type="text/html; charset=utf-8")
    response.headers["Retry-After"] = str(seconds_until(again))
    return response


async def told_of_trouble(trouble: Words, status: int, onward: str = "") -> Response:
    """The page again, with what went wrong at the service; where it was to lead is kept."""
    remember_device()
    html = await _shown(AskPage(can_send(settings()), onward, trouble=said(trouble)))
    response = Response(html, status, content_type="text/html; charset=utf-8")
    # A code may stand in the address; not `no-referrer`, for browsers would then send `Origin: null`.
    response.headers["Referrer-Policy"] = "strict-origin"
    return response


async def _shown(page: AskPage) -> str:
    passkeys = own_origin() if has_passkeys() else ""
    page = replace(page, outside=_outside_name(), passkeys=passkeys)
    return await render_template("signing_in/link.html", page=page)


def _outside_name() -> str:
    service: OpenID | None = current_app.extensions["outside"]
    return service.service.name if service is not None else ""
