"""What somebody may be asked to do in a space, from when until when."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ColumnElement, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlmodel import Field, SQLModel, and_, col, or_, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from charters.states import Role
from deliberation.columns import state
from deliberation.errors import Invalid
from deliberation.people.sessions import rotate_sessions_of


class Membership(SQLModel, table=True):
    __table_args__ = (
        UniqueConstraint("space_id", "account_id", "role"),
        CheckConstraint("(role = 'delegate') = (organisation_id IS NOT NULL)", name="body"),
        # An account is on one side of a space at most; who changes sides leaves the first one's row behind.
        Index(
            "uq_membership_side",
            "space_id",
            "account_id",
            unique=True,
            sqlite_where=text("role IN ('member', 'delegate')"),
            postgresql_where=text("role IN ('member', 'delegate')"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    space_id: int = Field(foreign_key="space.id")
    account_id: int = Field(foreign_key="account.id", index=True)
    role: Role = state(Role, Role.FACILITATOR)
    since: datetime
    until: datetime | None = None
    name: str = Field(default="", max_length=120, description="Personal: the name they act under in public")
    speaks_for: str = Field(default="", max_length=120, description="The group a founder speaks for")
    interests: str = Field(default="", max_length=1_000, description="Personal: as declared when joining")
    organisation_id: int | None = Field(default=None, foreign_key="organisation.id")
    founder: bool = Field(default=False, description="Named in public when the space was founded")


async def appoint(
    session: AsyncSession,
    space_id: int,
    account_id: int,
    role: Role,
    *,
    since: datetime,
    until: datetime | None = None,
) -> None:
    """Give somebody a role in a space for a time; appointing them again changes the time.

    Their sessions get new tokens: what was taken from them before gains nothing by it.
    Raises Invalid where `until` is not later than `since`.
    """
    if until is not None and until <= since:
        raise Invalid("until", f"The role would end on {until:%d %B %Y}, before it begins. Give a later day.")
    insert = insert_sqlite if session.get_bind().dialect.name == "sqlite" else insert_postgresql
    await session.exec(
        insert(Membership)
        .values(space_id=space_id, account_id=account_id, role=role, since=since, until=until)
        .on_conflict_do_update(
            index_elements=["space_id", "account_id", "role"], set_={"since": since, "until": until}
        )
    )
    await rotate_sessions_of(session, account_id)


async def end_service(
    session: AsyncSession, space_id: int, account_id: int, role: Role, *, now: datetime
) -> None:
    """Let a role end now; somebody who does not serve is left as they are."""
    await session.exec(
        update(Membership)
        .where(
            col(Membership.space_id) == space_id,
            col(Membership.account_id) == account_id,
            col(Membership.role) == role,
            serves_at(now),
        )
        .values(until=now)
    )
    await rotate_sessions_of(session, account_id)


def serves_at(now: datetime) -> ColumnElement[bool]:
    """That a membership has begun and has not ended."""
    return and_(
        col(Membership.since) <= now, or_(col(Membership.until).is_(None), col(Membership.until) > now)
    )


async def serves_until(
    session: AsyncSession, account_id: int | None, space_id: int | None, *, now: datetime
) -> datetime | None:
    """Until when somebody facilitates a space; None where no end is set, or where they do not."""
    query = select(Membership.until).where(
        Membership.account_id == account_id,
        Membership.space_id == space_id,
        Membership.role == Role.FACILITATOR,
        serves_at(now),
    )
    return (await session.exec(query)).first()


async def facilitates(session: AsyncSession, account_id: int, *, now: datetime) -> bool:
    """Whether somebody facilitates any space at this moment."""
    query = select(Membership.id).where(
        Membership.account_id == account_id, Membership.role == Role.FACILITATOR, serves_at(now)
    )
    return (await session.exec(query.limit(1))).first() is not None


async def roles_anywhere(session: AsyncSession, account_id: int, *, now: datetime) -> frozenset[Role]:
    """The roles somebody holds in any space at this moment."""
    query = select(Membership.role).where(Membership.account_id == account_id, serves_at(now)).distinct()
    return frozenset(Role(role) for role in await session.exec(query))


async def name_in(session: AsyncSession, account_id: int | None, space_id: int, *, now: datetime) -> str:
    """The name under which somebody acts on their side of a space, or advises; empty where they have none."""
    query = select(Membership.name).where(
        Membership.account_id == account_id,
        Membership.space_id == space_id,
        col(Membership.role).in_([Role.MEMBER, Role.DELEGATE, Role.ADVISER]),
        serves_at(now),
    )
    return (await session.exec(query)).first() or ""


async def roles_in(
    session: AsyncSession, *, account_id: int, space_id: int, now: datetime
) -> frozenset[Role]:
    """The roles somebody holds in a space at this moment."""
    query = select(Membership.role).where(
        Membership.account_id == account_id,
        Membership.space_id == space_id,
        serves_at(now),
    )
    return frozenset(Role(role) for role in await session.exec(query))
