"""Moderation: a facilitator publishes what waits, and removes what breaks a rule, with a reason.

Each act stands on the record in the same transaction, decides the open reports about the statement, and can
be undone for an hour, also on the record. A removed statement keeps its text in its row, for its author and
an appeal; what the public reads never has it.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum, unique
from types import MappingProxyType

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from charters.actions import Action
from charters.enforcement import Facts
from charters.states import StatementState
from charters.wording import Words, sentences
from deliberation.errors import Gone, Invalid, NotFound
from deliberation.opinion.appeals import forget_removal, note_removal
from deliberation.opinion.cautions import cautions_in, without_identifiers
from deliberation.opinion.reports import Decision, decide_question_reports, decide_reports, reopen_reports
from deliberation.opinion.statements import (
    HIDDEN_BY_OPERATOR,
    REPLACED,
    WITHDRAWN,
    Statement,
    no_statement,
    statement_if_any,
)
from deliberation.publishing.record import Act, Did, enter
from deliberation.spaces.consultations import consultation_with_id, require_in

LONGEST_NOTE = 500
UNDO = timedelta(hours=1)
UNDOABLE = frozenset(
    {Did.STATEMENT_PUBLISHED, Did.STATEMENT_REDACTED, Did.STATEMENT_KEPT, Did.STATEMENT_REMOVED}
)


@unique
class RemovalReason(StrEnum):
    """The rule that a removed statement broke. The code stands on the public record."""

    IDENTIFYING = "identifying"
    UNLAWFUL = "unlawful"
    ABUSIVE = "abusive"
    OFF_TOPIC = "off-topic"
    DUPLICATE = "duplicate"
    SEVERAL_IDEAS = "several-ideas"
    NOT_A_STATEMENT = "not-a-statement"


REASONS: Mapping[RemovalReason, Words] = MappingProxyType(
    {
        RemovalReason.IDENTIFYING: Words("Names or points to a person"),
        RemovalReason.UNLAWFUL: Words("May be against the law"),
        RemovalReason.ABUSIVE: Words("Attacks a person or a group"),
        RemovalReason.OFF_TOPIC: Words("Not about this question"),
        RemovalReason.DUPLICATE: Words("Says the same as another statement"),
        RemovalReason.SEVERAL_IDEAS: Words("Has more than one idea"),
        RemovalReason.NOT_A_STATEMENT: Words("Gives nothing to agree or disagree with"),
    }
)


OF_OTHERS = {
    WITHDRAWN: Words("Withdrawn by its author"),
    REPLACED: Words("Its author put a corrected one in its place"),
    HIDDEN_BY_OPERATOR: Words("Hidden by the operator, on a legal ground"),
}
ELSEWHERE = Words("Removed where it was held before")


def in_words(code: str) -> Words:
    """A stored reason as people read it; one that came with an import says so."""
    return OF_OTHERS.get(code) or REASONS.get(code, ELSEWHERE)  # type: ignore[call-overload]


def instead_of(code: str, number: int) -> Words:
    """Which statement is there in place of one that was removed for this."""
    if code == REPLACED:
        return Words("Statement %(number)s takes its place.", number=number)
    return Words("Statement %(number)s says the same.", number=number)


def removal_reason(code: str) -> RemovalReason:
    """The reason with this code. Raises Invalid for none, or for one that does not exist."""
    try:
        return RemovalReason(code)
    except ValueError:
        raise Invalid("reason", Words("Choose the rule that the statement breaks.")) from None


def in_public(statement: Statement) -> Statement:
    """The statement, where anybody may read it. Raises Gone with the rule for a removed one, NotFound."""
    if statement.state is StatementState.PUBLISHED:
        return statement
    if statement.state is StatementState.PENDING:
        raise NotFound(no_statement(statement.number))
    gone = Words(
        "Statement %(number)s was removed. Reason: %(rule)s.",
        number=statement.number,
        rule=in_words(statement.removed_for or ""),
    )
    if statement.same_as is None:
        raise Gone(gone)
    raise Gone(sentences(gone, instead_of(statement.removed_for or "", statement.same_as)))


async def refuse_removed(session: AsyncSession, consultation_id: int, number: int) -> None:
    """Raises Gone, with the rule, where the statement of this number was removed."""
    statement = await statement_if_any(session, consultation_id, number)
    if statement is not None and statement.state is StatementState.REMOVED:
        in_public(statement)


async def publish_statement(
    session: AsyncSession, statement_id: int, *, hiding: bool = False, asking: Facts, now: datetime
) -> Act:
    """Let people vote on a statement that waits; where `hiding`, without the identifiers found in it.

    Its words as they were written then stay for the hour in which that can be undone. Raises Refused unless
    it waits and `asking` may, and Invalid where there is nothing to hide.
    """
    statement = await _locked(session, statement_id)
    space_id = await _require(session, Action.PUBLISH_STATEMENT, statement, asking, now)
    if hiding:
        _hide(statement)
    was, statement.state, statement.read_at = statement.state, StatementState.PUBLISHED, now
    kind = Did.STATEMENT_REDACTED if hiding else Did.STATEMENT_PUBLISHED
    return await _enter(session, kind, statement, space_id, now, was=was)


def _hide(statement: Statement) -> None:
    if not cautions_in(statement.text).identifiers:
        raise Invalid("hide", "No number or address was found in it. Publish it, or take it out.")
    statement.as_written, statement.redacted = statement.text, True
    statement.text = without_identifiers(statement.text)


async def keep_statement(session: AsyncSession, statement_id: int, *, asking: Facts, now: datetime) -> Act:
    """Leave a published statement where it is, having read it. Raises Refused."""
    statement = await _locked(session, statement_id)
    space_id = await _require(session, Action.KEEP_STATEMENT, statement, asking, now)
    statement.read_at = now
    act = await _enter(session, Did.STATEMENT_KEPT, statement, space_id, now, was=statement.state)
    assert act.id is not None
    await decide_reports(session, statement_id, Decision.KEPT, act_id=act.id, now=now)
    return act


async def keep_question(session: AsyncSession, consultation_id: int, *, asking: Facts, now: datetime) -> Act:
    """Close the reports about the words of the question, having read them. Raises Refused, NotFound."""
    space, consultation = await consultation_with_id(session, consultation_id)
    await require_in(session, Action.KEEP_QUESTION, space, consultation, asking, now)
    act = enter(
        session,
        Did.QUESTION_KEPT,
        space_id=consultation.space_id,
        consultation_id=consultation_id,
        now=now,
    )
    await session.flush()  # the reports name the act that decided them
    assert act.id is not None
    await decide_question_reports(session, consultation_id, act_id=act.id, now=now)
    return act


async def remove_statement(
    session: AsyncSession,
    statement_id: int,
    *,
    reason: RemovalReason,
    note: str = "",
    same_as: int | None = None,
    by: str = "",
    asking: Facts,
    now: datetime,
) -> Act:
    """Take a statement out of voting, for a reason. The note is for its author, never for the public.

    `by` is the pseudonym of who does it: they may not decide an appeal. A duplicate names the number of a
    published statement. Raises Refused where it is removed already or `asking` may not, Invalid for a note
    that is too long or a number that cannot be.
    """
    note = note.strip()
    if len(note) > LONGEST_NOTE:
        raise Invalid("note", f"The note has {len(note)} characters. Shorten it to {LONGEST_NOTE} or fewer.")
    statement = await _locked(session, statement_id)
    space_id = await _require(session, Action.REMOVE_STATEMENT, statement, asking, now)
    if reason is RemovalReason.DUPLICATE:
        statement.same_as = await _published_number(session, statement, same_as)
    was, statement.state, statement.read_at = statement.state, StatementState.REMOVED, now
    statement.removed_for, statement.removed_note = reason.value, note
    act = await _enter(session, Did.STATEMENT_REMOVED, statement, space_id, now, was=was, reason=reason)
    assert act.id is not None
    await note_removal(session, statement_id, act_id=act.id, by=by, now=now)
    await decide_reports(session, statement_id, Decision.REMOVED, act_id=act.id, now=now)
    return act


async def _published_number(session: AsyncSession, statement: Statement, number: int | None) -> int:
    query = select(Statement.id).where(
        Statement.consultation_id == statement.consultation_id,
        Statement.number == number,
        Statement.state == StatementState.PUBLISHED,
        Statement.id != statement.id,
    )
    if number is None or (await session.exec(query)).first() is None:
        raise Invalid("same_as", "Write the number of the published statement that says the same.")
    return number


async def undo_act(
    session: AsyncSession, statement_id: int, *, act_id: int, asking: Facts, now: datetime
) -> Act:
    """Take back the last act on a statement: its state, its words and the reports are as they were before.

    What was done and undone both stay on the record. Raises Refused where it is not the last act, or older
    than an hour, or `asking` may not.
    """
    statement = await _locked(session, statement_id)
    query = select(Act).where(Act.statement_id == statement_id).order_by(col(Act.id).desc())
    last = (await session.exec(query)).first()
    can_be = last is not None and last.id == act_id and last.kind in UNDOABLE
    ends = last.at + UNDO if last is not None and can_be else None
    space_id = await _require(
        session, Action.UNDO_MODERATION, statement, replace(asking, undo_ends=ends), now
    )
    assert last is not None
    was = statement.state
    statement.state = StatementState(last.was or StatementState.PENDING)
    statement.removed_for, statement.removed_note, statement.same_as = None, "", None
    statement.read_at = None
    if last.kind == Did.STATEMENT_REDACTED and statement.as_written is not None:
        statement.text, statement.as_written, statement.redacted = statement.as_written, None, False
    await forget_removal(session, statement_id)
    await reopen_reports(session, act_id)
    return await _enter(session, Did.MODERATION_UNDONE, statement, space_id, now, was=was, reason=last.kind)


async def _locked(session: AsyncSession, statement_id: int) -> Statement:
    """The statement, held, so that of two simultaneous acts one sees the other. Raises NotFound."""
    query = select(Statement).where(Statement.id == statement_id).with_for_update()
    statement = (await session.exec(query)).first()
    if statement is None:
        raise NotFound(f"There is no statement {statement_id}.")
    return statement


async def _require(
    session: AsyncSession, action: Action, statement: Statement, asking: Facts, now: datetime
) -> int:
    """The id of the space, where the action is permitted. Raises Refused."""
    space, consultation = await consultation_with_id(session, statement.consultation_id)
    await require_in(session, action, space, consultation, asking, now, statement=statement.state)
    return consultation.space_id


async def _enter(
    session: AsyncSession,
    kind: Did,
    statement: Statement,
    space_id: int,
    now: datetime,
    *,
    was: StatementState,
    reason: str | None = None,
) -> Act:
    act = enter(
        session,
        kind,
        space_id=space_id,
        consultation_id=statement.consultation_id,
        statement_id=statement.id,
        reason=reason,
        was=was,
        now=now,
    )
    await session.flush()  # reports and whoever undoes it name the act
    return act
