"""The opinion map: the working result, for routing and one's own place, and the published one, protected.

The working row is never shown. What pages, twins, pictures and files show is `PublishedMap.content` alone.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel, col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from charters.states import StatementState
from clustering.results import Axes, Decision, OpinionAnalysis, Point
from deliberation.columns import document
from deliberation.opinion.statements import Statement, Votable
from deliberation.opinion.voting import Vote


class WorkingMap(SQLModel, table=True):
    """The newest analysis of a consultation. Never shown; one row per consultation."""

    __tablename__ = "working_map"

    id: int | None = Field(default=None, primary_key=True)
    consultation_id: int = Field(foreign_key="consultation.id", unique=True)
    number: int = Field(default=1, description="Counts the analyses of this consultation")
    made_at: datetime
    signature: str = Field(max_length=120, description="What was analysed, to see when it has changed")
    closed: bool = Field(default=False, description="Whether voting was over by then")
    votes: int
    participants: int
    commitment: str = Field(max_length=64, description="Salted SHA-256 of the votes analysed, hex")
    content: dict[str, Any] = document()
    membership: dict[str, int] = document()


class PublishedMap(SQLModel, table=True):
    """A published result: immutable, numbered 1, 2, 3 within its consultation.

    `landscape` alone is added once, when it is ready: its bins are made of the same ballots.
    """

    __tablename__ = "published_map"
    __table_args__ = (UniqueConstraint("consultation_id", "number"),)

    id: int | None = Field(default=None, primary_key=True)
    consultation_id: int = Field(foreign_key="consultation.id")
    number: int
    published_at: datetime
    closing: bool = Field(default=False, description="The result that stands at the end")
    content: dict[str, Any] = document()
    landscape: dict[str, Any] | None = document(nullable=True)


class PublishedBasis(SQLModel, table=True):
    """What stands behind the newest published result and is never shown; one row per consultation.

    `history` has keyed digests of ballots, to count who has changed since which result (see
    `deliberation.publishing.ballots`). `kinds`: who counted for the headline when, where not all did.
    `groups`: who was in which of the groups shown, to say how many are in another one later; None in a row
    from before that was kept. `place` has the axes that the picture was drawn with, to place a viewer on it.
    """

    __tablename__ = "published_basis"

    consultation_id: int = Field(primary_key=True, foreign_key="consultation.id")
    number: int = Field(description="The newest published result")
    history: dict[str, Any] = document()
    kinds: dict[str, Any] | None = document(nullable=True)
    groups: dict[str, int] | None = document(nullable=True)
    place: dict[str, Any] = document()
    salt: str = Field(max_length=64, description="Opens the result's commitment to its votes, hex")


@dataclass(frozen=True, slots=True)
class Working:
    """One analysis as it is stored. `signature` is that of the votes when they were read."""

    signature: str
    closed: bool
    votes: int
    participants: int
    commitment: str
    content: dict[str, Any]
    membership: dict[str, int]


def working_of(
    analysis: OpinionAnalysis,
    *,
    votes: int,
    signature: str,
    closed: bool,
    commitment: str,
    routing: str = "follows",
) -> Working:
    """An analysis as it is stored: axes, centres, figures by statement id, what is needed to repeat it.

    `routing`: see `deliberation.opinion.routed`.
    """
    content = {
        "engine": analysis.engine,
        "version": analysis.version,
        "seed": analysis.seed,
        "parameters": analysis.parameters,
        "axes": analysis.axes.to_document(),
        "group_centres": {str(group): list(centre) for group, centre in analysis.group_centres.items()},
        "decision": asdict(analysis.decision) if analysis.decision is not None else None,
        "priorities": _by_text(analysis.priorities),
        "extremity": _by_text(analysis.extremity),
        "group_aware_consensus": _by_text(analysis.group_aware_consensus),
        "routing": routing,
    }
    membership = {str(person): group for person, group in analysis.group_of.items()}
    people = len(analysis.places)
    return Working(signature, closed, votes, people, commitment, content, membership)


def _by_text(figures: Mapping[Any, float]) -> dict[str, float]:
    return {str(name): figure for name, figure in figures.items()}


def previous_of(row: WorkingMap) -> OpinionAnalysis:
    """As much of the last analysis as keeps labels and axes where they were."""
    content = row.content
    return OpinionAnalysis(
        engine=content["engine"],
        version=content["version"],
        seed=content["seed"],
        parameters=content["parameters"],
        statement_ids=tuple(content["axes"]["statement_ids"]),
        groups=(),
        places={},
        group_of={int(person): group for person, group in row.membership.items()},
        axes=Axes.from_document(content["axes"]),
        group_centres=centres_of(content["group_centres"]),
        decision=Decision(**decision) if (decision := content.get("decision")) is not None else None,
    )


def centres_of(stored: Mapping[str, Any]) -> dict[int, Point]:
    """Group centres as JSON keeps them, by group number again."""
    return {int(group): (float(x), float(y)) for group, (x, y) in stored.items()}


async def record_working(
    session: AsyncSession, consultation_id: int, working: Working, *, now: datetime
) -> WorkingMap:
    """Replace the consultation's working map by this one."""
    row = await working_map(session, consultation_id)
    values = {name: getattr(working, name) for name in Working.__dataclass_fields__}
    if row is None:
        row = WorkingMap(consultation_id=consultation_id, made_at=now, **values)
        session.add(row)
    else:
        row.number, row.made_at = row.number + 1, now
        for name, value in values.items():
            setattr(row, name, value)
    await session.flush()  # its id and number are wanted by whoever draws statements with it
    return row


