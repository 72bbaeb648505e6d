"""Signing in as somebody of the demonstration."""

from datetime import datetime, timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from deliberation.people.accounts import account_for
from participate.demonstration.cast import CAST, Character
from participate.demonstration.harbour import SIGN_IN_AS
from participate.signin.links import new_sign_in_link

LINK_LIFE = timedelta(hours=12)
EVERYBODY = (*CAST, *SIGN_IN_AS)


async def sign_in_links(session: AsyncSession, *, now: datetime) -> list[tuple[Character, str]]:
    """A new link for everybody: each signs in once, within half a day."""
    return [
        (
            one,
            await new_sign_in_link(
                session,
                await account_for(session, one.address, name=one.name, now=now),
                now=now,
                life=LINK_LIFE,
            ),
        )
        for one in EVERYBODY
    ]
