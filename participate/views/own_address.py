"""Changing one's own e-mail address: asked for here, done by a link that was sent to the new one."""

from dataclasses import dataclass, replace
from datetime import datetime

from quart import Blueprint, Response, redirect, render_template, request, url_for
from quart.typing import ResponseReturnValue

from charters.actions import Action
from charters.enforcement import Refusal, Refused
from deliberation.errors import Invalid
from deliberation.people.accounts import address_of, checked_address
from deliberation.people.addresses import address_offered, offer_address
from deliberation.people.sessions import LINK_LIFE, LinkSpent
from deliberation.running.limits import count_link
from deliberation.running.outbox import Cause, queue_mail
from deliberation.spaces.readdressing import AddressTaken, change_address, require_address
from participate.access import here, permits
from participate.compression import keep_plain
from participate.current import account_id, database, now, remember_device, settings
from participate.forms import Wrong, typed
from participate.languages import gettext, said
from participate.mail_server import can_send
from participate.network import client_network
from participate.security import own_origin
from participate.signin.letters import address_changed_mail, new_address_mail
from participate.signin.links import link_hash, new_secret
from participate.views.joining import changed_roles
from participate.views.link_by_mail import seconds_until, too_many
from participate.views.signing_in import told_to_nobody

pages = Blueprint("own_address", __name__, url_prefix="/me/address")


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressPage:
    """`held` is the address now, `address` what was typed; `refusal` quotes what stands against it."""

    can_send: bool
    held: str
    address: str = ""
    wrong: tuple[Wrong, ...] = ()
    refusal: Refusal | None = None


@dataclass(frozen=True, slots=True)
class LinkPage:
    """`address` is what the link changes to; empty where it does nothing."""

    signed_in: bool
    address: str = ""


@dataclass(frozen=True, slots=True)
class SentPage:
    """How long the link works."""

    minutes: int


@pages.get("")
@permits(Action.CHANGE_ADDRESS)
async def show() -> ResponseReturnValue:
    remember_device()
    return await _shown(await _page())


@pages.post("")
@permits(Action.CHANGE_ADDRESS)
async def ask() -> ResponseReturnValue:
    """Queue a letter to the new address. Whether another account has it is not looked up."""
    page = await _page((await typed("address"))[:300])
    if not page.can_send:
        return redirect(url_for(".show"), 303)
    try:
        address = checked_address(page.address).lower()
        if address == page.held:
            raise Invalid("address", gettext("This is your address already."))
        again = await _queued(address)
    except Invalid as error:
        return await _shown(replace(page, wrong=(Wrong("address", str(error)),))), 422
    except Refused as error:
        return await _refused(page, error)
    if again is not None:
        shown = replace(page, wrong=(Wrong("address", said(too_many(again))),))
        response = Response(await _shown(shown), 429, content_type="text/html; charset=utf-8")
        response.headers["Retry-After"] = str(seconds_until(again))
        return response
    return redirect(url_for(".sent"), 303)


@pages.get("/sent")
@permits(Action.READ_PAGE)
async def sent() -> ResponseReturnValue:
    return await render_template("my_data/address_sent.html", page=SentPage(LINK_LIFE.seconds // 60))


@pages.get("/<link>")
@permits(Action.READ_OWN_DATA)
async def open_link(link: str) -> ResponseReturnValue:
    """One button; opening a link spends nothing. It works only for the account that asked for it."""
    mine = account_id()
    if mine is None:
        return await _link(LinkPage(signed_in=False))
    async with database().reading() as session:
        try:
            address = await address_offered(session, mine, link_hash(link), now=now())
        except LinkSpent:
            return await _link(LinkPage(signed_in=True), 410)
    keep_plain()  # the link stands in the page's own address, and so in its form
    return await _link(LinkPage(signed_in=True, address=address))


@pages.post("/<link>")
@permits(Action.CHANGE_ADDRESS)
async def change(link: str) -> ResponseReturnValue:
    """Change it, sign the account out everywhere else, and tell the old address."""
    mine, moment = _account(), now()
    try:
        async with database().transaction() as session:
            old = await change_address(session, mine, link_hash(link), asking=here().facts, now=moment)
            await changed_roles(session, mine)
            if can_send(settings()):
                notice = address_changed_mail(settings(), old)
                await queue_mail(session, notice, Cause.ADDRESS_CHANGED, now=moment)
    except LinkSpent:
        return await _link(LinkPage(signed_in=True), 410)
    except AddressTaken as error:
        page = await _page()
        return await _shown(replace(page, wrong=(Wrong("address", str(error)),))), 422
    except Refused as error:
        return await _refused(await _page(), error)
    return redirect(url_for("my_data.show", done="address"), 303)


async def _queued(address: str) -> datetime | None:
    """Count what is asked for, and queue the letter unless it was too much: then, when to ask again."""
    own, moment, mine = settings(), now(), _account()
    network = client_network(request, own.trusted_proxies)
    async with database().transaction() as session:
        await require_address(session, mine, address, asking=here().facts, now=moment)
        connection = await session.connection()
        again = await connection.run_sync(count_link, network, address, own.sign_in_links_an_hour, now=moment)
        if again is None:
            secret = new_secret()
            await offer_address(session, mine, address, link_hash(secret), now=moment)
            mail = new_address_mail(own, address, f"{own_origin()}/me/address/{secret}")
            await queue_mail(session, mail, Cause.NEW_ADDRESS, now=moment, good_until=moment + LINK_LIFE)
    return again


async def _page(address: str = "") -> AddressPage:
    async with database().reading() as session:
        held = await address_of(session, _account())
    return AddressPage(can_send=can_send(settings()), held=held, address=address)


async def _refused(page: AddressPage, error: Refused) -> ResponseReturnValue:
    wrong = (Wrong("address", said(error.sentence)),)
    return await _shown(replace(page, wrong=wrong, refusal=error.refusal)), 403


async def _shown(page: AddressPage) -> str:
    return await render_template("my_data/address.html", page=page)


async def _link(page: LinkPage, status: int = 200) -> Response:
    return told_to_nobody(await render_template("my_data/address_link.html", page=page), status)


def _account() -> int:
    mine = account_id()
    assert mine is not None
    return mine
