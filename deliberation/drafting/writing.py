"""Writing a proposal together: adding, changing, moving and taking out its clauses.

Every act holds the proposal's row, so that of two simultaneous ones the later sees what the first has done.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlmodel import func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from charters.actions import Action
from charters.enforcement import Facts, first_state
from charters.states import Role
from charters.terms import Policy
from charters.wording import Words
from deliberation.columns import table_of
from deliberation.drafting.clauses import (
    Clause,
    ClauseText,
    Revision,
    Standing,
    clause_numbered,
    revisions_of,
    standing_clauses,
    standing_of,
    words_hash,
)
from deliberation.drafting.commenting import Speaker
from deliberation.drafting.comments import Comment, Discussion, Form
from deliberation.drafting.proposals import (
    CoAuthor,
    Proposal,
    held_proposal,
)
from deliberation.errors import EditConflict, Invalid
from deliberation.opinion.cautions import cautions_in
from deliberation.people.participants import join_on
from deliberation.publishing.record import Did, enter
from deliberation.spaces.activity import note_act
from deliberation.spaces.charters import given_under
from deliberation.spaces.putting import role_of
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
    entered(session, Did.CLAUSE_TAKEN_OUT, proposal, asking, now, _named(proposal, clause))
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
    entered(session, Did.CLAUSE_PUT_BACK, proposal, asking, now, _named(proposal, clause))
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
    cautious = bool(cautions_in(f"{text.heading}\n{text.text}").spans)
    discussion = select(Discussion.id).where(Discussion.clause_id == clause.id)
    words = Comment(
        discussion_id=(await session.exec(discussion)).one() or 0,
        form=Form.REVISION,
        text_hash=(await standing_of(session, clause)).hash,
        heading=text.heading,
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


async def new_clause(session: AsyncSession, proposal: Proposal, number: int, position: int) -> Clause:
    """A clause without words, and the place where it is spoken of."""
    clause = Clause(proposal_id=proposal.id or 0, number=number, position=position)
    session.add(clause)
    await session.flush()
    session.add(Discussion(space_id=proposal.space_id, clause_id=clause.id))
    await session.flush()
    return clause


async def joined(
    session: AsyncSession, proposal: Proposal, speaker: Speaker, asking: Facts, now: datetime
) -> int:
    """Make who writes a co-author, and give their participant's id. Support taken back stays so."""
    author, _ = await session.run_sync(
        lambda plain: join_on(plain.connection(), proposal.space_id, speaker.key, now, asking.attestation)
    )
    insert = insert_sqlite if session.get_bind().dialect.name == "sqlite" else insert_postgresql
    made = insert(table_of(CoAuthor)).values(
        proposal_id=proposal.id,
        author_id=author,
        name=speaker.name,
        role=role_acting(asking),
        body=asking.belonging.body if asking.belonging is not None else None,
        since=now,
    )
    await session.exec(made.on_conflict_do_nothing(index_elements=["proposal_id", "author_id"]))
    return author


async def acted(session: AsyncSession, proposal: Proposal, asking: Facts, now: datetime) -> Proposal:
    """Note that a side has done something: that keeps the space awake."""
    if asking.side is not None:
        await note_act(session, proposal.space_id, asking.side, now=now)
    await session.flush()
    return proposal


def entered(
    session: AsyncSession, did: Did, proposal: Proposal, asking: Facts, now: datetime, words: str
) -> None:
    """Enter what was done to a proposal, by which role."""
    consultation = proposal.consultation_id
    role = role_acting(asking)
    enter(
        session,
        did,
        space_id=proposal.space_id,
        consultation_id=consultation,
        words=words,
        role=role,
        now=now,
    )


def role_acting(asking: Facts) -> Role:
    """The role in which somebody writes."""
    return Role.ADVISER if asking.side is None else role_of(asking.side)


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
