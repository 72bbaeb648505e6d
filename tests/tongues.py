"""What a page says in which language, and whether anything English is left on a Welsh one."""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from html.parser import HTMLParser

from participate.translating.checking import forms
from participate.translating.files import translations
from participate.translating.gathering import gathered

VOID = frozenset({"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"})
SILENT = frozenset({"script", "style", "template"})
SPOKEN = ("alt", "aria-label", "title", "placeholder", "aria-description", "data-label")
"""Attributes whose words are said or shown."""
PLACE = re.compile(r"%\((\w+)\)s")
# Frequent in English, and no words of Welsh.
ENGLISH = frozenset(
    {"the", "of", "and", "you", "your", "this", "that", "these", "with", "for", "are", "was", "were", "not"}
    | {"we", "from", "have", "has", "will", "who", "how", "what", "which", "they", "them", "there", "their"}
    | {"when", "where", "then", "been", "its", "our", "people", "statement", "statements", "vote", "votes"}
    | {"group", "groups", "results", "question", "consultation", "day", "days", "more", "most", "open"}
    | {"closed", "page", "device"}
)
TITLE = "title"
"""In place of a language: a page's title may end in what people wrote, and nothing can mark that."""
WORD = re.compile(r"[a-z]+", re.I)


class Spoken(HTMLParser):
    """Collects (language, text) of every text node and spoken attribute."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.within: list[tuple[str, str]] = []
        self.said: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        held = dict(attributes)
        language = held.get("lang", self._language()) or ""
        for name in SPOKEN:
            self._say(language, held.get(name) or "")
        if tag == "input" and held.get("type") in ("submit", "button"):
            self._say(language, held.get("value") or "")
        if tag not in VOID:
            self.within.append((tag, language))

    def handle_endtag(self, tag: str) -> None:
        while self.within and self.within[-1][0] != tag:
            self.within.pop()
        if self.within:
            self.within.pop()

    def handle_data(self, data: str) -> None:
        if self.within and self.within[-1][0] == "title":
            self._say(TITLE, data)
        elif not any(tag in SILENT for tag, _ in self.within):
            self._say(self._language(), data)

    def _language(self) -> str:
        return self.within[-1][1] if self.within else ""

    def _say(self, language: str, text: str) -> None:
        if text.strip():
            self.said.append((language, " ".join(text.split())))


def spoken(html: str) -> list[tuple[str, str]]:
    """(language, text) of everything that a page says."""
    reader = Spoken()
    reader.feed(html)
    return reader.said


def english_left(html: str, *, names: Iterable[str] = ()) -> list[str]:
    """What a Welsh page says in English without marking it so. `names` are names of places and bodies."""
    said = spoken(html)
    left = list(_left((text for language, text in said if language == "cy"), tuple(names)))
    titles = [text for language, text in said if language == TITLE]
    return left + [text for text in titles if any(pattern.match(text) for pattern in openings())]


def _left(texts: Iterable[str], names: tuple[str, ...]) -> Iterator[str]:
    for text in texts:
        plain = text
        for name in names:
            plain = plain.replace(name, "")
        # Capitals alone, as in "MIT AND Zlib", are signs of a licence or a file.
        words = {word.lower() for word in WORD.findall(plain) if not word.isupper()}
        if words & ENGLISH or any(pattern.fullmatch(text) for pattern in catalogued()):
            yield text


@cache
def openings() -> tuple[re.Pattern[str], ...]:
    """Those that do not begin with a place to be filled, as whole words: a Welsh one may begin alike."""
    return tuple(
        re.compile(rf"{pattern.pattern}(?!\w)")
        for pattern in catalogued()
        if not pattern.pattern.startswith(".+")
    )


@cache
def catalogued() -> tuple[re.Pattern[str], ...]:
    """Every English sentence of the catalogue that has other words in Welsh."""
    held = translations("cy")
    texts = [
        form
        for sentence in gathered().values()
        for form in (sentence.one, sentence.many)
        if form and (sentence.one not in held or form not in forms(held[sentence.one]))
        if WORD.search(PLACE.sub("", form))
    ]
    return tuple(re.compile(".+".join(map(re.escape, PLACE.split(text)[::2]))) for text in texts)
