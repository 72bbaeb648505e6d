"""Which statements a list shows: all, those of one kind, those with some words; a page of them at a time."""

import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum, unique
from typing import Any
from urllib.parse import urlencode

from deliberation.publishing.standings import Mark, Standing
from participate.languages import gettext

FIRST = 10
"""Statements shown before anything is asked for."""
AT_ONCE = 50
LONGEST_SEARCH = 100


@unique
class Show(StrEnum):
    """The filters, as addresses spell them."""

    ALL = "all"
    AGREE = "agree"
    DIFFER = "differ"
    UNSURE = "unsure"


MARKS: Mapping[Show, frozenset[Mark]] = {
    Show.AGREE: frozenset({Mark.MOST, Mark.AGAINST, Mark.AGREED, Mark.REFUSED}),
    Show.DIFFER: frozenset({Mark.DIFFERS}),
    Show.UNSURE: frozenset({Mark.UNSURE}),
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a reader has asked for. `page` 0: nothing yet, so the first few are shown."""

    show: Show = Show.ALL
    words: str = ""
    page: int = 0

    @property
    def narrowed(self) -> bool:
        return self.show is not Show.ALL or bool(self.words)

    def address(self, **changed: Any) -> str:
        """The query of the address that asks for this, with some of it changed; `view` may be added."""
        fields = {"show": self.show.value, "q": self.words, "page": self.page, **changed}
        plain = {"show": Show.ALL.value, "q": "", "page": 0, "view": ""}
        asked = {name: value for name, value in fields.items() if value != plain.get(name)}
        return f"?{urlencode(asked)}" if asked else ""


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of a list. `total`: of all statements, `found`: of those asked for."""

    wanted: Wanted
    numbers: list[int]
    total: int
    found: int
    page: int
    pages: int

    @property
    def first(self) -> int:
        return (self.page - 1) * AT_ONCE + 1

    @property
    def short(self) -> bool:
        """Whether there is more than the few shown at first."""
        return self.wanted.page == 0 and len(self.numbers) < self.found

    @property
    def nothing(self) -> str:
        """What it means that none was found."""
        if self.wanted.words:
            return gettext("No statement was found. Try fewer words, or look at all of them.")
        return {
            Show.ALL: gettext("There are no statements yet."),
            Show.AGREE: gettext("There is no statement that people clearly agree on."),
            Show.DIFFER: gettext("There is no statement that groups differ on."),
            Show.UNSURE: gettext("No statement has many who are not sure."),
        }[self.wanted.show]


def wanted_by(arguments: Mapping[str, str]) -> Wanted:
    """What an address asks for; what it cannot mean is left out."""
    show = arguments.get("show", "")
    page = arguments.get("page", "")
    return Wanted(
        show=Show(show) if show in set(map(str, Show)) else Show.ALL,
        words=" ".join(arguments.get("q", "")[:LONGEST_SEARCH].replace("\x00", "").split()),
        page=min(int(page), 10**6) if page.isascii() and page.isdigit() and len(page) < 7 else 0,
    )


def listed(
    wanted: Wanted, texts: Mapping[int, str], standings: Mapping[int, Standing], *, few: int | None = FIRST
) -> Listing:
    """The page of the list that was asked for. `texts` has every statement that can be read, in order.

    Where nothing was asked for, the first `few`; None for the first page.
    """
    found = [
        number
        for number, text in texts.items()
        if _of_kind(standings.get(number, Standing()), wanted.show) and _says(number, text, wanted.words)
    ]
    if few is not None and wanted.page == 0 and not wanted.narrowed and len(found) > few:
        return Listing(wanted, found[:few], len(texts), len(found), 1, 1)
    pages = max(1, -(-len(found) // AT_ONCE))
    page = min(max(wanted.page, 1), pages)
    return Listing(wanted, found[(page - 1) * AT_ONCE : page * AT_ONCE], len(texts), len(found), page, pages)


def _of_kind(standing: Standing, show: Show) -> bool:
    return show is Show.ALL or not MARKS[show].isdisjoint(standing.marks)


def _says(number: int, text: str, words: str) -> bool:
    """Whether all the words are in the text, however they are accented, or it is the number itself."""
    if not words:
        return True
    if words.removeprefix("#") == str(number):
        return True
    said = _folded(text)
    return all(word in said for word in _folded(words).split())


def _folded(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in apart if not unicodedata.combining(sign))


def filters(wanted: Wanted, *, several: bool, most: bool = False, **kept: str) -> list[tuple[str, str, bool]]:
    """Name, address and whether it is the present one, of each filter that can find something.

    `several`: there are groups. `most`: what is listed is what most people agree on, whatever their group.
    """
    names = [
        (Show.ALL, gettext("All")),
        (Show.AGREE, gettext("Agree across groups") if several and not most else gettext("Most agree")),
        *([(Show.DIFFER, gettext("Groups differ"))] if several else []),
        (Show.UNSURE, gettext("Many not sure")),
    ]
    return [
        (name, wanted.address(show=show.value, page=0, **kept) or "?", show is wanted.show)
        for show, name in names
    ]


def pagination(listing: Listing, place: str, **kept: str) -> dict[str, Any] | None:
    """What the design system's pagination is given, or None for a single page. `place`: an id on the page."""
    return page_links(
        listing.page,
        listing.pages,
        lambda page: f"{listing.wanted.address(page=page, **kept)}#{place}",
        gettext("Pages of statements"),
    )


def page_links(here: int, pages: int, to: Callable[[int], str], label: str) -> dict[str, Any] | None:
    """The same for any list: `to` gives the address of a page of it."""
    if pages < 2:
        return None
    return {
        "ariaLabel": label,
        "items": [_item(page, to, here) for page in _named(here, pages)],
        **({"previous": {"href": to(here - 1), "text": gettext("Previous")}} if here > 1 else {}),
        **({"next": {"href": to(here + 1), "text": gettext("Next")}} if here < pages else {}),
    }


def _item(page: int | None, to: Any, here: int) -> dict[str, Any]:
    if page is None:
        return {"ellipsis": True}
    return {
        "number": page,
        "href": to(page),
        "current": page == here,
        "ariaLabel": gettext("Page %(page)s", page=page),
    }


def _named(here: int, pages: int) -> Iterable[int | None]:
    """The first page, those around the present one, and the last; None where some are left out."""
    near: Sequence[int] = sorted({1, *range(max(1, here - 1), min(pages, here + 1) + 1), pages})
    before = 0
    for page in near:
        if page - before > 1:
            yield None
        yield page
        before = page
