"""Votes: one row per person and statement, and what refuses one."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import event
from sqlalchemy.exc import IntegrityError
from sqlmodel import func, select, update

from charters.enforcement import Reason, Refused
from charters.states import Stage, Standing, StatementState
from deliberation.errors import Invalid, NotFound
from deliberation.opinion.statements import StatementText, add_statement, statement_numbered
from deliberation.opinion.taking_part import Visitor
from deliberation.opinion.voting import (
    Answer,
    Ballot,
    Shown,
    Undoing,
    Vote,
    answer_named,
    answer_of,
    cast_vote,
    own_votes,
    seen_in_tens,
    undo_vote,
    vote_matrix,
)
from deliberation.people.participants import Participant, participant_if_any
from deliberation.spaces.consultations import Consultation
from deliberation.spaces.spaces import Space, SpaceText, found
from participate.db import Database

Make = Callable[..., Visitor]
AGREE, DISAGREE, PASS = Answer


@pytest.fixture
def ballot(voting: Consultation, visitor: Make, now: datetime) -> Ballot:
    """Anne agrees with statement 1."""
    return Ballot(
        visitor=visitor("anne"),
        space="avonmere",
        consultation=voting.slug,
        number=1,
        answer=AGREE,
        now=now,
        shown=Shown(0.25, 7, None),
    )


def undoing(ballot: Ballot) -> Undoing:
    return Undoing(
        visitor=ballot.visitor,
        space=ballot.space,
        consultation=ballot.consultation,
        number=ballot.number,
        now=ballot.now,
    )


async def votes(database: Database) -> list[Vote]:
    async with database.reading() as session:
        return list((await session.exec(select(Vote))).all())


async def people(database: Database) -> int:
    async with database.reading() as session:
        return (await session.exec(select(func.count()).select_from(Participant))).one()


async def refused(database: Database, ballot: Ballot) -> Refused:
    with pytest.raises(Refused) as caught:
        await database.grouped(cast_vote, ballot)
    return caught.value


@pytest.mark.parametrize(("answer", "value"), [(AGREE, 1), (PASS, 0), (DISAGREE, -1)])
def test_the_sign_of_an_answer(answer: Answer, value: int) -> None:
    assert answer.value_of_vote == value
    assert answer_of(value) is answer
    assert answer_named(answer.value) is answer


@pytest.mark.parametrize("word", ["", "AGREE", "yes", "1", "agree "])
def test_a_word_that_is_no_answer_is_refused(word: str) -> None:
    with pytest.raises(Invalid, match="Agree, Disagree or Pass"):
        answer_named(word)


async def test_a_vote_is_kept_with_how_it_was_shown_and_the_policy_it_was_given_under(
    database: Database, ballot: Ballot, now: datetime
) -> None:
    await database.grouped(cast_vote, ballot)
    (vote,) = await votes(database)
    assert (vote.value, vote.cast_at, vote.policy) == (1, now, "open-health-space/1")
    assert (vote.probability, vote.draw, vote.map_id) == (0.25, 7, None)


async def test_a_change_of_mind_keeps_one_row_and_nothing_of_the_first(
    database: Database, ballot: Ballot, now: datetime
) -> None:
    await database.grouped(cast_vote, ballot)
    later = now + timedelta(hours=1)
    await database.grouped(cast_vote, replace(ballot, answer=DISAGREE, now=later, shown=Shown()))
    (vote,) = await votes(database)
    assert (vote.value, vote.cast_at, vote.probability, vote.draw) == (-1, later, None, None)


async def test_voting_taking_it_back_and_voting_again(
    database: Database, ballot: Ballot, visitor: Make
) -> None:
    await database.grouped(cast_vote, ballot)
    bob = replace(ballot, visitor=visitor("bob"))
    await database.grouped(cast_vote, bob)
    assert await database.grouped(undo_vote, undoing(ballot)) is True
    assert await database.grouped(undo_vote, undoing(ballot)) is False
    assert len(await votes(database)) == 1
    await database.grouped(cast_vote, replace(ballot, answer=PASS))
    assert sorted(vote.value for vote in await votes(database)) == [0, 1]
    assert await people(database) == 2


async def test_twelve_simultaneous_first_votes_make_one_participant_and_one_row(
    database: Database, ballot: Ballot
) -> None:
    async def vote(answer: Answer) -> None:
        async with database.transaction() as session:
            await cast_vote(session, replace(ballot, answer=answer))

    await asyncio.gather(*(vote(answer) for answer in (AGREE, DISAGREE, PASS) * 4))
    assert len(await votes(database)) == 1
    assert await people(database) == 1


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        (StatementState.PENDING, Reason.STATEMENT_PENDING),
        (StatementState.REMOVED, Reason.STATEMENT_REMOVED),
    ],
)
async def test_a_statement_that_waits_or_was_removed_takes_no_vote(
    database: Database, voting: Consultation, ballot: Ballot, state: StatementState, reason: Reason
) -> None:
    async with database.transaction() as session:
        statement = await statement_numbered(session, voting.id or 0, 1)
        statement.state = state
        statement.removed_for = "off-topic" if state is StatementState.REMOVED else None
    error = await refused(database, ballot)
    assert (error.clause, error.reason) == ("moderation", reason)
    assert await votes(database) == []
    assert await people(database) == 0


async def test_a_number_of_another_consultation_takes_no_vote_here(
    database: Database, voting: Consultation, ballot: Ballot, now: datetime
) -> None:
    async with database.transaction() as session:
        other = Consultation(
            space_id=voting.space_id,
            slug="other",
            title="Other",
            question="What else?",
            stage=Stage.VOTING,
            created_at=now,
        )
        session.add(other)
        await session.flush()
    error = await refused(database, replace(ballot, consultation="other"))
    assert error.reason is Reason.NO_STATEMENT
    with pytest.raises(NotFound):
        await database.grouped(cast_vote, replace(ballot, space="elsewhere"))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"stage": Stage.FRAMING}, Reason.NOT_OPEN_YET),
        ({"stage": Stage.CLOSED}, Reason.CLOSED),
        ({"stage": Stage.ARCHIVED}, Reason.ARCHIVE),
        ({"closes_at": 0}, Reason.CLOSED),
        ({"opens_at": 1}, Reason.NOT_OPEN_YET),
    ],
)
async def test_outside_its_dates_a_consultation_takes_no_vote_and_gives_none_back(
    database: Database,
    voting: Consultation,
    ballot: Ballot,
    now: datetime,
    change: dict[str, object],
    reason: Reason,
) -> None:
    await database.grouped(cast_vote, ballot)
    values = {name: now + timedelta(days=v) if isinstance(v, int) else v for name, v in change.items()}
    async with database.transaction() as session:
        await session.exec(update(Consultation).values(**values))
    assert (await refused(database, replace(ballot, answer=DISAGREE))).reason is reason
    with pytest.raises(Refused) as caught:
        await database.grouped(undo_vote, undoing(ballot))
    assert caught.value.reason is reason
    assert [vote.value for vote in await votes(database)] == [1]


async def test_an_archived_space_takes_no_vote(database: Database, ballot: Ballot) -> None:
    async with database.transaction() as session:
        await session.exec(update(Space).values(standing=Standing.ARCHIVE))
    error = await refused(database, ballot)
    assert (error.clause, error.reason) == ("archive", Reason.ARCHIVE)


async def test_two_consultations_share_a_participant_and_two_spaces_do_not(
    database: Database, voting: Consultation, ballot: Ballot, now: datetime
) -> None:
    async with database.transaction() as session:
        elsewhere = await found(
            session,
            SpaceText(slug="elsewhere", title="Elsewhere", host="Somebody"),
            standing=Standing.TRIAL,
            policy="open-health-space",
            now=now,
        )
        for place, slug in ((voting.space_id, "other"), (elsewhere.id, "evenings")):
            held = Consultation(
                space_id=place or 0,
                slug=slug,
                title="Held",
                question="What else?",
                stage=Stage.VOTING,
                created_at=now,
            )
            session.add(held)
            await session.flush()
            text = StatementText(text="Something.")
            await add_statement(session, held, text, state=StatementState.PUBLISHED, now=now)
    await database.grouped(cast_vote, ballot)
    await database.grouped(cast_vote, replace(ballot, consultation="other"))
    assert await people(database) == 1
    await database.grouped(cast_vote, replace(ballot, space="elsewhere"))
    async with database.reading() as session:
        rows = (await session.exec(select(Participant))).all()
        here, there = sorted(rows, key=lambda row: row.space_id)
    assert here.key != there.key
    # What the two rows have in common is only what every row of an open consultation has.
    assert (here.attestation, here.joined_at) == (there.attestation, there.joined_at)


async def test_somebody_who_returns_is_never_refused_for_their_network(
    database: Database, ballot: Ballot, visitor: Make
) -> None:
    anne, bob = visitor("anne", newcomers=1), visitor("bob", newcomers=1)
    await database.grouped(cast_vote, replace(ballot, visitor=anne))
    error = await refused(database, replace(ballot, visitor=bob))
    assert (error.clause, error.reason) == ("fair-limits", Reason.TOO_MANY_NEWCOMERS)
    assert error.refusal.when == ballot.now + timedelta(hours=1)
    await database.grouped(cast_vote, replace(ballot, visitor=anne, number=2))
    assert await people(database) == 1
    later = ballot.now + timedelta(hours=1)
    await database.grouped(cast_vote, replace(ballot, visitor=bob, now=later))
    assert await people(database) == 2


async def test_a_device_over_its_limit_is_told_when_it_may_go_on(
    database: Database, ballot: Ballot, visitor: Make
) -> None:
    ends = ballot.now + timedelta(minutes=1)
    error = await refused(database, replace(ballot, visitor=visitor("anne", limit_ends=ends)))
    assert (error.clause, error.reason) == ("fair-limits", Reason.TOO_MANY)
    assert error.refusal.when == ends
    assert await votes(database) == []


async def test_the_vote_of_somebody_who_returns_is_two_statements(database: Database, ballot: Ballot) -> None:
    await database.grouped(cast_vote, ballot)
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        asked.append(statement.split()[0])

    event.listen(database.engine.sync_engine, "before_cursor_execute", note)
    async with database.transaction() as session:
        await cast_vote(session, replace(ballot, number=2))
    assert [word for word in asked if word != "BEGIN"] == ["SELECT", "INSERT"]


async def test_own_votes_are_by_statement_number(
    database: Database, voting: Consultation, ballot: Ballot, visitor: Make
) -> None:
    await database.grouped(cast_vote, replace(ballot, number=3, answer=PASS))
    await database.grouped(cast_vote, replace(ballot, number=1, answer=DISAGREE))
    await database.grouped(cast_vote, replace(ballot, number=1, visitor=visitor("bob")))
    async with database.reading() as session:
        pseudonym = ballot.visitor.pseudonym(voting.space_id)
        anne = await participant_if_any(session, voting.space_id, pseudonym)
        assert anne is not None
        assert await own_votes(session, voting.id or 0, anne.id or 0) == {1: DISAGREE, 3: PASS}


@pytest.mark.parametrize(("people", "seen"), [(9, 0), (10, 10), (19, 10), (20, 20)])
async def test_exposures_are_counted_down_to_tens(
    database: Database, voting: Consultation, ballot: Ballot, visitor: Make, people: int, seen: int
) -> None:
    for n in range(people):
        given = replace(ballot, number=3, visitor=visitor(f"person {n}"), answer=PASS)
        await database.grouped(cast_vote, given)
    async with database.reading() as session:
        assert await seen_in_tens(session, voting.id or 0) == {1: 0, 2: 0, 3: seen}


async def test_the_matrix_has_every_vote_of_one_consultation(
    database: Database, voting: Consultation, ballot: Ballot, visitor: Make
) -> None:
    async with database.reading() as session:
        assert (await vote_matrix(session, voting.id or 0)).shape == (0, 0)
    for name, number, answer in (("anne", 3, PASS), ("bob", 1, AGREE), ("bob", 3, DISAGREE)):
        given = replace(ballot, visitor=visitor(name), number=number, answer=answer)
        await database.grouped(cast_vote, given)
    async with database.reading() as session:
        matrix = await vote_matrix(session, voting.id or 0)
        third = await statement_numbered(session, voting.id or 0, 3)
        first = await statement_numbered(session, voting.id or 0, 1)
        assert (await vote_matrix(session, 99)).n_votes == 0
    assert matrix.statement_ids == (third.id, first.id)
    assert matrix.rows.tolist() == [0, 1, 1]
    assert matrix.columns.tolist() == [0, 0, 1]
    assert matrix.values.tolist() == [0, -1, 1]


async def test_the_database_itself_refuses_a_vote_of_2(
    database: Database, voting: Consultation, ballot: Ballot, now: datetime
) -> None:
    await database.grouped(cast_vote, ballot)
    with pytest.raises(IntegrityError):
        async with database.transaction() as session:
            await session.exec(update(Vote).values(value=2))


def test_a_visitor_does_not_print_their_secrets(visitor: Make) -> None:
    assert "anne" not in repr(visitor("anne"))
    assert "198.51" not in repr(visitor("anne"))
