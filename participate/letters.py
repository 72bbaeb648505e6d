"""A letter in paragraphs, as a page shows it."""

from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Part:
    """A paragraph; one that is nothing but an address on this site's kind is a link, by its path."""

    words: str
    href: str = ""


def parts_of(text: str) -> list[Part]:
    """The paragraphs of a letter. Only http and https lead anywhere, and only within this site."""
    return [_part(paragraph) for paragraph in text.strip().split("\n\n")]


def _part(words: str) -> Part:
    whole = urlsplit(words)
    if whole.scheme not in ("http", "https") or len(words.split()) != 1:
        return Part(words)
    return Part(words, whole._replace(scheme="", netloc="").geturl())
