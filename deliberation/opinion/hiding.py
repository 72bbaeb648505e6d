"""The emergency act: the operator hides a statement on a legal ground, for hours, and never changes it.

It stands on the record at once. Where the space has two sides both are asked to confirm it in the same
transaction; unless they do in time, the statement comes back by itself.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from charters.actions import Action
from charters.agreements import Kind, State
from charters.appeals import hidden
from charters.enforcement import Facts, Reason, Refused, refusal
from charters.states import Role, Standing, StatementState
from deliberation.opinion.appeals import note_removal
from deliberation.opinion.statements import HIDDEN_BY_OPERATOR, Statement
from deliberation.publishing.record import Act, Did, enter
from deliberation.spaces.charters import policy_to_read_by
from deliberation.spaces.consultations import consultation_with_id, require_in
from deliberation.spaces.decisions import Decision
from deliberation.spaces.putting import matter, put
from deliberation.spaces.reasons import public_reason

CONFIRMABLE = frozenset({Standing.PROVISIONAL, Standing.RATIFIED})
CONFIRMED_AS = "unlawful"
"""The rule by which a statement stays removed once both sides have confirmed that it is hidden."""


@dataclass(frozen=True, slots=True)
class Hiding:
    """A statement that is hidden, with the act that says since when, why, and what it was before."""

    statement: Statement
    act: Act


async def hide_statement(
    session: AsyncSession, statement_id: int, ground: str, *, asking: Facts, now: datetime
) -> Act:
    """Hide a statement; `ground` says in public by which law.

    Raises Refused, also where it was hidden before: nobody holds it back by one emergency after another.
    Raises Invalid without a ground.
    """
    query = select(Statement).where(Statement.id == statement_id).with_for_update()
    statement = (await session.exec(query)).one()
    space, consultation = await consultation_with_id(session, statement.consultation_id)
    policy = await require_in(
        session,
        Action.HIDE_STATEMENT,
        space,
        consultation,
        asking,
        now,
        statement=statement.state,
        ground=True,
    )
    before = select(Act.id).where(Act.statement_id == statement_id, Act.kind == Did.STATEMENT_HIDDEN.value)
    if (await session.exec(before)).first() is not None:
        raise Refused(refusal(policy, Action.HIDE_STATEMENT, "emergency", Reason.HIDDEN_BEFORE))
    ground = public_reason(ground, "ground")
    was, statement.state = statement.state, StatementState.REMOVED
    statement.removed_for = HIDDEN_BY_OPERATOR
    act = _enter(session, Did.STATEMENT_HIDDEN, statement, consultation.space_id, was, now, words=ground)
    await session.flush()  # the act comes before the decision that it asks for
    if space.standing in CONFIRMABLE:
        subject = {"consultation": consultation.id, "statement": statement.number, "ground": ground}
        what = matter(
            Kind.CONFIRM_HIDING,
            f"statement/{statement.id}",
            subject,
            words=ground,
            consultation_id=consultation.id,
            statement_id=statement.id,
        )
        await put(session, space, policy, what, asking=asking, now=now)
    return act


async def end_hidings(session: AsyncSession, now: datetime) -> int:
    """Give back what was hidden for as long as may be, and keep what both sides have confirmed; how many.

    The worker calls it.
    """
    ended = 0
    for hiding in await _hidden(session):
        statement, act = hiding.statement, hiding.act
        space, _ = await consultation_with_id(session, statement.consultation_id)
        policy, verifies = await policy_to_read_by(session, space, now)
        if not verifies:
            continue  # nobody knows by which rules
        confirmed = await _is_confirmed(session, statement.id, act.at)
        if confirmed:
            statement.removed_for = CONFIRMED_AS
            kept = _enter(
                session,
                Did.HIDING_CONFIRMED,
                statement,
                act.space_id,
                statement.state,
                now,
                role=Role.VISITOR,
            )
            await session.flush()  # the removal names the act
            assert kept.id is not None
            await note_removal(session, statement.id, act_id=kept.id, by="", now=now)
        elif not hidden(policy, hidden_at=act.at, confirmed=False, now=now):
            was = statement.state
            statement.state, statement.removed_for = StatementState(act.was or ""), None
            _enter(session, Did.HIDING_ENDED, statement, act.space_id, was, now, role=Role.VISITOR)
        else:
            continue
        ended += 1
    return ended


async def _hidden(session: AsyncSession) -> list[Hiding]:
    query = (
        select(Statement, Act)
        .join(Act, col(Act.statement_id) == Statement.id)
        .where(Statement.removed_for == HIDDEN_BY_OPERATOR, Act.kind == Did.STATEMENT_HIDDEN.value)
        .order_by(col(Act.id))
    )
    # Of several times that one was hidden the last counts.
    newest = {statement.id: Hiding(statement, act) for statement, act in await session.exec(query)}
    return list(newest.values())


async def hidden_in(session: AsyncSession, space_id: int) -> list[tuple[Hiding, int | None]]:
    """What is hidden in a space now, with the id of the decision about it. The texts are for both sides."""
    hidings = [one for one in await _hidden(session) if one.act.space_id == space_id]
    return [(one, await _decision_on(session, one.statement.id)) for one in hidings]


async def _decision_on(session: AsyncSession, statement_id: int) -> int | None:
    query = select(Decision.id).where(
        Decision.kind == Kind.CONFIRM_HIDING, Decision.statement_id == statement_id
    )
    return (await session.exec(query)).first()


async def _is_confirmed(session: AsyncSession, statement_id: int, since: datetime) -> bool:
    query = select(Decision.id).where(
        Decision.kind == Kind.CONFIRM_HIDING,
        Decision.statement_id == statement_id,
        Decision.opened_at >= since,
        Decision.state == State.AGREED,
    )
    return (await session.exec(query)).first() is not None


def _enter(
    session: AsyncSession,
    kind: Did,
    statement: Statement,
    space_id: int,
    was: StatementState,
    now: datetime,
    *,
    words: str = "",
    role: Role = Role.OPERATOR,
) -> Act:
    return enter(
        session,
        kind,
        space_id=space_id,
        consultation_id=statement.consultation_id,
        statement_id=statement.id,
        was=was,
        words=words,
        role=role,
        now=now,
    )
