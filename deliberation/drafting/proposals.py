"""Proposals: texts that both sides write together, and the people who write them."""

from datetime import datetime

from pydantic import ConfigDict, field_validator
from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel, col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from charters.states import ProposalState, Role
from charters.wording import Words
from deliberation.columns import state as state_column
from deliberation.errors import NotFound
from deliberation.opinion.statements import sayable
from deliberation.people.participants import Participant
from deliberation.spaces.decisions import GREATEST_ID

LONGEST_TITLE = 150


class ProposalText(SQLModel):
    """What a person writes to begin one, with its limits."""

    model_config = ConfigDict(str_strip_whitespace=True)  # type: ignore[assignment]

    title: str = Field(min_length=3, max_length=LONGEST_TITLE)
    language: str = Field(default="en", min_length=2, max_length=20, description="BCP 47 tag")

    @field_validator("title", mode="before", check_fields=False)
    @classmethod
    def _one_line(cls, title: object) -> object:
        return " ".join(sayable(title).split()) if isinstance(title, str) else title


class Proposal(ProposalText, table=True):
    __table_args__ = (UniqueConstraint("space_id", "number"),)

    id: int | None = Field(default=None, primary_key=True)
    space_id: int = Field(foreign_key="space.id", index=True)
    number: int = Field(description="Its public id, stable within the space")
    consultation_id: int | None = Field(default=None, foreign_key="consultation.id", index=True)
    title: str = Field(max_length=LONGEST_TITLE)
    language: str = Field(max_length=20)
    state: ProposalState = state_column(ProposalState, ProposalState.DRAFTING)
    created_at: datetime


class CoAuthor(SQLModel, table=True):
    """Somebody who writes a proposal: whoever has changed it. They may take their support back."""

    __tablename__ = "co_author"
    __table_args__ = (UniqueConstraint("proposal_id", "author_id"),)

    id: int | None = Field(default=None, primary_key=True)
    proposal_id: int = Field(foreign_key="proposal.id", index=True)
    author_id: int | None = Field(default=None, foreign_key="participant.id", index=True)
    name: str = Field(default="", max_length=120, description="Personal: the name they act under, if public")
    role: Role = state_column(Role, Role.MEMBER)
    body: str | None = Field(default=None, max_length=40, description="The body they speak for")
    since: datetime
    stopped_at: datetime | None = Field(default=None, description="When they took their support back")


def about_proposal(proposal_id: int | None) -> str:
    """How a decision names a proposal."""
    return f"proposal/{proposal_id}"


def no_proposal(number: int) -> Words:
    """What is said of a number that no proposal of the space has."""
    return Words("There is no proposal %(number)s in this space.", number=f"{number}")


async def proposal_numbered(session: AsyncSession, space_id: int, number: int) -> Proposal:
    """Raises NotFound."""
    query = select(Proposal).where(Proposal.space_id == space_id, Proposal.number == number)
    found = (await session.exec(query)).first() if number <= GREATEST_ID else None
    if found is None:
        raise NotFound(no_proposal(number))
    return found


async def held_proposal(session: AsyncSession, space_id: int, number: int) -> Proposal:
    """As `proposal_numbered`, holding the row: whoever writes in it meanwhile waits. Raises NotFound."""
    query = select(Proposal).where(Proposal.space_id == space_id, Proposal.number == number)
    query = query.with_for_update().execution_options(populate_existing=True)
    found = (await session.exec(query)).first() if number <= GREATEST_ID else None
    if found is None:
        raise NotFound(no_proposal(number))
    return found


async def proposals_of(session: AsyncSession, space_id: int) -> list[Proposal]:
    """A space's proposals, newest first."""
    query = select(Proposal).where(Proposal.space_id == space_id).order_by(col(Proposal.number).desc())
    return list((await session.exec(query)).all())


async def next_number(session: AsyncSession, space_id: int) -> int:
    """The number of a new proposal. Whoever calls holds the space."""
    query = select(func.coalesce(func.max(Proposal.number), 0)).where(Proposal.space_id == space_id)
    return int((await session.exec(query)).one()) + 1


async def co_authors_of(session: AsyncSession, proposal_id: int | None) -> list[CoAuthor]:
    """Everybody who has written in a proposal, in the order in which they came."""
    query = select(CoAuthor).where(CoAuthor.proposal_id == proposal_id)
    return list((await session.exec(query.order_by(col(CoAuthor.since), col(CoAuthor.id)))).all())


async def co_author_with_key(session: AsyncSession, proposal: Proposal, key: str) -> CoAuthor | None:
    """Whoever has this pseudonym in the space, among those who write the proposal."""
    query = (
        select(CoAuthor)
        .join(Participant, col(Participant.id) == CoAuthor.author_id)
        .where(CoAuthor.proposal_id == proposal.id, Participant.key == key)
        .where(Participant.space_id == proposal.space_id)
    )
    return (await session.exec(query)).first()
