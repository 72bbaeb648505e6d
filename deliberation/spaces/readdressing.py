"""Changing the address of an account, which the people's side of a space has a say in."""

from dataclasses import replace
from datetime import datetime

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from charters.actions import Action
from charters.enforcement import Facts, require
from charters.facts import Joining
from charters.states import Role, Side
from charters.wording import Words
from deliberation.errors import Invalid
from deliberation.people.accounts import address_of
from deliberation.people.addresses import give_address, spend_offer
from deliberation.people.memberships import Membership, serves_at
from deliberation.people.organisations import body_of_address
from deliberation.spaces.charters import policy_in_force
from deliberation.spaces.spaces import Space


class AddressTaken(Invalid):
    """Said only to whoever reads the letters of that address, and even then without a reason."""

    def __init__(self) -> None:
        super().__init__("address", Words("Your account cannot have this address. Write another one."))


async def require_address(
    session: AsyncSession, account_id: int, address: str, *, asking: Facts, now: datetime
) -> None:
    """Ask every space on whose people's side somebody is. Raises Refused for an address that a body lists."""
    if await body_of_address(session, address) is None:
        return
    query = (
        select(Space)
        .join(Membership)
        .where(Membership.account_id == account_id, Membership.role == Role.MEMBER, serves_at(now))
        .order_by(Space.slug)
    )
    asked = replace(asking, joining=Joining(side=Side.PEOPLE, body_address=True))
    for space in (await session.exec(query)).all():
        require(await policy_in_force(session, space, now), Action.CHANGE_ADDRESS, asked)


async def change_address(
    session: AsyncSession, account_id: int, link_hash: str, *, asking: Facts, now: datetime
) -> str:
    """Spend the link and change the address; returns the one before.

    Raises LinkSpent, Refused, AddressTaken.
    """
    new = await spend_offer(session, account_id, link_hash, now=now)
    await require_address(session, account_id, new, asking=asking, now=now)
    old = await address_of(session, account_id)
    if not await give_address(session, account_id, old, new):
        raise AddressTaken
    return old
