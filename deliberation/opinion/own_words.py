"""Changing or withdrawing one's own statement before anybody has voted on it, replacing it after that."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from charters.actions import Action
from charters.enforcement import first_state, require
from charters.states import Role, StatementState
from deliberation.opinion.cautions import HIDDEN, cautions_in
from deliberation.opinion.opinion_map import PublishedMap
from deliberation.opinion.reports import Decision, decide_reports
from deliberation.opinion.statements import (
    REPLACED,
    WITHDRAWN,
    Statement,
    StatementText,
    Votable,
    add_statement,
    refuse_same_words,
)
from deliberation.opinion.taking_part import Place, Visitor, place
from deliberation.opinion.voting import Vote
from deliberation.people.participants import participant_if_any
from deliberation.publishing.record import Did, enter
from deliberation.spaces.consultations import consultation_with_id


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnWords:
    """Whose statement it is, and where: `space` and `consultation` are slugs."""

    visitor: Visitor
    space: str
    consultation: str
    number: int
    now: datetime


async def revise(session: AsyncSession, own: OwnWords, text: StatementText) -> Statement:
    """Put other words in place of one's own; they begin as new ones do.

    Raises Refused, SameWords, NotFound.
    """
    where, statement = await _own(session, Action.REVISE_STATEMENT, own)
    await refuse_same_words(
        session, where.consultation_id, text.text, statement.author_id, but=statement.number
    )
    statement.text, statement.language = text.text, text.language
    statement.state = first_state(where.policy, cautious=bool(cautions_in(text.text).spans))
    statement.redacted, statement.as_written, statement.read_at = False, None, None
    statement.policy = where.given_under
    return statement


async def withdraw(session: AsyncSession, own: OwnWords) -> Statement:
    """Take one's own statement back for good: its words are erased. Raises Refused, NotFound."""
    where, statement = await _own(session, Action.WITHDRAW_STATEMENT, own)
    was, statement.state, statement.removed_for = statement.state, StatementState.REMOVED, WITHDRAWN
    statement.text, statement.redacted, statement.as_written = HIDDEN, False, None
    await _enter(session, Did.STATEMENT_WITHDRAWN, where, statement, was, own.now)
    return statement


async def replace_statement(session: AsyncSession, own: OwnWords, text: StatementText) -> Statement:
    """Put a corrected statement in place of one's own: it is another one, and everybody is asked again.

    Its votes stay with the old one, which nobody is shown any more. Raises Refused, SameWords, NotFound.
    """
    where, old = await _own(session, Action.REPLACE_STATEMENT, own)
    _, consultation = await consultation_with_id(session, where.consultation_id)
    new = await add_statement(
        session,
        consultation,
        text,
        author_id=old.author_id,
        policy=where.given_under,
        replaces=old.number,
        state=first_state(where.policy, cautious=bool(cautions_in(text.text).spans)),
        now=own.now,
    )
    was, old.state, old.removed_for = old.state, StatementState.REMOVED, REPLACED
    old.same_as = new.number
    await _enter(session, Did.STATEMENT_REPLACED, where, old, was, own.now)
    return new


async def _enter(
    session: AsyncSession, kind: Did, where: Place, statement: Statement, was: StatementState, now: datetime
) -> None:
    """Enter what an author did, which decides the open reports too."""
    act = enter(
        session,
        kind,
        space_id=where.space_id,
        consultation_id=where.consultation_id,
        statement_id=statement.id,
        was=was,
        role=Role.PARTICIPANT,
        now=now,
    )
    await session.flush()  # the reports name the act that decided them
    assert act.id is not None
    await decide_reports(session, statement.id, Decision.REMOVED, act_id=act.id, now=now)


async def _own(session: AsyncSession, action: Action, own: OwnWords) -> tuple[Place, Statement]:
    """The statement, held, where its author may do this. Raises Refused, NotFound."""
    where = await session.run_sync(
        lambda plain: place(plain.connection(), own.space, own.consultation, own.number, now=own.now)
    )
    # Whoever votes on it at this moment waits here, or comes first and is seen.
    await session.exec(select(Votable.id).where(Votable.id == where.votable_id).with_for_update())
    query = select(Statement).where(Statement.id == where.votable_id).with_for_update()
    statement = (await session.exec(query)).first()
    author = await participant_if_any(session, where.space_id, own.visitor.pseudonym(where.space_id))
    facts = where.facts(own.now, own.visitor.limit_ends)
    if statement is not None:
        facts = replace(
            facts,
            statement=statement.state,
            is_author=author is not None and author.id == statement.author_id,
            answered=await _has_votes(session, statement.id),
            in_result=await _may_be_in_a_result(session, statement),
        )
    require(where.policy, action, facts)
    assert statement is not None
    return where, statement


async def _has_votes(session: AsyncSession, statement_id: int) -> bool:
    query = select(func.count(col(Vote.votable_id))).where(Vote.votable_id == statement_id)
    return bool((await session.exec(query)).one())


async def _may_be_in_a_result(session: AsyncSession, statement: Statement) -> bool:
    """Whether a result was published since it was added: published words are never changed."""
    query = select(PublishedMap.id).where(
        PublishedMap.consultation_id == statement.consultation_id,
        PublishedMap.published_at >= statement.created_at,
    )
    return (await session.exec(query)).first() is not None
