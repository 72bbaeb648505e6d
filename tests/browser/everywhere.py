"""Every page of the demonstration by following links, as a visitor and as a facilitator."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import urldefrag, urlsplit

from quart import Quart
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Rule
from werkzeug.routing.converters import NumberConverter

from deliberation.people.accounts import account_for
from participate.signin.links import new_sign_in_link
from tests.browser.state import FACILITATOR
from tests.people import Page, Person

LINK = re.compile(r'(?:href|src|action)="([^"]*)"')
VALUES = {
    "space": "avonmere",
    "consultation": "evenings",
    "statement": 1,
    "number": 1,
    "name": "groups.csv",
    "kind": "improve-service",
}
"""What the demonstration has in place of an argument of a route."""
BYTES = frozenset({"static", "help.picture", "my_data.tables", "versions.as_pdf"}) | {
    "live.live",
    "streams.space",
    "streams.proposal",
}
"""What answers with bytes that are no text, or for as long as somebody listens; each has tests of its own."""
AT_MOST = 4
"""Pages of one kind that are looked at: forty statements' pages are made by one template."""


@dataclass
class Walk:
    """Where links lead, and the pages found there."""

    person: Person
    pages: list[Page] = field(default_factory=list)
    met: Counter[str] = field(default_factory=Counter)

    async def from_(self, *starts: str) -> "Walk":
        waiting, known = list(starts), set(starts)
        while waiting:
            path = waiting.pop(0)
            endpoint = endpoint_of(self.person.app, path)
            if self.met[endpoint] >= AT_MOST or endpoint in BYTES:
                continue
            self.met[endpoint] += 1
            page = await self.person.get(path)
            self.pages.append(page)
            found = [one for one in links_on(page) if one not in known]
            known.update(found)
            waiting += found
        return self


def links_on(page: Page) -> Iterator[str]:
    """The addresses on this site that a page leads to; none on what is no page."""
    if page.headers.get("Location"):
        yield page.headers["Location"]
    if not page.headers.get("Content-Type", "").startswith("text/html"):
        return
    for found in LINK.findall(page.html):
        address = urldefrag(unescape(found))[0]
        if address.startswith("/") and not address.startswith("//"):
            yield address
        elif address.startswith("?"):
            yield page.path.split("?")[0] + address


def endpoint_of(app: Quart, path: str) -> str:
    """Which view answers a GET of this address; empty where none does."""
    try:
        endpoint, _ = app.url_map.bind("localhost").match(urlsplit(path).path, method="GET")
    except HTTPException:
        return ""
    return str(endpoint)


def addresses(app: Quart, *methods: str) -> set[str]:
    """An address for every route that answers one of these methods."""
    adapter = app.url_map.bind("localhost")
    return {
        adapter.build(
            rule.endpoint,
            {name: (rule.defaults or {}).get(name, _value(rule, name)) for name in rule.arguments},
            method=method,
        )
        for rule in app.url_map.iter_rules()
        for method in methods
        if method in (rule.methods or ())
    }


def _value(rule: Rule, name: str) -> object:
    return VALUES.get(name, 1 if isinstance(rule._converters.get(name), NumberConverter) else "x")


async def facilitator(app: Quart) -> Person:
    """A facilitator of the demonstration, signed in."""
    now = app.extensions["clock"]()
    async with app.extensions["database"].transaction() as session:
        account = await account_for(session, FACILITATOR, now=now)
        link = await new_sign_in_link(session, account, now=now)
    person = Person(app)
    await person.send((await person.get(link)).forms()[-1])
    return person


async def walked(app: Quart) -> Walk:
    """Everything that a visitor and then a facilitator can reach from the front page."""
    everything = sorted(addresses(app, "GET"))
    visitor = await Walk(Person(app)).from_("/", *everything)
    signed_in = await Walk(await facilitator(app)).from_("/", *everything)
    return Walk(visitor.person, visitor.pages + signed_in.pages, visitor.met + signed_in.met)
