"""What people write in a discussion: comments with replies, suggested wordings, and revisions of clauses.

All three are one table, so that one way of reporting, removing, appealing, taking back and erasing holds for
all words. Each is bound to the hash of the text that it speaks of, so that it never speaks of another one.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from enum import StrEnum, unique
from types import MappingProxyType

from pydantic import ConfigDict, field_validator
from sqlalchemy import CheckConstraint
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlmodel import Field, SQLModel, col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from charters.states import Role, StatementState
from charters.wording import Words
from deliberation.columns import state as state_column
from deliberation.errors import NotFound
from deliberation.opinion.statements import WITHDRAWN, sayable
from deliberation.spaces.decisions import GREATEST_ID

LONGEST = 2_000


@unique
class Stance(StrEnum):
    """How a comment stands to what it speaks of."""

    FOR = "for"
    AGAINST = "against"
    NEUTRAL = "neutral"
    QUESTION = "question"


STANCES: Mapping[Stance, Words] = MappingProxyType(
    {
        Stance.FOR: Words("For it"),
        Stance.AGAINST: Words("Against it"),
        Stance.NEUTRAL: Words("Neither"),
        Stance.QUESTION: Words("A question"),
    }
)


@unique
class Form(StrEnum):
    """What a contribution is."""

    COMMENT = "comment"
    SUGGESTION = "suggestion"
    REVISION = "revision"
    PROMISE = "promise"
    TELLING = "telling"
    ANSWER = "answer"


OWN_FORMS = frozenset({Form.COMMENT, Form.SUGGESTION})
"""What its author can take back. What a clause, a side or a body says is no longer theirs alone."""


class Discussion(SQLModel, table=True):
    """What can be spoken of: a decision, a clause of a proposal, or an agreed proposal."""

    id: int | None = Field(default=None, primary_key=True)
    space_id: int = Field(foreign_key="space.id", index=True)
    decision_id: int | None = Field(default=None, foreign_key="decision.id", unique=True)
    clause_id: int | None = Field(default=None, foreign_key="clause.id", unique=True)
    proposal_id: int | None = Field(default=None, foreign_key="proposal.id", unique=True)


class CommentText(SQLModel):
    """What a person writes, with its limits. Paragraphs stay; other blanks count as single spaces."""

    model_config = ConfigDict(str_strip_whitespace=True)  # type: ignore[assignment]

    text: str = Field(min_length=1, max_length=LONGEST)
    language: str = Field(default="en", min_length=2, max_length=20, description="BCP 47 tag")

    @field_validator("text", mode="before", check_fields=False)
    @classmethod
    def _in_paragraphs(cls, text: object) -> object:
        if not isinstance(text, str):
            return text
        lines = [" ".join(line.split()) for line in sayable(text).splitlines()]
        kept = [line for at, line in enumerate(lines) if line or (at and lines[at - 1])]
        return "\n".join(kept)


class Comment(SQLModel, table=True):
    __table_args__ = (
        CheckConstraint("length(text) BETWEEN 1 AND 2000", name="length"),
        CheckConstraint("(state = 'removed') = (removed_for IS NOT NULL)", name="reason"),
        # A reply says what it says to the comment above it; a wording has no stance.
        CheckConstraint("(form = 'comment' AND parent_id IS NULL) = (stance IS NOT NULL)", name="reply"),
        CheckConstraint("form = 'comment' OR parent_id IS NULL", name="wording"),
        CheckConstraint("(resolved_at IS NULL) = (resolved_as IS NULL)", name="resolved"),
    )

    id: int | None = Field(default=None, primary_key=True)
    discussion_id: int = Field(foreign_key="discussion.id", index=True)
    parent_id: int | None = Field(default=None, foreign_key="comment.id", index=True)
    text_hash: str = Field(max_length=64, description="SHA-256 of the text that it speaks of, hex")
    form: Form = state_column(Form, Form.COMMENT)
    stance: Stance | None = state_column(Stance, None, nullable=True)
    heading: str = Field(default="", max_length=120, description="Personal, as the text: of a wording")
    why: str = Field(default="", max_length=500, description="Personal, as the text: why it is suggested")
    text: str = Field(max_length=LONGEST, description="Personal: erased with its author")
    language: str = Field(max_length=20)
    author_id: int | None = Field(default=None, foreign_key="participant.id", index=True)
    name: str = Field(default="", max_length=120, description="Personal: the name they act under, if public")
    role: Role = state_column(Role, Role.MEMBER)
    body: str | None = Field(default=None, max_length=40, description="The body they speak for")
    state: StatementState = state_column(StatementState, StatementState.PUBLISHED)
    removed_for: str | None = Field(default=None, max_length=40, description="Reason code")
    removed_note: str = Field(default="", max_length=500, description="Personal: for its author alone")
    policy: str = Field(default="", max_length=60, description="The policy it was given under")
    created_at: datetime
    edited_at: datetime | None = None
    read_at: datetime | None = Field(default=None, description="When a facilitator had read it")
    act_id: int | None = Field(default=None, foreign_key="act.id", description="The last act on it")
    resolved_at: datetime | None = Field(default=None, description="When it was settled, by whom it concerns")
    resolved_as: Role | None = state_column(Role, None, nullable=True)
    resolved_note: str = Field(default="", max_length=500, description="How it was settled, in public")

    @property
    def withdrawn(self) -> bool:
        """Whether its own author took it back."""
        return self.removed_for == WITHDRAWN


async def discussion_of(session: AsyncSession, space_id: int, decision_id: int) -> int:
    """The id of the discussion about a decision, begun where there is none."""
    insert = insert_sqlite if session.get_bind().dialect.name == "sqlite" else insert_postgresql
    await session.exec(
        insert(Discussion)
        .values(space_id=space_id, decision_id=decision_id)
        .on_conflict_do_nothing(index_elements=["decision_id"])
    )
    found = (await session.exec(select(Discussion.id).where(Discussion.decision_id == decision_id))).one()
    assert found is not None
    return found


async def comments_on(session: AsyncSession, decision_id: int) -> list[Comment]:
    """What was said about a decision in the order of time, in every state. What waits is for its author."""
    query = (
        select(Comment)
        .join(Discussion, col(Discussion.id) == Comment.discussion_id)
        .where(Discussion.decision_id == decision_id)
        .order_by(col(Comment.created_at), col(Comment.id))
    )
    return list((await session.exec(query)).all())


async def comments_on_clause(session: AsyncSession, clause_id: int | None) -> list[Comment]:
    """As `comments_on`, about a clause: without its revisions and the wordings suggested for it."""
    query = (
        select(Comment)
        .join(Discussion, col(Discussion.id) == Comment.discussion_id)
        .where(Discussion.clause_id == clause_id, Comment.form == Form.COMMENT)
        .order_by(col(Comment.created_at), col(Comment.id))
    )
    return list((await session.exec(query)).all())


async def counts_on_clauses(session: AsyncSession, clause_ids: Collection[int]) -> dict[int, int]:
    """How many published comments and replies each of these clauses has."""
    query = (
        select(Discussion.clause_id, func.count())
        .join(Comment, col(Comment.discussion_id) == Discussion.id)
        .where(col(Discussion.clause_id).in_(clause_ids), Comment.form == Form.COMMENT)
        .where(Comment.state == StatementState.PUBLISHED)
        .group_by(col(Discussion.clause_id))
    )
    found = {clause_id: count for clause_id, count in await session.exec(query) if clause_id}
    return dict.fromkeys(clause_ids, 0) | found


async def discussion_of_clause(session: AsyncSession, clause_id: int) -> int:
    """The id of the discussion about a clause, which began with it."""
    found = (await session.exec(select(Discussion.id).where(Discussion.clause_id == clause_id))).one()
    assert found is not None
    return found


async def counts_of_comments(session: AsyncSession, decision_ids: Collection[int]) -> dict[int, int]:
    """How many published comments and replies each of these decisions has."""
    query = (
        select(Discussion.decision_id, func.count())
        .join(Comment, col(Comment.discussion_id) == Discussion.id)
        .where(col(Discussion.decision_id).in_(decision_ids), Comment.state == StatementState.PUBLISHED)
        .group_by(col(Discussion.decision_id))
    )
    found = {decision_id: count for decision_id, count in await session.exec(query) if decision_id}
    return dict.fromkeys(decision_ids, 0) | found


async def comment_in(session: AsyncSession, space_id: int, comment_id: int) -> tuple[Comment, Discussion]:
    """A comment of this space, whatever its state, and what it is about. Raises NotFound."""
    query = (
        select(Comment, Discussion)
        .join(Discussion, col(Discussion.id) == Comment.discussion_id)
        .where(Comment.id == comment_id, Discussion.space_id == space_id)
    )
    found = (await session.exec(query)).first() if comment_id <= GREATEST_ID else None
    if found is None:
        raise NotFound(no_comment())
    return found[0], found[1]


async def held_comment(session: AsyncSession, comment_id: int) -> Comment:
    """The comment, held, so that of two simultaneous acts one sees the other."""
    query = select(Comment).where(Comment.id == comment_id).with_for_update()
    return (await session.exec(query.execution_options(populate_existing=True))).one()


async def has_replies(session: AsyncSession, comment_id: int | None) -> bool:
    """Whether anybody has replied; a reply that its author took back does not count."""
    query = select(Comment.id).where(
        Comment.parent_id == comment_id, col(Comment.removed_for).is_distinct_from(WITHDRAWN)
    )
    return (await session.exec(query.limit(1))).first() is not None


async def comments_by(session: AsyncSession, author_id: int) -> Sequence[Comment]:
    """What one participant has written, oldest first: for them alone."""
    query = select(Comment).where(Comment.author_id == author_id)
    return (await session.exec(query.order_by(col(Comment.id)))).all()


def all_words(comment: Comment) -> str:
    """Everything that was said in it, as one text: what a facilitator reads and what is looked over."""
    return "\n".join(part for part in (comment.heading, comment.text, comment.why) if part)


def no_comment() -> Words:
    """What is said of a number that no comment has, or one that waits."""
    return Words("There is no such comment in this space.")
