"""The public record of a space: every act, newest first, as a page and as files."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from quart import Blueprint, Response, render_template, request
from quart.typing import ResponseReturnValue

from charters.actions import Action
from charters.policy import Policy, in_words
from deliberation.publishing.acts import Entry, Wanted, entries, how_many, kind_in_words, kinds_done
from deliberation.publishing.promptness import Promptness, promptness
from deliberation.publishing.record import Did
from deliberation.publishing.said import dated
from deliberation.publishing.told import done_to, told
from deliberation.spaces.consultations import Consultation, consultations_of
from deliberation.spaces.spaces import Space
from participate.access import here, permits
from participate.current import database, now
from participate.languages import gettext, said
from participate.news import of_a_decision
from participate.public import SHORT, open_to_all, public, public_json
from participate.results.days import span_in_words
from participate.results.listing import page_links

pages = Blueprint("record", __name__, url_prefix="/spaces/<space>")

AT_ONCE = 50
SHORT_WORDS = 200
"""Letters. What is longer is folded on the page."""
COLUMNS = (
    "act",
    "when",
    "role",
    "kind",
    "kind_in_words",
    "reason",
    "reason_in_words",
    "consultation",
    "statement",
    "instead",
    "words",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """An act as the page tells it. `notice` says that its words are Markdown; `long` ones are folded.

    `told` are words of the program's own, in the language of the page, in place of those that are stored;
    `rest` is what somebody wrote. `proposal` and `version` say what it was done to, where it was one.
    """

    entry: Entry
    named: str
    by: str
    why: str
    instead: str
    when: str
    notice: bool
    long: bool
    told: str
    rest: str
    proposal: int | None = None
    version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordPage:
    """`query` is what the address asks for, for the files; `total` counts every act of the space."""

    space: Space
    policy: Policy
    lines: list[Line]
    found: int
    total: int
    first: int
    wanted: Wanted
    consultations: list[Consultation]
    kinds: Mapping[str, str]
    pagination: dict[str, Any] | None
    query: str
    promptness: Promptness
    within: str


@pages.get("/record")
@permits(Action.READ_PAGE)
async def show(space: str) -> ResponseReturnValue:
    place, space_id = _place()
    wanted = _wanted()
    async with database().reading() as session:
        found = await how_many(session, space_id, wanted)
        count = max(1, -(-found // AT_ONCE))
        page_number = min(max(request.args.get("page", 1, type=int), 1), count)
        skip = (page_number - 1) * AT_ONCE
        shown = await entries(session, space_id, wanted, skip=skip, most=AT_ONCE)
        page = RecordPage(
            space=place,
            policy=here().policy,
            lines=[_line(one) for one in shown],
            found=found,
            total=await how_many(session, space_id, Wanted()),
            first=skip + 1,
            wanted=wanted,
            consultations=await consultations_of(session, place),
            kinds={kind: said(kind_in_words(kind)) for kind in await kinds_done(session, space_id)},
            pagination=page_links(page_number, count, lambda to: _query(wanted, to) + "#acts", _label()),
            query=_query(wanted),
            promptness=await promptness(session, space_id, now()),
            within=said(in_words(here().policy.moderation.report_days)),
        )
    return await render_template("record/record.html", page=page)


def _label() -> str:
    return gettext("Pages of the record")


def _place() -> tuple[Space, int]:
    place = here().space
    assert place is not None
    assert place.id is not None
    return place, place.id


def _wanted() -> Wanted:
    """What the address asks for; a NUL in it means nothing to a database."""
    plain = {name: request.args.get(name, "").replace("\x00", "") for name in ("consultation", "kind")}
    return Wanted(**plain)


def _query(wanted: Wanted, page: int = 1) -> str:
    asked = {"consultation": wanted.consultation, "kind": wanted.kind, "page": page if page > 1 else ""}
    return "?" + urlencode({name: value for name, value in asked.items() if value})


def _line(entry: Entry) -> Line:
    known = told(entry.kind, entry.words)
    rest = known.rest if known is not None else entry.words
    proposal, version = done_to(entry.kind, entry.words)
    return Line(
        entry=entry,
        named=said(entry.named),
        by=said(entry.by),
        why=said(entry.why),
        instead=said(entry.taken_over),
        when=span_in_words(dated(entry.at, here().policy.publication.time_grain)),
        notice=entry.kind == Did.NOTICE_CHANGED,
        long=len(rest) > SHORT_WORDS,
        told=said(known.words) if known is not None else of_a_decision(entry),
        rest=rest,
        proposal=proposal,
        version=version,
    )


@pages.get("/record.json")
@permits(Action.READ_DATA)
async def as_json(space: str) -> Response:
    place, _ = _place()
    acts = [dict(zip(COLUMNS, _row(one), strict=True)) for one in await _all()]
    document = {"space": place.slug, "time_grain": here().policy.publication.time_grain, "acts": acts}
    return open_to_all(public_json(document, keep=SHORT))


@pages.get("/record.csv")
@permits(Action.READ_DATA)
async def as_csv(space: str) -> Response:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows(_row(one) for one in await _all())
    kind = "text/csv; charset=utf-8; header=present"
    return open_to_all(public(text.getvalue().encode(), kind, keep=SHORT))


async def _all() -> list[Entry]:
    async with database().reading() as session:
        return await entries(session, _place()[1], _wanted())


def _row(entry: Entry) -> Sequence[Any]:
    """The cells of an act, in the order of COLUMNS. Files are in English, and cells are raw."""
    return [
        entry.id,
        dated(entry.at, here().policy.publication.time_grain),
        entry.acted,
        entry.kind,
        entry.named,
        entry.reason,
        entry.why or None,
        entry.consultation,
        entry.statement,
        entry.instead,
        entry.words,
    ]
