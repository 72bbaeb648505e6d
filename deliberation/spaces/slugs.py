"""Slugs: the part of an address that is made from a title."""

import re
import unicodedata
from collections.abc import Iterator
from itertools import count

LONGEST = 60
# These are pages of a space, or will be: no consultation may stand in their place.
PAGES = frozenset(
    {
        "appeals",
        "body",
        "charter",
        "comments",
        "data",
        "decisions",
        "facilitate",
        "feed",
        "join",
        "leave",
        "look-as",
    }
    | {
        "members",
        "new",
        "people",
        "proposals",
        "record",
        "settings",
        "sides",
        "statements",
        "stories",
        "waiting",
    }
)


def slugs_from(title: str) -> Iterator[str]:
    """Endlessly: `oriau-ty-hafan` from `Oriau Tŷ Hafan`, then `oriau-ty-hafan-2`, and so on.

    A title without Latin letters or digits gives `consultation`. Each has at most `LONGEST` characters.
    """
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    slug = _cut("-".join(re.findall(r"[a-z0-9]+", plain)), LONGEST)
    if len(slug) < 2:
        slug = "consultation"
    yield slug
    for number in count(2):
        end = f"-{number}"
        yield _cut(slug, LONGEST - len(end)) + end


def _cut(slug: str, length: int) -> str:
    """Cut between words where that is possible."""
    if len(slug) <= length:
        return slug
    return slug[: length + 1].rpartition("-")[0] or slug[:length]
