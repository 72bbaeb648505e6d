"""Codes of recovery: six words that bring somebody's part without an account to another device.

The words are shown once. Here is what they make under the key of each space, so that neither the words nor
which spaces one person takes part in can be read out of the database.
"""

import hmac
import secrets
from functools import cache
from hashlib import scrypt, sha256
from importlib.resources import files

from sqlmodel import Field, SQLModel

from deliberation.people.participants import space_key

WORDS = 6


class RecoveryCode(SQLModel, table=True):
    __tablename__ = "recovery_code"

    participant_id: int = Field(primary_key=True, foreign_key="participant.id")
    code_hash: str = Field(max_length=64, unique=True, description="Personal: a scrambled code, hex")


@cache
def word_list() -> tuple[str, ...]:
    """More than two thousand short words: six of them are 66 bits."""
    return tuple((files("deliberation.people") / "words.txt").read_text(encoding="utf-8").split())


def new_words() -> str:
    """Six words by lot."""
    return " ".join(secrets.choice(word_list()) for _ in range(WORDS))


def as_typed(text: str) -> str:
    """The words, however they were typed: capitals, commas and lines between do not count."""
    return " ".join("".join(sign if sign.isalpha() else " " for sign in text.lower()).split())


def unknown_words(text: str) -> list[str]:
    """The words that stand in no code."""
    return [word for word in as_typed(text).split() if word not in word_list()]


def stretched(words: str, master: bytes) -> bytes:
    """What the words make under the installation's key. Slow on purpose: about 50 ms and 16 MB."""
    salt = hmac.digest(master, b"participate/recovery", sha256)
    return scrypt(as_typed(words).encode(), salt=salt, n=2**14, r=8, p=1, dklen=32)


def code_hash(made: bytes, master: bytes, space_id: int) -> str:
    """What is kept of a code in one space."""
    return hmac.digest(space_key(master, space_id), b"recovery\0" + made, sha256).hex()
