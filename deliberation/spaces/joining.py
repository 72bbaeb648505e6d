"""Coming to a side of a space, saying what interests one has, and leaving it again.

Nobody stands on both sides. A row is used again by whoever comes back, from a new day on: what somebody was
on the other side before, or under which name, is not kept.
"""

from dataclasses import replace
from datetime import datetime

from pydantic import ConfigDict
from sqlmodel import Field, SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from charters.actions import Action
from charters.enforcement import Facts
from charters.facts import Joining
from charters.sides import SIDE_ROLES
from charters.states import InvitationState, Role, Side
from deliberation.errors import Invalid, NotFound
from deliberation.people.accounts import address_of
from deliberation.people.memberships import Membership, serves_at
from deliberation.people.organisations import Organisation, body_of_address
from deliberation.publishing.record import Did, enter
from deliberation.spaces.activity import note_act
from deliberation.spaces.answering import take_answers_back
from deliberation.spaces.side_invitations import side_invitation_with
from deliberation.spaces.spaces import Space
from deliberation.spaces.standing import belonging_of, require_in_space

LONGEST_NAME = 120


class Declaration(SQLModel):
    """What somebody says who joins: their interests, and the name they act under where it is public."""

    model_config = ConfigDict(str_strip_whitespace=True)  # type: ignore[assignment]

    interests: str = Field(default="", max_length=1_000, description="Empty: they have said nothing")
    name: str = Field(default="", max_length=LONGEST_NAME)


async def join_people(
    session: AsyncSession,
    space: Space,
    account_id: int,
    declared: Declaration,
    *,
    asking: Facts,
    now: datetime,
) -> None:
    """Come to the people's side. Raises Refused.

    The record says nothing of it: who reads it beside a count of votes would learn who voted how.
    """
    asking = await _where(session, space, account_id, asking)
    address = await address_of(session, account_id)
    joining = Joining(
        side=Side.PEOPLE,
        interests=bool(declared.interests),
        body_address=await body_of_address(session, address) is not None,
    )
    await require_in_space(session, Action.JOIN_SIDE, space, asking, now, joining=joining)
    await _belong(session, space, account_id, Role.MEMBER, declared.interests, now=now)
    await _note(session, space, Side.PEOPLE, asking, now)


async def accept_invitation(
    session: AsyncSession,
    space: Space,
    account_id: int,
    code: str,
    declared: Declaration,
    *,
    asking: Facts,
    now: datetime,
) -> Role:
    """Come in by a link, as a body's delegate or an adviser; says which.

    Raises Refused, Invalid, NotFound.
    """
    offered = await side_invitation_with(session, space, code, hold=True)
    if offered is None:
        raise NotFound("There is no such link of invitation. Check that it was copied whole.")
    invitation, organisation = offered.invitation, offered.organisation
    asking = await _where(session, space, account_id, asking)
    state = invitation.state_at(now)
    good = organisation is not None and state is InvitationState.USABLE
    joining = Joining(
        side=Side.BODY,
        interests=bool(declared.interests),
        invited_by=organisation.party if organisation is not None and good else None,
    )
    action = Action.JOIN_SIDE if invitation.role is Role.DELEGATE else Action.BECOME_ADVISER
    await require_in_space(session, action, space, asking, now, joining=joining, invitation=state)
    if len(declared.name) < 2:
        raise Invalid("name", "Write the name that you act under. Everybody can read it.")
    invitation.came += 1
    await _belong(
        session,
        space,
        account_id,
        invitation.role,
        declared.interests,
        name=declared.name,
        organisation=organisation,
        now=now,
    )
    if organisation is not None:
        await _note(session, space, Side.BODY, asking, now)
    did = Did.DELEGATE_JOINED if organisation is not None else Did.ADVISER_JOINED
    words = organisation.name if organisation is not None else ""
    enter(session, did, space_id=invitation.space_id, words=words, role=invitation.role, now=now)
    return invitation.role


async def declare_interests(
    session: AsyncSession,
    space: Space,
    account_id: int,
    declared: Declaration,
    *,
    asking: Facts,
    now: datetime,
) -> None:
    """Say anew what interests one has. Raises Refused, Invalid."""
    await require_in_space(session, Action.DECLARE_INTERESTS, space, asking, now)
    if not declared.interests:
        raise Invalid("interests", "Say what interests you have, or that you have none.")
    mine = await place_of(session, space, account_id, now=now)
    assert mine is not None
    mine.interests = declared.interests


async def leave_side(
    session: AsyncSession, space: Space, account_id: int, voter: str, *, asking: Facts, now: datetime
) -> None:
    """Leave one's side at once; `voter` is the pseudonym under which keys were turned. Raises Refused."""
    await require_in_space(session, Action.LEAVE_SIDE, space, asking, now)
    mine = await place_of(session, space, account_id, now=now)
    if mine is not None:
        await _end(session, mine, voter, Did.DELEGATE_LEFT, now)


