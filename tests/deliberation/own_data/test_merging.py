"""Two pseudonyms of one person become one."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import func, select

from deliberation.opinion.opinion_map import PublishedBasis, WorkingMap
from deliberation.opinion.reports import Report
from deliberation.opinion.statements import Statement
from deliberation.opinion.taking_part import Visitor
from deliberation.opinion.voting import Answer, Ballot, Vote, cast_vote, own_votes
from deliberation.own_data.keys import bring_to_account
from deliberation.people.participants import Participant, participant_if_any
from deliberation.spaces.consultations import Consultation
from deliberation.spaces.spaces import Space
from participate.db import Database
from tests.deliberation.own_data.conftest import Act, signed_in

Make = Callable[..., Visitor]
ACCOUNT = 7


@pytest.fixture
def phone(visitor: Make) -> Visitor:
    """Anne's phone, on which she is signed in already."""
    return signed_in(visitor("phone"), ACCOUNT)


async def people(database: Database) -> int:
    async with database.reading() as session:
        return (await session.exec(select(func.count()).select_from(Participant))).one()


async def answers(database: Database, who: Visitor, space: Space, voting: Consultation) -> dict[int, Answer]:
    assert space.id is not None
    assert voting.id is not None
    async with database.reading() as session:
        participant = await participant_if_any(session, space.id, who.pseudonym(space.id))
        if participant is None or participant.id is None:
            return {}
        return await own_votes(session, voting.id, participant.id)


async def merge(database: Database, who: Visitor) -> int:
    merged = await database.grouped(bring_to_account, who)
    assert isinstance(merged, int)
    return merged


async def test_signed_in_somebody_is_the_same_on_every_device(visitor: Make, space: Space) -> None:
    assert space.id is not None
    one, other = visitor("phone"), visitor("laptop")
    assert one.pseudonym(space.id) != other.pseudonym(space.id)
    assert signed_in(one, 7).pseudonym(space.id) == signed_in(other, 7).pseudonym(space.id)
    assert signed_in(one, 7).pseudonym(space.id) != signed_in(one, 8).pseudonym(space.id)


async def test_the_newest_vote_on_each_statement_stays_and_people_become_fewer(
    database: Database,
    space: Space,
    voting: Consultation,
    visitor: Make,
    phone: Visitor,
    votes: Act,
    now: datetime,
) -> None:
    laptop = visitor("laptop")
    later = now + timedelta(minutes=1)
    await votes(phone, {1: "agree"}, now)
    await votes(phone, {2: "agree"}, later)
    await votes(laptop, {2: "disagree", 3: "pass"}, now)
    await votes(laptop, {1: "disagree"}, later)
    await votes(visitor("bob"), {1: "agree"})
    assert await people(database) == 3
    assert await merge(database, signed_in(laptop, ACCOUNT)) == 1
    assert await people(database) == 2
    assert await answers(database, phone, space, voting) == {
        1: Answer.DISAGREE,
        2: Answer.AGREE,
        3: Answer.PASS,
    }
    assert await answers(database, laptop, space, voting) == {}


async def test_a_first_sign_in_keeps_the_participant_and_their_number(
    database: Database, space: Space, voting: Consultation, visitor: Make, votes: Act
) -> None:
    laptop = visitor("laptop")
    await votes(laptop, {1: "agree"})
    async with database.reading() as session:
        before = (await session.exec(select(Participant))).one()
    assert await merge(database, signed_in(laptop, ACCOUNT)) == 0
    async with database.reading() as session:
        after = (await session.exec(select(Participant))).one()
    assert (after.id, after.joined_at) == (before.id, before.joined_at)
    assert after.key != before.key
    assert await answers(database, signed_in(laptop, ACCOUNT), space, voting) == {1: Answer.AGREE}


async def test_statements_and_reports_move_and_a_report_sent_twice_is_one(
    database: Database, visitor: Make, phone: Visitor, votes: Act, says: Act, reports: Act
) -> None:
    laptop = visitor("laptop")
    await votes(phone, {1: "agree"})
    number = await says(laptop, "More benches in the park.")
    await reports(phone, 2)
    await reports(laptop, 2)
    await reports(laptop, 3)
    await merge(database, signed_in(laptop, ACCOUNT))
    async with database.reading() as session:
        mine = (await session.exec(select(Participant))).one()
        statement = (await session.exec(select(Statement).where(Statement.number == number))).one()
        sent = (await session.exec(select(Report.about, Report.by).order_by(Report.about))).all()
    assert statement.author_id == mine.id
    assert sent == [(2, mine.key), (3, mine.key)]


