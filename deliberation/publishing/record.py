"""The record: the public list of acts. Rows are added, never changed, in the transaction of their act.

An act names a role, never a person.
"""

from datetime import datetime
from enum import StrEnum, unique

from sqlmodel import Field, SQLModel, col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from charters.states import Role
from deliberation.columns import state

LONGEST_WORDS = 4_000


@unique
class Did(StrEnum):
    """What was done."""

    SPACE_MADE = "space-made"
    FACILITATOR_APPOINTED = "facilitator-appointed"
    FACILITATOR_STOPPED = "facilitator-stopped"
    DELEGATE_INVITED = "delegate-invited"
    DELEGATE_JOINED = "delegate-joined"
    DELEGATE_LEFT = "delegate-left"
    DELEGATE_ENDED = "delegate-ended"
    ADVISER_INVITED = "adviser-invited"
    ADVISER_JOINED = "adviser-joined"
    ADVISER_ENDED = "adviser-ended"
    ADVISER_LEFT = "adviser-left"
    SIDE_LINK_ENDED = "side-link-ended"
    CONSULTATION_MADE = "consultation-made"
    CONSULTATION_OPENED = "consultation-opened"
    CONSULTATION_REVISED = "consultation-revised"
    CONSULTATION_CLOSED = "consultation-closed"
    CONSULTATION_REOPENED = "consultation-reopened"
    CONSULTATION_PAUSED = "consultation-paused"
    CONSULTATION_RESUMED = "consultation-resumed"
    LAST_DAY_MOVED = "last-day-moved"
    ANSWER_DAY_SET = "answer-day-set"
    ANSWER_GIVEN = "answer-given"
    ANSWER_OVERDUE = "answer-overdue"
    NOTICE_CHANGED = "notice-changed"
    INVITATION_MADE = "invitation-made"
    INVITATION_ENDED = "invitation-ended"
    SHEETS_ENTERED = "sheets-entered"
    CONSULTATION_IMPORTED = "consultation-imported"
    SEEDS_ADDED = "seeds-added"
    STATEMENT_PUBLISHED = "statement-published"
    STATEMENT_REMOVED = "statement-removed"
    STATEMENT_WITHDRAWN = "statement-withdrawn"
    STATEMENT_REPLACED = "statement-replaced"
    STATEMENT_REDACTED = "statement-redacted"
    STATEMENT_KEPT = "statement-kept"
    QUESTION_KEPT = "question-kept"
    MODERATION_UNDONE = "moderation-undone"
    ATTESTATION_CHANGED = "attestation-changed"
    DECISION_PUT = "decision-put"
    DECISION_MOVED = "decision-moved"
    DECISION_AGREED = "decision-agreed"
    DECISION_DECLINED = "decision-declined"
    DECISION_LAPSED = "decision-lapsed"
    SPACE_WOKEN = "space-woken"
    STATEMENT_HIDDEN = "statement-hidden"
    HIDING_ENDED = "hiding-ended"
    HIDING_CONFIRMED = "hiding-confirmed"
    PROPOSAL_BEGUN = "proposal-begun"
    TITLE_CHANGED = "title-changed"
    VERSION_SEALED = "version-sealed"
    CLAUSE_ADDED = "clause-added"
    CLAUSE_CHANGED = "clause-changed"
    CLAUSE_TAKEN_OUT = "clause-taken-out"
    CLAUSE_PUT_BACK = "clause-put-back"
    PROPOSAL_ANSWERED = "proposal-answered"
    PROMISE_MADE = "promise-made"
    PROMISE_KEPT = "promise-kept"
    PROMISE_NOT_KEPT = "promise-not-kept"
    EVIDENCE_ADDED = "evidence-added"
    SOURCE_REMOVED = "source-removed"
    STATEMENT_SET_ASIDE = "statement-set-aside"
    STATEMENT_TAKEN_UP = "statement-taken-up"
    SUGGESTION_MADE = "suggestion-made"
    SUGGESTION_ACCEPTED = "suggestion-accepted"
    SUGGESTION_REJECTED = "suggestion-rejected"
    COMMENT_PUBLISHED = "comment-published"
    COMMENT_KEPT = "comment-kept"
    COMMENT_REMOVED = "comment-removed"
    COMMENT_WITHDRAWN = "comment-withdrawn"
    APPEAL_MADE = "appeal-made"
    APPEAL_ANSWERED = "appeal-answered"
    APPEAL_UPHELD = "appeal-upheld"
    APPEAL_RESTORED = "appeal-restored"
    APPEAL_SEALED = "appeal-sealed"


class Act(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    space_id: int = Field(foreign_key="space.id", index=True)
    consultation_id: int | None = Field(default=None, foreign_key="consultation.id", index=True)
    statement_id: int | None = Field(default=None, foreign_key="statement.id")
    proposal_id: int | None = Field(default=None, foreign_key="proposal.id", index=True)
    clause_id: int | None = Field(default=None, foreign_key="clause.id", index=True)
    kind: str = Field(max_length=40)
    reason: str | None = Field(default=None, max_length=40, description="Reason code")
    was: str | None = Field(default=None, max_length=20, description="The statement's state before")
    words: str = Field(default="", max_length=LONGEST_WORDS, description="What was said with it, in public")
    role: Role = state(Role, Role.FACILITATOR)
    at: datetime


def enter(
    session: AsyncSession,
    kind: Did,
    *,
    space_id: int,
    consultation_id: int | None = None,
    statement_id: int | None = None,
    proposal_id: int | None = None,
    clause_id: int | None = None,
    reason: str | None = None,
    was: str | None = None,
    words: str = "",
    role: Role = Role.FACILITATOR,
    now: datetime,
) -> Act:
    """Enter an act; it stands or falls with the transaction of the act itself."""
    act = Act(
        space_id=space_id,
        consultation_id=consultation_id,
        statement_id=statement_id,
        proposal_id=proposal_id,
        clause_id=clause_id,
        kind=kind.value,
        reason=reason,
        was=was,
        words=words,
        role=role,
        at=now,
    )
    session.add(act)
    return act


async def acts_of(session: AsyncSession, space_id: int) -> list[Act]:
    """A space's acts, oldest first."""
    return list((await session.exec(select(Act).where(Act.space_id == space_id).order_by("id"))).all())


async def acts_in(session: AsyncSession, consultation_id: int) -> list[Act]:
    """What was done in one consultation, newest first."""
    query = select(Act).where(Act.consultation_id == consultation_id).order_by(col(Act.id).desc())
    return list((await session.exec(query)).all())


async def newest_act(session: AsyncSession) -> int:
    """The number of the last act that was entered anywhere; 0 before the first."""
    return (await session.exec(select(func.max(Act.id)))).first() or 0


async def act_ids_after(session: AsyncSession, act_id: int) -> set[int]:
    """The acts with a greater number than this."""
    query = select(Act.id).where(col(Act.id) > act_id)
    return {found for found in await session.exec(query) if found is not None}