async def end_delegate(
    session: AsyncSession, space: Space, membership: Membership, voter: str, *, asking: Facts, now: datetime
) -> None:
    """A body's delegate ends another's part for the same body. Raises Refused, NotFound."""
    await require_in_space(session, Action.INVITE_DELEGATE, space, asking, now)
    body = await session.get(Organisation, membership.organisation_id)
    own = asking.belonging is not None and body is not None and asking.belonging.body == body.party
    if not own or membership.space_id != space.id:
        raise NotFound("This is another body's delegate. Its own delegates do this.")
    await _end(session, membership, voter, Did.DELEGATE_ENDED, now)


async def end_adviser(
    session: AsyncSession, space: Space, membership: Membership, *, asking: Facts, now: datetime
) -> None:
    """A facilitator ends an adviser's part. Raises Refused."""
    await require_in_space(session, Action.INVITE_ADVISER, space, asking, now)
    membership.until, membership.name, membership.interests = now, "", ""
    enter(session, Did.ADVISER_ENDED, space_id=membership.space_id, now=now)


async def stop_advising(
    session: AsyncSession, space: Space, account_id: int, *, asking: Facts, now: datetime
) -> None:
    """Advise a space no longer; the name goes from its page at once. Raises Refused."""
    await require_in_space(session, Action.STOP_ADVISING, space, asking, now)
    query = select(Membership).where(
        Membership.space_id == space.id,
        Membership.account_id == account_id,
        Membership.role == Role.ADVISER,
        serves_at(now),
    )
    for mine in (await session.exec(query)).all():
        mine.until, mine.name, mine.interests = now, "", ""
        enter(session, Did.ADVISER_LEFT, space_id=mine.space_id, role=Role.ADVISER, now=now)


async def place_of(
    session: AsyncSession, space: Space, account_id: int, *, now: datetime
) -> Membership | None:
    """Somebody's place on a side of a space at this moment."""
    query = select(Membership).where(
        Membership.space_id == space.id,
        Membership.account_id == account_id,
        col(Membership.role).in_(list(SIDE_ROLES)),
        serves_at(now),
    )
    return (await session.exec(query)).first()


async def membership_here(
    session: AsyncSession, space: Space, membership_id: int, role: Role, *, now: datetime
) -> Membership:
    """The part that somebody has in this role at this moment. Raises NotFound."""
    query = select(Membership).where(
        Membership.id == membership_id,
        Membership.space_id == space.id,
        Membership.role == role,
        serves_at(now),
    )
    found = (await session.exec(query)).first()
    if found is None:
        raise NotFound("They have no such part here any more.")
    return found


async def _where(session: AsyncSession, space: Space, account_id: int, asking: Facts) -> Facts:
    """Who asks, with the side they stand on as this transaction sees it."""
    assert space.id is not None
    there = await belonging_of(session, space.id, account_id, now=asking.now)
    side, belonging = there if there is not None else (None, None)
    return replace(asking, side=side, belonging=belonging)


async def _note(session: AsyncSession, space: Space, side: Side, asking: Facts, now: datetime) -> None:
    """A side has acted; one that has fallen asleep wakes by its own act alone (`waking.wake_space`)."""
    assert space.id is not None
    if not asking.held.asleep:
        await note_act(session, space.id, side, now=now)


async def _belong(
    session: AsyncSession,
    space: Space,
    account_id: int,
    role: Role,
    interests: str,
    *,
    name: str = "",
    organisation: Organisation | None = None,
    now: datetime,
) -> None:
    assert space.id is not None
    roles = list(SIDE_ROLES) if role in SIDE_ROLES else [role]
    query = select(Membership).where(
        Membership.space_id == space.id, Membership.account_id == account_id, col(Membership.role).in_(roles)
    )
    row = (await session.exec(query.with_for_update())).first()
    if row is None:
        row = Membership(space_id=space.id, account_id=account_id, role=role, since=now)
        session.add(row)
    row.role, row.since, row.until = role, now, None
    row.name, row.interests, row.speaks_for, row.founder = name, interests, "", False
    row.organisation_id = organisation.id if organisation is not None else None
    await session.flush()  # of two who join at one moment with one account, one is told here


async def _end(session: AsyncSession, member: Membership, voter: str, did: Did, now: datetime) -> None:
    """What they were is kept for counting; their name and interests are nobody's business any more."""
    await take_answers_back(session, member.space_id, voter)
    member.until, member.name, member.interests, member.speaks_for = now, "", "", ""
    if member.role is Role.DELEGATE:
        body = await session.get(Organisation, member.organisation_id)
        words = body.name if body is not None else ""
        enter(session, did, space_id=member.space_id, words=words, role=Role.DELEGATE, now=now)
