"""Sealed versions: what both sides sign, word for word, for good.

A row is only added; the database refuses to change one. The single thing that may still happen to a clause
of a version is that its words are blanked, where they may not be kept: its hash stays and shows that.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel, col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from charters.agreements import Kind, State
from charters.states import Role, StatementState
from charters.wording import Words
from deliberation.columns import state as state_column
from deliberation.drafting.clauses import words_hash
from deliberation.drafting.comments import Comment
from deliberation.drafting.proposals import Proposal, about_proposal
from deliberation.errors import NotFound
from deliberation.spaces.days import day_in_london
from deliberation.spaces.decisions import GREATEST_ID, Decision, KeyAnswer

FORMAT = "participate-version/1"
"""Names the shape of what `file_of` gives."""


class Version(SQLModel, table=True):
    __table_args__ = (UniqueConstraint("proposal_id", "number"),)

    id: int | None = Field(default=None, primary_key=True)
    proposal_id: int = Field(foreign_key="proposal.id", index=True)
    number: int = Field(description="1 for the first of the proposal")
    hash: str = Field(max_length=64, description="SHA-256 of the title and the clauses in their order, hex")
    title: str = Field(max_length=150)
    language: str = Field(max_length=20)
    sealed_at: datetime
    sealed_as: Role = state_column(Role, Role.MEMBER)


class VersionClause(SQLModel, table=True):
    """A clause as it was sealed. `revision_id` says whose words they were, and whether they were removed."""

    __tablename__ = "version_clause"

    version_id: int = Field(primary_key=True, foreign_key="version.id")
    position: int = Field(primary_key=True, description="1 for the first of the version")
    clause_id: int = Field(foreign_key="clause.id", index=True)
    number: int = Field(description="The number of the clause in the proposal")
    heading: str = Field(max_length=120)
    text: str = Field(max_length=2000, description="Empty where it may not be kept")
    language: str = Field(max_length=20)
    hash: str = Field(max_length=64, description="SHA-256 of its words, hex")
    revision_id: int = Field(foreign_key="revision.comment_id", index=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedClause:
    """A clause of a version for whoever reads it; without words where these were removed by a rule."""

    number: int
    heading: str
    text: str
    language: str
    hash: str
    withheld: bool = False

    @property
    def holds(self) -> bool:
        """Whether the words are those that were sealed."""
        return not self.withheld and words_hash(self.heading, self.text, self.language) == self.hash


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """A version with its clauses in order, and the decision of both sides about it."""

    version: Version
    clauses: Sequence[SealedClause]
    decision: Decision | None = None

    @property
    def state(self) -> State | None:
        """What became of it; None where nothing was asked about it."""
        return None if self.decision is None else self.decision.state


async def versions_of(session: AsyncSession, proposal: Proposal) -> list[Sealed]:
    """Every version of a proposal, newest first."""
    query = select(Version).where(Version.proposal_id == proposal.id).order_by(col(Version.number).desc())
    found = (await session.exec(query)).all()
    clauses, decisions = await _clauses_of(session, found), await _decisions(session, proposal)
    return [Sealed(version=one, clauses=clauses[one.id], decision=decisions.get(one.number)) for one in found]


async def version_numbered(session: AsyncSession, proposal: Proposal, number: int) -> Sealed:
    """Raises NotFound."""
    query = select(Version).where(Version.proposal_id == proposal.id, Version.number == number)
    found = (await session.exec(query)).first() if number <= GREATEST_ID else None
    if found is None:
        raise NotFound(Words("There is no version %(number)s of this proposal.", number=f"{number}"))
    clauses, decisions = await _clauses_of(session, [found]), await _decisions(session, proposal)
    return Sealed(version=found, clauses=clauses[found.id], decision=decisions.get(number))


async def newest_version(session: AsyncSession, proposal_id: int | None) -> Version | None:
    """The version that was sealed last, if any was."""
    query = select(Version).where(Version.proposal_id == proposal_id).order_by(col(Version.number).desc())
    return (await session.exec(query.limit(1))).first()


async def counts_of_versions(session: AsyncSession, proposal_ids: Sequence[int]) -> dict[int, int]:
    """How many versions of each of these proposals are sealed."""
    query = (
        select(Version.proposal_id, func.count())
        .where(col(Version.proposal_id).in_(proposal_ids))
        .group_by(col(Version.proposal_id))
    )
    counted = (await session.exec(query)).all()
    return dict.fromkeys(proposal_ids, 0) | dict(counted)


async def answered_before(session: AsyncSession, decision: Decision, voter: str) -> int | None:
    """Which earlier version somebody has answered last, where this is about a later one."""
    if decision.kind is not Kind.AGREE_PROPOSAL or decision.id is None or not voter:
        return None
    query = (
        select(Decision)
        .join(KeyAnswer, col(KeyAnswer.decision_id) == Decision.id)
        .where(
            Decision.space_id == decision.space_id,
            Decision.kind == decision.kind,
            Decision.about == decision.about,
            col(Decision.id) < decision.id,
            KeyAnswer.voter == voter,
        )
        .order_by(col(Decision.id).desc())
    )
    former = (await session.exec(query)).first()
    return None if former is None else version_in(former)


def version_in(decision: Decision) -> int | None:
    """The number of the version that a decision is about."""
    found = (decision.subject or {}).get("version")
    return found if isinstance(found, int) else None


def file_of(proposal: Proposal, sealed: Sealed, *, space: str) -> dict[str, Any]:
    """A version as a document from which anybody can compute its hashes again."""
    version = sealed.version
    return {
        "format": FORMAT,
        "space": space,
        "proposal": proposal.number,
        "version": version.number,
        "title": version.title,
        "language": version.language,
        "hash": version.hash,
        "sealed_on": day_in_london(version.sealed_at).isoformat(),
        "state": sealed.state.value if sealed.state is not None else None,
        "clauses": [_clause_in_file(one) for one in sealed.clauses],
    }


def _clause_in_file(clause: SealedClause) -> Mapping[str, Any]:
    told: dict[str, Any] = {"clause": clause.number, "hash": clause.hash}
    if clause.withheld:
        return told | {"withheld": True}
    return told | {"heading": clause.heading, "text": clause.text, "language": clause.language}


async def _clauses_of(
    session: AsyncSession, versions: Sequence[Version]
) -> Mapping[int | None, list[SealedClause]]:
    query = (
        select(VersionClause, Comment.state)
        .join(Comment, col(Comment.id) == VersionClause.revision_id)
        .where(col(VersionClause.version_id).in_([one.id for one in versions]))
        .order_by(col(VersionClause.version_id), col(VersionClause.position))
    )
    found: dict[int | None, list[SealedClause]] = {one.id: [] for one in versions}
    for clause, state in await session.exec(query):
        found[clause.version_id].append(read(clause, withheld=state is StatementState.REMOVED))
    return found


def read(clause: VersionClause, *, withheld: bool) -> SealedClause:
    """A clause of a version for whoever reads it; `withheld` says that a rule has removed its words."""
    withheld = withheld or not clause.text
    return SealedClause(
        number=clause.number,
        heading="" if withheld else clause.heading,
        text="" if withheld else clause.text,
        language=clause.language,
        hash=clause.hash,
        withheld=withheld,
    )


async def _decisions(session: AsyncSession, proposal: Proposal) -> dict[int, Decision]:
    query = select(Decision).where(
        Decision.space_id == proposal.space_id,
        Decision.kind == Kind.AGREE_PROPOSAL,
        Decision.about == about_proposal(proposal.id),
    )
    found = ((version_in(one), one) for one in await session.exec(query))
    return {number: one for number, one in found if number is not None}
