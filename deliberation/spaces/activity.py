"""The day of each side's last act: from it follows when a space falls asleep, and who can wake it."""

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import Connection
from sqlalchemy import select as core_select
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlmodel import Field, SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession

from charters.due import sleeps_at
from charters.sides import SIDE_ROLES
from charters.states import Side
from charters.terms import Policy
from deliberation.columns import state, table_of
from deliberation.people.memberships import Membership
from deliberation.spaces.days import day_in_london, last_moment


class SideActivity(SQLModel, table=True):
    """One row a side, without who it was. A side that has not begun to act has none."""

    __tablename__ = "side_activity"

    space_id: int = Field(primary_key=True, foreign_key="space.id")
    side: Side = state(Side, Side.PEOPLE, primary_key=True)
    day: date = Field(description="The day in London of the side's last act")


_ACTIVITY, _MEMBERSHIPS = table_of(SideActivity), table_of(Membership)


async def note_act(session: AsyncSession, space_id: int, side: Side, *, now: datetime) -> None:
    """Note that a side has acted today. Not for what may be done in a space that sleeps, such as joining."""
    insert = insert_sqlite if session.get_bind().dialect.name == "sqlite" else insert_postgresql
    made = insert(SideActivity).values(space_id=space_id, side=side, day=day_in_london(now))
    await session.exec(
        made.on_conflict_do_update(
            index_elements=["space_id", "side"],
            set_={"day": made.excluded.day},
            where=_ACTIVITY.c.day < made.excluded.day,
        )
    )


async def quiet_since(session: AsyncSession, space_id: int) -> Mapping[Side, datetime]:
    """The end of the day on which each side last acted; a side that has not begun is left out."""
    return await session.run_sync(lambda plain: quiet_on(plain.connection(), space_id))


def quiet_on(on: Connection, space_id: int | None) -> dict[Side, datetime]:
    """As `quiet_since`, for a verb that works on the plain connection."""
    query = core_select(_ACTIVITY.c.side, _ACTIVITY.c.day).where(_ACTIVITY.c.space_id == space_id)
    return {side: last_moment(day) for side, day in on.execute(query)}


def asleep_on(on: Connection, space_id: int | None, policy: Policy, now: datetime) -> dict[Side, datetime]:
    """The sides that have been silent for too long, and since when the space sleeps for each."""
    quiet = quiet_on(on, space_id)
    sleeps = {side: sleeps_at(policy, dict.fromkeys(Side, since)) for side, since in quiet.items()}
    return {side: moment for side, moment in sleeps.items() if now >= moment}


def newcomers_on(
    on: Connection, space_id: int | None, asleep: Mapping[Side, datetime], now: datetime
) -> dict[Side, int]:
    """How many have come for each side that sleeps since it did: people one by one, delegates by body."""
    if not asleep:
        return {}
    rows = on.execute(
        core_select(_MEMBERSHIPS.c.role, _MEMBERSHIPS.c.account_id, _MEMBERSHIPS.c.organisation_id)
        .add_columns(_MEMBERSHIPS.c.since, _MEMBERSHIPS.c.until)
        .where(_MEMBERSHIPS.c.space_id == space_id, _MEMBERSHIPS.c.role.in_(list(SIDE_ROLES)))
    )
    came: dict[Side, set[int]] = {side: set() for side in asleep}
    for role, account_id, organisation_id, since, until in rows:
        side = SIDE_ROLES[role]
        if side in asleep and asleep[side] <= since and (until is None or until > now):
            came[side].add(account_id if side is Side.PEOPLE else organisation_id)
    return {side: len(who) for side, who in came.items()}
