"""Votes: one row per person and votable. What a vote was before is not kept."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum, unique
from types import MappingProxyType
from typing import Any

from sqlalchemy import CheckConstraint, Connection, bindparam
from sqlalchemy import delete as core_delete
from sqlalchemy import select as core_select
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlmodel import Field, SQLModel, col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from charters.actions import Action
from charters.states import StatementState
from charters.wording import Words
from clustering.matrix import AGREE, DISAGREE, PASS, VoteMatrix
from deliberation.columns import table_of
from deliberation.errors import Invalid
from deliberation.opinion.statements import Statement, Votable
from deliberation.opinion.taking_part import Place, Visitor, participate, place, require_act
from deliberation.people.participants import Participant


class Vote(SQLModel, table=True):
    __table_args__ = (CheckConstraint("value IN (-1, 0, 1)", name="value"),)

    participant_id: int = Field(primary_key=True, foreign_key="participant.id")
    votable_id: int = Field(primary_key=True, foreign_key="votable.id", index=True)
    value: int
    cast_at: datetime
    policy: str = Field(max_length=60, description="The policy it was given under")
    # How it came to be shown, so that estimates can be corrected for exposure; empty for an import.
    probability: float | None = None
    draw: int | None = Field(default=None, description="Seed of the draw")
    map_id: int | None = Field(default=None, description="The working map that the draw used")


@unique
class Answer(StrEnum):
    """The three answers as forms and programs spell them."""

    AGREE = "agree"
    DISAGREE = "disagree"
    PASS = "pass"  # noqa: S105  an answer, no password

    @property
    def value_of_vote(self) -> int:
        return VALUES[self]


VALUES: Mapping[Answer, int] = MappingProxyType(
    {Answer.AGREE: AGREE, Answer.DISAGREE: DISAGREE, Answer.PASS: PASS}
)


def answer_named(word: str) -> Answer:
    """The answer that this word names. Raises Invalid."""
    try:
        return Answer(word)
    except ValueError:
        raise Invalid("vote", Words("Choose Agree, Disagree or Pass.")) from None


def answer_of(value: int) -> Answer:
    """The answer that is stored as +1, 0 or -1."""
    return next(answer for answer, stored in VALUES.items() if stored == value)


@dataclass(frozen=True, slots=True)
class Shown:
    """How a statement came before somebody: the probability and seed of its draw; None for one they chose."""

    probability: float | None = None
    draw: int | None = None
    map_id: int | None = None


NOT_DRAWN = Shown()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ballot:
    """One answer to one statement, checked. `space` and `consultation` are slugs."""

    visitor: Visitor
    space: str
    consultation: str
    number: int
    answer: Answer
    now: datetime
    shown: Shown = NOT_DRAWN


@dataclass(frozen=True, slots=True, kw_only=True)
class Undoing:
    """Whose answer to which statement is to be taken back."""

    visitor: Visitor
    space: str
    consultation: str
    number: int
    now: datetime


_votes, _participants = table_of(Vote), table_of(Participant)
_COLUMNS = ("value", "cast_at", "policy", "probability", "draw", "map_id")


def _casting(insert: Any) -> Any:
    # The participant is found within the insert, so somebody who returns costs no statement of their own;
    # somebody new writes no row, and joins first. Simultaneous votes of one person always make one row.
    # Who is being joined with their account at this moment is waited for, and then found anew.
    given = (
        core_select(
            _participants.c.id,
            bindparam("votable_id", type_=_votes.c.votable_id.type),
            *(bindparam(name, type_=_votes.c[name].type) for name in _COLUMNS),
        )
        .where(
            _participants.c.space_id == bindparam("space_id"),
            _participants.c.key == bindparam("pseudonym"),
        )
        .with_for_update(read=True, key_share=True)
    )
    row = insert(_votes).from_select(["participant_id", "votable_id", *_COLUMNS], given)
    return row.on_conflict_do_update(
        index_elements=["participant_id", "votable_id"],
        set_={name: row.excluded[name] for name in _COLUMNS},
    )


_CAST = {"sqlite": _casting(insert_sqlite), "postgresql": _casting(insert_postgresql)}


async def cast_vote(session: AsyncSession, ballot: Ballot) -> None:
    """Keep an answer to a statement, in place of an earlier one. Raises Refused, NotFound."""
    await session.run_sync(lambda plain: _cast(plain.connection(), ballot))


def _cast(on: Connection, ballot: Ballot) -> None:
    """Two statements for somebody who has taken part before: where it goes, and the vote."""
    where = place(on, ballot.space, ballot.consultation, ballot.number, now=ballot.now)
    require_act(Action.CAST_VOTE, where, ballot.visitor, now=ballot.now, on=on)
    keep_answer(on, Action.CAST_VOTE, where, ballot.visitor, ballot.answer, ballot.shown, now=ballot.now)


def keep_answer(
    on: Connection,
    action: Action,
    where: Place,
    visitor: Visitor,
    answer: Answer,
    shown: Shown = NOT_DRAWN,
    *,
    now: datetime,
) -> None:
    """Keep an answer to what stands at a place, in place of an earlier one; somebody new joins first.

    Whoever calls has asked whether they may. Raises Refused where their network has brought too many.
    """
    values, cast = _row(where, visitor, answer, shown, now), _CAST[on.dialect.name]
    if on.execute(cast, values).rowcount == 0:
        participate(on, action, where, visitor, now=now)
        on.execute(cast, values)


def _row(where: Place, visitor: Visitor, answer: Answer, shown: Shown, now: datetime) -> dict[str, Any]:
    return {
        "space_id": where.space_id,
        "pseudonym": visitor.pseudonym(where.space_id),
        "votable_id": where.votable_id,
        "value": answer.value_of_vote,
        "cast_at": now,
        "policy": where.given_under,
        "probability": shown.probability,
        "draw": shown.draw,
        "map_id": shown.map_id,
    }


async def undo_vote(session: AsyncSession, undoing: Undoing) -> bool:
    """Take an answer back, as if it had never been given; whether there was one. Raises Refused, NotFound."""
    return await session.run_sync(lambda plain: _undo(plain.connection(), undoing))


def _undo(on: Connection, undoing: Undoing) -> bool:
    where = place(on, undoing.space, undoing.consultation, undoing.number, now=undoing.now)
    require_act(Action.UNDO_VOTE, where, undoing.visitor, now=undoing.now)
    return take_back(on, where, undoing.visitor)


def take_back(on: Connection, where: Place, visitor: Visitor) -> bool:
    """Delete somebody's answer to what stands at a place; whether there was one."""
    mine = core_select(_participants.c.id).where(
        _participants.c.space_id == where.space_id,
        _participants.c.key == visitor.pseudonym(where.space_id),
    )
    gone = core_delete(_votes).where(
        _votes.c.participant_id.in_(mine), _votes.c.votable_id == where.votable_id
    )
    return bool(on.execute(gone).rowcount)


