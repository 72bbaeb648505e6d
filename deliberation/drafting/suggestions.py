"""Suggested wordings for a clause, and what each side has said to them."""

from datetime import datetime
from enum import StrEnum, unique

from sqlalchemy import CheckConstraint
from sqlmodel import Field, SQLModel

from charters.states import Side
from deliberation.columns import state as state_column


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
