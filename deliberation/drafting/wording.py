"""The rows behind the words of a clause: revisions, suggestions, and the place where it is spoken of."""

from datetime import datetime

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from charters.enforcement import Facts, first_state
from charters.terms import Policy
from deliberation.drafting.clauses import (
    Clause,
    ClauseText,
    Revision,
    revisions_of,
    standing_of,
    words_hash,
)
from deliberation.drafting.co_authoring import role_acting
from deliberation.drafting.commenting import Speaker
from deliberation.drafting.comments import Comment, Discussion, Form
from deliberation.drafting.proposals import Proposal
from deliberation.opinion.cautions import cautions_in
from deliberation.spaces.charters import given_under


async def new_clause(session: AsyncSession, proposal: Proposal, number: int, position: int) -> Clause:
    """A clause without words, and the place where it is spoken of."""
    clause = Clause(proposal_id=proposal.id or 0, number=number, position=position)
    session.add(clause)
    await session.flush()
    session.add(Discussion(space_id=proposal.space_id, clause_id=clause.id))
    await session.flush()
    return clause


async def write_revision(
    session: AsyncSession,
    proposal: Proposal,
    clause: Clause,
    text: ClauseText,
    author: int | None,
    speaker: Speaker,
    policy: Policy,
    asking: Facts,
    now: datetime,
    *,
    suggestion_id: int | None = None,
) -> Revision:
    """Store what a clause says from now on. Whoever calls holds the proposal and has asked the rules.

    With `suggestion_id` the words are those of that suggestion, and so is their author.
    """
    assert clause.id is not None
    so_far = await revisions_of(session, clause)
    words = await words_row(session, clause, Form.REVISION, text, author, speaker, policy, asking, now)
    session.add(words)
    await session.flush()
    assert words.id is not None
    revision = Revision(
        comment_id=words.id,
        clause_id=clause.id,
        number=len(so_far) + 1,
        hash=words_hash(text.heading, text.text, text.language),
        suggestion_id=suggestion_id,
    )
    session.add(revision)
    await session.flush()
    return revision


async def words_row(
    session: AsyncSession,
    clause: Clause,
    form: Form,
    text: ClauseText,
    author: int | None,
    speaker: Speaker,
    policy: Policy,
    asking: Facts,
    now: datetime,
    *,
    why: str = "",
) -> Comment:
    """Words for a clause as a row that is not stored yet; with a private number in them they wait."""
    cautious = bool(cautions_in(f"{text.heading}\n{text.text}\n{why}").spans)
    discussion = select(Discussion.id).where(Discussion.clause_id == clause.id)
    return Comment(
        discussion_id=(await session.exec(discussion)).one() or 0,
        form=form,
        text_hash=(await standing_of(session, clause)).hash,
        heading=text.heading,
        why=why,
        text=text.text,
        language=text.language,
        author_id=author,
        name=speaker.name,
        role=role_acting(asking),
        body=asking.belonging.body if asking.belonging is not None else None,
        state=first_state(policy, cautious=cautious),
        policy=given_under(policy),
        created_at=now,
    )
