"""Signing in: single-use links and server-side sessions. Only hashes of secrets are stored."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from sqlmodel import Field, SQLModel, col, delete, or_, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from deliberation.columns import state
from deliberation.errors import Invalid
from deliberation.people.accounts import account_for

LINK_LIFE = timedelta(minutes=15)
IDLE = timedelta(days=14)
ABSOLUTE = timedelta(days=90)
# Noting every request would write on every page that a facilitator reads.
NOTED_EVERY = timedelta(hours=1)
OVERLAP = timedelta(seconds=30)
"""How long a token that was replaced still works, for requests that were under way."""
HANDLE = 16
"""So much of a hash names a session on its owner's page."""


class SessionState(StrEnum):
    LIVE = "live"
    TO_REPLACE = "to-replace"
    REPLACED = "replaced"


class SignInLink(SQLModel, table=True):
    __tablename__ = "sign_in_link"

    token_hash: str = Field(primary_key=True, max_length=64)
    address: str = Field(max_length=254, index=True, description="Personal: e-mail, lower case")
    expires_at: datetime
    used_at: datetime | None = None


class SignedIn(SQLModel, table=True):
    """A session. The token is in the person's cookie; here is its SHA-256."""

    __tablename__ = "signed_in"

    token_hash: str = Field(primary_key=True, max_length=64)
    account_id: int = Field(foreign_key="account.id", index=True)
    label: str = Field(default="", max_length=60, description="Personal: a kind of browser and of device")
    state: SessionState = state(SessionState, SessionState.LIVE)
    created_at: datetime
    last_seen_at: datetime
    expires_at: datetime

    @property
    def handle(self) -> str:
        """What names this session to its owner, and lets nobody in."""
        return self.token_hash[:HANDLE]


class LinkSpent(Invalid):
    """The link is unknown, was used before, or its time is over: which of these is not told."""

    def __init__(self) -> None:
        super().__init__("link", "This link has been used, or its time is over. Ask for a new one.")


async def offer_link(
    session: AsyncSession, address: str, token_hash: str, *, now: datetime, life: timedelta = LINK_LIFE
) -> None:
    """Remember the hash of a link that signs whoever has this address in once, until `now + life`.

    No account is looked up nor made: a link for an address nobody knows costs the same.
    """
    address = address.strip().lower()
    session.add(SignInLink(token_hash=token_hash, address=address, expires_at=now + life))


async def look_at_link(session: AsyncSession, link_hash: str, *, now: datetime) -> str:
    """The address that the link is for. Raises LinkSpent unless it can still be used; spends nothing."""
    query = select(SignInLink.address).where(
        SignInLink.token_hash == link_hash, col(SignInLink.used_at).is_(None), SignInLink.expires_at > now
    )
    address = (await session.exec(query)).first()
    if address is None:
        raise LinkSpent
    return address


async def sign_in(
    session: AsyncSession, link_hash: str, session_hash: str, *, now: datetime, label: str = ""
) -> int:
    """Spend the link and begin a session; returns the account's id, made if need be. Raises LinkSpent.

    One statement spends it, so that two simultaneous uses make one session.
    """
    spent = await session.exec(
        update(SignInLink)
        .where(
            col(SignInLink.token_hash) == link_hash,
            col(SignInLink.used_at).is_(None),
            col(SignInLink.expires_at) > now,
        )
        .values(used_at=now)
        .returning(col(SignInLink.address))
    )
    address = spent.scalar_one_or_none()
    if address is None:
        raise LinkSpent
    account = await account_for(session, address, now=now)
    assert account.id is not None
    await begin_session(session, account.id, session_hash, now=now, label=label)
    return account.id


async def begin_session(
    session: AsyncSession, account_id: int, session_hash: str, *, now: datetime, label: str = ""
) -> None:
    """Begin a session of an account whose owner has just shown who they are."""
    await _forget_ended(session, account_id, now)
    session.add(
        SignedIn(
            token_hash=session_hash,
            account_id=account_id,
            label=label,
            created_at=now,
            last_seen_at=now,
            expires_at=now + ABSOLUTE,
        )
    )


async def _forget_ended(session: AsyncSession, account_id: int, now: datetime) -> None:
    """When somebody signed in last month is nobody's business: ended sessions go."""
    ended = or_(col(SignedIn.expires_at) <= now, col(SignedIn.last_seen_at) <= now - IDLE)
    await session.exec(delete(SignedIn).where(col(SignedIn.account_id) == account_id, ended))


