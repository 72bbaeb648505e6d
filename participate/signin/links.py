"""Links that sign somebody in once. The link has the secret; the database has its hash."""

import re
import secrets
from datetime import datetime, timedelta
from hashlib import sha256

from sqlmodel.ext.asyncio.session import AsyncSession

from deliberation.people.accounts import Account
from deliberation.people.sessions import LINK_LIFE, offer_link

# Begins with one slash; no backslash, blank or control character, which browsers would mend into two.
_LOCAL = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f-\xa0]*")
_LONGEST = 500


async def new_sign_in_link(
    session: AsyncSession, account: Account, *, now: datetime, life: timedelta = LINK_LIFE
) -> str:
    """A new link's path, `/sign-in/<secret>`, for whoever gives it out by hand."""
    return await new_link_for(session, account.address, now=now, life=life)


async def new_link_for(
    session: AsyncSession, address: str, *, now: datetime, life: timedelta = LINK_LIFE
) -> str:
    """A new link's path, good for one use until `now + life`; nothing is asked about the address."""
    secret = new_secret()
    await offer_link(session, address, link_hash(secret), now=now, life=life)
    return f"/sign-in/{secret}"


def new_secret() -> str:
    """What a link has in it that nobody can guess."""
    return secrets.token_urlsafe(32)


def link_hash(secret: str) -> str:
    """What the database knows of a link."""
    return sha256(secret.encode()).hexdigest()


def local_path(address: str) -> str | None:
    """The address if it is a path on this site, else None: nobody is sent elsewhere after signing in."""
    if len(address) > _LONGEST or not _LOCAL.fullmatch(address):
        return None
    return address
