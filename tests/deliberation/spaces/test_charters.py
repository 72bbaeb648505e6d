"""Charters in the database: only added to, signed over their exact hash, in force from their day."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel.ext.asyncio.session import AsyncSession

from charters.agreements import Kind
from charters.canonical import read
from charters.drafts import next_version
from charters.policy import Policy, load_policy, policy_of
from charters.states import Standing
from deliberation.spaces.charters import given_under, keep_charter, policy_in_force, signed_versions
from deliberation.spaces.spaces import Space, SpaceText, found
from participate.db import Database
from tests.chartering import agree
from tests.charters.avonmere import CHARTER, NOON

LATER = NOON + timedelta(days=40)


async def chartered(session: AsyncSession, standing: Standing = Standing.RATIFIED) -> Space:
    text = SpaceText(slug="avonmere", title="Avonmere", host="Avonmere Forum")
    return await found(session, text, standing=standing, policy="open-health-space", now=NOON)


def amended(days: int) -> Policy:
    begins = datetime(2026, 12, 5, tzinfo=UTC).date()
    return policy_of(
        next_version(read(CHARTER.file), begins=begins, changes={"moderation": {"appeal_days": days}})
    )


@pytest.mark.parametrize("act", ["UPDATE charter SET version = 7", "DELETE FROM charter"])
async def test_a_charter_is_never_changed_nor_deleted(database: Database, act: str) -> None:
    async with database.transaction() as session:
        await agree(session, await chartered(session), CHARTER, Kind.ADOPT_CHARTER, now=NOON)
    with pytest.raises(DBAPIError, match="only added"):
        async with database.transaction() as session:
            await (await session.connection()).execute(text(act))


@pytest.mark.parametrize(
    "act", ["UPDATE decision SET state = 'open', ended_at = NULL", "DELETE FROM decision"]
)
async def test_what_both_sides_have_decided_stays(database: Database, act: str) -> None:
    async with database.transaction() as session:
        await agree(session, await chartered(session), CHARTER, Kind.ADOPT_CHARTER, now=NOON)
    with pytest.raises(DBAPIError, match="only added"):
        async with database.transaction() as session:
            await (await session.connection()).execute(text(act))


async def test_a_trial_is_held_under_its_template(database: Database) -> None:
    async with database.transaction() as session:
        space = await chartered(session, Standing.TRIAL)
        assert await policy_in_force(session, space, LATER) is load_policy("open-health-space")


async def test_a_text_that_waits_for_its_signatures_is_what_a_founding_space_shows(
    database: Database,
) -> None:
    async with database.transaction() as session:
        space = await chartered(session, Standing.FOUNDING)
        assert space.id is not None
        await keep_charter(session, space.id, CHARTER, now=NOON)
        assert (await policy_in_force(session, space, NOON)).digest == CHARTER.digest
        assert await signed_versions(session, space.id) == []


async def test_an_amendment_is_in_force_from_its_day_on(database: Database) -> None:
    after = amended(21)
    async with database.transaction() as session:
        space = await chartered(session)
        await agree(session, space, CHARTER, Kind.ADOPT_CHARTER, now=NOON)
        await agree(session, space, after, Kind.AMEND_CHARTER, now=NOON)
        assert space.id is not None
        assert [one.charter.version for one in await signed_versions(session, space.id)] == [1, 2]
        before = datetime(2026, 12, 4, 23, 59, tzinfo=UTC)
        assert (await policy_in_force(session, space, before)).digest == CHARTER.digest
        assert (await policy_in_force(session, space, before + timedelta(minutes=1))).digest == after.digest


async def test_founding_anew_begins_a_new_chain(database: Database) -> None:
    other = policy_of({**read(CHARTER.file), "title": "Another charter"})
    async with database.transaction() as session:
        space = await chartered(session)
        await agree(session, space, CHARTER, Kind.ADOPT_CHARTER, now=NOON)
        await agree(session, space, other, Kind.ADOPT_CHARTER, now=NOON)
        assert (await policy_in_force(session, space, LATER)).digest == other.digest


def test_what_was_given_names_its_policy_shortly_and_for_certain() -> None:
    assert given_under(load_policy("open-health-space")) == "open-health-space/1"
    assert given_under(CHARTER) == f"{CHARTER.digest[:32]}/1"
    assert given_under(amended(21)) != given_under(amended(22))
