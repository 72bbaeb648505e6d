"""News: what the public record says of what somebody follows. It is read there, and kept nowhere else."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement
from sqlmodel import col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from deliberation.following.following import FOLLOWED, Following, Place
from deliberation.publishing.acts import Entry, entries_where
from deliberation.publishing.record import Act


def about(place: Place) -> ColumnElement[bool]:
    """That an act was done to this, or to something within it."""
    ((name, number),) = place.which.items()
    return col(getattr(Act, name)) == number


async def news_of(session: AsyncSession, place: Place, *, most: int) -> list[Entry]:
    """What was done to this, newest first."""
    return await entries_where(session, about(place), most=most)


async def news_for(
    session: AsyncSession, account_id: int, *where: ColumnElement[bool], most: int
) -> list[Entry]:
    """What was done to anything that an account follows since it does, each act once, newest first."""
    same = [col(getattr(Act, name)) == col(getattr(Following, name)) for name in FOLLOWED]
    followed = (
        select(Following.id)
        .where(Following.account_id == account_id, Act.at >= Following.since, or_(*same))
        .correlate(Act)
        .exists()
    )
    return await entries_where(session, followed, *where, most=most)


def spaces_in(entries: Sequence[Entry]) -> list[int]:
    """The spaces that these acts were done in, each once."""
    return list(dict.fromkeys(one.space_id for one in entries))
