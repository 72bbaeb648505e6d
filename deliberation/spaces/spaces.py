"""A space: a shared place with two sides, a purpose and a host."""

from datetime import datetime

from pydantic import ConfigDict
from sqlmodel import Field, SQLModel, select
from sqlmodel.ext.asyncio.session import AsyncSession

from charters.sides import WITHOUT_SIDES
from charters.states import Role, Standing
from charters.wording import Words
from deliberation.columns import SLUG, state
from deliberation.errors import NotFound
from deliberation.people.memberships import Membership, serves_at


class SpaceText(SQLModel):
    """What a person writes about a space, with its limits."""

    model_config = ConfigDict(str_strip_whitespace=True)  # type: ignore[assignment]

    slug: str = Field(min_length=2, max_length=60, schema_extra={"pattern": SLUG})
    title: str = Field(min_length=3, max_length=120)
    purpose: str = Field(default="", max_length=4_000, description="Markdown")
    host: str = Field(min_length=2, max_length=120, description="Who runs the place")
    people_side: str = Field(default="People", max_length=120)
    body_side: str = Field(default="Health bodies", max_length=120)
    language: str = Field(default="en", min_length=2, max_length=20, description="BCP 47 tag of these words")


class Space(SpaceText, table=True):
    id: int | None = Field(default=None, primary_key=True)
    slug: str = Field(max_length=60, unique=True)
    standing: Standing = state(Standing, Standing.TRIAL)
    policy: str = Field(max_length=60, description="The policy file that the space is held under")
    made_up: bool = Field(default=False, description="Says on every page that nothing here is real")
    created_at: datetime

    @property
    def held_by_both(self) -> bool:
        """Whether it has two sides, so that what opens, moves or ends in it needs both keys."""
        return self.standing not in WITHOUT_SIDES


async def found(
    session: AsyncSession,
    text: SpaceText,
    *,
    standing: Standing,
    policy: str,
    now: datetime,
    made_up: bool = False,
) -> Space:
    """Make a space."""
    space = Space(**text.model_dump(), standing=standing, policy=policy, made_up=made_up, created_at=now)
    session.add(space)
    await session.flush()  # the id is needed by what is put into the space
    return space


async def space_named(session: AsyncSession, slug: str) -> Space:
    """Raises NotFound."""
    space = await space_if_any(session, slug)
    if space is None:
        raise NotFound(Words("There is no space called '%(space)s'.", space=slug))
    return space


async def space_if_any(session: AsyncSession, slug: str) -> Space | None:
    return (await session.exec(select(Space).where(Space.slug == slug))).first()


async def spaces_run_by(session: AsyncSession, account_id: int, *, now: datetime) -> list[Space]:
    """The spaces in which somebody is a facilitator at this moment, by title."""
    query = (
        select(Space)
        .join(Membership)
        .where(Membership.account_id == account_id, Membership.role == Role.FACILITATOR, serves_at(now))
        .order_by(Space.title)
    )
    return list((await session.exec(query)).all())


async def all_spaces(session: AsyncSession) -> list[Space]:
    """Every space, by title."""
    return list((await session.exec(select(Space).order_by(Space.title))).all())
