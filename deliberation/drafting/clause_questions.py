"""Clause questions: the sealed words of a clause as something that people vote on, beside statements.

A question is bound to the clause and to the SHA-256 of its words. Other words are another question: a vote
given on the earlier ones never counts for them. Words that come back are the earlier question again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel, col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from charters.states import StatementState
from charters.wording import Words
from deliberation.columns import document
from deliberation.drafting.clauses import Clause
from deliberation.drafting.comments import Comment
from deliberation.drafting.proposals import Proposal
from deliberation.drafting.versions import SealedClause, Version, VersionClause, newest_version, read
from deliberation.errors import NotFound
from deliberation.opinion.statements import Votable
from deliberation.spaces.decisions import GREATEST_ID


class ClauseQuestion(SQLModel, table=True):
    __tablename__ = "clause_question"
    __table_args__ = (UniqueConstraint("clause_id", "hash"),)

    id: int = Field(primary_key=True, foreign_key="votable.id")
    clause_id: int = Field(foreign_key="clause.id")
    hash: str = Field(max_length=64, description="SHA-256 of the words, hex")


class ClauseResult(SQLModel, table=True):
    """A published result about the clauses of a proposal: immutable, numbered 1, 2, 3 within it."""

    __tablename__ = "clause_result"
    __table_args__ = (UniqueConstraint("proposal_id", "number"),)

    id: int | None = Field(default=None, primary_key=True)
    proposal_id: int = Field(foreign_key="proposal.id")
    number: int
    published_at: datetime
    content: dict[str, Any] = document()


class ClauseBasis(SQLModel, table=True):
    """What stands behind the newest result about a proposal's clauses and is never shown; one row each.

    `history` is as in `deliberation.publishing.ballots`. `signature` tells which votes were counted last.
    """

    __tablename__ = "clause_basis"

    proposal_id: int = Field(primary_key=True, foreign_key="proposal.id")
    number: int = Field(default=0, description="The newest published result; 0 for none")
    history: dict[str, Any] = document()
    signature: str = Field(default="", max_length=200)
    counted_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question of a version: the clause as it was sealed, and what was asked about it before.

    `number` is its public id, stable within the proposal. `earlier` are the questions about other words of
    the clause, the newest first.
    """

    question: ClauseQuestion
    number: int
    clause: SealedClause
    earlier: Sequence[ClauseQuestion] = ()


async def ask_about(session: AsyncSession, version: Version) -> None:
    """Make the clauses of a version questions; one about the same words is there already.

    Whoever calls holds the proposal.
    """
    known = {(one.clause_id, one.hash) for one in await questions_of(session, version.proposal_id)}
    query = select(VersionClause).where(VersionClause.version_id == version.id)
    for clause in (await session.exec(query.order_by(col(VersionClause.position)))).all():
        if (clause.clause_id, clause.hash) in known:
            continue
        votable = Votable()
        session.add(votable)
        await session.flush()  # the question takes its votable's id
        session.add(ClauseQuestion(id=votable.id or 0, clause_id=clause.clause_id, hash=clause.hash))
    await session.flush()


async def questions_of(session: AsyncSession, proposal_id: int) -> list[ClauseQuestion]:
    """Every question that was ever asked about a proposal, in the order in which they came.

    None is ever deleted, so the place of one in this list is its number.
    """
    query = (
        select(ClauseQuestion)
        .join(Clause, col(Clause.id) == ClauseQuestion.clause_id)
        .where(Clause.proposal_id == proposal_id)
        .order_by(col(ClauseQuestion.id))
    )
    return list((await session.exec(query)).all())


async def asked_of(session: AsyncSession, proposal: Proposal) -> tuple[Version | None, list[Asked]]:
    """The newest version, and what is asked about its clauses, in their order."""
    version = await newest_version(session, proposal.id)
    return version, await asked_in(session, version) if version is not None else []


async def asked_in(session: AsyncSession, version: Version) -> list[Asked]:
    """What is asked about the clauses of a version, in their order."""
    every = await questions_of(session, version.proposal_id)
    by_words = {(one.clause_id, one.hash): (number, one) for number, one in enumerate(every, start=1)}
    query = (
        select(VersionClause, Comment.state)
        .join(Comment, col(Comment.id) == VersionClause.revision_id)
        .where(VersionClause.version_id == version.id)
        .order_by(col(VersionClause.position))
    )
    asked = []
    for clause, state in await session.exec(query):
        if (clause.clause_id, clause.hash) not in by_words:
            continue
        number, question = by_words[clause.clause_id, clause.hash]
        others = [one for one in every if one.clause_id == clause.clause_id and one is not question]
        words = read(clause, withheld=state is StatementState.REMOVED)
        asked.append(Asked(question=question, number=number, clause=words, earlier=others[::-1]))
    return asked


async def words_asked(session: AsyncSession, question: ClauseQuestion) -> SealedClause | None:
    """The words that a question was about, from the newest version that says them."""
    query = (
        select(VersionClause, Comment.state)
        .join(Version, col(Version.id) == VersionClause.version_id)
        .join(Comment, col(Comment.id) == VersionClause.revision_id)
        .where(VersionClause.clause_id == question.clause_id, VersionClause.hash == question.hash)
        .order_by(col(Version.number).desc())
        .limit(1)
    )
    found = (await session.exec(query)).first()
    return None if found is None else read(found[0], withheld=found[1] is StatementState.REMOVED)


async def unasked_versions(session: AsyncSession) -> list[Version]:
    """The newest versions of proposals of which no clause is a question yet: sealed before votes on them."""
    newest = select(func.max(Version.id)).group_by(col(Version.proposal_id))
    asked = select(Clause.proposal_id).join(ClauseQuestion, col(ClauseQuestion.clause_id) == Clause.id)
    query = select(Version).where(col(Version.id).in_(newest), col(Version.proposal_id).not_in(asked))
    return list((await session.exec(query)).all())


async def newest_result(session: AsyncSession, proposal_id: int | None) -> ClauseResult | None:
    """The published result about its clauses with the highest number."""
    query = select(ClauseResult).where(ClauseResult.proposal_id == proposal_id)
    return (await session.exec(query.order_by(col(ClauseResult.number).desc()).limit(1))).first()


async def result_numbered(session: AsyncSession, proposal: Proposal, number: int) -> ClauseResult:
    """Raises NotFound."""
    query = select(ClauseResult).where(ClauseResult.proposal_id == proposal.id, ClauseResult.number == number)
    found = (await session.exec(query)).first() if number <= GREATEST_ID else None
    if found is None:
        raise NotFound(
            Words("There is no result %(number)s about the clauses of this proposal.", number=f"{number}")
        )
    return found


async def results_of(session: AsyncSession, proposal_id: int | None) -> list[ClauseResult]:
    """Every published result about its clauses, oldest first."""
    query = select(ClauseResult).where(ClauseResult.proposal_id == proposal_id)
    return list((await session.exec(query.order_by(col(ClauseResult.number)))).all())
