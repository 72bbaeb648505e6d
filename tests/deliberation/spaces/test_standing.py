"""What the rules ask about a space with two sides, and voting in one."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlmodel import select, update

from charters.actions import Action
from charters.agreements import Kind
from charters.enforcement import Facts, Reason, Refused
from charters.policy import Policy
from charters.states import Attestation, Role, Side, Standing
from deliberation.opinion.promised import protecting_policy
from deliberation.opinion.taking_part import Visitor
from deliberation.opinion.voting import Answer, Ballot, Vote, cast_vote
from deliberation.people.memberships import end_service
from deliberation.spaces.charters import given_under
from deliberation.spaces.consultations import Consultation, consultation_with_id, require_in
from deliberation.spaces.spaces import Space
from deliberation.spaces.standing import facts_about, held_of, is_operator
from participate.db import Database
from tests.chartering import agree, charter_of, join_body, join_people

DAY = timedelta(days=1)


@pytest.fixture
def charter(now: datetime) -> Policy:
    return charter_of("avonmere", (now - 30 * DAY).date())


async def become(database: Database, space: Space, standing: Standing) -> Space:
    async with database.transaction() as session:
        await session.exec(update(Space).values(standing=standing))
    space.standing = standing
    return space


@pytest.fixture
def ballot(voting: Consultation, visitor: Callable[..., Visitor], now: datetime) -> Ballot:
    return Ballot(
        visitor=visitor("anne"), space="avonmere", consultation="evenings", number=1,
        answer=Answer.AGREE, now=now,
    )  # fmt: skip


async def test_nobody_votes_over_a_charter_that_is_not_signed(
    database: Database, space: Space, ballot: Ballot
) -> None:
    await become(database, space, Standing.FOUNDING)
    with pytest.raises(Refused) as refused:
        await database.grouped(cast_vote, ballot)
    assert (refused.value.clause, refused.value.reason) == ("signatures", Reason.UNSIGNED)


@pytest.mark.parametrize("standing", [Standing.PROVISIONAL, Standing.RATIFIED])
async def test_a_vote_is_given_under_the_charter_that_both_sides_have_signed(
    database: Database, space: Space, ballot: Ballot, charter: Policy, standing: Standing
) -> None:
    await become(database, space, standing)
    async with database.transaction() as session:
        await agree(session, space, charter, Kind.ADOPT_CHARTER, now=ballot.now - 20 * DAY)
    await database.grouped(cast_vote, ballot)
    async with database.reading() as session:
        assert list(await session.exec(select(Vote.policy))) == [given_under(charter)]


async def test_a_vote_keeps_its_rule_of_publication_when_the_charter_is_loosened(
    database: Database, space: Space, ballot: Ballot, now: datetime
) -> None:
    strict: dict[str, Any] = {"publication": {"min_participants": 40, "min_group": 20}}
    begins = (now - 30 * DAY).date()
    await become(database, space, Standing.RATIFIED)
    async with database.transaction() as session:
        await agree(
            session, space, charter_of("avonmere", begins, **strict), Kind.ADOPT_CHARTER, now=now - 20 * DAY
        )
    await database.grouped(cast_vote, ballot)
    async with database.transaction() as session:
        loose = charter_of("avonmere", begins)
        await agree(session, space, loose, Kind.ADOPT_CHARTER, now=now)
        before = await protecting_policy(session, space, 1, now)
        assert before.publication.min_participants == 40
        assert before.digest == loose.digest
        await session.exec(update(Vote).values(policy=given_under(loose)))
        assert (await protecting_policy(session, space, 1, now)).publication.min_participants == 20


async def test_the_sides_are_counted_as_people_and_as_bodies(
    database: Database, space: Space, charter: Policy, now: datetime
) -> None:
    await become(database, space, Standing.PROVISIONAL)
    async with database.transaction() as session:
        await agree(session, space, charter, Kind.ADOPT_CHARTER, now=now - 20 * DAY)
        await join_people(session, space, "ada", "bea", since=now - 9 * DAY, founder=True)
        await join_body(session, space, "dan", "eve", since=now - 8 * DAY, founder=True)
        held = await held_of(session, space, charter, now)
        assert held.members == {Side.PEOPLE: 2, Side.BODY: 1}
        assert held.founders == {Side.PEOPLE: 2, Side.BODY: 2}
        assert held.quorate_since is None
        assert held.signatures == dict.fromkeys(Side, charter.digest)
        [cal] = await join_people(session, space, "cal", since=now - 3 * DAY)
        assert (await held_of(session, space, charter, now)).quorate_since == now - 3 * DAY
        assert space.id is not None
        await end_service(session, space.id, cal, Role.MEMBER, now=now)
        after = await held_of(session, space, charter, now)
        assert after.members == {Side.PEOPLE: 2, Side.BODY: 1}
        assert after.quorate_since == now - 3 * DAY


async def test_somebody_is_known_by_their_side_and_place(
    database: Database, space: Space, charter: Policy, now: datetime
) -> None:
    await become(database, space, Standing.RATIFIED)
    asking = Facts(now=now, signed_in=True)
    async with database.transaction() as session:
        await agree(session, space, charter, Kind.ADOPT_CHARTER, now=now - 20 * DAY)
        [ada] = await join_people(session, space, "ada", since=now - 9 * DAY, founder=True)
        [dan] = await join_body(session, space, "dan", since=now - 8 * DAY)
        people = await facts_about(session, asking, space, charter, ada)
        body = await facts_about(session, asking, space, charter, dan)
        nobody = await facts_about(session, asking, space, charter, 99)
        assert not await is_operator(session, ada)
    assert (people.side, people.attestation) == (Side.PEOPLE, Attestation.EMAIL)
    assert (body.side, body.attestation) == (Side.BODY, Attestation.STAFF)
    assert people.belonging is not None
    assert body.belonging is not None
    assert (people.belonging.founder, people.belonging.joined_at) == (True, now - 9 * DAY)
    assert (body.belonging.body, body.belonging.founder) == ("ods:XX1", False)
    assert (nobody.side, nobody.belonging) == (None, None)


async def test_a_facilitator_alone_opens_nothing_where_there_are_sides(
    database: Database, space: Space, voting: Consultation, charter: Policy, flo: Facts, now: datetime
) -> None:
    await become(database, space, Standing.RATIFIED)
    async with database.transaction() as session:
        await agree(session, space, charter, Kind.ADOPT_CHARTER, now=now - 20 * DAY)
        assert voting.id is not None
        there = await consultation_with_id(session, voting.id)
        closing = Action.CLOSE_CONSULTATION
        with pytest.raises(Refused) as refused:
            await require_in(session, closing, *there, flo, now)
        assert refused.value.reason is Reason.NEEDS_BOTH_KEYS
        agreed = replace(flo, agreed=frozenset({Kind.CLOSE_EARLY}))
        with pytest.raises(Refused) as refused:
            await require_in(session, closing, *there, agreed, now)
        assert refused.value.reason is not Reason.NEEDS_BOTH_KEYS
