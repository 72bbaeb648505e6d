"""What a browser answers that was asked about a passkey: taken once, and only where it was asked."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from quart import current_app, request

from charters.wording import Words
from deliberation.errors import NotFound
from deliberation.people.passkeys import spend_challenge
from participate.current import database, device, now, settings
from participate.forms import typed
from participate.network import client_network
from participate.security import CookiesBlocked, own_origin
from participate.signin.challenges import Use, challenge_hash, is_answerable, new_challenge
from participate.signin.passkeys import NotProven, Site, WrongSite, read, site_at

log = logging.getLogger("participate")

TRIES_A_MINUTE = 60
"""How many answers of browsers one network may send: each is a signature to check."""


class NotTaken(RuntimeError):
    """An answer that is not looked at any further: the words for its page, and the status."""

    def __init__(self, words: Words, status: int) -> None:
        super().__init__(words)
        self.words, self.status = words, status


@dataclass(frozen=True, slots=True)
class Answer:
    """What the browser sent, and the challenge it answers: ours, fresh, and spent by now."""

    document: Mapping[str, Any]
    challenge: bytes


def has_passkeys() -> bool:
    """Whether passkeys can be used at the address of this installation."""
    return site_at(own_origin(), settings().site_name) is not None


def site() -> Site:
    """The site that passkeys are bound to. Raises NotFound where there can be none."""
    found = site_at(own_origin(), settings().site_name)
    if found is None:
        raise NotFound("a passkey")
    return found


def challenge_for(use: Use, account_id: int | None) -> bytes:
    """Something new for this device to answer. Writes nothing."""
    current = device()
    if current is None:
        raise CookiesBlocked
    return new_challenge(settings().secret_key, current, use, account_id, now())


async def taken(use: Use, account_id: int | None) -> Answer:
    """The answer in the form that was sent. Raises NotTaken."""
    network = client_network(request, settings().trusted_proxies).encode()
    if current_app.extensions["passkey_tries"].count(network, now()) is not None:
        raise NotTaken(TOO_MANY, 429)
    try:
        document, challenge = read(site(), await typed("credential"))
    except NotProven as error:
        raise not_taken(error) from None
    current, key = device(), settings().secret_key
    if current is None or not is_answerable(key, current, use, account_id, challenge, now()):
        raise NotTaken(STALE, 410)
    async with database().transaction() as session:
        first = await spend_challenge(session, challenge_hash(challenge), now=now())
    if not first:
        raise NotTaken(STALE, 410)
    return Answer(document, challenge)


def not_taken(error: NotProven) -> NotTaken:
    """In words for a page; what exactly was wrong stands in the log alone."""
    log.warning("a passkey was refused: %s", error)
    if isinstance(error, WrongSite):
        return NotTaken(
            Words("Passkeys work at %(address)s alone. Open that page.", address=site().origin), 422
        )
    return NotTaken(UNPROVEN, 422)


STALE = Words("This took too long, or was used before. Press the button again.")
TOO_MANY = Words("Too many people use passkeys from your network just now. Try again in a minute.")
UNPROVEN = Words("Your passkey could not be checked, so nothing was done. Try again.")
