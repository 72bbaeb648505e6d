"""Writing a proposal together: adding, changing, moving and taking out its clauses.

Every act holds the proposal's row, so that of two simultaneous ones the later sees what the first has done.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlmodel import func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from charters.actions import Action
from charters.enforcement import Facts
from charters.terms import Policy
from charters.wording import Words
from deliberation.drafting.clauses import (
    Clause,
    ClauseText,
    Revision,
    Standing,
    clause_numbered,
    standing_clauses,
    standing_of,
    words_hash,
)
from deliberation.drafting.co_authoring import acted, entered, joined
from deliberation.drafting.commenting import Speaker
from deliberation.drafting.proposals import (
    Proposal,
    held_proposal,
)
from deliberation.drafting.wording import new_clause, write_revision
from deliberation.errors import EditConflict, Invalid
from deliberation.publishing.record import Did
from deliberation.spaces.spaces import Space
from deliberation.spaces.standing import require_in_space

MOST_CLAUSES = 100
CHANGED = Words("Somebody else has changed this clause since you opened it. Nothing of yours is lost.")


class Clash(EditConflict):
    """A clause has changed since the form was made. `number` names the clause; both texts can be shown."""

    def __init__(self, number: int) -> None:
        super().__init__(CHANGED)
        self.number = number


async def add_clause(
    session: AsyncSession,
    space: Space,
    number: int,
    text: ClauseText,
    *,
    after: int = 0,
    speaker: Speaker,
    asking: Facts,
    now: datetime,
) -> Clause:
    """Add a clause behind the one with the number `after`; 0 adds it at the end.

    Raises Refused, NotFound, Invalid where the proposal has as many clauses as it may.
    """
    proposal, policy = await writing(session, space, number, asking, now)
    standing = await standing_clauses(session, proposal.id)
    refuse_too_many(len(standing) + 1)
    before = [one for one in standing if one.clause.number == after] if after else standing[-1:]
    place = before[0].clause.position + 1 if before else _last(standing) + 1
    for one in standing:
        if one.clause.position >= place:
            one.clause.position += 1
    newest = select(func.coalesce(func.max(Clause.number), 0)).where(Clause.proposal_id == proposal.id)
    clause = await new_clause(session, proposal, int((await session.exec(newest)).one()) + 1, place)
    author = await joined(session, proposal, speaker, asking, now)
    await write_revision(session, proposal, clause, text, author, speaker, policy, asking, now)
    entered(session, Did.CLAUSE_ADDED, proposal, asking, now, _named(proposal, clause), clause.id)
    await acted(session, proposal, asking, now)
    return clause


async def revise_clause(
    session: AsyncSession,
    space: Space,
    number: int,
    clause_number: int,
    text: ClauseText,
    *,
    shown: str,
    speaker: Speaker,
    asking: Facts,
    now: datetime,
) -> Revision | None:
    """Put other words into a clause. `shown` is the hash of those that the form was made from.

    Words that stand there already change nothing: None.
    Raises Refused, NotFound, Clash where the clause says something else by now or was taken out.
    """
    proposal, policy = await writing(session, space, number, asking, now)
    clause = await clause_numbered(session, proposal, clause_number)
    standing = await standing_of(session, clause)
    if clause.taken_out_at is not None:
        raise Clash(clause_number)
    if standing.revision is not None and standing.hash == words_hash(text.heading, text.text, text.language):
        return None
    if standing.hash != shown:
        raise Clash(clause_number)
    author = await joined(session, proposal, speaker, asking, now)
    revision = await write_revision(session, proposal, clause, text, author, speaker, policy, asking, now)
    if (await standing_of(session, clause)).hash == revision.hash:  # others can read it already
        entered(session, Did.CLAUSE_CHANGED, proposal, asking, now, _named(proposal, clause), clause.id)
    await acted(session, proposal, asking, now)
    return revision


async def move_clause(
    session: AsyncSession,
    space: Space,
    number: int,
    clause_number: int,
    *,
    up: bool,
    speaker: Speaker,
    asking: Facts,
    now: datetime,
) -> bool:
    """Let a clause change places with the one above it, or below. False where it is there already.

    Raises Refused, NotFound, Clash where it was taken out.
    """
    proposal, _ = await writing(session, space, number, asking, now)
    clause = await clause_numbered(session, proposal, clause_number)
    if clause.taken_out_at is not None:
        raise Clash(clause_number)
    order = [one.clause for one in await standing_clauses(session, proposal.id)]
    at = next(place for place, one in enumerate(order) if one.id == clause.id)
    other = at - 1 if up else at + 1
    if not 0 <= other < len(order):
        return False
    order[at].position, order[other].position = order[other].position, order[at].position
    await joined(session, proposal, speaker, asking, now)
    await acted(session, proposal, asking, now)
    return True


async def take_out_clause(
    session: AsyncSession,
    space: Space,
    number: int,
    clause_number: int,
    *,
    shown: str,
    speaker: Speaker,
    asking: Facts,
    now: datetime,
) -> Clause:
    """Take a clause out of the draft; its words and their history stay, and it can be put back.

    Raises Refused, NotFound, Clash where it says something else by now or is out already.
    """
    proposal, _ = await writing(session, space, number, asking, now)
    clause = await clause_numbered(session, proposal, clause_number)
    if clause.taken_out_at is not None or (await standing_of(session, clause)).hash != shown:
        raise Clash(clause_number)
    clause.taken_out_at = now
    await joined(session, proposal, speaker, asking, now)
    entered(session, Did.CLAUSE_TAKEN_OUT, proposal, asking, now, _named(proposal, clause), clause.id)
    await acted(session, proposal, asking, now)
    return clause


async def put_back_clause(
    session: AsyncSession,
    space: Space,
    number: int,
    clause_number: int,
    *,
    speaker: Speaker,
    asking: Facts,
    now: datetime,
) -> Clause:
    """Put a clause back that was taken out, at the end. Raises Refused, NotFound, Invalid for too many."""
    proposal, _ = await writing(session, space, number, asking, now)
    clause = await clause_numbered(session, proposal, clause_number)
    if clause.taken_out_at is None:
        return clause  # somebody else has just done it
    standing = await standing_clauses(session, proposal.id)
    refuse_too_many(len(standing) + 1)
    clause.taken_out_at, clause.position = None, _last(standing) + 1
    await joined(session, proposal, speaker, asking, now)
    entered(session, Did.CLAUSE_PUT_BACK, proposal, asking, now, _named(proposal, clause), clause.id)
    await acted(session, proposal, asking, now)
    return clause


async def writing(
    session: AsyncSession,
    space: Space,
    number: int,
    asking: Facts,
    now: datetime,
    action: Action = Action.WRITE_CLAUSE,
    **more: Any,
) -> tuple[Proposal, Policy]:
    """The proposal, held, where who asks may do this in it. Raises Refused, NotFound."""
    proposal = await held_proposal(session, space.id or 0, number)
    here = await session.get(Space, space.id, populate_existing=True)
    assert here is not None
    policy = await require_in_space(session, action, here, asking, now, proposal=proposal.state, **more)
    return proposal, policy


def _named(proposal: Proposal, clause: Clause) -> str:
    return f"Proposal {proposal.number}, clause {clause.number}."


def _last(standing: Sequence[Standing]) -> int:
    return max((one.clause.position for one in standing), default=0)


def refuse_too_many(count: int) -> None:
    """Raises Invalid for more clauses than a proposal may have."""
    if count > MOST_CLAUSES:
        raise Invalid(
            "text", Words("A proposal has at most %(most)s clauses. Take one out first.", most=MOST_CLAUSES)
        )
