"""Waking a space that has fallen asleep, once new people have come for the side that was silent."""

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from charters.actions import Action
from charters.enforcement import Facts
from deliberation.publishing.record import Did, enter
from deliberation.spaces.activity import note_act
from deliberation.spaces.putting import role_of
from deliberation.spaces.spaces import Space
from deliberation.spaces.standing import held_of, require_in_space


async def wake_space(session: AsyncSession, space: Space, *, asking: Facts, now: datetime) -> None:
    """Let people act in a space again. Raises Refused where it is awake, or nobody new has come."""
    policy = await require_in_space(session, Action.WAKE_SPACE, space, asking, now)
    assert space.id is not None
    assert asking.side is not None
    for side in (await held_of(session, space, policy, now)).asleep:
        await note_act(session, space.id, side, now=now)
    enter(session, Did.SPACE_WOKEN, space_id=space.id, role=role_of(asking.side), now=now)
