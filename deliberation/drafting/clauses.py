"""Clauses: the stable parts of a proposal, the revisions of each, and where its words came from.

A clause keeps its number whatever is written in it. Its words are those of its newest revision that anybody
may read: one that waits for a facilitator does not stand yet, one that was removed stands no more.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic import field_validator
from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from charters.canonical import composed, digest
from charters.states import StatementState
from charters.wording import Words
from deliberation.drafting.comments import Comment, CommentText
from deliberation.drafting.proposals import Proposal
from deliberation.errors import NotFound
from deliberation.opinion.statements import Statement, sayable
from deliberation.spaces.consultations import Consultation

LONGEST_HEADING = 120


class ClauseText(CommentText):
    """What a person writes in a clause, with its limits: a heading and up to 2,000 letters of Markdown."""

    heading: str = Field(default="", max_length=LONGEST_HEADING)

    @field_validator("heading", mode="before", check_fields=False)
    @classmethod
    def _one_line(cls, heading: object) -> object:
        return " ".join(sayable(heading).split()) if isinstance(heading, str) else heading

    @field_validator("text", mode="before", check_fields=False)
    @classmethod
    def _in_paragraphs(cls, text: object) -> object:
        # Blanks at the head of a line mean something in Markdown; at the end of one they do not.
        if not isinstance(text, str):
            return text
        lines = [line.rstrip() for line in sayable(text).splitlines()]
        return "\n".join(line for at, line in enumerate(lines) if line or (at and lines[at - 1]))


class Clause(SQLModel, table=True):
    __table_args__ = (UniqueConstraint("proposal_id", "number"),)

    id: int | None = Field(default=None, primary_key=True)
    proposal_id: int = Field(foreign_key="proposal.id", index=True)
    number: int = Field(description="Its public id, stable within the proposal")
    position: int = Field(description="Its place in the order")
    taken_out_at: datetime | None = None


class Revision(SQLModel, table=True):
    """What a clause said from some moment on; its words, its author and its time are those of `comment`."""

    __table_args__ = (UniqueConstraint("clause_id", "number"),)

    comment_id: int = Field(primary_key=True, foreign_key="comment.id")
    clause_id: int = Field(foreign_key="clause.id", index=True)
    number: int = Field(description="1 for the first of the clause")
    hash: str = Field(max_length=64, description="SHA-256 of its words, hex")
    suggestion_id: int | None = Field(
        default=None, foreign_key="comment.id", index=True, description="The accepted suggestion it came from"
    )


class Source(SQLModel, table=True):
    """Where the words of a clause came from."""

    __table_args__ = (
        UniqueConstraint("clause_id", "statement_id"),
        UniqueConstraint("clause_id", "comment_id"),
        CheckConstraint("(statement_id IS NULL) <> (comment_id IS NULL)", name="one"),
    )

    id: int | None = Field(default=None, primary_key=True)
    clause_id: int = Field(foreign_key="clause.id", index=True)
    statement_id: int | None = Field(default=None, foreign_key="statement.id", index=True)
    comment_id: int | None = Field(default=None, foreign_key="comment.id", index=True)
    added_by: int | None = Field(default=None, foreign_key="participant.id", index=True)
    added_at: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """A clause as it stands: `revision` and `words` are None while it says nothing that may be read."""

    clause: Clause
    revision: Revision | None
    words: Comment | None

    @property
    def hash(self) -> str:
        """The SHA-256 of its words, hex; empty while it says nothing."""
        return self.revision.hash if self.revision is not None else ""


@dataclass(frozen=True, slots=True)
class Cited:
    """A statement that a clause came from, and where it was voted on."""

    source: Source
    statement: Statement
    consultation: Consultation


def words_hash(heading: str, text: str, language: str) -> str:
    """The SHA-256, hex, of the words of a clause: what comments, suggestions and versions are bound to."""
    return digest(composed({"heading": heading, "language": language, "text": text}))


def draft_hash(proposal: Proposal, standing: Sequence[Standing]) -> str:
    """The SHA-256, hex, of a draft as it stands: its title, and its clauses in their order."""
    clauses = [{"clause": one.clause.number, "hash": one.hash} for one in standing]
    return digest(
        composed({"proposal": proposal.number, "title": proposal.title, "language": proposal.language})
        | {"clauses": clauses}
    )


async def standing_clauses(
    session: AsyncSession, proposal_id: int | None, *, taken_out: bool = False
) -> list[Standing]:
    """The clauses of a draft in their order; with `taken_out`, those that were taken out of it instead."""
    out = col(Clause.taken_out_at)
    query = (
        select(Clause, Revision, Comment)
        .outerjoin(Revision, col(Revision.clause_id) == Clause.id)
        .outerjoin(Comment, col(Comment.id) == Revision.comment_id)
        .where(Clause.proposal_id == proposal_id, out.is_not(None) if taken_out else out.is_(None))
        .order_by(col(Clause.position), col(Clause.id), col(Revision.number))
    )
    found: dict[int | None, Standing] = {}
    for clause, revision, words in (await session.exec(query)).all():
        found.setdefault(clause.id, Standing(clause, None, None))
        if words is not None and words.state is StatementState.PUBLISHED:
            found[clause.id] = Standing(clause, revision, words)
    return list(found.values())


async def order_of(session: AsyncSession, proposal_id: int | None) -> list[int]:
    """The numbers of the clauses of a draft in their order."""
    query = select(Clause.number).where(Clause.proposal_id == proposal_id, col(Clause.taken_out_at).is_(None))
    return list((await session.exec(query.order_by(col(Clause.position), col(Clause.id)))).all())


async def clause_numbered(session: AsyncSession, proposal: Proposal, number: int) -> Clause:
    """Raises NotFound."""
    query = select(Clause).where(Clause.proposal_id == proposal.id, Clause.number == number)
    found = (await session.exec(query.execution_options(populate_existing=True))).first()
    if found is None:
        raise NotFound(Words("There is no clause %(number)s in this proposal.", number=f"{number}"))
    return found


async def standing_of(session: AsyncSession, clause: Clause) -> Standing:
    """One clause as it stands."""
    for revision, words in reversed(await revisions_of(session, clause)):
        if words.state is StatementState.PUBLISHED:
            return Standing(clause, revision, words)
    return Standing(clause, None, None)


async def revisions_of(session: AsyncSession, clause: Clause) -> list[tuple[Revision, Comment]]:
    """Every revision of a clause in every state, oldest first. What waits is for its author alone."""
    query = (
        select(Revision, Comment)
        .join(Comment, col(Comment.id) == Revision.comment_id)
        .where(Revision.clause_id == clause.id)
        .order_by(col(Revision.number))
        .execution_options(populate_existing=True)
    )
    return [(revision, words) for revision, words in await session.exec(query)]


async def clause_with_id(session: AsyncSession, clause_id: int) -> tuple[Clause, Proposal]:
    """A clause, and the proposal it is part of."""
    query = select(Clause, Proposal).join(Proposal, col(Proposal.id) == Clause.proposal_id)
    clause, proposal = (await session.exec(query.where(Clause.id == clause_id))).one()
    return clause, proposal


async def clauses_from(session: AsyncSession, statement_id: int) -> list[tuple[Clause, Proposal]]:
    """The clauses that a statement is a source of, those of the newest proposal first."""
    query = (
        select(Clause, Proposal)
        .join(Source, col(Source.clause_id) == Clause.id)
        .join(Proposal, col(Proposal.id) == Clause.proposal_id)
        .where(Source.statement_id == statement_id, col(Clause.taken_out_at).is_(None))
        .order_by(col(Proposal.number).desc(), col(Clause.number))
    )
    return [(clause, proposal) for clause, proposal in await session.exec(query)]


async def cited_in(session: AsyncSession, proposal_id: int | None) -> dict[int, list[Cited]]:
    """The published statements that each clause of a proposal came from, by the id of the clause."""
    query = (
        select(Source, Statement, Consultation)
        .join(Clause, col(Clause.id) == Source.clause_id)
        .join(Statement, col(Statement.id) == Source.statement_id)
        .join(Consultation, col(Consultation.id) == Statement.consultation_id)
        .where(Clause.proposal_id == proposal_id, Statement.state == StatementState.PUBLISHED)
        .order_by(col(Source.id))
    )
    found: dict[int, list[Cited]] = defaultdict(list)
    for source, statement, consultation in await session.exec(query):
        found[source.clause_id].append(Cited(source, statement, consultation))
    return dict(found)
