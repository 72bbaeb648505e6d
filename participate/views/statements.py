"""Every statement and what became of it; and one statement, with how each group voted on it.

While people can vote, the figures on one statement's page are folded until the viewer has answered it, so
that a link to it does not sway anybody by accident. docs/decisions/0071 tells why.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from markupsafe import Markup
from quart import Blueprint, render_template, request
from quart.typing import ResponseReturnValue
from sqlmodel.ext.asyncio.session import AsyncSession

from charters.actions import Action
from charters.states import Phase, StatementState
from deliberation.drafting.clauses import Clause, clauses_from
from deliberation.drafting.proposals import Proposal
from deliberation.drafting.sources import SetAside, set_aside_for
from deliberation.opinion.moderation import in_public, in_words
from deliberation.opinion.statements import Statement
from deliberation.opinion.voting import Answer as Vote
from deliberation.opinion.voting import own_votes
from deliberation.people.participants import participant_if_any
from deliberation.publishing.public_statements import PublicStatement, public_statements
from deliberation.publishing.said import dated
from deliberation.publishing.standings import Standing
from deliberation.spaces.consultations import Consultation
from deliberation.spaces.spaces import Space
from participate.access import consultation_here, here, permits
from participate.current import database, device, now
from participate.languages import gettext, said
from participate.listing import entry
from participate.network import visitor
from participate.pictures.bars import FAMILY
from participate.pictures.marks import shared_patterns
from participate.pictures.strips import Cell, strip
from participate.results.answers import Answered, everybody, stands
from participate.results.beside import Beside, beside, both_counts
from participate.results.counts import Counts, counts_of
from participate.results.days import span_in_words
from participate.results.listing import Listing, filters, listed, pagination, wanted_by
from participate.results.published import Shown, newest_shown

pages = Blueprint("statements", __name__, url_prefix="/spaces/<space>/<consultation>/statements")


@dataclass(frozen=True, slots=True)
class Line:
    """One statement of the list: what became of it, and a strip of how far each group agrees."""

    number: int
    text: str
    language: str
    removed: bool
    became: str
    written: str
    strip: Markup


@dataclass(frozen=True, slots=True)
class StatementsPage:
    space: Space
    consultation: Consultation
    phase: Phase
    lines: list[Line]
    listing: Listing
    filters: list[tuple[str, str, bool]]
    pagination: dict[str, Any] | None
    patterns: Markup
    has_results: bool


@dataclass(frozen=True, slots=True)
class Figures:
    """How people voted on one statement in the newest result."""

    release: int
    at: datetime
    answered: Answered
    rows: list[Counts]
    beside: Beside | None
    both: list[Counts]
    patterns: Markup


@dataclass(frozen=True, slots=True)
class StatementPage:
    """`answer`: the viewer's own, for them alone. `mine`: whether the viewer added it."""

    space: Space
    consultation: Consultation
    phase: Phase
    statement: Statement
    written: str
    became: list[str]
    clauses: Sequence[tuple[Clause, Proposal]]
    aside: SetAside | None
    may_set_aside: bool
    rule: str
    mine: bool
    answer: Vote | None
    figures: Figures | None
    least_people: int
    may_hide: bool

    @property
    def can_vote(self) -> bool:
        return self.phase is Phase.OPEN and self.statement.state is StatementState.PUBLISHED

    @property
    def folded(self) -> bool:
        """Whether the figures wait behind a press, so that nobody meets them before voting unawares."""
        return self.can_vote and self.answer is None


@pages.get("")
@permits(Action.READ_PAGE)
async def statements(space: str, consultation: str) -> ResponseReturnValue:
    where, held, held_id = consultation_here()
    async with database().reading() as session:
        public = {one.number: one for one in await public_statements(session, held_id)}
        shown = await newest_shown(session, held_id)
    standings = shown.result.standings if shown is not None else {}
    texts = {number: one.text for number, one in public.items()}
    listing = listed(wanted_by(request.args), texts, standings, few=None)
    several = shown is not None and len(shown.content["groups"]) > 1
    page = StatementsPage(
        space=where,
        consultation=held,
        phase=entry(where, held, now()).phase,
        lines=[_line(public[number], shown) for number in listing.numbers],
        listing=listing,
        filters=filters(listing.wanted, several=several, most=shown.result.most) if shown is not None else [],
        pagination=pagination(listing, "list"),
        patterns=shared_patterns(FAMILY),
        has_results=shown is not None,
    )
    return await render_template("results/statements.html", page=page)


