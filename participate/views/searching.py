"""Searching in everything that is published: in the whole house, or in one space."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from quart import Blueprint, render_template, request, url_for
from quart.typing import ResponseReturnValue

from charters.actions import Action
from charters.states import Standing
from deliberation.errors import Invalid
from deliberation.searching.marking import Piece
from deliberation.searching.places import Hit, hits
from deliberation.searching.searching import AT_ONCE, LAST_PAGE, Kind, search
from deliberation.searching.typed import LONGEST, looked_for
from deliberation.spaces.spaces import Space
from participate.access import here, permits
from participate.current import database
from participate.forms import Wrong
from participate.languages import gettext, said
from participate.results.listing import page_links

pages = Blueprint("searching", __name__, url_prefix="/search")


@dataclass(frozen=True, slots=True)
class Shown:
    """One place in the list. `title` is empty where what was found has none: then its words lead there."""

    kind: str
    address: str
    space: Space
    title: Sequence[Piece]
    excerpt: Sequence[Piece]
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchPage:
    """`space` is None for the whole house. `asked`: something was typed, so that finding nothing is told.

    `first` is the place of the first in the list, counted from 1.
    """

    space: Space | None
    trial: bool
    typed: str
    asked: bool
    wrong: Sequence[Wrong]
    found: Sequence[Shown]
    first: int
    number: int
    pagination: dict[str, Any] | None
    longest: int = LONGEST


@pages.get("")
@permits(Action.READ_PAGE)
async def everywhere() -> ResponseReturnValue:
    return await _page()


@pages.get("/<space>")
@permits(Action.READ_PAGE)
async def within(space: str) -> ResponseReturnValue:
    return await _page()


async def _page() -> ResponseReturnValue:
    space, typed, number = here().space, _typed(), _number()
    wrong, found, pagination = list[Wrong](), list[Shown](), None
    if typed:
        try:
            looked = looked_for(typed)
        except Invalid as error:
            wrong = [Wrong(error.field, said(error.args[0]))]
        else:
            async with database().reading() as session:
                listed = await search(session, space, looked, page=number)
                found = [_shown(one) for one in await hits(session, listed.passages)]
            pages_known = number + 1 if listed.more else number if found else 1
            label = gettext("Pages of what was found")
            pagination = page_links(number, pages_known, lambda to: _address(space, typed, to), label)
    page = SearchPage(
        space=space,
        trial=space is not None and space.standing is Standing.TRIAL,
        typed=typed,
        asked=bool(typed) and not wrong,
        wrong=wrong,
        found=found,
        first=(number - 1) * AT_ONCE + 1,
        number=number,
        pagination=pagination,
    )
    return await render_template("searching/search.html", page=page), 400 if wrong else 200


def _typed() -> str:
    """What was typed; a NUL in it means nothing to a database."""
    return request.args.get("q", "").replace("\x00", "").strip()


def _number() -> int:
    page = request.args.get("page", "")
    return min(max(int(page), 1), LAST_PAGE) if page.isascii() and page.isdigit() and len(page) < 5 else 1


def _address(space: Space | None, typed: str, number: int) -> str:
    asked: dict[str, Any] = {"q": typed, "page": number if number > 1 else None}
    if space is None:
        return url_for("searching.everywhere", **asked)
    return url_for("searching.within", space=space.slug, **asked)


def _shown(hit: Hit) -> Shown:
    passage = hit.passage
    return Shown(
        kind=_named(hit),
        address=_leads_to(hit),
        space=hit.space,
        title=passage.title,
        excerpt=passage.excerpt,
        language=passage.language,
    )


def _named(hit: Hit) -> str:
    match hit.passage.kind:
        case Kind.SPACE:
            return gettext("Space")
        case Kind.CONSULTATION:
            return gettext("Consultation")
        case Kind.STATEMENT:
            return gettext("Statement %(number)s", number=hit.spot.statement)
        case Kind.PROPOSAL:
            return gettext("Proposal %(number)s", number=hit.spot.proposal)
        case Kind.CLAUSE:
            clause, proposal = hit.spot.clause, hit.spot.proposal
            return gettext("Clause %(number)s of proposal %(proposal)s", number=clause, proposal=proposal)
        case Kind.SUGGESTION:
            return gettext("Suggested wording")
    return gettext("Comment")


def _leads_to(hit: Hit) -> str:
    space, spot = hit.space.slug, hit.spot
    match hit.passage.kind:
        case Kind.SPACE:
            return url_for("spaces.space", space=space)
        case Kind.CONSULTATION:
            return f"/spaces/{space}/{spot.consultation}"
        case Kind.STATEMENT:
            return f"/spaces/{space}/{spot.consultation}/statements/{spot.statement}"
        case Kind.PROPOSAL:
            return url_for("proposals.show", space=space, proposal=spot.proposal)
        case Kind.CLAUSE:
            anchor = f"clause-{spot.clause}"
            return url_for("proposals.show", space=space, proposal=spot.proposal, _anchor=anchor)
        case Kind.SUGGESTION:
            suggestion = hit.passage.subject_id
            return url_for("suggesting.show", space=space, proposal=spot.proposal, suggestion=suggestion)
    anchor = f"comment-{hit.passage.subject_id}"
    if spot.decision is not None:
        return url_for("decisions.show", space=space, decision=spot.decision, _anchor=anchor)
    return url_for(
        "clause_comments.show", space=space, proposal=spot.proposal, clause=spot.clause, _anchor=anchor
    )
