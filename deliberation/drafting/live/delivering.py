"""Updates from those who write: access looked at once more for each, stored, and only then acknowledged."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto, unique

from sqlmodel import col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from charters.enforcement import Facts
from charters.states import ProposalState
from deliberation.drafting.clauses import Clause
from deliberation.drafting.co_authoring import acted, joined
from deliberation.drafting.commenting import Speaker
from deliberation.drafting.live.keeping import Change, add_changes, held_text
from deliberation.drafting.proposals import CoAuthor, Proposal
from deliberation.people.memberships import Membership, serves_at
from deliberation.people.participants import Participant
from deliberation.people.sessions import session_now
from deliberation.spaces.spaces import Space

Pulse = tuple[object, ...]
"""What somebody's right to write hangs on. While it is the same, what the rules said of them holds."""


@unique
class Came(Enum):
    """What became of an update."""

    STORED = auto()
    ASK_AGAIN = auto()
    """Something has changed that the rules must be asked about first."""
    ANEW = auto()
    """The text was begun anew: the update is of one that is no more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """The clause that is written in, and where it is."""

    space_id: int
    proposal_id: int
    clause_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Writer:
    """Somebody who writes by a connection: who they are, and what the rules were told about them."""

    connection: str
    session_hash: str
    speaker: Speaker
    asking: Facts
    pulse: Pulse


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Updates of a clause that came while the ones before were being stored, in their order."""

    room: Room
    generation: int
    updates: Sequence[tuple[Writer, bytes]]
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """What became of each update, and the number of the last one before them and of the last of them."""

    came: Sequence[Came]
    before: int = 0
    last: int = 0


async def deliver(session: AsyncSession, batch: Batch) -> Delivered:
    """Store the updates of all who still may write."""
    pulses = await pulses_of(session, batch.room, [one.session_hash for one, _ in batch.updates], batch.now)
    allowed = [one.pulse == pulses.get(one.session_hash) for one, _ in batch.updates]
    writers = {one.speaker.key: one for (one, _), may in zip(batch.updates, allowed, strict=True) if may}
    if not writers:
        return Delivered(came=[Came.ASK_AGAIN for _ in allowed])
    authors = await _authors(session, batch.room, writers, batch.now)
    there = await held_text(session, batch.room.clause_id)
    if there is None or there.generation != batch.generation:
        return Delivered(came=[Came.ANEW if may else Came.ASK_AGAIN for may in allowed])
    before = there.last
    changes = [
        Change(authors[one.speaker.key], one.connection, content)
        for (one, content), may in zip(batch.updates, allowed, strict=True)
        if may
    ]
    last = await add_changes(session, there, changes, now=batch.now)
    came = [Came.STORED if may else Came.ASK_AGAIN for may in allowed]
    return Delivered(came=came, before=before, last=last)


async def pulses_of(
    session: AsyncSession, room: Room, session_hashes: Sequence[str], now: datetime
) -> Mapping[str, Pulse]:
    """The pulse of each of these sessions; none for one that has ended, or where nobody may write."""
    place = await _place(session, room)
    if place is None:
        return {}
    accounts = {
        one: there.account_id
        for one in set(session_hashes)
        if (there := await session_now(session, one, now=now)) is not None
    }
    return await _pulses(session, room, accounts, place, now)


async def _pulses(
    session: AsyncSession, room: Room, accounts: Mapping[str, int], place: Pulse, now: datetime
) -> Mapping[str, Pulse]:
    parts: dict[int, list[object]] = {account: [] for account in accounts.values()}
    query = (
        select(Membership)
        .where(Membership.space_id == room.space_id, col(Membership.account_id).in_(parts), serves_at(now))
        .order_by(col(Membership.id))
    )
    for one in await session.exec(query):
        parts[one.account_id].append((one.role, one.since, one.until, one.organisation_id, one.name))
    return {token: (*place, account, *parts[account]) for token, account in accounts.items()}


async def _place(session: AsyncSession, room: Room) -> Pulse | None:
    query = (
        select(Space.standing, Space.policy, Proposal.state)
        .join(Proposal, col(Proposal.space_id) == Space.id)
        .join(Clause, col(Clause.proposal_id) == Proposal.id)
        .where(Clause.id == room.clause_id, col(Clause.taken_out_at).is_(None))
        .where(or_(Proposal.state == ProposalState.DRAFTING, Proposal.state == ProposalState.OPEN))
    )
    found = (await session.exec(query.execution_options(populate_existing=True))).first()
    return tuple(found) if found is not None else None


async def _authors(
    session: AsyncSession, room: Room, writers: Mapping[str, Writer], now: datetime
) -> Mapping[str, int]:
    """The participant of each pseudonym. Who writes here for the first time is named as a co-author."""
    query = (
        select(Participant.key, Participant.id)
        .where(Participant.space_id == room.space_id, col(Participant.key).in_(writers))
        .order_by(col(Participant.id))
        .with_for_update(read=True, key_share=True)
    )
    known = {key: number for key, number in await session.exec(query) if number is not None}
    written = await _who_wrote(session, room, known)
    for key, writer in writers.items():
        if key not in written:
            proposal = await session.get(Proposal, room.proposal_id)
            assert proposal is not None
            known[key] = await joined(session, proposal, writer.speaker, writer.asking, now)
            await acted(session, proposal, writer.asking, now)
    return known


async def _who_wrote(session: AsyncSession, room: Room, known: Mapping[str, int]) -> set[str]:
    """Those who are named among the proposal's writers already."""
    query = select(CoAuthor.author_id).where(
        CoAuthor.proposal_id == room.proposal_id, col(CoAuthor.author_id).in_(known.values())
    )
    there = set((await session.exec(query)).all())
    return {key for key, number in known.items() if number in there}
