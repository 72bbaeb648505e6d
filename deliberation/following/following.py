"""What somebody follows: a space, a consultation, a proposal or a clause. It hangs on their account alone.

No pseudonym knows of it: nobody can tell from it who wrote or voted what.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import CheckConstraint, ColumnElement, UniqueConstraint
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlmodel import Field, SQLModel, col, delete, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from charters.wording import Words
from deliberation.drafting.clauses import Clause, clause_numbered
from deliberation.drafting.proposals import Proposal, proposal_numbered
from deliberation.errors import Invalid, NotFound
from deliberation.following.digests import begin_digests
from deliberation.spaces.consultations import Consultation, consultation_named
from deliberation.spaces.spaces import Space, space_named

MOST = 200
"""How much somebody may follow: what a letter can tell of."""
FOLLOWED = ("space_id", "consultation_id", "proposal_id", "clause_id")


class Following(SQLModel, table=True):
    __table_args__ = (
        *(UniqueConstraint("account_id", name) for name in FOLLOWED),
        CheckConstraint(
            " + ".join(f"CASE WHEN {name} IS NULL THEN 0 ELSE 1 END" for name in FOLLOWED) + " = 1",
            name="one",
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    account_id: int = Field(foreign_key="account.id")
    space_id: int | None = Field(default=None, foreign_key="space.id")
    consultation_id: int | None = Field(default=None, foreign_key="consultation.id")
    proposal_id: int | None = Field(default=None, foreign_key="proposal.id")
    clause_id: int | None = Field(default=None, foreign_key="clause.id")
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Something that can be followed: a space, or what it is within it."""

    space: Space
    consultation: Consultation | None = None
    proposal: Proposal | None = None
    clause: Clause | None = None

    @property
    def which(self) -> Mapping[str, int]:
        """The one column of a row that names it."""
        found = (self.space, self.consultation, self.proposal, self.clause)
        named = [(name, one.id) for name, one in zip(FOLLOWED, found, strict=True) if one is not None]
        name, number = named[-1]
        assert number is not None
        return {name: number}

    @property
    def path(self) -> str:
        """How a form names it."""
        parts = [self.space.slug]
        if self.consultation is not None:
            parts.append(self.consultation.slug)
        if self.proposal is not None:
            parts.append(f"proposals/{self.proposal.number}")
        if self.clause is not None:
            parts.append(f"clauses/{self.clause.number}")
        return "/".join(parts)


async def place_at(session: AsyncSession, path: str) -> Place:
    """What a form names. Raises NotFound."""
    match path.split("/"):
        case [slug]:
            return Place(space=await space_named(session, slug))
        case [slug, name]:
            space, consultation = await consultation_named(session, slug, name)
            return Place(space=space, consultation=consultation)
        case [slug, "proposals", number, *rest] if _number(number):
            space = await space_named(session, slug)
            proposal = await proposal_numbered(session, space.id or 0, int(number))
            match rest:
                case []:
                    return Place(space=space, proposal=proposal)
                case ["clauses", clause] if _number(clause):
                    found = await clause_numbered(session, proposal, int(clause))
                    return Place(space=space, proposal=proposal, clause=found)
    raise NotFound(Words("There is nothing of this name to follow."))


def _number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 10


async def follow(session: AsyncSession, account_id: int, place: Place, *, now: datetime) -> None:
    """Follow it from now on; once more changes nothing. Raises Invalid for more than somebody may follow."""
    query = select(func.count(col(Following.id))).where(Following.account_id == account_id)
    if (await session.exec(query)).one() >= MOST:
        raise Invalid("what", Words("You follow %(most)s things. Stop following one first.", most=MOST))
    insert = insert_sqlite if session.get_bind().dialect.name == "sqlite" else insert_postgresql
    made = insert(Following).values(account_id=account_id, since=now, **place.which)
    await session.exec(made.on_conflict_do_nothing(index_elements=["account_id", *place.which]))
    await begin_digests(session, account_id, now=now)


async def stop_following(session: AsyncSession, account_id: int, place: Place) -> None:
    """Follow it no longer; nothing where they do not."""
    await session.exec(delete(Following).where(*_row(account_id, place)))


async def is_following(session: AsyncSession, account_id: int, place: Place) -> bool:
    """Whether an account follows it."""
    return (await session.exec(select(Following.id).where(*_row(account_id, place)))).first() is not None


def _row(account_id: int, place: Place) -> list[ColumnElement[bool]]:
    ((name, number),) = place.which.items()
    return [col(Following.account_id) == account_id, col(getattr(Following, name)) == number]


async def followed_by(session: AsyncSession, account_id: int) -> list[Place]:
    """Everything an account follows, space by space."""
    of_clause = Clause.proposal_id
    query = (
        select(Space, Consultation, Proposal, Clause)
        .select_from(Following)
        .outerjoin(Clause, col(Clause.id) == Following.clause_id)
        .outerjoin(Proposal, col(Proposal.id) == func.coalesce(Following.proposal_id, of_clause))
        .outerjoin(Consultation, col(Consultation.id) == Following.consultation_id)
        .join(
            Space,
            col(Space.id) == func.coalesce(Following.space_id, Consultation.space_id, Proposal.space_id),
        )
        .where(Following.account_id == account_id)
        .order_by(
            col(Space.title), col(Space.id), col(Proposal.number), col(Clause.number), col(Following.id)
        )
    )
    return [
        Place(space=space, consultation=consultation, proposal=proposal, clause=clause)
        for space, consultation, proposal, clause in (await session.exec(query)).all()
    ]
