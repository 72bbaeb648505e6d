"""Under which pseudonyms somebody is known, worked out while they are present."""

from collections.abc import Iterator

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from deliberation.opinion.taking_part import Visitor
from deliberation.own_data.merging import merge_all
from deliberation.spaces.spaces import Space


async def pseudonyms(
    session: AsyncSession, visitor: Visitor, *, space_id: int | None = None
) -> dict[int, tuple[str, ...]]:
    """Space -> the pseudonyms somebody has there: the account's, where there is one, and the device's."""
    return {one: tuple(_of(visitor, one)) for one in await _spaces(session) if space_id in (None, one)}


def _of(visitor: Visitor, space_id: int) -> Iterator[str]:
    yield visitor.pseudonym(space_id)
    if visitor.account_id is not None:
        yield visitor.device_pseudonym(space_id)


async def bring_to_account(session: AsyncSession, visitor: Visitor) -> int:
    """Let what the device has done in any space be the account's; how many people became fewer.

    Called at signing in, and again before the device is begun anew: what it sent while it was signing in may
    have come without the session.
    """
    if visitor.account_id is None:
        return 0
    keys = {
        space_id: (visitor.device_pseudonym(space_id), visitor.pseudonym(space_id))
        for space_id in await _spaces(session)
    }
    return await merge_all(session, keys)


async def _spaces(session: AsyncSession) -> list[int]:
    return [space_id for space_id in await session.exec(select(Space.id)) if space_id is not None]
