"""Links by which people come to a space: as delegates of one body, or as advisers."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import ConfigDict
from sqlalchemy import CheckConstraint
from sqlmodel import Field, SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from charters.actions import Action
from charters.enforcement import Facts
from charters.states import InvitationState, Role, invitation_at
from deliberation.columns import state
from deliberation.errors import Invalid, NotFound
from deliberation.people.organisations import Organisation
from deliberation.publishing.record import Did, enter
from deliberation.spaces.days import named_day
from deliberation.spaces.invitations import hash_of, new_code
from deliberation.spaces.spaces import Space
from deliberation.spaces.standing import require_in_space

MOST_PEOPLE = 20
"""How many a link for delegates or advisers may bring in: each of them is named in public."""
MAKES = {Role.DELEGATE: Action.INVITE_DELEGATE, Role.ADVISER: Action.INVITE_ADVISER}
"""What whoever makes or ends a link for this role must be permitted."""
MADE = {Role.DELEGATE: Did.DELEGATE_INVITED, Role.ADVISER: Did.ADVISER_INVITED}
BY = {Role.DELEGATE: Role.DELEGATE, Role.ADVISER: Role.FACILITATOR}
"""Who makes links for this role, as the record names them."""


class SideInvitationText(SQLModel):
    """What is written about a link, with its limits; only those who may make one see it."""

    model_config = ConfigDict(str_strip_whitespace=True)  # type: ignore[assignment]

    label: str = Field(min_length=2, max_length=80, description="Whom it is for")
    most: int = Field(default=1, ge=1, le=MOST_PEOPLE, description="How many may come in by it")


class SideInvitation(SQLModel, table=True):
    """The secret of the link is kept nowhere: here is its SHA-256."""

    __tablename__ = "side_invitation"
    __table_args__ = (
        CheckConstraint("came <= most", name="most"),
        CheckConstraint("(role = 'delegate') = (organisation_id IS NOT NULL)", name="body"),
    )

    id: int | None = Field(default=None, primary_key=True)
    space_id: int = Field(foreign_key="space.id", index=True)
    role: Role = state(Role, Role.MEMBER)
    organisation_id: int | None = Field(default=None, foreign_key="organisation.id")
    label: str = Field(max_length=80)
    code_hash: str = Field(max_length=64, unique=True)
    most: int = 1
    came: int = 0
    ends_at: datetime
    ended_at: datetime | None = None
    made_at: datetime

    def state_at(self, now: datetime) -> InvitationState:
        """What the link is at this moment."""
        return invitation_at(
            ends_at=self.ends_at, ended_at=self.ended_at, most=self.most, came=self.came, now=now
        )


@dataclass(frozen=True, slots=True)
class Offered:
    """A link that somebody has, and the organisation whose delegates it makes; None for advisers."""

    invitation: SideInvitation
    organisation: Organisation | None


async def invite_to_side(
    session: AsyncSession,
    space: Space,
    text: SideInvitationText,
    *,
    role: Role,
    organisation: Organisation | None = None,
    ends_at: datetime,
    asking: Facts,
    now: datetime,
) -> tuple[SideInvitation, str]:
    """Make a link; its secret is returned this once and kept nowhere. Raises Refused, Invalid."""
    await require_in_space(session, MAKES[role], space, asking, now)
    _own_body(asking, organisation)
    if ends_at <= now:
        raise Invalid("ends", "This day has passed. Choose today or a later day.")
    assert space.id is not None
    code = new_code()
    invitation = SideInvitation(
        **text.model_dump(),
        space_id=space.id,
        role=role,
        organisation_id=organisation.id if organisation is not None else None,
        code_hash=hash_of(code),
        ends_at=ends_at,
        made_at=now,
    )
    session.add(invitation)
    whose = f"{organisation.name}: a" if organisation is not None else "A"
    words = f"{whose} link for {text.most} at most, until {named_day(ends_at)}."
    enter(session, MADE[role], space_id=space.id, words=words, role=BY[role], now=now)
    await session.flush()  # the page names it by its id
    return invitation, code


async def end_side_invitation(
    session: AsyncSession,
    space: Space,
    invitation_id: int,
    *,
    role: Role,
    organisation: Organisation | None = None,
    asking: Facts,
    now: datetime,
) -> None:
    """Let nobody more come in by a link; one that has ended is left as it is. Raises Refused, NotFound."""
    await require_in_space(session, MAKES[role], space, asking, now)
    _own_body(asking, organisation)
    found = await _one(session, _of(space, role, organisation).where(SideInvitation.id == invitation_id))
    if found is None:
        raise NotFound(f"There is no link {invitation_id} here.")
    if found.ended_at is None:
        found.ended_at = now
        enter(session, Did.SIDE_LINK_ENDED, space_id=found.space_id, role=BY[role], now=now)


async def side_invitations_of(
    session: AsyncSession, space: Space, role: Role, organisation: Organisation | None = None
) -> list[SideInvitation]:
    """The links for a role, or for one body's delegates, newest first."""
    query = _of(space, role, organisation).order_by(col(SideInvitation.id).desc())
    return list((await session.exec(query)).all())


async def side_invitation_with(
    session: AsyncSession, space: Space, code: str, *, hold: bool = False
) -> Offered | None:
    """The link of a space that has this secret; None where there is none. `hold` keeps its row."""
    query = select(SideInvitation).where(
        SideInvitation.space_id == space.id, SideInvitation.code_hash == hash_of(code)
    )
    found = await _one(session, query.with_for_update() if hold else query)
    if found is None:
        return None
    organisation = None
    if found.organisation_id is not None:
        organisation = await session.get(Organisation, found.organisation_id)
    return Offered(found, organisation)


def _own_body(asking: Facts, organisation: Organisation | None) -> None:
    """A delegate invites for their own body; a page never asks for another."""
    if organisation is not None and (asking.belonging is None or asking.belonging.body != organisation.party):
        raise NotFound("This is another body's. Its own delegates do this.")


def _of(space: Space, role: Role, organisation: Organisation | None) -> Any:
    return select(SideInvitation).where(
        SideInvitation.space_id == space.id,
        SideInvitation.role == role,
        SideInvitation.organisation_id == (organisation.id if organisation is not None else None),
    )


async def _one(session: AsyncSession, query: Any) -> SideInvitation | None:
    found: SideInvitation | None = (await session.exec(query)).first()
    return found
