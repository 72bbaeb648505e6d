"""The working map, and how it is noticed that a new one is wanted."""

from datetime import timedelta
from typing import Any

import pytest

from charters.states import Stage, StatementState
from clustering import analyse
from clustering.matrix import VoteMatrix
from deliberation.opinion.analyses import (
    ANALYSE,
    Cause,
    ask_for_analysis,
    newest_analysis,
    signature_of,
    stale_consultations,
)
from deliberation.opinion.opinion_map import (
    Working,
    ballot_of,
    previous_of,
    record_working,
    removed_numbers,
    working_map,
    working_of,
)
from deliberation.opinion.statements import Statement
from deliberation.opinion.voting import Vote, vote_matrix
from deliberation.running import jobs
from deliberation.spaces.consultations import Consultation
from participate.db import Database
from tests.crowds import START, Crowd, move_in, planted

LATER = START + timedelta(minutes=2)


@pytest.fixture
def crowd() -> Crowd:
    return planted((12, 10))


async def moved_in(database: Database, crowd: Crowd, **how: Any) -> int:
    async with database.transaction() as session:
        held = await move_in(session, crowd, **how)
    assert held.id is not None
    return held.id


async def analysed(database: Database, held: int, *, closed: bool = False) -> None:
    async with database.transaction() as session:
        working = Working(await signature_of(session, held), closed, 0, 0, "0" * 64, {}, {})
        await record_working(session, held, working, now=START)


async def stale(database: Database, when: Any = LATER) -> list[tuple[int, Cause]]:
    async with database.reading() as session:
        return await stale_consultations(session, now=when)


async def test_a_working_map_gives_back_what_keeps_labels_where_they_were(
    database: Database, crowd: Crowd
) -> None:
    held = await moved_in(database, crowd)
    async with database.reading() as session:
        votes = await vote_matrix(session, held)
    analysis = analyse(votes)
    working = working_of(analysis, votes=votes.n_votes, signature="s", closed=False, commitment="0" * 64)
    for _ in range(2):
        async with database.transaction() as session:
            row = await record_working(session, held, working, now=START)
    async with database.reading() as session:
        row = await working_map(session, held)  # type: ignore[assignment]
    assert (row.number, row.votes, row.participants) == (2, len(crowd.votes), 22)
    previous = previous_of(row)
    assert previous.group_of == analysis.group_of
    assert previous.axes == analysis.axes
    again = analyse(votes, previous=previous)
    assert again.group_of == analysis.group_of
    assert again.change is not None
    assert (again.change.moved, again.change.k_before) == (0, analysis.k)
    assert min(again.change.axes) > 0.99


async def test_votes_make_a_consultation_stale_and_an_analysis_fresh(
    database: Database, crowd: Crowd
) -> None:
    held = await moved_in(database, crowd)
    assert await stale(database) == [(held, Cause.VOTES)]
    await analysed(database, held)
    assert await stale(database) == []


async def test_nobody_having_voted_is_not_stale(database: Database, crowd: Crowd) -> None:
    crowd.votes.clear()
    await moved_in(database, crowd)
    assert await stale(database) == []


@pytest.mark.parametrize("what", ["changed", "undone", "new"])
async def test_any_change_of_a_vote_is_noticed_after_a_rest(
    database: Database, crowd: Crowd, what: str
) -> None:
    person, number, value = crowd.votes.pop()
    held = await moved_in(database, crowd)
    await analysed(database, held)
    async with database.transaction() as session:
        votes = await vote_matrix(session, held)
        vote = await session.get(Vote, (votes.participant_ids[0], votes.statement_ids[0]))
        assert vote is not None
        if what == "changed":
            vote.value = 0 if vote.value else 1  # with the time of the old one: only the sum tells
        elif what == "undone":
            await session.delete(vote)
        else:
            missing = (sorted(votes.participant_ids)[person], sorted(votes.statement_ids)[number - 1])
            session.add(
                Vote(
                    participant_id=missing[0], votable_id=missing[1], value=value, cast_at=START, policy="p/1"
                )
            )
    assert await stale(database, START + timedelta(seconds=30)) == []
    assert await stale(database) == [(held, Cause.VOTES)]


async def test_a_removal_and_a_close_are_noticed_and_named(database: Database, crowd: Crowd) -> None:
    held = await moved_in(database, crowd, closes_at=START + timedelta(days=1))
    await analysed(database, held)
    async with database.transaction() as session:
        matrix = await vote_matrix(session, held)
        statement = await session.get(Statement, matrix.statement_ids[0])
        assert statement is not None
        statement.state, statement.removed_for = StatementState.REMOVED, "off-topic"
    assert await stale(database) == [(held, Cause.MODERATION)]
    assert await stale(database, START + timedelta(days=1)) == [(held, Cause.CLOSE)]
    async with database.reading() as session:
        assert await removed_numbers(session, held) == {statement.number}


async def test_closing_by_hand_is_noticed_at_once(database: Database, crowd: Crowd) -> None:
    held = await moved_in(database, crowd)
    await analysed(database, held)
    async with database.transaction() as session:
        consultation = await session.get(Consultation, held)
        assert consultation is not None
        consultation.stage = Stage.CLOSED
    assert await stale(database, START) == [(held, Cause.CLOSE)]


async def test_an_archive_is_analysed_once(database: Database, crowd: Crowd) -> None:
    held = await moved_in(database, crowd, stage=Stage.ARCHIVED)
    assert await stale(database) == [(held, Cause.IMPORT)]
    await analysed(database, held, closed=True)
    assert await stale(database) == []


async def test_what_is_asked_for_or_has_just_failed_is_not_asked_for_again(
    database: Database, crowd: Crowd
) -> None:
    held = await moved_in(database, crowd)
    async with database.transaction() as session:
        await ask_for_analysis(session, held, cause=Cause.VOTES, now=START)
    assert await stale(database) == []
    for attempt in range(jobs.ATTEMPTS):
        when = START + timedelta(minutes=5 * attempt)
        async with database.transaction() as session:
            claim = await jobs.claim(session, [ANALYSE], lease=timedelta(minutes=1), now=when)
            assert claim is not None
            assert claim.payload == {"consultation_id": held, "cause": "votes"}
            await jobs.fail(session, claim, error="broken", now=when)
    async with database.reading() as session:
        job = await newest_analysis(session, held)
    assert job is not None
    assert job.state is jobs.JobState.FAILED
    assert await stale(database, when + timedelta(minutes=59)) == []
    assert await stale(database, when + timedelta(minutes=61)) == [(held, Cause.VOTES)]


async def test_a_ballot_has_its_owners_votes_alone(database: Database, crowd: Crowd) -> None:
    held = await moved_in(database, crowd)
    async with database.reading() as session:
        matrix: VoteMatrix = await vote_matrix(session, held)
        ballot = await ballot_of(session, held, matrix.participant_ids[3])
    mine = [value for person, _, value in sorted(crowd.votes) if person == 3]
    assert [ballot[name] for name in sorted(ballot)] == mine