async def test_whoever_became_one_is_in_no_document_any_more(
    database: Database,
    voting: Consultation,
    visitor: Make,
    phone: Visitor,
    votes: Act,
    now: datetime,
) -> None:
    laptop = visitor("laptop")
    await votes(phone, {1: "agree"})
    await votes(laptop, {1: "agree"})
    async with database.transaction() as session:
        ids = [str(one) for one in await session.exec(select(Participant.id).order_by(Participant.id))]
        common = {"consultation_id": voting.id, "number": 1}
        working = {"made_at": now, "signature": "", "votes": 2, "participants": 2, "commitment": ""}
        session.add(WorkingMap(**common, **working, content={}, membership=dict.fromkeys(ids, 0)))
        history = {one: [[1, "0" * 32]] for one in ids}
        session.add(PublishedBasis(**common, history=history, place={}, salt=""))
    await merge(database, signed_in(laptop, ACCOUNT))
    async with database.reading() as session:
        stays = str((await session.exec(select(Participant.id))).one())
        membership = (await session.exec(select(WorkingMap.membership))).one()
        history = (await session.exec(select(PublishedBasis.history))).one()
    assert list(membership) == [stays]
    assert len(history) == 2
    (nobody,) = set(history) - {stays}
    assert nobody.startswith("gone-")
    assert "0" * 32 not in str(history[nobody])


async def test_votes_while_signing_in_are_all_kept(
    database: Database,
    space: Space,
    voting: Consultation,
    visitor: Make,
    phone: Visitor,
    votes: Act,
    now: datetime,
) -> None:
    """Of votes that are sent at the moment of signing in none fails, and none is counted twice."""
    laptop = visitor("laptop")
    await votes(phone, {1: "agree"})
    await votes(laptop, {2: "agree"})

    async def vote(who: Visitor, number: int, minute: int) -> None:
        ballot = Ballot(
            visitor=who,
            space="avonmere",
            consultation=voting.slug,
            number=number,
            answer=Answer.DISAGREE,
            now=now + timedelta(minutes=minute),
        )
        await database.grouped(cast_vote, ballot)

    await asyncio.gather(
        *(vote(laptop, number, number) for number in (1, 2, 3)),
        *(vote(phone, number, number) for number in (1, 2, 3)),
        merge(database, signed_in(laptop, ACCOUNT)),
        *(vote(laptop, number, number) for number in (1, 2, 3)),
    )
    # What came too late without the session is brought along when the device begins anew.
    await merge(database, signed_in(laptop, ACCOUNT))
    assert await people(database) == 1
    assert await answers(database, phone, space, voting) == dict.fromkeys((1, 2, 3), Answer.DISAGREE)
    async with database.reading() as session:
        assert (await session.exec(select(func.count()).select_from(Vote))).one() == 3


@pytest.mark.parametrize("kind", ["postgresql"])  # SQLite has one writer at a time
async def test_who_signs_in_while_another_process_holds_what_they_need_is_tried_again(
    database: Database, database_url: str, space: Space, visitor: Make, phone: Visitor, votes: Act
) -> None:
    laptop = visitor("laptop")
    await votes(phone, {1: "agree"})
    await votes(laptop, {2: "agree"})
    other = Database(database_url)
    async with other.transaction() as session:
        # It looks for a deadlock later than the one that is to be given up.
        await session.exec(text("SET LOCAL deadlock_timeout = '60s'"))  # type: ignore[call-overload]
        await session.exec(holding(laptop, space))
        merging = asyncio.create_task(merge(database, signed_in(laptop, ACCOUNT)))
        waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
        while not (await session.exec(waiting)).scalar_one():  # type: ignore[call-overload]
            await asyncio.sleep(0.01)
        # Now each waits for the other.
        await session.exec(holding(phone, space))
    await other.close()
    assert await merging == 1
    assert await people(database) == 1


def holding(who: Visitor, space: Space) -> Any:
    assert space.id is not None
    query = select(Participant).where(Participant.key == who.pseudonym(space.id))
    return query.with_for_update(read=True, key_share=True)


async def test_nobody_is_joined_with_anybody_else(
    database: Database, visitor: Make, phone: Visitor, votes: Act
) -> None:
    await votes(phone, {1: "agree"})
    await votes(visitor("bob"), {1: "agree"})
    assert await merge(database, phone) == 0
    assert await merge(database, visitor("bob")) == 0
    assert await people(database) == 2
    assert replace(phone).account_id == ACCOUNT
