"""A letter in paragraphs, as a page shows it, and as a page of its own for who wants mail like that."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from markupsafe import Markup


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


def html_of(subject: str, text: str, language: str) -> str:
    """The same words as one HTML page without anything from elsewhere: no picture, nothing that tells."""
    head = Markup('<head><meta charset="utf-8"><title>{}</title></head>').format(subject)
    heading = Markup("<h1>{}</h1>").format(subject)
    body = Markup("\n").join([heading, *(_paragraph(part) for part in parts_of(text))])
    page = Markup('<!doctype html>\n<html lang="{}">\n{}\n<body>\n{}\n</body>\n</html>\n')
    return str(page.format(language, head, body))


def _paragraph(part: Part) -> Markup:
    if part.href:
        return Markup('<p><a href="{0}">{0}</a></p>').format(part.words)
    return Markup("<p>{}</p>").format(Markup("<br>\n").join(part.words.split("\n")))
