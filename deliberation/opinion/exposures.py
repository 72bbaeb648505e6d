"""Exposures: how often statements were shown and answered, whatever the answer was."""

from dataclasses import dataclass

from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from charters.states import StatementState
from deliberation.opinion.statements import Statement
from deliberation.opinion.voting import Vote

ENOUGH = 10


@dataclass(frozen=True, slots=True)
class Exposures:
    """`answers`: all answers, rounded to the nearest 10, None below 10 (0 where there is none at all).

    `seldom`: how many published statements have fewer than 10 answers.
    """

    answers: int | None
    seldom: int


async def exposures(session: AsyncSession, consultation_id: int) -> Exposures:
    """Enough for a facilitator to see what goes unseen; no answer can be told from it."""
    query = (
        select(Statement.state, func.count(col(Vote.value)))
        .join(Vote, col(Vote.votable_id) == col(Statement.id), isouter=True)
        .where(Statement.consultation_id == consultation_id)
        .group_by(col(Statement.id), col(Statement.state))
    )
    rows = list(await session.exec(query))
    seldom = sum(state is StatementState.PUBLISHED and count < ENOUGH for state, count in rows)
    return Exposures(rounded(sum(count for _, count in rows)), seldom)


@dataclass(frozen=True, slots=True)
class Seen:
    """A published statement, and how often it was answered: to the nearest 10, None below 10, 0 for never."""

    number: int
    text: str
    language: str
    seed: bool
    answers: int | None


async def seen_by_statement(session: AsyncSession, consultation_id: int) -> list[Seen]:
    """The published statements by number, for a facilitator: which are answered, whatever the answers are."""
    published = (
        select(Statement)
        .where(Statement.consultation_id == consultation_id, Statement.state == StatementState.PUBLISHED)
        .order_by(col(Statement.number))
    )
    statements = (await session.exec(published)).all()
    counted = (
        select(Vote.votable_id, func.count(col(Vote.votable_id)))
        .where(col(Vote.votable_id).in_([statement.id for statement in statements]))
        .group_by(col(Vote.votable_id))
    )
    times = dict((await session.exec(counted)).all())
    return [
        Seen(one.number, one.text, one.language, one.seed, rounded(times.get(one.id, 0)))
        for one in statements
    ]


def rounded(count: int) -> int | None:
    """To the nearest 10; 0 stays 0, and 1 to 9 are None: too few to tell."""
    if 0 < count < 10:
        return None
    return (count + 5) // 10 * 10
