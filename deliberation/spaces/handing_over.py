"""Handing over: a facilitator lets somebody else facilitate the space, beside them or in their place."""

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from charters.actions import Action
from charters.enforcement import Facts
from charters.states import Role
from deliberation.errors import Invalid
from deliberation.people.accounts import account_for, checked_address
from deliberation.people.memberships import appoint, end_service, roles_in, serves_until
from deliberation.publishing.record import Did, enter
from deliberation.spaces.spaces import Space
from deliberation.spaces.standing import require_in_space


async def hand_over(
    session: AsyncSession,
    space: Space,
    account_id: int,
    address: str,
    *,
    stays: bool,
    asking: Facts,
    now: datetime,
) -> None:
    """Appoint whoever has this address, for as long as `account_id` would serve; who does not stay stops now.

    Nobody serves longer by it than was agreed. Raises Refused, and Invalid for the address.
    """
    await require_in_space(session, Action.APPOINT_FACILITATOR, space, asking, now)
    assert space.id is not None
    account = await account_for(session, checked_address(address), now=now)
    assert account.id is not None
    there = await roles_in(session, account_id=account.id, space_id=space.id, now=now)
    if Role.FACILITATOR in there:
        raise Invalid("address", "Whoever has this address facilitates this space already.")
    until = await serves_until(session, account_id, space.id, now=now)
    await appoint(session, space.id, account.id, Role.FACILITATOR, since=now, until=until)
    enter(session, Did.FACILITATOR_APPOINTED, space_id=space.id, words="By a facilitator.", now=now)
    if not stays:
        await end_service(session, space.id, account_id, Role.FACILITATOR, now=now)
        enter(session, Did.FACILITATOR_STOPPED, space_id=space.id, now=now)