async def forget_sign_ins(session: AsyncSession, *, now: datetime) -> int:
    """Delete dead links and ended sessions; returns how many. The worker calls it every hour."""
    gone = 0
    for statement in (
        delete(SignInLink).where(col(SignInLink.expires_at) <= now - LINK_LIFE),
        delete(SignedIn).where(
            or_(col(SignedIn.expires_at) <= now, col(SignedIn.last_seen_at) <= now - IDLE)
        ),
    ):
        gone += (await session.exec(statement)).rowcount
    return gone


async def forget_links(session: AsyncSession, address: str) -> None:
    """Let no link to this address sign anybody in any more."""
    await session.exec(delete(SignInLink).where(col(SignInLink.address) == address))


async def session_now(session: AsyncSession, session_hash: str, *, now: datetime) -> SignedIn | None:
    """The session with this hash, unless it has been idle for `IDLE` or is older than `ABSOLUTE`."""
    query = select(SignedIn).where(
        SignedIn.token_hash == session_hash, SignedIn.expires_at > now, SignedIn.last_seen_at > now - IDLE
    )
    return (await session.exec(query)).first()


async def sessions_of(session: AsyncSession, account_id: int, *, now: datetime) -> Sequence[SignedIn]:
    """The sessions in which an account is signed in, the one used last first."""
    query = (
        select(SignedIn)
        .where(
            SignedIn.account_id == account_id,
            SignedIn.state != SessionState.REPLACED,
            SignedIn.expires_at > now,
            SignedIn.last_seen_at > now - IDLE,
        )
        .order_by(col(SignedIn.last_seen_at).desc(), col(SignedIn.created_at).desc())
    )
    return (await session.exec(query)).all()


def is_to_be_noted(signed_in: SignedIn, *, now: datetime) -> bool:
    """Whether its last use was noted so long ago that this one should be."""
    return now - signed_in.last_seen_at >= NOTED_EVERY


async def seen(session: AsyncSession, session_hash: str, *, now: datetime) -> None:
    """Note that the session is in use, so that it does not fall idle."""
    await session.exec(
        update(SignedIn).where(col(SignedIn.token_hash) == session_hash).values(last_seen_at=now)
    )


async def sign_out(session: AsyncSession, session_hash: str) -> None:
    """End a session; ending one that is not there is no error."""
    await session.exec(delete(SignedIn).where(col(SignedIn.token_hash) == session_hash))


async def end_session(session: AsyncSession, account_id: int, handle: str) -> None:
    """End the session of this account that a handle names; one that is not theirs is left alone."""
    if len(handle) != HANDLE:
        return
    theirs = (
        col(SignedIn.account_id) == account_id,
        col(SignedIn.token_hash).startswith(handle, autoescape=True),
    )
    await session.exec(delete(SignedIn).where(*theirs))


async def end_sessions_of(session: AsyncSession, account_id: int, *, but: str = "") -> None:
    """End every session of an account, but for the one with this hash: that one gets a new token."""
    await session.exec(
        delete(SignedIn).where(col(SignedIn.account_id) == account_id, col(SignedIn.token_hash) != but)
    )
    await rotate_sessions_of(session, account_id)


async def rotate_sessions_of(session: AsyncSession, account_id: int) -> None:
    """Let every session of an account have a new token at its next request, for its roles change."""
    await session.exec(
        update(SignedIn)
        .where(col(SignedIn.account_id) == account_id, col(SignedIn.state) == SessionState.LIVE)
        .values(state=SessionState.TO_REPLACE)
    )


async def replace_token(session: AsyncSession, old: SignedIn, new_hash: str, *, now: datetime) -> bool:
    """Give a session that is to be replaced another token; False where another request has done so.

    The old one works for a moment longer, so that what was asked for at the same time is answered.
    """
    replaced = await session.exec(
        update(SignedIn)
        .where(col(SignedIn.token_hash) == old.token_hash, col(SignedIn.state) == SessionState.TO_REPLACE)
        .values(state=SessionState.REPLACED, expires_at=now + OVERLAP)
    )
    if replaced.rowcount != 1:
        return False
    session.add(
        SignedIn(
            token_hash=new_hash,
            account_id=old.account_id,
            label=old.label,
            created_at=old.created_at,
            last_seen_at=now,
            expires_at=old.expires_at,
        )
    )
    return True
