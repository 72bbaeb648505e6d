"""Turning a key: signing a decision or declining it, changing that while it can be, and taking it back."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from secrets import token_hex

from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlmodel import col, delete, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from charters.actions import Action
from charters.agreements import State
from charters.enforcement import Facts
from charters.rules import Way
from charters.states import Side
from deliberation.spaces.activity import note_act
from deliberation.spaces.decisions import Decision, KeyAnswer, locked
from deliberation.spaces.reasons import public_reason
from deliberation.spaces.settling import settle
from deliberation.spaces.spaces import Space
from deliberation.spaces.standing import require_in_space


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What somebody says to a decision.

    `voter` is their pseudonym in the space, `shown` the hash of the text that they were shown, `name` the one
    they act under. `reason` is needed to decline.
    """

    voter: str
    yes: bool
    shown: str
    reason: str = ""
    name: str = ""


async def answer_decision(
    session: AsyncSession, space: Space, decision_id: int, reply: Reply, *, asking: Facts, now: datetime
) -> Decision:
    """Sign or decline; the newest answer of a person counts. What it comes to is stored at once.

    Raises Refused, also where the text has moved since it was shown, Invalid for a reason that is missing.
    """
    assert space.id is not None
    decision = await locked(session, space.id, decision_id)
    here = await session.get(Space, space.id, populate_existing=True)
    assert here is not None
    await require_in_space(
        session,
        Action.ANSWER_DECISION,
        here,
        asking,
        now,
        decision=decision.agreement,
        decision_state=decision.state,
        shown=reply.shown,
    )
    assert asking.side is not None
    reason = "" if reply.yes else public_reason(reply.reason)
    await _keep(session, _answer(decision, replace(reply, reason=reason), asking, now))
    await note_act(session, space.id, asking.side, now=now)
    return await settle(session, decision, now=now)


def _answer(decision: Decision, reply: Reply, asking: Facts, now: datetime) -> KeyAnswer:
    assert decision.id is not None
    assert asking.side is not None
    assert asking.belonging is not None
    agreement = decision.agreement
    return KeyAnswer(
        decision_id=decision.id,
        voter=reply.voter,
        side=asking.side,
        yes=reply.yes,
        at=now,
        text=reply.shown,
        attestation=asking.attestation,
        body=asking.belonging.body,
        founder=asking.belonging.founder,
        name="" if is_secret(decision, asking.side) else reply.name,
        reason=reply.reason,
        counts_from=min(decision.opened_at, now - timedelta(days=agreement.key.tenure_days)),
    )


def is_secret(decision: Decision, side: Side) -> bool:
    """Whether nobody is told how this side's people voted; a signature is an open act."""
    return side is Side.PEOPLE and decision.agreement.rule.way is Way.DOUBLE_MAJORITY


async def _keep(session: AsyncSession, answer: KeyAnswer) -> None:
    insert = insert_sqlite if session.get_bind().dialect.name == "sqlite" else insert_postgresql
    values = answer.model_dump()
    key = {"decision_id", "voter"}
    await session.exec(
        insert(KeyAnswer)
        .values(**values)
        .on_conflict_do_update(
            index_elements=sorted(key), set_={name: values[name] for name in values.keys() - key}
        )
    )


async def own_answer(session: AsyncSession, decision_id: int, voter: str) -> KeyAnswer | None:
    """What somebody has said to a decision; None where they have said nothing, or taken it back."""
    return await session.get(KeyAnswer, (decision_id, voter), populate_existing=True)


async def take_answers_back(session: AsyncSession, space_id: int, voter: str) -> None:
    """Somebody leaves their side: their answers to open decisions go with them.

    A body's answer stays, for it is the body's, and no longer says who gave it.
    """
    still_open = select(Decision.id).where(Decision.space_id == space_id, Decision.state == State.OPEN)
    mine = (col(KeyAnswer.voter) == voter, col(KeyAnswer.decision_id).in_(still_open))
    spoken = select(KeyAnswer.decision_id).where(*mine, col(KeyAnswer.body).is_not(None))
    for decision_id in (await session.exec(spoken)).all():
        query = update(KeyAnswer).where(col(KeyAnswer.voter) == voter)
        query = query.where(col(KeyAnswer.decision_id) == decision_id)
        await session.exec(query.values(voter=f"left-{token_hex(16)}", name=""))
    await session.exec(delete(KeyAnswer).where(*mine))
