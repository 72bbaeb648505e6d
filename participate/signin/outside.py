"""The outside service that people may sign in by, as the settings name it, and the way there and back.

Nothing is written on the way there: the state carries what is needed, under a seal that only this device's
cookie and our own key make. The verifier and the nonce are made from it again when somebody comes back.
"""

import hmac
import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from urllib.parse import urlsplit

from charters.states import Attestation
from deliberation.people.outside import JOURNEY_LIFE
from participate.devices import Device
from participate.settings import LOOPBACK, Settings, SettingsError
from participate.signin.links import local_path

GIVES = frozenset({Attestation.EMAIL, Attestation.NHS_LOGIN})
LONGEST_NAME = 40


@dataclass(frozen=True, slots=True)
class Service:
    """`issuer` is its address to the letter; `name` is what people call it."""

    issuer: str
    name: str
    client_id: str
    client_secret: str
    attestation: Attestation


def outside_service(settings: Settings) -> Service | None:
    """The service of the settings, None where none is named. Raises SettingsError."""
    if not settings.outside_issuer:
        return None
    if not is_safe_address(settings.outside_issuer):
        raise SettingsError(
            f"PARTICIPATE_OUTSIDE_ISSUER is {settings.outside_issuer!r}. Write the service's https address "
            "as it stands under `issuer` in its own document, without a query."
        )
    if not 0 < len(settings.outside_name.strip()) <= LONGEST_NAME:
        raise SettingsError(
            f"PARTICIPATE_OUTSIDE_NAME is {settings.outside_name!r}. "
            f"Write what people call the service, in {LONGEST_NAME} characters at most."
        )
    if not settings.outside_client_id:
        raise SettingsError(
            "PARTICIPATE_OUTSIDE_CLIENT_ID is not set. Write what the service calls this installation."
        )
    if settings.outside_attests not in GIVES:
        raise SettingsError(
            f"PARTICIPATE_OUTSIDE_ATTESTS is {settings.outside_attests!r}. Write `email` or `nhs-login`."
        )
    return Service(
        settings.outside_issuer,
        settings.outside_name.strip(),
        settings.outside_client_id,
        settings.outside_client_secret,
        Attestation(settings.outside_attests),
    )


def is_safe_address(address: str) -> bool:
    """Whether it is https, or http on this very machine, and names a host and nothing secret."""
    try:
        parts = urlsplit(address)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        return False
    if parts.username or parts.password or parts.query or parts.fragment or not address.isascii():
        return False
    return bool(host) and (parts.scheme == "https" or (parts.scheme == "http" and host in LOOPBACK))


@dataclass(frozen=True, slots=True)
class Journey:
    """One way to the service and back. `next` is a path on this site, or empty."""

    state: str
    verifier: str
    nonce: str
    next: str

    @property
    def state_hash(self) -> str:
        """What the database knows of it, once it is spent."""
        return sha256(self.state.encode()).hexdigest()


def set_out(key: str, device: Device, onward: str, now: datetime) -> Journey:
    """A new journey, that only this device can end, within `JOURNEY_LIFE`."""
    content = _written(json.dumps([secrets.token_urlsafe(16), int(now.timestamp()), onward]).encode())
    return _journey(key, device, content, onward)


def returned(key: str, device: Device, state: str, now: datetime) -> Journey | None:
    """The journey with this state, None unless this device set out on it and its time is not over."""
    content, _, _seal = state.partition(".")
    if not state.isascii() or not hmac.compare_digest(state, _state(key, device, content)):
        return None
    _salt, began, onward = json.loads(urlsafe_b64decode(content + "=" * (-len(content) % 4)))
    if not 0 <= now.timestamp() - began + 1 <= JOURNEY_LIFE.total_seconds():
        return None
    return _journey(key, device, content, local_path(onward) or "")


def _journey(key: str, device: Device, content: str, onward: str) -> Journey:
    return Journey(
        _state(key, device, content),
        verifier=_made(key, device, b"verifier", content),
        nonce=_made(key, device, b"nonce", content),
        next=onward,
    )


def _state(key: str, device: Device, content: str) -> str:
    return f"{content}.{_made(key, device, b'state', content)}"


def _made(key: str, device: Device, use: bytes, content: str) -> str:
    message = b"\0".join((b"outside", use, device.secret.encode(), content.encode()))
    return _written(hmac.digest(key.encode(), message, sha256))


def _written(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")
