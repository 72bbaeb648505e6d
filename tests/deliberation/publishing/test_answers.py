"""What bodies owe, and who is late: by the charter, the result and the clock."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlmodel import select, update

from charters.agreements import Kind
from charters.enforcement import Facts, Reason, Refused
from charters.facts import Belonging
from charters.states import Attestation, Role, Side, Standing
from deliberation.opinion.opinion_map import PublishedMap
from deliberation.publishing.answers import AnswerWords, Owed, give_answer, mark_overdue, owed_in
from deliberation.publishing.record import Act, Did
from deliberation.spaces.charters import policy_in_force
from deliberation.spaces.consultations import Consultation, consultation_with_id
from deliberation.spaces.spaces import Space
from participate.db import Database
from tests.chartering import agree, charter_of

DAY = timedelta(days=1)
WORDS = AnswerWords(words="From May the surgery is open until eight on two days.")


@pytest.fixture
async def closed(database: Database, space: Space, voting: Consultation, now: datetime) -> Consultation:
    """A consultation that ends at `now` with something that people agree on, in a space with two bodies."""
    async with database.transaction() as session:
        await session.exec(update(Space).values(standing=Standing.RATIFIED))
        space.standing = Standing.RATIFIED
        charter = charter_of("avonmere", (now - 30 * DAY).date())
        await agree(session, space, charter, Kind.ADOPT_CHARTER, now=now - 20 * DAY)
        await session.exec(update(Consultation).values(opens_at=now - 9 * DAY, closes_at=now))
        assert voting.id is not None
        session.add(
            PublishedMap(
                consultation_id=voting.id,
                number=1,
                published_at=now,
                closing=True,
                content={"agree": [2], "disagree": []},
            )
        )
    return voting


@pytest.fixture
def dan(now: datetime) -> Facts:
    """A delegate of the Trust."""
    return Facts(
        now=now,
        signed_in=True,
        roles=frozenset({Role.DELEGATE}),
        side=Side.BODY,
        attestation=Attestation.STAFF,
        belonging=Belonging(joined_at=now - 90 * DAY, body="ods:XX1"),
    )


async def owed(database: Database, consultation: Consultation, now: datetime) -> list[Owed]:
    async with database.reading() as session:
        assert consultation.id is not None
        space, held = await consultation_with_id(session, consultation.id)
        return await owed_in(session, space, held, await policy_in_force(session, space, now), now=now)


async def answer(database: Database, consultation: Consultation, asking: Facts, now: datetime) -> None:
    async with database.transaction() as session:
        assert consultation.id is not None
        await give_answer(session, consultation.id, WORDS, asking=replace(asking, now=now), now=now)


async def test_each_body_owes_an_answer_within_the_days_of_the_charter(
    database: Database, closed: Consultation, now: datetime
) -> None:
    due = now + 56 * DAY
    for moment, late in ((now, False), (due, False), (due + timedelta(seconds=1), True)):
        found = await owed(database, closed, moment)
        assert [(one.body, one.due_at, one.overdue) for one in found] == [
            ("ods:XX1", due, late),
            ("ods:XX2", due, late),
        ]


async def test_nothing_is_owed_before_the_end_nor_where_people_agreed_on_nothing(
    database: Database, closed: Consultation, now: datetime
) -> None:
    assert await owed(database, closed, now - timedelta(seconds=1)) == []
    async with database.transaction() as session:
        await session.exec(update(PublishedMap).values(content={"agree": [], "disagree": []}))
    assert await owed(database, closed, now + DAY) == []


async def test_an_answer_is_given_for_ones_own_body_and_one_that_came_late_stays_late(
    database: Database, closed: Consultation, dan: Facts, now: datetime
) -> None:
    await answer(database, closed, dan, now + 57 * DAY)
    await answer(database, closed, dan, now + 58 * DAY)
    trust, board = await owed(database, closed, now + 99 * DAY)
    assert [one.given_at for one in trust.answers] == [now + 57 * DAY, now + 58 * DAY]
    assert (trust.overdue, board.overdue, board.answers) == (True, True, ())
    async with database.reading() as session:
        acts = (await session.exec(select(Act).where(Act.kind == Did.ANSWER_GIVEN.value))).all()
    assert [(act.words, act.role) for act in acts] == [("Avonmere Trust", Role.DELEGATE)] * 2


async def test_who_is_late_stands_on_the_record_once(
    database: Database, closed: Consultation, dan: Facts, now: datetime
) -> None:
    await answer(database, closed, dan, now + DAY)
    counts = []
    for days in (55, 57, 57, 60):
        async with database.transaction() as session:
            counts.append(await mark_overdue(session, now + days * DAY))
    assert counts == [0, 1, 0, 0]
    async with database.reading() as session:
        acts = (await session.exec(select(Act.words).where(Act.kind == Did.ANSWER_OVERDUE.value))).all()
    assert list(acts) == ["Avonmere Board"]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"belonging": None, "side": None}, Reason.NEEDS_SIDE),
        ({"roles": frozenset({Role.MEMBER}), "side": Side.PEOPLE}, Reason.NEEDS_DELEGATE),
        ({"signed_in": False}, Reason.NEEDS_SIDE),
        ({"roles": frozenset({Role.OPERATOR})}, Reason.NEEDS_SIDE),
    ],
)
async def test_nobody_but_a_delegate_answers(
    database: Database,
    closed: Consultation,
    dan: Facts,
    now: datetime,
    change: dict[str, object],
    reason: Reason,
) -> None:
    with pytest.raises(Refused) as refused:
        await answer(database, closed, replace(dan, **change), now + DAY)  # type: ignore[arg-type]
    assert refused.value.reason is reason


async def test_an_answer_waits_until_voting_is_over(
    database: Database, closed: Consultation, dan: Facts, now: datetime
) -> None:
    with pytest.raises(Refused) as refused:
        await answer(database, closed, dan, now - DAY)
    assert (refused.value.clause, refused.value.reason) == ("duties", Reason.STILL_OPEN)
