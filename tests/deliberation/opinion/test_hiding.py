"""The emergency act: on the record at once, over by itself, kept only by both sides, and only once."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from sqlmodel import select, update

from charters.agreements import Kind, State
from charters.enforcement import Facts, Reason, Refused
from charters.states import Role, Standing, StatementState
from deliberation.errors import Invalid
from deliberation.opinion.appeals import Removal
from deliberation.opinion.hiding import end_hidings, hide_statement
from deliberation.opinion.statements import Statement, statement_numbered
from deliberation.publishing.record import acts_of
from deliberation.spaces.consultations import Consultation
from deliberation.spaces.decisions import Decision
from deliberation.spaces.spaces import Space
from participate.db import Database
from tests.chartering import agree, break_chain, charter_of

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
GROUND = "A court has forbidden to publish this."
PUBLISHED, REMOVED = StatementState.PUBLISHED, StatementState.REMOVED


@dataclass
class Emergency:
    database: Database
    space: Space
    consultation: Consultation
    now: datetime

    async def hide(self, role: Role = Role.OPERATOR, ground: str = GROUND, after: timedelta = DAY) -> None:
        asking = Facts(now=self.now, roles=frozenset({role}), signed_in=True)
        statement = await self.statement()
        async with self.database.transaction() as session:
            await hide_statement(session, statement.id, ground, asking=asking, now=self.now + after)

    async def end(self, after: timedelta) -> int:
        async with self.database.transaction() as session:
            return await end_hidings(session, self.now + after)

    async def statement(self) -> Statement:
        async with self.database.reading() as session:
            return await statement_numbered(session, self.consultation.id or 0, 2)

    async def record(self) -> list[tuple[str, Role, str]]:
        async with self.database.reading() as session:
            every = await acts_of(session, self.space.id or 0)
        return [(act.kind, act.role, act.words) for act in every]

    async def decisions(self) -> list[Decision]:
        async with self.database.reading() as session:
            query = select(Decision).where(Decision.kind == Kind.CONFIRM_HIDING)
            return list((await session.exec(query)).all())


@pytest.fixture
async def emergency(database: Database, space: Space, voting: Consultation, now: datetime) -> Emergency:
    async with database.transaction() as session:
        await session.exec(update(Space).values(standing=Standing.RATIFIED))
        policy = charter_of("avonmere", (now - 30 * DAY).date())
        await agree(session, space, policy, Kind.ADOPT_CHARTER, now=now - 20 * DAY)
    return Emergency(database, space, voting, now)


async def test_it_is_on_the_record_at_once_and_both_sides_are_asked(emergency: Emergency) -> None:
    await emergency.hide()
    statement = await emergency.statement()
    assert (statement.state, statement.removed_for, statement.text) == (
        REMOVED,
        "emergency",
        "Open on Saturdays.",
    )
    hidden, put = (await emergency.record())[-2:]
    assert hidden == ("statement-hidden", Role.OPERATOR, GROUND)
    assert put[0] == "decision-put"
    [decision] = await emergency.decisions()
    assert decision.statement_id == statement.id
    assert decision.closes_at - decision.opened_at == 72 * HOUR


async def test_unless_both_sides_confirm_it_comes_back_by_itself(emergency: Emergency) -> None:
    await emergency.hide()
    assert await emergency.end(DAY + 72 * HOUR - timedelta(seconds=1)) == 0
    assert (await emergency.statement()).state is REMOVED
    assert await emergency.end(DAY + 72 * HOUR) == 1
    statement = await emergency.statement()
    assert (statement.state, statement.removed_for) == (PUBLISHED, None)
    assert (await emergency.record())[-1][:2] == ("hiding-ended", Role.VISITOR)
    assert await emergency.end(DAY + 73 * HOUR) == 0


async def test_where_the_charter_does_not_verify_it_waits(emergency: Emergency) -> None:
    await emergency.hide()
    async with emergency.database.transaction() as session:
        await break_chain(session)
    assert await emergency.end(DAY + 72 * HOUR) == 0
    assert (await emergency.statement()).state is REMOVED


async def test_what_both_sides_confirm_stays_and_its_author_can_appeal(emergency: Emergency) -> None:
    await emergency.hide()
    async with emergency.database.transaction() as session:
        agreed = {"state": State.AGREED, "ended_at": emergency.now + 2 * DAY}
        await session.exec(update(Decision).where(Decision.kind == Kind.CONFIRM_HIDING).values(**agreed))  # type: ignore[arg-type]
    assert await emergency.end(2 * DAY) == 1
    assert await emergency.end(9 * DAY) == 0
    statement = await emergency.statement()
    assert (statement.state, statement.removed_for) == (REMOVED, "unlawful")
    assert (await emergency.record())[-1][:2] == ("hiding-confirmed", Role.VISITOR)
    async with emergency.database.reading() as session:
        [removal] = await session.exec(select(Removal))
    assert (removal.statement_id, removal.removed_at) == (statement.id, emergency.now + 2 * DAY)


async def test_one_emergency_does_not_follow_another(emergency: Emergency) -> None:
    await emergency.hide()
    await emergency.end(5 * DAY)
    with pytest.raises(Refused) as refused:
        await emergency.hide(after=6 * DAY)
    assert refused.value.reason is Reason.HIDDEN_BEFORE
    assert (await emergency.statement()).state is PUBLISHED


async def test_only_the_operator_and_only_with_a_ground(emergency: Emergency) -> None:
    for role in (Role.FACILITATOR, Role.MEMBER, Role.DELEGATE):
        with pytest.raises(Refused) as refused:
            await emergency.hide(role)
        assert refused.value.reason is Reason.NEEDS_OPERATOR
    for ground in ("", "law", "x" * 501):
        with pytest.raises(Invalid):
            await emergency.hide(ground=ground)
    assert (await emergency.statement()).state is PUBLISHED
    assert await emergency.decisions() == []


async def test_in_a_trial_nobody_can_confirm_and_it_ends_all_the_same(emergency: Emergency) -> None:
    async with emergency.database.transaction() as session:
        await session.exec(update(Space).values(standing=Standing.TRIAL))
    await emergency.hide()
    assert await emergency.decisions() == []
    assert await emergency.end(4 * DAY) == 1
    assert (await emergency.statement()).state is PUBLISHED
