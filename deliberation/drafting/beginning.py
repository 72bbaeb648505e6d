"""Beginning a proposal: empty, from a template, or from statements that people agree on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from charters.actions import Action
from charters.enforcement import Facts
from deliberation.drafting.clauses import ClauseText, Source
from deliberation.drafting.co_authoring import acted, entered, joined
from deliberation.drafting.commenting import Speaker
from deliberation.drafting.proposals import Proposal, ProposalText, next_number
from deliberation.drafting.unread import refuse_pointing
from deliberation.drafting.wording import new_clause, write_revision
from deliberation.drafting.writing import refuse_too_many
from deliberation.publishing.record import Did
from deliberation.spaces.spaces import Space
from deliberation.spaces.standing import require_in_space


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A clause with which a proposal begins, and the statement that it comes from, if any."""

    text: ClauseText
    statement_id: int | None = None


async def begin_proposal(
    session: AsyncSession,
    space: Space,
    text: ProposalText,
    clauses: Sequence[Planned] = (),
    *,
    speaker: Speaker,
    consultation_id: int | None = None,
    asking: Facts,
    now: datetime,
) -> Proposal:
    """Begin a proposal, with the clauses that were planned for it. Raises Refused, Invalid for too many."""
    # Whoever begins another at the same moment waits here, and gets the next number.
    await session.exec(select(Space.id).where(Space.id == space.id).with_for_update())
    policy = await require_in_space(session, Action.BEGIN_PROPOSAL, space, asking, now)
    assert space.id is not None
    refuse_pointing("title", text.title)
    refuse_too_many(len(clauses))
    number = await next_number(session, space.id)
    proposal = Proposal(
        space_id=space.id,
        number=number,
        consultation_id=consultation_id,
        title=text.title,
        language=text.language,
        created_at=now,
    )
    session.add(proposal)
    await session.flush()
    author = await joined(session, proposal, speaker, asking, now)
    for at, planned in enumerate(clauses, start=1):
        clause = await new_clause(session, proposal, at, at)
        await write_revision(session, proposal, clause, planned.text, author, speaker, policy, asking, now)
        if planned.statement_id is not None:
            session.add(
                Source(
                    clause_id=clause.id or 0, statement_id=planned.statement_id, added_by=author, added_at=now
                )
            )
    entered(session, Did.PROPOSAL_BEGUN, proposal, asking, now, f"Proposal {number}.")
    return await acted(session, proposal, asking, now)
