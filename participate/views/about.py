"""What this is, who answers for it, and what the law wants said: about, privacy, accessibility, cookies."""

from dataclasses import dataclass
from datetime import date

from quart import Blueprint, render_template
from quart.typing import ResponseReturnValue

from charters.actions import Action
from charters.policy import in_words
from deliberation.people.sessions import ABSOLUTE, IDLE
from deliberation.running.limits import KEPT
from deliberation.running.outbox import KEPT as LETTERS_KEPT
from participate.access import here, permits
from participate.current import settings
from participate.devices import LIFETIME, cookie_name
from participate.languages import said
from participate.notices import Notice, Package, packages, served
from participate.promises import Promises, promises

pages = Blueprint("about", __name__)

REVIEWED = date(2026, 11, 26)
"""When the accessibility statement was last held against the pages."""


@dataclass(frozen=True, slots=True)
class PrivacyPage:
    promises: Promises
    network_kept: str
    session_idle: str
    session_longest: str
    cookie_kept: str
    letters_kept: str


@dataclass(frozen=True, slots=True)
class CookiePage:
    """The one cookie: its name, and how long a browser keeps it."""

    name: str
    kept: str
    session_idle: str
    session_longest: str


@dataclass(frozen=True, slots=True)
class LicencePage:
    """What reaches the reader's browser with its notices, and what runs on the server."""

    served: tuple[Notice, ...]
    packages: tuple[Package, ...]


@pages.get("/about")
@permits(Action.READ_PAGE)
async def about() -> ResponseReturnValue:
    return await render_template("about/about.html", page=promises(here().policy))


@pages.get("/privacy")
@permits(Action.READ_PAGE)
async def privacy() -> ResponseReturnValue:
    page = PrivacyPage(
        promises=promises(here().policy),
        network_kept=said(in_words(KEPT.days)),
        session_idle=said(in_words(IDLE.days)),
        session_longest=said(in_words(ABSOLUTE.days)),
        cookie_kept=_cookie_kept(),
        letters_kept=said(in_words(LETTERS_KEPT.days)),
    )
    return await render_template("about/privacy.html", page=page)


@pages.get("/accessibility")
@permits(Action.READ_PAGE)
async def accessibility() -> ResponseReturnValue:
    return await render_template("about/accessibility.html", reviewed=REVIEWED)


@pages.get("/cookies")
@permits(Action.READ_PAGE)
async def cookies() -> ResponseReturnValue:
    page = CookiePage(
        name=cookie_name(settings().https),
        kept=_cookie_kept(),
        session_idle=said(in_words(IDLE.days)),
        session_longest=said(in_words(ABSOLUTE.days)),
    )
    return await render_template("about/cookies.html", page=page)


@pages.get("/about/licences")
@permits(Action.READ_PAGE)
async def licences() -> ResponseReturnValue:
    return await render_template("about/licences.html", page=LicencePage(served(), packages()))


def _cookie_kept() -> str:
    return said(in_words(LIFETIME // (24 * 3600)))
