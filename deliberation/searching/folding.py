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


ACCENTS = MappingProxyType(dict(_accented(range(0xC0, 0x250), range(0x1E00, 0x1F00))))
# PostgreSQL would read some of these as parts of addresses, paths and numbers, which SQLite does not.
FROM = "".join(ACCENTS) + string.punctuation + "\u2019"
TO = "".join(ACCENTS.values()) + " " * (len(string.punctuation) + 1)
_TABLE = str.maketrans(FROM, TO)


def folded(text: str) -> str:
    """The text as the index has it: as long as it was."""
    return text.translate(_TABLE)
