"""The operator's pages: the spaces there are, organisations, founding a space. No power over what is said."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from quart import Blueprint, redirect, render_template, request, url_for
from quart.typing import ResponseReturnValue

from charters.actions import Action
from charters.states import Side
from deliberation.people.organisations import (
    Organisation,
    count_of_organisations,
    organisations_like,
    organisations_with_domains,
    successors_of,
)
from deliberation.running.outbox import Cause, queue_mail
from deliberation.spaces.founding import (
    TEMPLATES,
    Founder,
    Founding,
    NotFounded,
    found_space,
    founding_faults,
)
from deliberation.spaces.spaces import Space, SpaceText, all_spaces
from participate.access import arrive, permits
from participate.current import database, now, settings
from participate.forms import LANGUAGES, Wrong, typed, wrong_in
from participate.founding_letter import founding_mail
from participate.mail_server import can_send
from participate.results.listing import page_links
from participate.security import own_origin

pages = Blueprint("operating", __name__, url_prefix="/operating")

PEOPLE_ROWS, BODY_ROWS = 4, 3
AT_ONCE = 20
"""How many organisations a page of the list shows."""
TEXT = ("title", "slug", "purpose", "host", "people_side", "language")
CALLED = {
    "slug": "the address",
    "title": "the title",
    "purpose": "the purpose",
    "host": "the host",
    "people_side": "the name of the people's side",
    "language": "the language",
}
NO_SLUG = "Write the address in small letters and digits, with hyphens between words."
NOT_ASKED = "Ask each of them first. Their names stand on the space's page."


@dataclass(frozen=True, slots=True)
class OperatingPage:
    """`found` is a page of the organisations searched for, or of all; `founded` was made a moment ago."""

    spaces: Sequence[Space]
    organisations: int
    with_domains: Sequence[Organisation]
    successors: Mapping[str, Sequence[str]]
    words: str
    found: Sequence[Organisation]
    pagination: Mapping[str, Any] | None
    founded: Space | None
    letters: bool


@dataclass(frozen=True, slots=True)
class FoundingPage:
    """`more_people` and `more_bodies` say that the rows further down are open already."""

    typed: Mapping[str, str]
    wrong: Sequence[Wrong]
    templates: Mapping[str, str]
    languages: Mapping[str, str]
    people: range
    bodies: range
    more_people: bool
    more_bodies: bool


@pages.get("")
@permits(Action.READ_OPERATING)
async def index() -> ResponseReturnValue:
    words = request.args.get("q", "").replace("\x00", "")[:100]
    founded = request.args.get("founded", "")
    async with database().reading() as session:
        spaces = await all_spaces(session)
        pages_found = -(-await count_of_organisations(session, words) // AT_ONCE)
        number = min(max(request.args.get("page", 1, type=int), 1), max(pages_found, 1))
        skip = (number - 1) * AT_ONCE
        page = OperatingPage(
            spaces=spaces,
            organisations=await count_of_organisations(session),
            with_domains=await organisations_with_domains(session),
            successors=await successors_of(session),
            words=words,
            found=await organisations_like(session, words, skip=skip, most=AT_ONCE),
            pagination=page_links(number, pages_found, lambda to: _listed(words, to), "Pages of the list"),
            founded=next((one for one in spaces if one.slug == founded), None),
            letters=can_send(settings()),
        )
    return await render_template("operating/index.html", page=page)


def _listed(words: str, number: int) -> str:
    return url_for("operating.index", q=words or None, page=number, _anchor="organisations")


@pages.get("/spaces/new")
@permits(Action.READ_OPERATING)
async def ask() -> ResponseReturnValue:
    return await _page(_empty())


@pages.post("/spaces/new")
@permits(Action.READ_OPERATING)  # the verb asks FOUND_SPACE, once the form can be read
async def found() -> ResponseReturnValue:
    """How many founders there are counts too, so the verb asks."""
    stand = await arrive()
    filled = {name: (await typed(name)).strip() for name in _empty()}
    text, wrong = _text(filled)
    if filled["agreed"] != "yes":
        wrong.append(Wrong("agreed", NOT_ASKED))
    template, founders = filled["template"], _founders(filled)
    try:
        if text is None or wrong:
            async with database().reading() as session:  # all that is wrong is told at once
                raise NotFounded(
                    await founding_faults(
                        session, filled["slug"], template, founders, asking=stand.facts, now=now()
                    )
                )
        async with database().transaction() as session:
            founding = Founding(text=text, template=template, founders=founders)
            space = await found_space(session, founding, asking=stand.facts, now=now())
            if can_send(settings()):
                for founder in founding.founders:
                    mail = founding_mail(settings(), founder, space, own_origin())
                    await queue_mail(session, mail, Cause.FOUNDED, now=now())
    except NotFounded as error:
        wrong += [Wrong(fault.field, str(fault)) for fault in error.faults]
        return await _page(filled, sorted(wrong, key=_place)), 422
    return redirect(url_for("operating.index", founded=space.slug), 303)


def _place(wrong: Wrong) -> int:
    """Where its field stands on the page."""
    return [*_empty()].index(wrong.field)


async def _page(filled: Mapping[str, str], wrong: Sequence[Wrong] = ()) -> str:
    rows = range(1, PEOPLE_ROWS + 1), range(1, BODY_ROWS + 1)
    written = {name for name, text in filled.items() if text} | {one.field for one in wrong}
    more = (_reaches(written, "people", 3), _reaches(written, "body", 2))
    page = FoundingPage(filled, wrong, TEMPLATES, LANGUAGES, *rows, *more)
    return await render_template("operating/found.html", page=page)


def _reaches(written: set[str], word: str, first: int) -> bool:
    """Whether something stands, or is wrong, in this row or a later one."""
    return any(name.startswith(f"{word}-") and int(name.split("-")[1]) >= first for name in written)


def _empty() -> dict[str, str]:
    """Every field of the form, with what stands there at first."""
    fields = dict.fromkeys((*TEXT, "template"), "")
    fields |= {"people_side": "People", "language": "en", "template": next(iter(TEMPLATES))}
    fields |= {f"people-{row}-{part}": "" for row in range(1, PEOPLE_ROWS + 1) for part in PERSON}
    fields |= {f"body-{row}-{part}": "" for row in range(1, BODY_ROWS + 1) for part in DELEGATE}
    return {**fields, "agreed": ""}


PERSON, DELEGATE = ("address", "name", "group"), ("address", "name", "code")


def _text(filled: Mapping[str, str]) -> tuple[SpaceText | None, list[Wrong]]:
    composed = {name: unicodedata.normalize("NFC", filled[name]) for name in TEXT}
    try:
        return SpaceText.model_validate(composed), []
    except ValidationError as error:
        wrong = wrong_in(error, CALLED)
        return None, [Wrong("slug", NO_SLUG) if one.field == "slug" else one for one in wrong]


def _founders(filled: Mapping[str, str]) -> list[Founder]:
    """Who was named; a row in which nothing was written names nobody."""
    rows = [
        (f"{word}-{row}", side, parts)
        for word, side, parts, most in (
            ("people", Side.PEOPLE, PERSON, PEOPLE_ROWS),
            ("body", Side.BODY, DELEGATE, BODY_ROWS),
        )
        for row in range(1, most + 1)
    ]
    return [
        Founder(at, side, address, name, group.upper() if side is Side.BODY else group)
        for at, side, parts in rows
        for address, name, group in [[filled[f"{at}-{part}"] for part in parts]]
        if address or name or group
    ]