async def own_votes(session: AsyncSession, consultation_id: int, participant_id: int) -> dict[int, Answer]:
    """A participant's answers in a consultation, by statement number."""
    query = (
        select(Statement.number, Vote.value)
        .join(Vote, col(Vote.votable_id) == Statement.id)
        .where(Statement.consultation_id == consultation_id, Vote.participant_id == participant_id)
    )
    return {number: answer_of(value) for number, value in await session.exec(query)}


async def seen_in_tens(session: AsyncSession, consultation_id: int) -> dict[int, int]:
    """How often each published statement was answered, down to tens, by number; whatever the answers were.

    What is drawn from these counts is seen by everybody, so within a ten no vote may change it.
    """
    published = select(Statement.id, Statement.number).where(
        Statement.consultation_id == consultation_id, Statement.state == StatementState.PUBLISHED
    )
    numbers = dict((await session.exec(published.order_by(col(Statement.number)))).all())
    # Two queries, since every voting page asks this: one that joined both was planned a hundred times
    # slower on PostgreSQL right after an import, while it had no statistics.
    counted = (
        select(Vote.votable_id, func.count(col(Vote.votable_id)))
        .where(col(Vote.votable_id).in_(numbers))
        .group_by(col(Vote.votable_id))
    )
    times = dict((await session.exec(counted)).all())
    return {number: times.get(id, 0) // 10 * 10 for id, number in numbers.items()}


async def vote_matrix(
    session: AsyncSession, consultation_id: int, *, on: Collection[int] | None = None
) -> VoteMatrix:
    """Every vote of a consultation; participants and votables by their ids.

    On statements in any state, or `on` these alone.
    """
    query = (
        select(Vote.participant_id, Vote.votable_id, Vote.value)
        .join(Votable, col(Votable.id) == Vote.votable_id)
        .where(Votable.consultation_id == consultation_id)
        .order_by(col(Vote.participant_id), col(Vote.votable_id))
    )
    rows = [row for row in await session.exec(query) if on is None or row[1] in on]
    people, votables, values = zip(*rows, strict=True) if rows else ((), (), ())
    return VoteMatrix.from_votes(people, votables, values)
