"""Signing in by an outside service: the way there, and the way back."""

import logging
from dataclasses import dataclass

from quart import Blueprint, current_app, redirect, request, url_for
from quart.typing import ResponseReturnValue
from sqlmodel.ext.asyncio.session import AsyncSession

from charters.actions import Action
from charters.states import Attestation
from charters.wording import Words
from deliberation.errors import Invalid, NotFound
from deliberation.people.accounts import checked_address
from deliberation.people.outside import AddressUnchecked, account_by_outside, come_back
from deliberation.people.sessions import begin_session
from participate.access import permits
from participate.compression import keep_plain
from participate.current import database, device, now, remember_device, settings
from participate.entering import Entered, Entering, bring_in, come_in
from participate.network import client_network
from participate.security import CookiesBlocked, own_origin
from participate.signin.links import local_path
from participate.signin.openid import Known, NotProven, OpenID, ServiceAway
from participate.signin.outside import Journey, returned, set_out
from participate.views.link_by_mail import told_of_trouble

pages = Blueprint("outside", __name__)

log = logging.getLogger("participate")

STALE = Words("This sign-in was used before, took too long, or began on another device. Start again.")
TOO_MANY = Words("Too many people are signing in from your network. Try again in a minute.")
TRIES_A_MINUTE = 60
"""How often one network may come back from the service: each time is a request to it."""


@pages.get("/sign-in/with")
@permits(Action.BEGIN_SESSION)
async def go() -> ResponseReturnValue:
    """Send somebody to the service. Writes nothing; a form could not go to another site from our pages."""
    service = _service()
    journey = set_out(
        settings().secret_key, remember_device(), local_path(request.args.get("next", "")) or "", now()
    )
    try:
        return redirect(await service.way_there(journey, _back(), now=now()))
    except ServiceAway as error:
        return await _away(service, error, journey.next)


@pages.get("/sign-in/back")
@permits(Action.BEGIN_SESSION)
async def back() -> ResponseReturnValue:
    """Take somebody in whom the service sends back. This GET writes: the service can send no form.

    Only a state that this device was given, and that nobody has used, gets further than the first lines.
    """
    keep_plain()  # the code stands in the page's own address
    service, current = _service(), device()
    if current is None:
        raise CookiesBlocked
    journey = returned(settings().secret_key, current, request.args.get("state", ""), now())
    if journey is None:
        return await told_of_trouble(STALE, 410)
    if current_app.extensions["outside_tries"].count(_network(), now()) is not None:
        return await told_of_trouble(TOO_MANY, 429, journey.next)
    async with database().transaction() as session:
        first = await come_back(session, journey.state_hash, now=now())
    if not first:
        return await told_of_trouble(STALE, 410, journey.next)
    if "error" in request.args or not request.args.get("code"):
        return await told_of_trouble(_denied(service.service.name), 403, journey.next)
    return await _taken_in(service, journey)


async def _taken_in(service: OpenID, journey: Journey) -> ResponseReturnValue:
    try:
        if request.args.get("iss", service.service.issuer) != service.service.issuer:
            raise NotProven("another service sent them back")
        known = await service.known_by(request.args["code"], journey, _back(), now=now())
        usual = await _entered(service, known)
    except ServiceAway as error:
        return await _away(service, error, journey.next)
    except NotProven as error:
        log.warning("outside sign-in refused: %s", error)
        return await told_of_trouble(_unproven(service.service.name), 403, journey.next)
    except (AddressUnchecked, Invalid):
        return await told_of_trouble(_unchecked(service.service.name), 403, journey.next)
    return redirect(journey.next or usual, 303)


async def _entered(service: OpenID, known: Known) -> str:
    """Begin the session; the page to go on to. Raises AddressUnchecked, and Invalid for an address."""
    address = None if known.address is None else checked_address(known.address)
    entering = Entering.on(remember_device())
    coming = Coming(known, address, service.service.attestation, entering)
    return come_in(entering, await database().grouped(_enter, coming))


@dataclass(frozen=True, slots=True)
class Coming:
    """Somebody whom the service knows, with what it checked."""

    known: Known
    address: str | None
    attestation: Attestation
    entering: Entering


async def _enter(session: AsyncSession, coming: Coming) -> Entered:
    entering = coming.entering
    account_id = await account_by_outside(
        session,
        coming.known.issuer,
        coming.known.subject,
        address=coming.address,
        attestation=coming.attestation,
        now=entering.now,
    )
    await begin_session(
        session, account_id, entering.after.session_hash, now=entering.now, label=entering.label
    )
    return await bring_in(session, account_id, entering)


def _service() -> OpenID:
    service = current_app.extensions["outside"]
    if service is None:
        raise NotFound("a service to sign in by")
    assert isinstance(service, OpenID)
    return service


def _back() -> str:
    return own_origin() + url_for("outside.back")


def _network() -> bytes:
    return client_network(request, settings().trusted_proxies).encode()


def _denied(name: str) -> Words:
    return Words("You did not finish signing in at %(name)s. Nothing was changed.", name=name)


def _unproven(name: str) -> Words:
    return Words("What %(name)s sent could not be trusted, so nobody was signed in. Start again.", name=name)


def _unchecked(name: str) -> Words:
    return Words(
        "%(name)s has not checked your e-mail address. Confirm it there first, or use another way.", name=name
    )


async def _away(service: OpenID, error: ServiceAway, onward: str) -> ResponseReturnValue:
    log.warning("outside sign-in: the service is away: %s", error)
    words = Words(
        "%(name)s does not answer at the moment. Try again in a few minutes, or use another way.",
        name=service.service.name,
    )
    return await told_of_trouble(words, 502, onward)
