"""Standing behind a proposal, or no longer, as one of those who write it."""

from datetime import datetime
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from charters.actions import Action
from charters.enforcement import Facts
from deliberation.drafting.co_authoring import acted
from deliberation.drafting.proposals import co_author_with_key, held_proposal
from deliberation.spaces.spaces import Space
from deliberation.spaces.standing import require_in_space


async def support(
    session: AsyncSession, space: Space, number: int, *, key: str, asking: Facts, now: datetime
) -> None:
    """Stand behind a proposal again that one writes, having stopped. Raises Refused, NotFound."""
    await _supporting(session, Action.SUPPORT_PROPOSAL, space, number, key, asking, now, None)


async def stop_support(
    session: AsyncSession, space: Space, number: int, *, key: str, asking: Facts, now: datetime
) -> None:
    """Stand behind a proposal no longer that one has written in. What one wrote stays in common.

    Raises Refused, NotFound.
    """
    await _supporting(session, Action.STOP_SUPPORT, space, number, key, asking, now, now)


async def _supporting(
    session: AsyncSession,
    action: Action,
    space: Space,
    number: int,
    key: str,
    asking: Facts,
    now: datetime,
    stopped_at: datetime | None,
) -> None:
    proposal = await held_proposal(session, space.id or 0, number)
    found = await co_author_with_key(session, proposal, key)
    more: dict[str, Any] = {"proposal": proposal.state, "co_author": found is not None}
    await require_in_space(session, action, space, asking, now, **more)
    assert found is not None
    if stopped_at is None or found.stopped_at is None:
        found.stopped_at = stopped_at
    await acted(session, proposal, asking, now)
