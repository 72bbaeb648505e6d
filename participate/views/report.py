"""The report: one page to print with everything that was published, figures numbered, and how it was made."""

from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup
from quart import Blueprint, render_template
from quart.typing import ResponseReturnValue

from charters.actions import Action
from charters.policy import Policy
from charters.states import Standing
from charters.wording import Words
from deliberation.opinion.analyses import is_over
from deliberation.spaces.consultations import Consultation
from deliberation.spaces.spaces import Space
from participate.access import consultation_here, here, permits
from participate.current import database, now
from participate.pictures.bars import FAMILY
from participate.pictures.marks import shared_patterns
from participate.results.answers import Answered
from participate.results.beside import Beside, beside
from participate.results.citing import citation
from participate.results.grouping import about_groups
from participate.results.groups import GroupCard, group_cards, notes
from participate.results.making import Fact, facts_of
from participate.results.map_part import LANDSCAPE, STATEMENTS, MapPart, map_part
from participate.results.over_time import OverTime, over_time
from participate.results.published import Shown, newest_shown
from participate.results.words import Headings, headings
from participate.who_may_vote import in_a_sentence

pages = Blueprint("report", __name__)

MOST_BARS = 20
"""Statements in one figure; the table has them all."""


@dataclass(frozen=True, slots=True)
class Report:
    """The whole published result. `landscape` and `of_statements` are None where there is none."""

    number: int
    at: datetime
    closing: bool
    headline: list[str]
    headings: Headings
    groups: list[GroupCard]
    about_groups: list[str]
    notes: list[tuple[str, str]]
    agree: list[Answered]
    disagree: list[Answered]
    differ: list[Answered]
    map: MapPart
    landscape: MapPart | None
    of_statements: MapPart | None
    over_time: OverTime | None
    beside: Beside | None
    statements: list[Answered]
    patterns: Markup
    made: list[Fact]
    citation: str
    licence: str


@dataclass(frozen=True, slots=True)
class ReportPage:
    space: Space
    consultation: Consultation
    policy: Policy
    over: bool
    checked: Words | None
    report: Report | None


@pages.get("/spaces/<space>/<consultation>/report")
@permits(Action.READ_PAGE)
async def report(space: str, consultation: str) -> ResponseReturnValue:
    where, held, held_id = consultation_here()
    async with database().reading() as session:
        shown = await newest_shown(session, held_id)
    page = ReportPage(
        space=where,
        consultation=held,
        policy=here().policy,
        over=is_over(held, now()),
        checked=in_a_sentence(held) if where.standing is not Standing.ARCHIVE else None,
        report=_report(shown) if shown is not None else None,
    )
    return await render_template("results/report.html", page=page)


def _report(shown: Shown) -> Report:
    content, row = shown.content, shown.result.row
    landscape, statements = (map_part(shown, None, view=view) for view in (LANDSCAPE, STATEMENTS))
    pair = beside(shown, sorted(shown.result.standings))
    return Report(
        number=row.number,
        at=row.published_at,
        closing=row.closing,
        headline=[*(pair.headline if pair is not None else ()), *shown.headline],
        headings=headings(len(content["groups"]), most=shown.result.most),
        groups=group_cards(shown, None),
        about_groups=about_groups(content),
        notes=notes(content),
        agree=shown.list_of(content["agree"], MOST_BARS),
        disagree=shown.list_of(content["disagree"], MOST_BARS),
        differ=shown.list_of(content["differ"], MOST_BARS),
        map=map_part(shown, None, view=""),
        landscape=landscape if landscape.view else None,
        of_statements=statements if statements.view else None,
        over_time=over_time(content),
        beside=pair,
        statements=[shown.answered(number) for number in sorted(shown.result.standings)],
        patterns=shared_patterns(FAMILY),
        made=facts_of(content),
        citation=citation(content),
        licence=content["licence"],
    )
