"""The one cookie: a device secret, which stays, a session token, which rotates, and the language chosen.

The last two may be empty.
"""

import hmac
import re
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, replace
from hashlib import sha256

LIFETIME = 400 * 24 * 3600  # seconds; browsers keep no cookie longer
_SHAPE = re.compile(r"^[A-Za-z0-9_-]{43}\.(?:[A-Za-z0-9_-]{43})?(?:\.[a-z]{2})?$")


@dataclass(frozen=True, slots=True)
class Device:
    """`secret` is the base64url text of 32 random bytes, `session` that of another 32 or empty.

    `language` is the tag that was chosen on this device, or empty.
    """

    secret: str
    session: str = ""
    language: str = ""

    @classmethod
    def new(cls) -> "Device":
        return cls(secrets.token_urlsafe(32))

    @classmethod
    def from_cookie(cls, value: str | None) -> "Device | None":
        """None for a cookie that is missing or was not made here."""
        if value is None or not _SHAPE.match(value):
            return None
        return cls(*value.split("."))

    @property
    def cookie(self) -> str:
        return f"{self.secret}.{self.session}" + (f".{self.language}" if self.language else "")

    def signed_in(self, token: str) -> "Device":
        return replace(self, session=token)

    def speaking(self, language: str) -> "Device":
        return replace(self, language=language)

    @property
    def session_hash(self) -> str:
        """What the database knows of the session; empty when signed out."""
        return sha256(self.session.encode()).hexdigest() if self.session else ""


def cookie_name(https: bool) -> str:
    """Browsers let nobody but this very host set a `__Host-` cookie, and only over TLS."""
    return "__Host-participate" if https else "participate"


def form_token(key: str, device: Device) -> str:
    """Proves that a form was given to this device; fresh in every reply, so compression tells nothing."""
    salt = secrets.token_bytes(12)
    return urlsafe_b64encode(salt + _proof(key, device, salt)).decode()


def is_form_token(key: str, device: Device, token: str) -> bool:
    try:
        raw = urlsafe_b64decode(token.encode())
    except ValueError:
        return False
    return hmac.compare_digest(raw[12:], _proof(key, device, raw[:12]))


def _proof(key: str, device: Device, salt: bytes) -> bytes:
    return hmac.digest(key.encode(), b"form\0" + salt + device.secret.encode(), sha256)[:24]