async def working_map(session: AsyncSession, consultation_id: int) -> WorkingMap | None:
    return (
        await session.exec(select(WorkingMap).where(WorkingMap.consultation_id == consultation_id))
    ).first()


async def newest_published(session: AsyncSession, consultation_id: int) -> PublishedMap | None:
    """The published result with the highest number."""
    query = select(PublishedMap).where(PublishedMap.consultation_id == consultation_id)
    return (await session.exec(query.order_by(col(PublishedMap.number).desc()).limit(1))).first()


async def newest_number(session: AsyncSession, consultation_id: int) -> int | None:
    """The number of the newest published result, without reading it."""
    query = select(func.max(PublishedMap.number)).where(PublishedMap.consultation_id == consultation_id)
    return (await session.exec(query)).one()


async def published_basis(session: AsyncSession, consultation_id: int) -> PublishedBasis | None:
    return await session.get(PublishedBasis, consultation_id)


async def published_axes(session: AsyncSession, consultation_id: int) -> Axes | None:
    """The axes of the newest published picture. Never shown: they hold exact means."""
    query = select(PublishedBasis.place).where(PublishedBasis.consultation_id == consultation_id)
    place = (await session.exec(query)).first()
    return Axes.from_document(place["axes"]) if place is not None else None


async def removed_numbers(session: AsyncSession, consultation_id: int) -> frozenset[int]:
    """The numbers of the removed statements, whose texts no page shows."""
    query = select(Statement.number).where(
        Statement.consultation_id == consultation_id, Statement.state == StatementState.REMOVED
    )
    return frozenset((await session.exec(query)).all())


async def ballot_of(session: AsyncSession, consultation_id: int, participant_id: int) -> dict[int, int]:
    """A person's own votes in a consultation: statement id -> +1, 0, -1."""
    query = (
        select(Vote.votable_id, Vote.value)
        .join(Votable, col(Votable.id) == Vote.votable_id)
        .where(Votable.consultation_id == consultation_id, Vote.participant_id == participant_id)
    )
    return dict((await session.exec(query)).all())


async def numbered_ballot(session: AsyncSession, consultation_id: int, participant_id: int) -> dict[int, int]:
    """The same by the statements' public numbers."""
    query = (
        select(Statement.number, Vote.value)
        .join(Statement, col(Statement.id) == Vote.votable_id)
        .where(Statement.consultation_id == consultation_id, Vote.participant_id == participant_id)
    )
    return dict((await session.exec(query)).all())


async def differing_statements(session: AsyncSession, consultation_id: int, number: int) -> frozenset[int]:
    """The numbers of the statements that the groups of this published result differ most on."""
    query = select(PublishedMap.content).where(
        PublishedMap.consultation_id == consultation_id, PublishedMap.number == number
    )
    content = (await session.exec(query)).first()
    return frozenset(content["differ"] if content is not None else ())
