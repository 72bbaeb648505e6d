"""Letting go of what somebody wrote with others: their words where these were theirs, their name everywhere.

What stands in a clause is common to both sides and stays; so does what a side or a body has promised or
answered. Who wrote it is forgotten.
"""

from datetime import datetime

from sqlmodel import col, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from charters.states import StatementState
from deliberation.drafting.clauses import Source
from deliberation.drafting.commenting import take_comment_back, without_words
from deliberation.drafting.comments import OWN_FORMS, Comment
from deliberation.drafting.live.purging import purge_what_they_typed
from deliberation.drafting.proposals import CoAuthor
from deliberation.opinion.appeals import CommentRemoval


async def let_go_of_comments(session: AsyncSession, space_id: int, person: int, now: datetime) -> None:
    """Their words go, whoever replied to them; that there was a comment, and what others said, stays."""
    written = select(Comment).where(Comment.author_id == person).order_by(col(Comment.id)).with_for_update()
    for comment in (await session.exec(written)).all():
        mine = col(CommentRemoval.comment_id) == comment.id
        await session.exec(update(CommentRemoval).where(mine).values(words=""))
        comment.author_id, comment.name, comment.removed_note = None, "", ""
        if comment.state is StatementState.REMOVED:
            without_words(comment)
        elif comment.form in OWN_FORMS or comment.state is StatementState.PENDING:
            await take_comment_back(session, space_id, comment, now=now)
    await session.flush()


async def let_go_of_drafts(session: AsyncSession, person: int, now: datetime) -> None:
    """Nobody is named any more as who wrote a proposal or linked a source; the proposal stays.

    What they typed with others and nobody has saved goes.
    """
    await purge_what_they_typed(session, person, now=now)
    await session.exec(
        update(CoAuthor).where(col(CoAuthor.author_id) == person).values(author_id=None, name="")
    )
    await session.exec(update(Source).where(col(Source.added_by) == person).values(added_by=None))
