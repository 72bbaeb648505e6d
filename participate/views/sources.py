"""Where a clause comes from: the whole chain on one page, and the ways to add to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from pydantic import ValidationError
from quart import Blueprint, Response, redirect, render_template, request, url_for
from quart.typing import ResponseReturnValue

from charters.actions import Action
from charters.enforcement import Refusal
from charters.states import StatementState
from charters.wording import Words
from deliberation.drafting.clauses import Clause, Revision, Source, clause_numbered, revisions_of, standing_of
from deliberation.drafting.comments import Comment
from deliberation.drafting.evidence_faults import evidence_faults
from deliberation.drafting.proposals import Proposal
from deliberation.drafting.sources import (
    MOST_BYTES,
    Evidence,
    EvidenceText,
    File,
    add_evidence,
    evidence_for,
    evidence_in,
    link_comment,
    link_statement,
    linkable,
    sources_of,
    unlink,
)
from deliberation.drafting.versions import Sealed, versions_of
from deliberation.errors import Invalid, NotFound
from deliberation.opinion.statements import Statement
from deliberation.spaces.consultations import Consultation, consultation_with_id
from deliberation.spaces.spaces import Space
from participate.access import permits
from participate.current import database, now
from participate.drafts import ClauseCard, clause_card, written_by
from participate.files_sent import ACCEPT, file_sent
from participate.forms import Wrong, day_typed, typed, wrong_in
from participate.languages import gettext, said
from participate.results.published import newest_shown
from participate.suggested import SuggestionShown, shown_on
from participate.views.beginning import speaking
from participate.views.clauses import arrived, place_here
from participate.views.proposals import why_not

pages = Blueprint("sources", __name__, url_prefix="/spaces/<space>/proposals/<int:proposal>")

CALLED: Mapping[str, Words] = {
    "title": Words("the title"),
    "publisher": Words("who published it"),
    "published_on": Words("the day"),
    "address": Words("the address"),
}
DONE: Mapping[str, Words] = {
    "linked": Words("The source is linked to the clause."),
    "added": Words("The evidence is added to the clause."),
    "removed": Words("The source is taken away. The record says so."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementSource:
    """A statement that the clause comes from, where it was voted on, and what people say to it."""

    source: Source
    statement: Statement
    consultation: Consultation
    stands: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainPage:
    """All that stands behind a clause. `found` are statements that can be linked, for the words `wanted`."""

    space: Space
    proposal: Proposal
    clause: Clause
    card: ClauseCard
    statements: Sequence[StatementSource]
    comments: Sequence[tuple[Source, Comment, str]]
    suggestions: Sequence[SuggestionShown]
    evidence: Sequence[Evidence]
    revisions: Sequence[tuple[Revision, str]]
    versions: Sequence[Sealed]
    refusal: Refusal | None
    wanted: str
    found: Sequence[tuple[Statement, Consultation]]
    typed: Mapping[str, str]
    done: str
    wrong: Sequence[Wrong] = ()
    accept: str = ACCEPT
    most: int = MOST_BYTES // 1000


@pages.get("/clauses/<int:clause>/sources")
@permits(Action.READ_PAGE)
async def show(space: str, proposal: int, clause: int) -> ResponseReturnValue:
    """The whole chain of a clause."""
    return await _page(clause)


@pages.post("/clauses/<int:clause>/sources/add")
@permits(Action.WRITE_CLAUSE, in_verb=True)
async def add(space: str, proposal: int, clause: int) -> ResponseReturnValue:
    """Link a statement or a comment."""
    stand, asking = await arrived(space, proposal)
    place, _ = place_here()
    async with database().transaction() as session:
        speaker = await speaking(session, place, stand.account_id)
        comment, statement = await _number("comment"), await _number("statement")
        verb, what = (link_comment, comment) if comment else (link_statement, statement)
        await verb(session, place, proposal, clause, what, speaker=speaker, asking=asking, now=now())
    return _back(space, proposal, clause, "linked")


@pages.post("/clauses/<int:clause>/sources/remove")
@permits(Action.WRITE_CLAUSE, in_verb=True)
async def remove(space: str, proposal: int, clause: int) -> ResponseReturnValue:
    """Take a source away."""
    stand, asking = await arrived(space, proposal)
    place, _ = place_here()
    async with database().transaction() as session:
        await unlink(
            session,
            place,
            proposal,
            clause,
            source_id=await _number("source"),
            evidence_id=await _number("evidence"),
            speaker=await speaking(session, place, stand.account_id),
            asking=asking,
            now=now(),
        )
    return _back(space, proposal, clause, "removed")


@pages.post("/clauses/<int:clause>/evidence")
@permits(Action.WRITE_CLAUSE, in_verb=True)
async def evidence(space: str, proposal: int, clause: int) -> ResponseReturnValue:
    """Add evidence: an address elsewhere, or a small file."""
    stand, asking = await arrived(space, proposal)
    place, _ = place_here()
    given = {name: await typed(name) for name in CALLED}
    text, file, wrong = await _evidence_typed(given)
    if text is None or wrong:
        return await _page(clause, given, wrong), 422
    try:
        async with database().transaction() as session:
            speaker = await speaking(session, place, stand.account_id)
            await add_evidence(
                session, place, proposal, clause, text, file, speaker=speaker, asking=asking, now=now()
            )
    except Invalid as error:
        return await _page(clause, given, [Wrong(error.field, said(str(error)))]), 422
    return _back(space, proposal, clause, "added")


@pages.get("/evidence/<int:evidence>/file")
@permits(Action.READ_PAGE)
async def file(space: str, proposal: int, evidence: int) -> ResponseReturnValue:
    """A file, to be saved and never shown as a page of ours."""
    _, found = place_here()
    async with database().reading() as session:
        one = await evidence_in(session, found, evidence)
    if one.content is None:
        raise NotFound(Words("There is no such file."))
    response = Response(one.content, content_type=one.media_type)
    response.headers.set("Content-Disposition", "attachment", filename=one.file_name)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


async def _evidence_typed(given: Mapping[str, str]) -> tuple[EvidenceText | None, File | None, list[Wrong]]:
    """The evidence and its file, or all that is wrong with them, in the order of the form."""
    text, file, day, faults = None, None, None, dict[str, str]()
    try:
        file = await file_sent()
    except Invalid as error:
        faults["file"] = said(str(error))
    try:
        day = day_typed(given["published_on"])
    except ValueError as error:
        faults["published_on"] = said(str(error))
    try:
        text = EvidenceText.model_validate({**given, "published_on": day or date.min})
    except ValidationError as error:
        faults |= {one.field: one.message for one in wrong_in(error, CALLED)}
    filed = file is not None or "file" in faults
    others = evidence_faults(
        title=given["title"],
        publisher=given["publisher"],
        published_on=day,
        address=given["address"],
        filed=filed,
        now=now(),
    )
    faults = {name: said(fault) for name, fault in others.items()} | faults
    return text, file, [Wrong(name, faults[name]) for name in (*CALLED, "file") if name in faults]


def _back(space: str, proposal: int, clause: int, done: str) -> ResponseReturnValue:
    return redirect(url_for("sources.show", space=space, proposal=proposal, clause=clause, said=done), 303)


async def _number(name: str) -> int:
    text = await typed(name)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


async def _page(number: int, given: Mapping[str, str] | None = None, wrong: Sequence[Wrong] = ()) -> str:
    place, proposal = place_here()
    wanted, done = request.args.get("words", "").strip()[:100], DONE.get(request.args.get("said", ""))
    refusal = why_not(Action.WRITE_CLAUSE)
    async with database().reading() as session:
        clause = await clause_numbered(session, proposal, number)
        named = await sources_of(session, clause)
        statements = []
        for source, one in named:
            if isinstance(one, Statement):
                _, held = await consultation_with_id(session, one.consultation_id)
                shown = await newest_shown(session, one.consultation_id)
                statements.append(
                    StatementSource(
                        source=source,
                        statement=one,
                        consultation=held,
                        stands=shown.answered(one.number).about
                        if shown is not None and one.number in shown.result.said
                        else gettext("not in a result yet"),
                    )
                )
        history = await revisions_of(session, clause)
        page = ChainPage(
            space=place,
            proposal=proposal,
            clause=clause,
            card=clause_card(await standing_of(session, clause), proposal),
            statements=statements,
            comments=[(source, one, written_by(one)) for source, one in named if isinstance(one, Comment)],
            suggestions=[
                one
                for one in (await shown_on(session, proposal)).get(clause.id or 0, [])
                if one.one.suggestion.state == "accepted"
            ],
            evidence=await evidence_for(session, [clause.id or 0]),
            revisions=[
                (revision, written_by(words))
                for revision, words in history
                if words.state is StatementState.PUBLISHED
            ],
            versions=[
                one
                for one in await versions_of(session, proposal)
                if any(sealed.number == number for sealed in one.clauses)
            ],
            refusal=refusal,
            wanted=wanted,
            found=await linkable(session, place.id or 0, wanted) if wanted and refusal is None else [],
            typed={**dict.fromkeys(CALLED, ""), **(given or {})},
            done=said(done) if done is not None else "",
            wrong=wrong,
        )
    return await render_template("sources/chain.html", page=page)
