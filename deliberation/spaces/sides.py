"""The two sides of a space and who they are: delegates and founders by name, members as a number."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, exists, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from charters.states import Attestation, Role
from deliberation.people.memberships import Membership, serves_at
from deliberation.people.organisations import Organisation
from deliberation.people.outside import OutsideIdentity


@dataclass(frozen=True, slots=True)
class Body:
    """An organisation, and who speaks for it at this moment."""

    organisation: Organisation
    delegates: Sequence[Membership]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sides:
    """Who belongs to a space. `members` are all of the people's side, founders among them."""

    founders: Sequence[Membership] = ()
    members: int = 0
    bodies: Sequence[Body] = ()
    advisers: Sequence[Membership] = ()
    facilitators: Sequence[Membership] = ()


async def sides_of(session: AsyncSession, space_id: int, *, now: datetime) -> Sides:
    """Who belongs to a space at this moment, in the order in which they came."""
    query = (
        select(Membership)
        .where(Membership.space_id == space_id, serves_at(now))
        .order_by(col(Membership.since), col(Membership.id))
    )
    by_role: dict[Role, list[Membership]] = {role: [] for role in Role}
    for one in await session.exec(query):
        by_role[one.role].append(one)
    members = by_role[Role.MEMBER]
    return Sides(
        founders=[one for one in members if one.founder],
        members=len(members),
        bodies=await _bodies(session, by_role[Role.DELEGATE]),
        advisers=by_role[Role.ADVISER],
        facilitators=by_role[Role.FACILITATOR],
    )


async def classes_of_people(
    session: AsyncSession, space_id: int, *, now: datetime
) -> Mapping[Attestation, int]:
    """How many on the people's side there are by what was checked about them."""
    here = (Membership.space_id == space_id, Membership.role == Role.MEMBER, serves_at(now))
    more = exists().where(
        col(OutsideIdentity.account_id) == col(Membership.account_id),
        col(OutsideIdentity.attestation) == Attestation.NHS_LOGIN,
    )
    everybody = (await session.exec(select(func.count(col(Membership.id))).where(*here))).one()
    known = (await session.exec(select(func.count(col(Membership.id))).where(*here, more))).one()
    return {Attestation.NHS_LOGIN: known, Attestation.EMAIL: everybody - known}


async def _bodies(session: AsyncSession, delegates: Sequence[Membership]) -> list[Body]:
    ids = {one.organisation_id for one in delegates}
    found = await session.exec(select(Organisation).where(col(Organisation.id).in_(ids)))
    by_id: Mapping[int | None, Organisation] = {one.id: one for one in found}
    return [
        Body(by_id[id], [one for one in delegates if one.organisation_id == id])
        for id in dict.fromkeys(one.organisation_id for one in delegates)
    ]
