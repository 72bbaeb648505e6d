"""News as an Atom feed (RFC 4287): what the record page shows, under ids that stay.

A feed is in English, as files are, and the same for everybody. Titles keep the language they are written in.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from urllib.parse import urlsplit
from xml.etree import ElementTree

from participate.catalogues import ENGLISH
from participate.news import News

KIND = "application/atom+xml; charset=utf-8"
NAMESPACE = "http://www.w3.org/2005/Atom"
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
UNSPEAKABLE = re.compile(r"[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\U00010000-\U0010FFFF]")
"""What no XML can hold."""

ElementTree.register_namespace("", NAMESPACE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """`origin` is this installation's; `path` the page that the feed is of, `own` its own address.

    `began` is when the space was made, as coarse as its rules ask.
    """

    origin: str
    path: str
    own: str
    name: str
    title: str
    language: str
    began: str
    news: Sequence[News]


def written(feed: Feed) -> bytes:
    """The feed as a document."""
    root = ElementTree.Element(f"{{{NAMESPACE}}}feed", {LANGUAGE: ENGLISH})
    _add(root, "id", _id(feed, feed.name))
    _add(root, "title", feed.title, language=feed.language)
    _add(root, "updated", _moment(feed.news[0].grained if feed.news else feed.began))
    _add(_add(root, "author"), "name", feed.title, language=feed.language)
    _add(root, "link", rel="self", type="application/atom+xml", href=f"{feed.origin}{feed.own}")
    _add(root, "link", rel="alternate", type="text/html", href=f"{feed.origin}{feed.path}")
    for one in feed.news:
        _entry(root, feed, one)
    ElementTree.indent(root)
    document: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return document


def _entry(root: ElementTree.Element, feed: Feed, one: News) -> None:
    entry = _add(root, "entry")
    _add(entry, "id", _id(feed, f"act/{one.id}"))
    _add(
        entry, "title", f"{one.named}: {one.title}", language=one.language if one.language != ENGLISH else ""
    )
    _add(entry, "updated", _moment(one.grained))
    _add(entry, "link", rel="alternate", type="text/html", href=f"{feed.origin}{one.path}")
    _add(entry, "category", term=one.kind, label=one.named)
    _add(entry, "summary", " ".join(filter(None, (one.told, f"By {one.by}. {one.when}."))))


def _add(
    parent: ElementTree.Element, name: str, text: str = "", *, language: str = "", **attributes: str
) -> ElementTree.Element:
    added = ElementTree.SubElement(parent, f"{{{NAMESPACE}}}{name}", attributes)
    if text:
        added.text = UNSPEAKABLE.sub("", text)
    if language:
        added.set(LANGUAGE, language)
    return added


def _id(feed: Feed, name: str) -> str:
    """A tag URI (RFC 4151): the same whatever pages are called later."""
    return f"tag:{urlsplit(feed.origin).hostname},{feed.began[:4]}:{name}"


def _moment(grained: str) -> str:
    """The first moment of a month or a week: a feed says no more of the time than the record does."""
    if "W" in grained:
        year, week = grained.split("-W")
        first = date.fromisocalendar(int(year), int(week), 1)
    else:
        first = date.fromisoformat(f"{grained}-01")
    return datetime.combine(first, time(), UTC).isoformat().replace("+00:00", "Z")
