"""Where a clause comes from: statements, comments, evidence; and statements that were set aside, and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from pydantic import ConfigDict
from sqlalchemy import CheckConstraint
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlmodel import Field, SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from charters.actions import Action
from charters.enforcement import Facts
from charters.states import Role, StatementState
from charters.wording import Words
from deliberation.columns import state as state_column
from deliberation.drafting.clauses import Clause, Source, clause_numbered
from deliberation.drafting.co_authoring import acted, entered, joined, role_acting
from deliberation.drafting.commenting import Speaker
from deliberation.drafting.comments import Comment, Discussion, Form
from deliberation.drafting.evidence_faults import evidence_faults
from deliberation.drafting.proposals import Proposal
from deliberation.drafting.unread import refuse_pointing
from deliberation.drafting.writing import writing
from deliberation.errors import Invalid, NotFound
from deliberation.opinion.statements import Statement
from deliberation.publishing.record import Did, enter
from deliberation.spaces.consultations import Consultation
from deliberation.spaces.decisions import GREATEST_ID
from deliberation.spaces.reasons import public_reason
from deliberation.spaces.spaces import Space
from deliberation.spaces.standing import require_in_space

MOST_BYTES = 200_000
MOST_EVIDENCE = 20


class EvidenceText(SQLModel):
    """What a person says of it, with its limits. `address` is empty where a file comes with it."""

    model_config = ConfigDict(str_strip_whitespace=True)  # type: ignore[assignment]

    title: str = Field(min_length=3, max_length=150)
    publisher: str = Field(min_length=2, max_length=150, description="Who published it")
    published_on: date
    address: str = Field(default="", max_length=500)


class Evidence(EvidenceText, table=True):
    """Something that a clause rests on: an address elsewhere, or a file kept here."""

    __table_args__ = (CheckConstraint("(address = '') = (content IS NOT NULL)", name="place"),)

    id: int | None = Field(default=None, primary_key=True)
    clause_id: int = Field(foreign_key="clause.id", index=True)
    title: str = Field(max_length=150)
    publisher: str = Field(max_length=150)
    published_on: date
    address: str = Field(default="", max_length=500)
    file_name: str = Field(default="", max_length=120)
    media_type: str = Field(default="", max_length=60)
    content: bytes | None = None
    added_at: datetime


class SetAside(SQLModel, table=True):
    """A statement that becomes no clause, and why."""

    __tablename__ = "set_aside"

    statement_id: int = Field(primary_key=True, foreign_key="statement.id")
    reason: str = Field(max_length=500)
    role: Role = state_column(Role, Role.MEMBER)
    at: datetime


@dataclass(frozen=True, slots=True)
class File:
    """A file that was sent, looked at: its name, its media type, its bytes."""

    name: str
    media_type: str
    content: bytes


async def link_statement(
    session: AsyncSession,
    space: Space,
    number: int,
    clause_number: int,
    statement_id: int,
    *,
    speaker: Speaker,
    asking: Facts,
    now: datetime,
) -> None:
    """Name a published statement of the space as a source; a second time changes nothing.

    Raises Refused, NotFound, also for one of another space or that nobody may read.
    """
    proposal, clause = await _writing(session, space, number, clause_number, asking, now)
    query = (
        select(Statement.id)
        .join(Consultation, col(Consultation.id) == Statement.consultation_id)
        .where(Statement.id == statement_id, Consultation.space_id == space.id)
        .where(Statement.state == StatementState.PUBLISHED)
    )
    if statement_id > GREATEST_ID or (await session.exec(query)).first() is None:
        raise NotFound(Words("There is no such statement in this space."))
    author = await joined(session, proposal, speaker, asking, now)
    values = {"clause_id": clause.id, "statement_id": statement_id, "added_by": author, "added_at": now}
    await _link(session, values, "statement_id")
    await acted(session, proposal, asking, now)


async def link_comment(
    session: AsyncSession,
    space: Space,
    number: int,
    clause_number: int,
    comment_id: int,
    *,
    speaker: Speaker,
    asking: Facts,
    now: datetime,
) -> None:
    """Name a published comment on a clause of this proposal as a source. Raises Refused, NotFound."""
    proposal, clause = await _writing(session, space, number, clause_number, asking, now)
    query = (
        select(Comment.id)
        .join(Discussion, col(Discussion.id) == Comment.discussion_id)
        .join(Clause, col(Clause.id) == Discussion.clause_id)
        .where(Comment.id == comment_id, Clause.proposal_id == proposal.id, Comment.form == Form.COMMENT)
        .where(Comment.state == StatementState.PUBLISHED)
    )
    if comment_id > GREATEST_ID or (await session.exec(query)).first() is None:
        raise NotFound(Words("There is no such comment in this proposal."))
    author = await joined(session, proposal, speaker, asking, now)
    values = {"clause_id": clause.id, "comment_id": comment_id, "added_by": author, "added_at": now}
    await _link(session, values, "comment_id")
    await acted(session, proposal, asking, now)


async def add_evidence(
    session: AsyncSession,
    space: Space,
    number: int,
    clause_number: int,
    text: EvidenceText,
    file: File | None = None,
    *,
    speaker: Speaker,
    asking: Facts,
    now: datetime,
) -> Evidence:
    """Name something published as evidence for a clause: by its address, or with its file.

    Raises Refused, NotFound, Invalid.
    """
    proposal, clause = await _writing(session, space, number, clause_number, asking, now)
    faults = evidence_faults(
        title=text.title,
        publisher=text.publisher,
        published_on=text.published_on,
        address=text.address,
        filed=file is not None,
        now=now,
    )
    for name, fault in faults.items():
        raise Invalid(name, fault)
    if len(await evidence_for(session, [clause.id or 0])) >= MOST_EVIDENCE:
        raise Invalid("title", Words("A clause has at most %(most)s pieces of evidence.", most=MOST_EVIDENCE))
    found = Evidence(
        clause_id=clause.id or 0,
        title=text.title,
        publisher=text.publisher,
        published_on=text.published_on,
        address=text.address,
        file_name=file.name if file is not None else "",
        media_type=file.media_type if file is not None else "",
        content=file.content if file is not None else None,
        added_at=now,
    )
    session.add(found)
    await joined(session, proposal, speaker, asking, now)
    entered(session, Did.EVIDENCE_ADDED, proposal, asking, now, _named(proposal, clause), clause.id)
    await acted(session, proposal, asking, now)
    return found


async def unlink(
    session: AsyncSession,
    space: Space,
    number: int,
    clause_number: int,
    *,
    source_id: int = 0,
    evidence_id: int = 0,
    speaker: Speaker,
    asking: Facts,
    now: datetime,
) -> None:
    """Take a source or a piece of evidence away from a clause. Raises Refused, NotFound."""
    proposal, clause = await _writing(session, space, number, clause_number, asking, now)
    found: Source | Evidence | None = await session.get(Evidence, evidence_id)
    if source_id:
        found = await session.get(Source, source_id)
    if found is None or found.clause_id != clause.id:
        raise NotFound(Words("There is no such source of this clause."))
    await session.delete(found)
    await joined(session, proposal, speaker, asking, now)
    entered(session, Did.SOURCE_REMOVED, proposal, asking, now, _named(proposal, clause), clause.id)
    await acted(session, proposal, asking, now)


async def set_aside(
    session: AsyncSession,
    space: Space,
    statement: Statement,
    reason: str,
    *,
    back: bool = False,
    asking: Facts,
    now: datetime,
) -> None:
    """Say in public why a statement becomes no clause; with `back` that is open again.

    Whoever may begin a proposal may. Raises Refused, Invalid for the reason.
    """
    await require_in_space(session, Action.SET_ASIDE, space, asking, now, statement=statement.state)
    found = await session.get(SetAside, statement.id, with_for_update=True)
    if back:
        if found is not None:
            await session.delete(found)
    else:
        said = public_reason(reason)
        refuse_pointing("reason", said)
        if found is None:
            found = SetAside(statement_id=statement.id, reason=said, role=role_acting(asking), at=now)
            session.add(found)
        found.reason, found.role, found.at = said, role_acting(asking), now
    enter(
        session,
        Did.STATEMENT_TAKEN_UP if back else Did.STATEMENT_SET_ASIDE,
        space_id=space.id or 0,
        consultation_id=statement.consultation_id,
        statement_id=statement.id,
        words="" if back else found.reason if found is not None else "",
        role=role_acting(asking),
        now=now,
    )
    await session.flush()


async def set_aside_for(session: AsyncSession, statement_id: int) -> SetAside | None:
    """Why a statement was set aside; None where that is open."""
    return await session.get(SetAside, statement_id)


async def evidence_for(session: AsyncSession, clause_ids: Sequence[int]) -> list[Evidence]:
    """The evidence of these clauses, in the order in which it was added."""
    query = select(Evidence).where(col(Evidence.clause_id).in_(clause_ids)).order_by(col(Evidence.id))
    return list((await session.exec(query)).all())


async def evidence_in(session: AsyncSession, proposal: Proposal, evidence_id: int) -> Evidence:
    """One piece of evidence of a proposal. Raises NotFound."""
    query = select(Evidence).join(Clause, col(Clause.id) == Evidence.clause_id)
    query = query.where(Evidence.id == evidence_id, Clause.proposal_id == proposal.id)
    found = (await session.exec(query)).first() if evidence_id <= GREATEST_ID else None
    if found is None:
        raise NotFound(Words("There is no such source of this clause."))
    return found


async def sources_of(session: AsyncSession, clause: Clause) -> list[tuple[Source, Statement | Comment]]:
    """The statements and comments that a clause names and that anybody may read, oldest first."""
    query = (
        select(Source, Statement, Comment)
        .outerjoin(Statement, col(Statement.id) == Source.statement_id)
        .outerjoin(Comment, col(Comment.id) == Source.comment_id)
        .where(Source.clause_id == clause.id)
        .order_by(col(Source.id))
    )
    found: list[tuple[Source, Statement | Comment]] = []
    for source, statement, comment in (await session.exec(query)).all():
        one = statement if statement is not None else comment
        if one is not None and one.state is StatementState.PUBLISHED:
            found.append((source, one))
    return found


async def linkable(
    session: AsyncSession, space_id: int, words: str, most: int = 20
) -> list[tuple[Statement, Consultation]]:
    """The published statements of a space whose words hold these, the newest first."""
    query = (
        select(Statement, Consultation)
        .join(Consultation, col(Consultation.id) == Statement.consultation_id)
        .where(Consultation.space_id == space_id, Statement.state == StatementState.PUBLISHED)
        .order_by(col(Statement.id).desc())
    )
    for word in words.split()[:6]:
        query = query.where(col(Statement.text).icontains(word, autoescape=True))
    return [(statement, held) for statement, held in await session.exec(query.limit(most))]


async def _writing(
    session: AsyncSession, space: Space, number: int, clause_number: int, asking: Facts, now: datetime
) -> tuple[Proposal, Clause]:
    proposal, _ = await writing(session, space, number, asking, now)
    return proposal, await clause_numbered(session, proposal, clause_number)


async def _link(session: AsyncSession, values: Mapping[str, object], what: str) -> None:
    insert = insert_sqlite if session.get_bind().dialect.name == "sqlite" else insert_postgresql
    made = insert(Source).values(dict(values))
    await session.exec(made.on_conflict_do_nothing(index_elements=["clause_id", what]))


def _named(proposal: Proposal, clause: Clause) -> str:
    return f"Proposal {proposal.number}, clause {clause.number}."