def _line(one: PublicStatement, shown: Shown | None) -> Line:
    removed = one.state is StatementState.REMOVED
    answered = shown.answered(one.number) if shown is not None and one.number in shown.result.said else None
    return Line(
        number=one.number,
        text=one.text,
        language=one.language,
        removed=removed,
        became=_became_in_short(one, answered),
        written=span_in_words(dated(one.written_at, here().policy.publication.time_grain)),
        strip=Markup("") if removed or answered is None else _strip(answered),
    )


def _became_in_short(one: PublicStatement, answered: Answered | None) -> str:
    if one.state is StatementState.REMOVED:
        return gettext("Removed. Reason: %(rule)s", rule=said(in_words(one.removed_for or "")))
    return gettext("not in a result yet") if answered is None else answered.about


def _strip(answered: Answered) -> Markup:
    cells = [Cell(answer.letter or None, answer.shares.drawn) for answer in answered.answers]
    words = ", ".join(f"{answer.name}: {answer.said.line}" for answer in answered.answers)
    return strip(cells, title=gettext("Share who agree"), description=words) if cells else Markup("")


@pages.get("/<int:statement>")
@permits(Action.READ_PAGE)
async def statement(space: str, consultation: str, statement: int) -> ResponseReturnValue:
    where, held, held_id = consultation_here()
    one = here().statement
    assert one is not None
    async with database().reading() as session:
        person = await _viewer(session, where)
        mine = person is not None and one.author_id == person
        if not mine:
            in_public(one)
        answers: Mapping[int, Vote] = await own_votes(session, held_id, person) if person is not None else {}
        shown = await newest_shown(session, held_id)
        clauses, aside = await clauses_from(session, one.id), await set_aside_for(session, one.id)
    page = StatementPage(
        space=where,
        consultation=held,
        phase=entry(where, held, now()).phase,
        statement=one,
        written=span_in_words(dated(one.created_at, here().policy.publication.time_grain)),
        became=_became(one, shown),
        clauses=clauses,
        aside=aside,
        may_set_aside=here().may(Action.SET_ASIDE),
        rule=said(in_words(one.removed_for)) if one.removed_for else "",
        mine=mine,
        answer=answers.get(one.number),
        figures=_figures(one, shown) if shown is not None else None,
        least_people=here().policy.publication.min_participants,
        may_hide=here().may(Action.READ_OPERATING) and one.state is StatementState.PUBLISHED,
    )
    return await render_template("results/statement.html", page=page)


async def _viewer(session: AsyncSession, space: Space) -> int | None:
    """The participant behind the viewer's cookie, if there is one."""
    if device() is None or space.id is None:
        return None
    participant = await participant_if_any(session, space.id, visitor().pseudonym(space.id))
    return participant.id if participant is not None else None


def _figures(one: Statement, shown: Shown) -> Figures | None:
    document = shown.result.said.get(one.number)
    if document is None or one.state is not StatementState.PUBLISHED or not document["totals"]:
        return None
    answered, profile = shown.answered(one.number), shown.result.profile
    rows = [
        counts_of(answer, document["groups"][answer.letter], profile)
        for answer in answered.answers
        if answer.letter
    ]
    whole = everybody(document, shown.content["profile"])
    return Figures(
        release=shown.result.row.number,
        at=shown.result.row.published_at,
        answered=answered,
        rows=[*rows, counts_of(whole, document["totals"], profile)],
        beside=beside(shown, []),
        both=both_counts(shown, one.number),
        patterns=shared_patterns(FAMILY),
    )


def _became(one: Statement, shown: Shown | None) -> list[str]:
    """What became of it, in sentences; each says one thing."""
    if one.state is StatementState.PENDING:
        return [gettext("It waits to be read by a facilitator. Only you can see it.")]
    if one.state is StatementState.REMOVED:
        return [gettext("It was removed. Only you can still read its words.")]
    if shown is None or one.number not in shown.result.said:
        return [gettext("It is not in a result yet.")]
    standing = shown.result.standings.get(one.number, Standing())
    found = stands(standing, several=len(shown.content["groups"]) > 1)
    return [
        *found,
        *(gettext("It marks out group %(letter)s.", letter=letter) for letter in standing.marks_out),
    ]
