"""Beginning a proposal: empty, from a template, or from what people agree on in a consultation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pydantic import ValidationError
from quart import Blueprint, redirect, render_template, request, url_for
from quart.typing import ResponseReturnValue
from sqlmodel.ext.asyncio.session import AsyncSession

from charters.actions import Action
from charters.enforcement import require
from charters.terms import proposal_notice
from charters.wording import Words
from deliberation.drafting.beginning import Planned, begin_proposal
from deliberation.drafting.clauses import ClauseText
from deliberation.drafting.commenting import Speaker
from deliberation.drafting.proposals import ProposalText
from deliberation.errors import Invalid, NotFound
from deliberation.opinion.statements import Statement, statement_if_any
from deliberation.people.memberships import name_in
from deliberation.spaces.consultations import Consultation, consultation_named, consultations_of
from deliberation.spaces.spaces import Space
from participate.access import arrive, here, permits
from participate.beginnings import BEGINNINGS, Beginning
from participate.current import database, now
from participate.forms import LANGUAGES, Wrong, typed, wrong_in
from participate.languages import said, said_in
from participate.network import visitor
from participate.results.answers import Answered
from participate.results.published import newest_shown
from participate.views.proposals import asking_now

pages = Blueprint("beginning", __name__, url_prefix="/spaces/<space>/proposals/new")

MOST_OFFERED = 30
CALLED: Mapping[str, Words] = {"title": Words("the title"), "language": Words("its language")}
GONE = Words("One of the statements can no longer be used. Look at the list again.")
NOTHING = Words("Choose at least one statement, or begin from a template.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What was typed. `chosen` are numbers of statements."""

    title: str = ""
    language: str = ""
    outline: str = "empty"
    chosen: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class BeginningPage:
    """`source` is the consultation whose statements are `offered`; `sources` are those that offer some."""

    space: Space
    typed: Typed
    source: Consultation | None
    offered: Sequence[Answered]
    sources: Sequence[Consultation]
    notice: str
    wrong: Sequence[Wrong] = ()
    beginnings: Mapping[str, Beginning] = field(default_factory=lambda: BEGINNINGS)
    languages: Mapping[str, str] = field(default_factory=lambda: LANGUAGES)


@pages.get("")
@permits(Action.BEGIN_PROPOSAL)
async def show(space: str) -> ResponseReturnValue:
    """The form; with `?from=` the consultation whose shared statements are offered, all of them chosen."""
    slug = request.args.get("from", "")
    return await _page(slug, Typed(language=_place().language), choose_all=True)


@pages.post("")
@permits(Action.BEGIN_PROPOSAL, in_verb=True)
async def begun(space: str) -> ResponseReturnValue:
    """Begin it, with a clause for each statement chosen, or with those of the template."""
    stand = await arrive(space=space)
    assert stand.space is not None
    given, slug = await _typed(), await typed("from")
    asking = asking_now(stand.facts)
    try:
        async with database().transaction() as session:
            text = ProposalText(title=given.title, language=_language(given.language))
            source = (await consultation_named(session, space, slug))[1] if slug else None
            proposal = await begin_proposal(
                session,
                stand.space,
                text,
                await _planned(session, given, source),
                speaker=await speaking(session, stand.space, stand.account_id),
                consultation_id=source.id if source is not None else None,
                asking=asking,
                now=now(),
            )
    except (ValidationError, Invalid) as error:
        # Whoever may not begin one is told that first, whatever they typed.
        require(here().policy, Action.BEGIN_PROPOSAL, asking)
        return await _page(slug, given, _wrong_with(error)), 422
    return redirect(url_for("proposals.show", space=space, proposal=proposal.number, said="begun"), 303)


async def speaking(session: AsyncSession, space: Space, account_id: int | None) -> Speaker:
    """Whoever asks, as somebody who writes in the space."""
    name = await name_in(session, account_id, space.id or 0, now=now())
    return Speaker(key=visitor().pseudonym(space.id or 0), name=name)


async def _planned(session: AsyncSession, given: Typed, source: Consultation | None) -> list[Planned]:
    """The clauses to begin with. Raises Invalid."""
    if source is None:
        outline = BEGINNINGS.get(given.outline)
        if outline is None:
            raise Invalid("outline", Words("Choose what to begin from."))
        return [
            Planned(
                text=ClauseText(
                    heading=said_in(given.language, heading),
                    text=said_in(given.language, prompt),
                    language=given.language,
                )
            )
            for heading, prompt in outline.clauses
        ]
    if not given.chosen:
        raise Invalid("chosen", NOTHING)
    return [_clause_of(one) for one in await _statements(session, source, given.chosen)]


def _clause_of(statement: Statement) -> Planned:
    text = ClauseText(text=statement.text, language=statement.language)
    return Planned(text=text, statement_id=statement.id)


async def _statements(session: AsyncSession, source: Consultation, chosen: frozenset[int]) -> list[Statement]:
    """The statements chosen, in the order of the result. Raises Invalid for one that is not shared there."""
    shared = [one.number for one in await _offered(session, source)]
    found = []
    for number in sorted(chosen, key=lambda one: shared.index(one) if one in shared else -1):
        statement = await statement_if_any(session, source.id or 0, number)
        if number not in shared or statement is None:
            raise Invalid("chosen", GONE)
        found.append(statement)
    return found


async def _offered(session: AsyncSession, source: Consultation) -> list[Answered]:
    """What people agree on in the newest result of a consultation, what most agree with first."""
    shown = await newest_shown(session, source.id or 0)
    return [] if shown is None else shown.list_of(shown.content["agree"], MOST_OFFERED)


async def _page(slug: str, given: Typed, wrong: Sequence[Wrong] = (), *, choose_all: bool = False) -> str:
    place = _place()
    async with database().reading() as session:
        source = await _source(session, place, slug)
        offered = await _offered(session, source) if source is not None else []
        held = [one for one in await consultations_of(session, place) if await _offered(session, one)]
    if choose_all:
        given = Typed(
            title=given.title,
            language=source.language if source is not None else given.language,
            chosen=frozenset(one.number for one in offered),
        )
    page = BeginningPage(
        space=place,
        typed=given,
        source=source,
        offered=offered,
        sources=[one for one in held if source is None or one.id != source.id],
        notice=said(proposal_notice(here().policy).text),
        wrong=wrong,
    )
    return await render_template("drafting/begin.html", page=page)


async def _source(session: AsyncSession, place: Space, slug: str) -> Consultation | None:
    if not slug:
        return None
    try:
        return (await consultation_named(session, place.slug, slug))[1]
    except NotFound:
        return None


async def _typed() -> Typed:
    form = await request.form
    chosen = [one for one in form.getlist("chosen") if one.isascii() and one.isdigit() and len(one) < 10]
    return Typed(
        title=await typed("title"),
        language=await typed("language"),
        outline=await typed("outline") or "empty",
        chosen=frozenset(map(int, chosen)),
    )


def _language(tag: str) -> str:
    if tag not in LANGUAGES:
        raise Invalid("language", Words("Choose the language of the proposal."))
    return tag


def _wrong_with(error: ValidationError | Invalid) -> list[Wrong]:
    if isinstance(error, Invalid):
        return [Wrong(error.field, said(str(error)))]
    return wrong_in(error, CALLED)


def _place() -> Space:
    place = here().space
    assert place is not None
    return place
