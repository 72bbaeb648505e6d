"""Suggested wordings for a clause, and what each side has said to them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum, unique

from sqlalchemy import CheckConstraint
from sqlmodel import Field, SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from charters.states import Side, StatementState
from charters.wording import Words
from deliberation.columns import state as state_column
from deliberation.drafting.clauses import Clause, Standing, standing_clauses, standing_of
from deliberation.drafting.comments import Comment
from deliberation.drafting.proposals import Proposal
from deliberation.errors import NotFound
from deliberation.spaces.decisions import GREATEST_ID


@unique
class SuggestionState(StrEnum):
    """What has become of a suggestion. That it is outdated follows from what the clause says now."""

    OPEN = "open"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


class Suggestion(SQLModel, table=True):
    """A wording for one clause; its words, its author and its reason are those of `comment`."""

    __table_args__ = (CheckConstraint("(state = 'open') = (ended_at IS NULL)", name="ended"),)

    comment_id: int = Field(primary_key=True, foreign_key="comment.id")
    clause_id: int = Field(foreign_key="clause.id", index=True)
    base_id: int = Field(foreign_key="revision.comment_id", description="The revision that it would change")
    state: SuggestionState = state_column(SuggestionState, SuggestionState.OPEN)
    ended_at: datetime | None = None


class SuggestionAnswer(SQLModel, table=True):
    """What one side has said to a suggestion: the newest answer of anybody there."""

    __tablename__ = "suggestion_answer"

    suggestion_id: int = Field(primary_key=True, foreign_key="suggestion.comment_id")
    side: Side = state_column(Side, Side.PEOPLE, primary_key=True)
    accepts: bool
    reason: str = Field(default="", max_length=500, description="Why not, in public")
    answerer: str = Field(max_length=64, description="Personal: a pseudonym in the space")
    name: str = Field(default="", max_length=120, description="Personal: the name they act under, if public")
    body: str | None = Field(default=None, max_length=40, description="The body they speak for")
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggested:
    """A suggestion with its words, the clause as it stands, and what each side has said."""

    suggestion: Suggestion
    words: Comment
    standing: Standing
    answers: Sequence[SuggestionAnswer]

    @property
    def outdated(self) -> bool:
        """Whether it waits on words that the clause does not have any more."""
        open_still = self.suggestion.state is SuggestionState.OPEN
        moved = self.standing.hash != self.words.text_hash or self.standing.clause.taken_out_at is not None
        return open_still and moved


def no_suggestion(number: int) -> Words:
    """What is said of a number that no suggestion has."""
    return Words("There is no suggestion %(number)s in this proposal.", number=f"{number}")


async def suggestion_in(session: AsyncSession, proposal: Proposal, suggestion_id: int) -> Suggested:
    """A suggestion of this proposal, whatever its state. Raises NotFound."""
    query = (
        select(Suggestion, Comment, Clause)
        .join(Comment, col(Comment.id) == Suggestion.comment_id)
        .join(Clause, col(Clause.id) == Suggestion.clause_id)
        .where(Suggestion.comment_id == suggestion_id, Clause.proposal_id == proposal.id)
    )
    found = (await session.exec(query)).first() if suggestion_id <= GREATEST_ID else None
    if found is None:
        raise NotFound(no_suggestion(suggestion_id))
    suggestion, words, clause = found
    answers = (await answers_to(session, [suggestion_id])).get(suggestion_id, [])
    standing = await standing_of(session, clause)
    return Suggested(suggestion=suggestion, words=words, standing=standing, answers=answers)


async def suggestions_on(session: AsyncSession, proposal: Proposal) -> dict[int, list[Suggested]]:
    """The suggestions on a proposal in every state, oldest first, by the id of their clause."""
    query = (
        select(Suggestion, Comment, Clause)
        .join(Comment, col(Comment.id) == Suggestion.comment_id)
        .join(Clause, col(Clause.id) == Suggestion.clause_id)
        .where(Clause.proposal_id == proposal.id)
        .order_by(col(Comment.created_at), col(Suggestion.comment_id))
    )
    rows = list(await session.exec(query))
    if not rows:
        return {}
    answers = await answers_to(session, [suggestion.comment_id for suggestion, _, _ in rows])
    standing = {
        one.clause.id: one
        for taken_out in (False, True)
        for one in await standing_clauses(session, proposal.id, taken_out=taken_out)
    }
    found: dict[int, list[Suggested]] = defaultdict(list)
    for suggestion, words, clause in rows:
        found[suggestion.clause_id].append(
            Suggested(
                suggestion=suggestion,
                words=words,
                standing=standing[clause.id],
                answers=answers.get(suggestion.comment_id, []),
            )
        )
    return dict(found)


async def answers_to(
    session: AsyncSession, suggestion_ids: Sequence[int]
) -> dict[int, list[SuggestionAnswer]]:
    """What each side has said to these suggestions, the people's side first."""
    query = select(SuggestionAnswer).where(col(SuggestionAnswer.suggestion_id).in_(suggestion_ids))
    found: dict[int, list[SuggestionAnswer]] = defaultdict(list)
    for one in (await session.exec(query.order_by(col(SuggestionAnswer.side).desc()))).all():
        found[one.suggestion_id].append(one)
    return dict(found)


async def suggestions_waiting(
    session: AsyncSession, proposals: Sequence[Proposal], side: Side
) -> list[tuple[Proposal, Suggested]]:
    """The suggestions on these proposals that can be accepted and that this side has not answered."""
    return [
        (proposal, one)
        for proposal in proposals
        for found in (await suggestions_on(session, proposal)).values()
        for one in found
        if one.suggestion.state is SuggestionState.OPEN
        and one.words.state is StatementState.PUBLISHED
        and not one.outdated
        and side not in {answer.side for answer in one.answers}
    ]
