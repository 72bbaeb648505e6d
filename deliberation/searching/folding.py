"""Letters and signs as the search takes them: without accents, and nothing but letters and digits.

Every sign becomes exactly one other, so that a place in the folded text is the same place in the text.
"""

import string
import unicodedata
from collections.abc import Iterable
from types import MappingProxyType


def _bare(sign: str) -> str:
    """The letter without its accents, where it is one of the Latin alphabet; else empty."""
    letter = unicodedata.normalize("NFD", sign)[0]
    return letter if letter != sign and letter in string.ascii_letters else ""


def _accented(*ranges: range) -> Iterable[tuple[str, str]]:
    found = ((chr(code), _bare(chr(code))) for codes in ranges for code in codes)
    return [(sign, bare) for sign, bare in found if bare]


# Those of Welsh and its neighbours: Latin-1, Latin Extended-A, and a few that stand apart. The list is short,
# since PostgreSQL goes through it for each letter.
ACCENTS = MappingProxyType(
    dict(_accented(range(0xC0, 0x180), range(0x218, 0x21C), range(0x1E80, 0x1E86), range(0x1EF2, 0x1EF4)))
)
# PostgreSQL would read some of these as parts of addresses, paths and numbers, which SQLite does not.
SIGNS = string.punctuation
FROM = "".join(ACCENTS) + SIGNS + "\u2019"
TO = "".join(ACCENTS.values()) + " " * (len(SIGNS) + 1)
_TABLE = str.maketrans(FROM, TO)


def folded(text: str) -> str:
    """The text as the index has it: as long as it was."""
    return text.translate(_TABLE)
