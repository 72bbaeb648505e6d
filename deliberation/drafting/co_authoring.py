"""Those who write a proposal: named when they first act in it, in the role and for the side they act for."""

from datetime import datetime

from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlmodel.ext.asyncio.session import AsyncSession

from charters.enforcement import Facts
from charters.states import Role
from deliberation.columns import table_of
from deliberation.drafting.commenting import Speaker
from deliberation.drafting.proposals import CoAuthor, Proposal
from deliberation.people.participants import join_on
from deliberation.publishing.record import Did, enter
from deliberation.spaces.activity import note_act
from deliberation.spaces.putting import role_of


async def joined(
    session: AsyncSession, proposal: Proposal, speaker: Speaker, asking: Facts, now: datetime
) -> int:
    """Make who writes a co-author, and give their participant's id. Support taken back stays so."""
    author, _ = await session.run_sync(
        lambda plain: join_on(plain.connection(), proposal.space_id, speaker.key, now, asking.attestation)
    )
    body = asking.belonging.body if asking.belonging is not None else None
    await credit(session, proposal, author, speaker.name, role_acting(asking), body, now)
    return author


async def credit(
    session: AsyncSession,
    proposal: Proposal,
    author: int,
    name: str,
    role: Role,
    body: str | None,
    now: datetime,
) -> None:
    """Name somebody among those who write a proposal, once."""
    insert = insert_sqlite if session.get_bind().dialect.name == "sqlite" else insert_postgresql
    made = insert(table_of(CoAuthor)).values(
        proposal_id=proposal.id, author_id=author, name=name, role=role, body=body, since=now
    )
    await session.exec(made.on_conflict_do_nothing(index_elements=["proposal_id", "author_id"]))


async def acted(session: AsyncSession, proposal: Proposal, asking: Facts, now: datetime) -> Proposal:
    """Note that a side has done something: that keeps the space awake."""
    if asking.side is not None:
        await note_act(session, proposal.space_id, asking.side, now=now)
    await session.flush()
    return proposal


def entered(
    session: AsyncSession,
    did: Did,
    proposal: Proposal,
    asking: Facts,
    now: datetime,
    words: str,
    clause_id: int | None = None,
) -> None:
    """Enter what was done to a proposal or to one of its clauses, by which role."""
    consultation = proposal.consultation_id
    role = role_acting(asking)
    enter(
        session,
        did,
        space_id=proposal.space_id,
        consultation_id=consultation,
        proposal_id=proposal.id,
        clause_id=clause_id,
        words=words,
        role=role,
        now=now,
    )


def role_acting(asking: Facts) -> Role:
    """The role in which somebody writes."""
    return Role.ADVISER if asking.side is None else role_of(asking.side)
