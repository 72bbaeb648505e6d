"""Results: words first, then the map, then each statement with its bars, then the same facts as a table.

Everything here is made of the published document, but for the viewer's own place: that is worked out for the
one who asks, goes into this reply alone, and is stored nowhere.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from markupsafe import Markup
from quart import Blueprint, render_template, request
from quart.typing import ResponseReturnValue

from charters.actions import Action
from charters.policy import Policy
from charters.states import Standing
from charters.wording import Words
from deliberation.opinion.analyses import is_over, newest_analysis
from deliberation.publishing.answers import Owed, owed_in
from deliberation.running.jobs import last_seen
from deliberation.spaces.consultations import Consultation
from deliberation.spaces.spaces import Space
from participate.access import consultation_here, here, permits
from participate.current import database, now
from participate.languages import gettext
from participate.own_place import Own, own_place_on
from participate.pictures.bars import FAMILY
from participate.pictures.marks import shared_patterns
from participate.results.answers import Answered
from participate.results.beside import Beside, beside
from participate.results.grouping import about_groups
from participate.results.groups import GroupCard, group_cards, notes
from participate.results.listing import Listing, Wanted, filters, listed, pagination, wanted_by
from participate.results.map_part import LANDSCAPE, STATEMENTS, MapPart, map_part, points_of
from participate.results.over_time import OverTime, over_time
from participate.results.published import Shown, newest_shown
from participate.results.states import Making, states
from participate.results.words import Headings, headings
from participate.who_may_vote import in_a_sentence

pages = Blueprint("opinion_map", __name__)


@dataclass(frozen=True, slots=True)
class Cards:
    """The first statements of a list, and whether there are more."""

    shown: list[Answered]
    more: bool


@dataclass(frozen=True, slots=True)
class Statements:
    """The list of statements: what was asked for, what was found, and the ways on from here."""

    listing: Listing
    shown: list[Answered]
    filters: list[tuple[str, str, bool]]
    pagination: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class Results:
    """The published result as the page shows it."""

    number: int
    at: datetime
    headline: list[str]
    headings: Headings
    most: bool
    groups: list[GroupCard]
    about_groups: list[str]
    notes: list[tuple[str, str]]
    agree: Cards
    disagree: Cards
    differ: Cards
    map: MapPart
    statements: Statements
    over_time: OverTime | None
    beside: Beside | None
    patterns: Markup


@dataclass(frozen=True, slots=True)
class MapPage:
    space: Space
    consultation: Consultation
    policy: Policy
    states: list[str]
    results: Results | None
    view: str
    views: list[tuple[str, str, str]]
    own: Own | None
    over: bool
    checked: Words | None
    owed: list[Owed]
    may_begin: bool


@pages.get("/spaces/<space>/<consultation>/map")
@permits(Action.READ_PAGE)
async def opinion_map(space: str, consultation: str) -> ResponseReturnValue:
    where, held, held_id = consultation_here()
    async with database().reading() as session:
        shown = await newest_shown(session, held_id)
        job, seen = await newest_analysis(session, held_id), await last_seen(session)
        row = shown.result.row if shown is not None else None
        may = here().may(Action.READ_OWN_PLACE)
        owed = await owed_in(session, where, held, here().policy, now=now())
        mine = (
            await own_place_on(session, where, held_id, row, shown.result.rates)
            if may and shown is not None
            else None
        )
    wanted, asked = wanted_by(request.args), request.args.get("view", "")
    view = asked if asked in (LANDSCAPE, STATEMENTS) else ""
    over = is_over(held, now())
    making = Making(
        closing=row.closing if row is not None else None,
        over=over,
        job=job,
        worker_seen=seen,
        least_people=here().policy.publication.min_participants,
    )
    page = MapPage(
        space=where,
        consultation=held,
        policy=here().policy,
        states=states(making, now()),
        results=_results(shown, mine, view=view) if shown is not None else None,
        view=view,
        views=_views(shown, wanted) if shown is not None else [],
        own=mine,
        over=over,
        checked=in_a_sentence(held) if where.standing is not Standing.ARCHIVE else None,
        owed=owed,
        may_begin=here().may(Action.BEGIN_PROPOSAL),
    )
    return await render_template("results/results.html", page=page)


def _views(shown: Shown, wanted: Wanted) -> list[tuple[str, str, str]]:
    """The kinds of map that there are: name, address, and its code; none where there is but one."""
    names = [("", gettext("Axes"))]
    if (shown.result.row.landscape or {}).get("hexagons"):
        names.append((LANDSCAPE, gettext("Landscape")))
    if points_of(shown):
        names.append((STATEMENTS, gettext("Statements")))
    found = [(name, wanted.address(view=view) or request.path, view) for view, name in names]
    return found if len(found) > 1 else []


def _results(shown: Shown, mine: Own | None, *, view: str) -> Results:
    content = shown.content
    found = _statements(shown, view=view)
    pair = beside(shown, found.listing.numbers)
    return Results(
        number=shown.result.row.number,
        at=shown.result.row.published_at,
        headline=[*(pair.headline if pair is not None else ()), *shown.headline],
        headings=headings(len(content["groups"]), most=shown.result.most),
        most=shown.result.most,
        groups=group_cards(shown, mine),
        about_groups=about_groups(content),
        notes=notes(content),
        agree=_cards(shown, "agree", 6),
        disagree=_cards(shown, "disagree", 6),
        differ=_cards(shown, "differ", 4),
        map=map_part(shown, mine, view=view),
        statements=found,
        over_time=over_time(content),
        beside=pair,
        patterns=shared_patterns(FAMILY),
    )


def _cards(shown: Shown, name: str, most: int) -> Cards:
    numbers = shown.content[name]
    return Cards(shown.list_of(numbers, most), more=len(shown.present(numbers)) > most)


def _statements(shown: Shown, *, view: str) -> Statements:
    kept = {"view": view} if view else {}
    texts = {number: shown.text(number)[0] for number in shown.numbers}
    listing = listed(wanted_by(request.args), texts, shown.result.standings)
    return Statements(
        listing=listing,
        shown=[shown.answered(number) for number in listing.numbers],
        filters=filters(
            listing.wanted, several=len(shown.content["groups"]) > 1, most=shown.result.most, **kept
        ),
        pagination=pagination(listing, "statements", **kept),
    )
