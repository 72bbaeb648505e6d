"""Passkeys, the protocol: what a browser is asked, and whether what it answers proves anything.

The library is imported when somebody adds or uses a passkey, not before.
"""

import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from ipaddress import ip_address
from typing import Any, TypeVar
from urllib.parse import urlsplit

from deliberation.people.passkeys import CHALLENGE_LIFE, LONGEST_ID, LONGEST_KEY

LONGEST = 32 * 1024
"""More characters no browser answers with."""
PATIENCE = int(CHALLENGE_LIFE.total_seconds()) * 1000 - 30_000
"""For how many milliseconds a browser waits for its owner: a little less than its answer is good."""

T = TypeVar("T")


class NotProven(RuntimeError):
    """What the browser sent proves nothing; says why, for the log alone."""


class WrongSite(NotProven):
    """The page was opened at another address than people use."""


@dataclass(frozen=True, slots=True)
class Site:
    """Where passkeys belong: `host` is what browsers bind them to, `origin` the address of its pages."""

    host: str
    origin: str
    name: str


@dataclass(frozen=True, slots=True)
class Owner:
    """Whom a device keeps a passkey for: an address to know it by, and a handle that says nothing."""

    address: str
    name: str
    handle: bytes


@dataclass(frozen=True, slots=True)
class Made:
    """A passkey that a device has just made. Keys are in base64url."""

    credential_id: str
    public_key: str
    sign_count: int


def site_at(origin: str, name: str) -> Site | None:
    """The site at this address; None under a number, which browsers keep no passkeys for."""
    host = urlsplit(origin).hostname or ""
    try:
        ip_address(host)
    except ValueError:
        return Site(host, origin, name) if host else None
    return None


def handle_of(master: bytes, account_id: int) -> bytes:
    """What devices call an account: always the same, and nothing to anybody without our key."""
    return hmac.digest(master, b"passkey\0" + str(account_id).encode(), sha256)


def asked_to_make(site: Site, owner: Owner, held: Sequence[str], challenge: bytes) -> dict[str, Any]:
    """What a browser is asked, to make a passkey on a device that holds none of these yet."""
    from webauthn import generate_registration_options
    from webauthn.helpers import options_to_json_dict
    from webauthn.helpers.structs import (
        AuthenticatorSelectionCriteria,
        PublicKeyCredentialDescriptor,
        ResidentKeyRequirement,
        UserVerificationRequirement,
    )

    asked = generate_registration_options(
        rp_id=site.host,
        rp_name=site.name,
        user_id=owner.handle,
        user_name=owner.address,
        user_display_name=owner.name or owner.address,
        challenge=challenge,
        timeout=PATIENCE,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=from_text(one)) for one in held],
    )
    return options_to_json_dict(asked)


def asked_to_show(site: Site, challenge: bytes) -> dict[str, Any]:
    """What a browser is asked, to show any passkey it has for this site: no address, no list of keys."""
    from webauthn import generate_authentication_options
    from webauthn.helpers import options_to_json_dict
    from webauthn.helpers.structs import UserVerificationRequirement

    asked = generate_authentication_options(
        rp_id=site.host,
        challenge=challenge,
        timeout=PATIENCE,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return options_to_json_dict(asked)


def read(site: Site, answer: str) -> tuple[Mapping[str, Any], bytes]:
    """The browser's answer, and the challenge it says that it answers. Raises NotProven, and WrongSite."""
    if len(answer) > LONGEST:
        raise NotProven("it is too long")
    document = _reading(lambda: json.loads(answer))
    client = _reading(lambda: json.loads(from_text(document["response"]["clientDataJSON"])))
    challenge = _reading(lambda: from_text(client["challenge"]))
    if client.get("origin") != site.origin or client.get("crossOrigin") is True:
        raise WrongSite(f"it comes from {client.get('origin')!r:.80}")
    assert isinstance(document, dict)
    return document, challenge


def made(site: Site, answer: Mapping[str, Any], challenge: bytes) -> Made:
    """The passkey that was made. Raises NotProven unless it was, here, by whoever unlocked the device."""
    from webauthn import verify_registration_response

    done = _reading(
        lambda: verify_registration_response(
            credential=dict(answer),
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    )
    new = Made(as_text(done.credential_id), as_text(done.credential_public_key), done.sign_count)
    if len(new.credential_id) > LONGEST_ID or len(new.public_key) > LONGEST_KEY:
        raise NotProven("its key is too long")
    return new


def shown(site: Site, answer: Mapping[str, Any], challenge: bytes, public_key: str, user_handle: str) -> int:
    """How often the device says that it used this passkey. Raises NotProven unless it has the private half.

    Whether that is more often than before is asked in the database, where two uses at once are told apart.
    """
    from webauthn import verify_authentication_response

    if _reading(lambda: from_text(answer["response"]["userHandle"])) != from_text(user_handle):
        raise NotProven("it names another account")
    done = _reading(
        lambda: verify_authentication_response(
            credential=dict(answer),
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=from_text(public_key),
            credential_current_sign_count=0,
            require_user_verification=True,
        )
    )
    return int(done.new_sign_count)


def _reading(act: Callable[[], T]) -> T:
    """Whatever breaks in reading what anybody may have written is no proof, and no error of ours."""
    try:
        return act()
    except Exception as error:
        raise NotProven(f"{type(error).__name__}: {error!s:.120}") from None


def as_text(raw: bytes) -> str:
    """Bytes in base64url, as browsers write them."""
    return urlsafe_b64encode(raw).decode().rstrip("=")


def from_text(text: str) -> bytes:
    """Bytes out of base64url. Raises ValueError, also for text that has two spellings."""
    raw = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if as_text(raw) != text:
        raise ValueError("not base64url as browsers write it")
    return raw
