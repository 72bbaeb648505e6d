"""What is kept of a text that is written together: each update as it came, and now and then all as one."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel


class LiveText(SQLModel, table=True):
    """Where the shared text of a clause stands. Whoever writes in it holds this row."""

    __tablename__ = "live_text"

    clause_id: int = Field(primary_key=True, foreign_key="clause.id")
    generation: int = Field(description="Begun anew so often; updates of an older one are not taken")
    last: int = Field(default=0, description="The number of its last update; never used twice")
    base: str = Field(max_length=64, description="SHA-256 of the saved words that it is up to date with, hex")
    language: str = Field(max_length=20, description="BCP 47 tag of those words")
    begun_at: datetime


class ClauseUpdate(SQLModel, table=True):
    """A change to the shared text, as its author's connection delivered it. Only added and deleted."""

    __tablename__ = "clause_update"
    __table_args__ = (UniqueConstraint("clause_id", "number"),)

    id: int | None = Field(default=None, primary_key=True)
    clause_id: int = Field(foreign_key="live_text.clause_id", index=True)
    number: int = Field(description="Its place among the updates of the clause, from 1")
    author_id: int | None = Field(default=None, foreign_key="participant.id", index=True)
    connection: str = Field(max_length=22, description="By which connection it came; empty for our own")
    content: bytes = Field(description="Personal: what was typed")
    at: datetime


class ClauseSnapshot(SQLModel, table=True):
    """The shared text up to an update, as one: what stands in it, without what was deleted."""

    __tablename__ = "clause_snapshot"
    __table_args__ = (UniqueConstraint("clause_id", "through"),)

    id: int | None = Field(default=None, primary_key=True)
    clause_id: int = Field(foreign_key="live_text.clause_id", index=True)
    through: int = Field(description="The number of the last update in it; 0 for none")
    content: bytes
    at: datetime


class Presence(SQLModel, table=True):
    """Somebody who has a clause open to write in it, for as long as they have."""

    __tablename__ = "live_presence"

    connection: str = Field(primary_key=True, max_length=22)
    clause_id: int = Field(foreign_key="clause.id", index=True)
    key: str = Field(max_length=64, index=True, description="Personal: the pseudonym in the space")
    name: str = Field(default="", max_length=120, description="Personal: the name they act under, if public")
    role: str = Field(max_length=20)
    body: str | None = Field(default=None, max_length=40, description="The body they speak for")
    since: datetime
    seen_at: datetime
