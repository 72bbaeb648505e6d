"""The sealed note in a voting form: which statement was shown, and by what draw.

The GET that draws a statement writes nothing; the note comes back with the answer and is stored with it. It
is bound to a consultation and a statement, not to a device: a form sent again after the cookie was lost
must still be good. It proves only how a statement came to be shown, never who may vote.

Nobody can read it, since the probability of a draw tells how often statements were answered. It is encrypted,
then authenticated: its content is one block of HMAC-SHA256 long and hidden by XOR with the block that the
first key makes of a new random salt (a stream cipher in counter mode with HMAC as its function; the security
rests on no salt coming twice: 20 random bytes). An HMAC-SHA256 under the second key covers salt, content and
form, and is checked before anything is read (encrypt-then-MAC: Bellare and Namprempre, 2000).
"""

import hmac
import json
import math
from base64 import b64decode, urlsafe_b64encode
from dataclasses import astuple, dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from secrets import token_bytes
from struct import Struct

from deliberation.opinion.voting import Shown

LIFE = timedelta(hours=6)
# Probability (NaN where there is none), seed and map (-1 where there is none), last second. Always 32 bytes:
# as long as one block of SHA-256, and no note is longer than another.
NOTE = Struct(">dqqq")
SALT, TAG = 20, 32
LENGTH = SALT + NOTE.size + TAG  # a multiple of three, so base64 needs no filling and spells it in one way


class StaleExposure(RuntimeError):
    """The note is missing, too old, or belongs to another statement."""


@dataclass(frozen=True, slots=True)
class Form:
    """Which statement of which consultation a form shows; the first two are slugs."""

    space: str
    consultation: str
    number: int


def sealed(key: str, form: Form, shown: Shown, now: datetime) -> str:
    """The note for a form that is being shown now."""
    note = NOTE.pack(
        math.nan if shown.probability is None else shown.probability,
        -1 if shown.draw is None else shown.draw,
        -1 if shown.map_id is None else shown.map_id,
        int((now + LIFE).timestamp()),
    )
    salt = token_bytes(SALT)
    hidden = salt + _hide(key, salt, note)
    return urlsafe_b64encode(hidden + _tag(key, form, hidden)).decode()


def read(key: str, form: Form, note: str, now: datetime) -> Shown:
    """How this form's statement came to be shown. Raises StaleExposure."""
    raw = _bytes_of(note)
    hidden, tag = raw[:-TAG], raw[-TAG:]
    if not hmac.compare_digest(_tag(key, form, hidden), tag):
        raise StaleExposure
    probability, draw, map_id, until = NOTE.unpack(_hide(key, hidden[:SALT], hidden[SALT:]))
    if now.timestamp() > until:
        raise StaleExposure
    return Shown(
        None if math.isnan(probability) else probability,
        None if draw == -1 else draw,
        None if map_id == -1 else map_id,
    )


def _bytes_of(note: str) -> bytes:
    try:
        raw = b64decode(note, altchars=b"-_", validate=True)
    except ValueError:
        raise StaleExposure from None
    if len(raw) != LENGTH:
        raise StaleExposure
    return raw


@lru_cache(maxsize=8)
def _keys(key: str) -> tuple[bytes, bytes]:
    """One key to hide and one to prove, neither told by the other."""
    return (
        hmac.digest(key.encode(), b"participate exposure: hide", sha256),
        hmac.digest(key.encode(), b"participate exposure: prove", sha256),
    )


def _hide(key: str, salt: bytes, note: bytes) -> bytes:
    """Hides a note, and shows it again."""
    stream = hmac.digest(_keys(key)[0], salt, sha256)
    return bytes(a ^ b for a, b in zip(note, stream, strict=True))


def _tag(key: str, form: Form, hidden: bytes) -> bytes:
    return hmac.digest(_keys(key)[1], hidden + json.dumps(astuple(form)).encode(), sha256)
