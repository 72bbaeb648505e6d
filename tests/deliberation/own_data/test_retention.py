"""Votes leave when they have been kept for as long as was promised. The clock is passed in."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from sqlmodel import func, select, update

from charters.policy import load_policy
from charters.states import Stage
from deliberation.opinion import analyses
from deliberation.opinion.analyses import stale_consultations
from deliberation.opinion.opinion_map import PublishedMap, WorkingMap
from deliberation.opinion.statements import Statement
from deliberation.opinion.taking_part import Visitor
from deliberation.opinion.voting import Vote
from deliberation.own_data import retention
from deliberation.people.participants import Participant
from deliberation.spaces.consultations import Consultation
from deliberation.spaces.invitations import Invitation, InvitationEntry
from deliberation.spaces.paper_sheets import PaperMark, PaperSheet
from participate.db import Database
from participate.letting_go import let_go
from tests.deliberation.own_data.conftest import Act

Make = Callable[..., Visitor]
KEPT = timedelta(days=load_policy("open-health-space").assets["vote"].retention_days or 0)
SECOND = timedelta(seconds=1)


@dataclass
class Room:
    """What is left in the database."""

    database: Database

    async def count(self, table: type) -> int:
        async with self.database.reading() as session:
            return (await session.exec(select(func.count()).select_from(table))).one()

    async def stale(self, now: datetime) -> list[int]:
        async with self.database.reading() as session:
            return [one for one, _ in await stale_consultations(session, now=now)]


@pytest.fixture
async def room(
    database: Database, voting: Consultation, visitor: Make, votes: Act, says: Act, now: datetime
) -> Room:
    """Anne and Bob voted, Bob a day later; Cai wrote a statement and voted. A result is published."""
    await votes(visitor("anne"), {1: "agree", 2: "pass"}, now)
    await votes(visitor("bob"), {1: "disagree"}, now + timedelta(days=1))
    await says(visitor("cai"), "More benches in the park.")
    await votes(visitor("cai"), {1: "agree"}, now)
    async with database.transaction() as session:
        common = {"consultation_id": voting.id, "number": 1}
        working = {"made_at": now, "votes": 4, "participants": 3, "commitment": ""}
        session.add(WorkingMap(**common, **working, signature="before", content={}, membership={}))
        session.add(PublishedMap(**common, published_at=now, content={}))
    return Room(database)


async def close(database: Database, now: datetime) -> None:
    async with database.transaction() as session:
        await session.exec(update(Consultation).values(stage=Stage.CLOSED, closed_at=now))
        await session.exec(update(WorkingMap).values(closed=True))


async def test_a_vote_stays_to_the_last_second_and_then_goes(
    database: Database, room: Room, now: datetime
) -> None:
    assert await let_go(database, now + KEPT - SECOND) == 0
    assert await room.count(Vote) == 4
    assert await let_go(database, now + KEPT) == 3
    assert await room.count(Vote) == 1
    assert await let_go(database, now + KEPT + timedelta(days=1)) == 1
    assert await room.count(Vote) == 0


async def test_whoever_has_nothing_left_is_gone_and_an_author_stays_with_the_words(
    database: Database, room: Room, now: datetime
) -> None:
    await let_go(database, now + KEPT + timedelta(days=1))
    assert await room.count(Statement) == 4
    async with database.reading() as session:
        people = (await session.exec(select(Participant.id))).all()
        authors = (await session.exec(select(Statement.author_id))).all()
    assert list(people) == [author for author in authors if author is not None]


async def test_what_was_published_stands_and_nothing_is_worked_out_of_fewer_votes(
    database: Database, room: Room, now: datetime
) -> None:
    await close(database, now)
    later = now + KEPT
    assert await room.stale(later) == [1]
    await let_go(database, later)
    assert await room.count(PublishedMap) == 1
    assert await room.stale(later + analyses.REST) == []


async def test_where_it_is_still_open_the_next_result_is_without_them(
    database: Database, room: Room, now: datetime
) -> None:
    later = now + KEPT
    await let_go(database, later)
    assert await room.stale(later + analyses.REST) == [1]


async def test_where_nothing_is_to_remain_results_follow(
    database: Database, room: Room, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "fate", lambda *_, **__: retention.Fate.DELETE)
    await close(database, now)
    later = now + KEPT
    await let_go(database, later)
    assert await room.stale(later + analyses.REST) == [1]


async def test_an_import_begins_its_time_when_it_came_here(
    database: Database, room: Room, now: datetime
) -> None:
    async with database.transaction() as session:
        await session.exec(update(Consultation).values(created_at=now + timedelta(days=30)))
    assert await let_go(database, now + KEPT) == 0
    assert await let_go(database, now + KEPT + timedelta(days=30)) == 4


async def test_who_came_by_a_link_is_forgotten_when_the_link_has_ended_so_long_ago(
    database: Database, room: Room, voting: Consultation, now: datetime
) -> None:
    async with database.transaction() as session:
        link = {"consultation_id": voting.id, "label": "Ward", "code_hash": "d" * 64}
        invitation = Invitation(**link, ends_at=now, made_at=now)
        session.add(invitation)
        await session.flush()
        session.add(InvitationEntry(invitation_id=invitation.id, key="a" * 64))
    await let_go(database, now + KEPT - SECOND)
    assert await room.count(InvitationEntry) == 1
    await let_go(database, now + KEPT)
    assert await room.count(InvitationEntry) == 0


async def test_who_answered_on_paper_is_forgotten_when_voting_has_ended_so_long_ago(
    database: Database, room: Room, voting: Consultation, now: datetime
) -> None:
    async with database.transaction() as session:
        session.add(PaperSheet(consultation_id=voting.id, key="a" * 64))
        session.add(PaperMark(consultation_id=voting.id, mark="b" * 64))
        await session.exec(update(Consultation).values(closes_at=now))
    await let_go(database, now + KEPT - SECOND)
    assert (await room.count(PaperSheet), await room.count(PaperMark)) == (1, 1)
    await let_go(database, now + KEPT)
    assert (await room.count(PaperSheet), await room.count(PaperMark)) == (0, 0)


async def test_many_votes_leave_in_short_transactions(
    database: Database, room: Room, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("participate.letting_go.AT_ONCE", 2)
    monkeypatch.setattr("participate.letting_go.PEOPLE_AT_ONCE", 1)
    assert await let_go(database, now + KEPT + timedelta(days=1)) == 4
    assert (await room.count(Vote), await room.count(Participant)) == (0, 1)
