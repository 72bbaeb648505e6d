"""Beginning a shared text anew, without its past: what was removed stands nowhere in it any more."""

from datetime import datetime

from sqlmodel import col, delete, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from charters.states import ProposalState
from deliberation.drafting.clauses import Clause
from deliberation.drafting.comments import Comment, Discussion, Form
from deliberation.drafting.live.document import Document
from deliberation.drafting.live.keeping import begin_from, held_text, stored_text, tell
from deliberation.drafting.live.saving import as_saved, fresh, saved_words
from deliberation.drafting.live.tables import ClauseSnapshot, ClauseUpdate, LiveText
from deliberation.drafting.proposals import CoAuthor, Proposal

LARGE = 64 * 1024
"""Bytes of a text of 2,000 letters: its many changes weigh more than its words."""


async def purge(session: AsyncSession, clause_id: int, *, now: datetime) -> bool:
    """Begin the shared text anew from the saved words, without its past; False where there was none.

    What was typed since and not saved goes with it. Whoever has it open is given the new one.
    """
    there = await held_text(session, clause_id)
    if there is None:
        return False
    standing, language = await saved_words(session, clause_id)
    there.generation, there.begun_at = there.generation + 1, now
    there.base, there.language, there.last = standing.hash, language, there.last + 1
    await begin_from(session, there, fresh(standing), now=now)
    await tell(session, clause_id)
    return True


async def renew(session: AsyncSession, clause_id: int, *, now: datetime) -> None:
    """Begin a shared text anew that much writing has made large: with what it says, and nothing else."""
    there = await held_text(session, clause_id)
    if there is None:
        return
    document = Document((await stored_text(session, clause_id)).parts)
    if len(document.whole) < LARGE:
        return
    new = Document()
    new.put(document.written)
    there.generation, there.last = there.generation + 1, there.last + 1
    await begin_from(session, there, new.whole, now=now)
    await tell(session, clause_id)


async def purge_live_text_of(session: AsyncSession, comment: Comment, *, now: datetime) -> None:
    """Where the words of a clause were removed, purge what was written together in it."""
    if comment.form is Form.REVISION:
        await session.flush()
        query = select(Discussion.clause_id).where(Discussion.id == comment.discussion_id)
        clause_id = (await session.exec(query)).one()
        assert clause_id is not None
        await purge(session, clause_id, now=now)


async def purge_what_they_typed(session: AsyncSession, person: int, *, now: datetime) -> None:
    """Purge every shared text that a participant typed in, or may have where it was made one since."""
    typed = select(ClauseUpdate.clause_id).where(ClauseUpdate.author_id == person)
    theirs = (
        select(Clause.id)
        .join(CoAuthor, col(CoAuthor.proposal_id) == Clause.proposal_id)
        .where(CoAuthor.author_id == person)
    )
    query = select(LiveText.clause_id).where(
        or_(col(LiveText.clause_id).in_(typed), col(LiveText.clause_id).in_(theirs))
    )
    for clause_id in sorted((await session.exec(query)).all()):
        stored = await stored_text(session, clause_id)
        unsaved = as_saved(Document(stored.parts).written, stored.language) != stored.base
        mine = typed.where(ClauseUpdate.clause_id == clause_id).limit(1)
        if unsaved or (await session.exec(mine)).first() is not None:
            await purge(session, clause_id, now=now)


async def forget_finished(session: AsyncSession) -> None:
    """Delete the shared texts of proposals that are agreed or withdrawn: nobody writes in them any more."""
    query = (
        select(LiveText.clause_id)
        .join(Clause, col(Clause.id) == LiveText.clause_id)
        .join(Proposal, col(Proposal.id) == Clause.proposal_id)
        .where(col(Proposal.state).not_in([ProposalState.DRAFTING, ProposalState.OPEN]))
    )
    finished = (await session.exec(query)).all()
    for table in (ClauseUpdate, ClauseSnapshot, LiveText):
        await session.exec(delete(table).where(col(table.clause_id).in_(finished)))
