"""Words about an agreed proposal: promises, what became of them, answers of bodies.

They are rows of `comment` with a form of their own, so that they are reported, removed by a rule, appealed,
sealed and erased as everything that people write.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from charters.enforcement import Facts, first_state
from charters.states import Role, StatementState
from charters.terms import Policy
from deliberation.drafting.co_authoring import role_acting
from deliberation.drafting.commenting import Speaker
from deliberation.drafting.comments import Comment, Discussion, Form
from deliberation.drafting.proposals import Proposal
from deliberation.drafting.versions import newest_version
from deliberation.people.participants import join_on
from deliberation.spaces.charters import given_under


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """What is said, in which form, and by whom."""

    form: Form
    words: str
    language: str
    speaker: Speaker


async def say(
    session: AsyncSession, proposal: Proposal, spoken: Spoken, policy: Policy, asking: Facts, now: datetime
) -> int:
    """Store the words and give their id. Whoever calls holds the proposal and has asked the rules."""
    author, _ = await session.run_sync(
        lambda plain: join_on(
            plain.connection(), proposal.space_id, spoken.speaker.key, now, asking.attestation
        )
    )
    row = await _row(session, proposal, spoken.form, spoken.words, spoken.language, now)
    row.author_id, row.name = author, spoken.speaker.name
    row.role = role_acting(asking)
    row.body = asking.belonging.body if asking.belonging is not None else None
    row.state, row.policy = first_state(policy, cautious=False), given_under(policy)
    return await _kept(session, row)


async def keep_earlier(
    session: AsyncSession,
    proposal: Proposal,
    form: Form,
    words: str,
    language: str,
    *,
    role: Role,
    body: str | None,
    at: datetime,
) -> int:
    """Give words of before they could be reported a row of their own; nobody knows their author."""
    row = await _row(session, proposal, form, words, language, at)
    row.role, row.body, row.state = role, body, StatementState.PUBLISHED
    return await _kept(session, row)


async def words_with(session: AsyncSession, ids: Collection[int | None]) -> dict[int | None, Comment]:
    """These words by their id, in every state."""
    query = select(Comment).where(col(Comment.id).in_([one for one in ids if one is not None]))
    found = (await session.exec(query.execution_options(populate_existing=True))).all()
    return {one.id: one for one in found}


async def _row(
    session: AsyncSession, proposal: Proposal, form: Form, words: str, language: str, at: datetime
) -> Comment:
    version = await newest_version(session, proposal.id)
    return Comment(
        discussion_id=await _discussion(session, proposal),
        form=form,
        text_hash=version.hash if version is not None else "",
        text=words,
        language=language,
        created_at=at,
    )


async def _kept(session: AsyncSession, row: Comment) -> int:
    session.add(row)
    await session.flush()
    assert row.id is not None
    return row.id


async def _discussion(session: AsyncSession, proposal: Proposal) -> int:
    """The id of the discussion about a proposal, begun where there is none."""
    insert = insert_sqlite if session.get_bind().dialect.name == "sqlite" else insert_postgresql
    made = insert(Discussion).values(space_id=proposal.space_id, proposal_id=proposal.id)
    await session.exec(made.on_conflict_do_nothing(index_elements=["proposal_id"]))
    found = (await session.exec(select(Discussion.id).where(Discussion.proposal_id == proposal.id))).one()
    assert found is not None
    return found
