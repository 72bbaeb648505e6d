"""What a device must answer to show a passkey: something new each time, that only it can bring back, once.

Nothing is written when one is given out. It carries its own time, under a seal made with our key, the
device's cookie, what it is for and whose. Only one that was answered is remembered, as a hash.
"""

import hmac
import secrets
from datetime import datetime
from enum import StrEnum
from hashlib import sha256

from deliberation.people.passkeys import CHALLENGE_LIFE
from participate.devices import Device

_SALT, _TIME = 16, 8


class Use(StrEnum):
    """What a challenge is for."""

    ADD = "add"
    ENTER = "enter"


def new_challenge(key: str, device: Device, use: Use, account_id: int | None, now: datetime) -> bytes:
    """A challenge that this device may answer for this use until `CHALLENGE_LIFE` is over."""
    content = secrets.token_bytes(_SALT) + int(now.timestamp()).to_bytes(_TIME, "big")
    return content + _seal(key, device, use, account_id, content)


def is_answerable(
    key: str, device: Device, use: Use, account_id: int | None, challenge: bytes, now: datetime
) -> bool:
    """Whether it was given to this device, for this use and account, a short time ago."""
    content, seal = challenge[: _SALT + _TIME], challenge[_SALT + _TIME :]
    if not hmac.compare_digest(seal, _seal(key, device, use, account_id, content)):
        return False
    began = int.from_bytes(content[_SALT:], "big")
    return 0 <= now.timestamp() - began + 1 <= CHALLENGE_LIFE.total_seconds()


def challenge_hash(challenge: bytes) -> str:
    """What the database knows of a challenge that was answered."""
    return sha256(challenge).hexdigest()


def _seal(key: str, device: Device, use: Use, account_id: int | None, content: bytes) -> bytes:
    whose = "" if account_id is None else str(account_id)
    parts = (b"passkey", use.encode(), device.secret.encode(), whose.encode(), content)
    return hmac.digest(key.encode(), b"\0".join(parts), sha256)
