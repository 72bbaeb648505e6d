"""What is written together and what is saved: opening the one from the other, and keeping them in step.

Words are saved as they always are, by `revise_clause`: history, sources, hashes and moderation have one way.
"""

from datetime import datetime

from pydantic import ValidationError
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from deliberation.drafting.clauses import Clause, ClauseText, Standing, standing_of, words_hash
from deliberation.drafting.live.document import Document, Written
from deliberation.drafting.live.keeping import (
    Change,
    Stored,
    add_changes,
    begin_from,
    held_text,
    stored_text,
    tell,
)
from deliberation.drafting.live.tables import LiveText
from deliberation.drafting.proposals import Proposal


async def open_text(session: AsyncSession, clause_id: int, *, now: datetime) -> Stored:
    """The shared text of a clause, begun from its saved words where there is none yet."""
    standing, language = await saved_words(session, clause_id)
    make = insert_sqlite if session.get_bind().dialect.name == "sqlite" else insert_postgresql
    made = await session.exec(
        make(LiveText)
        .values(
            clause_id=clause_id, generation=1, last=0, base=standing.hash, language=language, begun_at=now
        )
        .on_conflict_do_nothing(index_elements=["clause_id"])
    )
    there = await held_text(session, clause_id)
    assert there is not None
    if made.rowcount:
        await begin_from(session, there, fresh(standing), now=now)
    else:
        await _follow(session, there, standing, language, now)
    return await stored_text(session, clause_id)


async def follow_saved(session: AsyncSession, clause_id: int, *, now: datetime) -> None:
    """Bring a shared text up to what was saved in another way, unless something unsaved stands in it.

    Then whoever saves it is shown both texts.
    """
    standing, language = await saved_words(session, clause_id)
    there = await held_text(session, clause_id)
    if there is not None:
        await _follow(session, there, standing, language, now)


async def is_behind(session: AsyncSession, clause_id: int) -> bool:
    """Whether other words were saved since the shared text was last brought up to them."""
    standing, _ = await saved_words(session, clause_id)
    there = await session.get(LiveText, clause_id, populate_existing=True)
    return there is not None and there.base != standing.hash


async def settle(
    session: AsyncSession, clause_id: int, generation: int, *, was: Written | None, now: datetime
) -> None:
    """Note that what stands in a clause was saved out of its shared text, as it was in that `generation`.

    `was` is what it said then, where other words were saved than those: they are put into it, unless others
    have gone on writing; then it keeps what it had, and whoever saves next is shown both.
    """
    standing, language = await saved_words(session, clause_id)
    there = await held_text(session, clause_id)
    if there is None or there.generation != generation or standing.hash == there.base:
        return
    if was is not None:
        document = Document((await stored_text(session, clause_id)).parts)
        if not says(document.written, standing):
            if as_saved(document.written, language) != as_saved(was, language):
                return
            await _put(session, there, document, standing, now)
    there.base, there.language = standing.hash, language
    await session.flush()


async def unsaved_clauses(session: AsyncSession, proposal_id: int | None) -> list[int]:
    """The numbers of the clauses of a draft in which something was typed and not put into it."""
    query = (
        select(Clause.number, LiveText.clause_id)
        .join(LiveText, col(LiveText.clause_id) == Clause.id)
        .where(Clause.proposal_id == proposal_id, col(Clause.taken_out_at).is_(None))
        .order_by(col(Clause.position))
    )
    return [
        number for number, clause_id in await session.exec(query) if await _has_unsaved(session, clause_id)
    ]


async def _has_unsaved(session: AsyncSession, clause_id: int) -> bool:
    stored = await stored_text(session, clause_id)
    return as_saved(Document(stored.parts).written, stored.language) != stored.base


def says(written: Written, standing: Standing) -> bool:
    """Whether a shared text says what is saved."""
    words = standing.words
    if words is None:
        return not (written.heading + written.text).strip()
    return as_saved(written, words.language) == standing.hash


async def _follow(
    session: AsyncSession, there: LiveText, standing: Standing, language: str, now: datetime
) -> None:
    if there.base == standing.hash:
        return
    document = Document((await stored_text(session, there.clause_id)).parts)
    if not says(document.written, standing):
        if as_saved(document.written, there.language) != there.base:
            return
        await _put(session, there, document, standing, now)
    there.base, there.language = standing.hash, language
    await session.flush()
    await tell(session, there.clause_id)


async def _put(
    session: AsyncSession, there: LiveText, document: Document, standing: Standing, now: datetime
) -> None:
    await add_changes(session, there, [Change(None, "", document.put(_words(standing)))], now=now)


async def saved_words(session: AsyncSession, clause_id: int) -> tuple[Standing, str]:
    """What a clause says, and in which language that is, or would be."""
    clause = await session.get(Clause, clause_id)
    assert clause is not None
    standing = await standing_of(session, clause)
    if standing.words is not None:
        return standing, standing.words.language
    proposal = await session.get(Proposal, clause.proposal_id)
    assert proposal is not None
    return standing, proposal.language


def as_saved(written: Written, language: str) -> str:
    """The hash that these words would be saved under; empty for none, or for too many."""
    try:
        text = ClauseText(heading=written.heading, text=written.text, language=language)
    except ValidationError:
        return "" if not (written.heading + written.text).strip() else "too long"
    return words_hash(text.heading, text.text, text.language)


def fresh(standing: Standing) -> bytes:
    document = Document()
    document.put(_words(standing))
    return document.whole


def _words(standing: Standing) -> Written:
    words = standing.words
    return Written(words.heading, words.text) if words is not None else Written("", "")
