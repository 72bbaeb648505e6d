"""One space with an open consultation, somebody who facilitates it, and people who come to vote."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest

from charters.enforcement import Facts
from charters.states import Role, Stage, Standing, StatementState
from deliberation.opinion.statements import StatementText, add_statement
from deliberation.opinion.taking_part import Visitor
from deliberation.spaces.consultations import Consultation
from deliberation.spaces.spaces import Space, SpaceText, found
from participate.db import Database
from participate.migrations import upgrade
from tests.lending import lent_database


@pytest.fixture
def database_url(kind: str) -> Iterator[str]:
    """The address of a migrated, empty database, which the next test is lent."""
    with lent_database(kind, "migrated", upgrade) as url:
        yield url


@pytest.fixture
def now() -> datetime:
    return datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def flo(now: datetime) -> Facts:
    """A facilitator who is signed in."""
    return Facts(now=now, roles=frozenset({Role.FACILITATOR}), signed_in=True)


@pytest.fixture
async def space(database: Database, now: datetime) -> Space:
    async with database.transaction() as session:
        text = SpaceText(slug="avonmere", title="GP care in Avonmere", host="Avonmere Voices")
        return await found(session, text, standing=Standing.TRIAL, policy="open-health-space", now=now)


@pytest.fixture
async def voting(database: Database, space: Space, now: datetime) -> Consultation:
    """An open consultation, `evenings`, with the published statements 1, 2 and 3."""
    assert space.id is not None
    async with database.transaction() as session:
        held = Consultation(
            space_id=space.id,
            slug="evenings",
            title="Evenings",
            question="How should evening appointments work?",
            stage=Stage.VOTING,
            created_at=now,
        )
        session.add(held)
        await session.flush()
        for text in ("Open until eight.", "Open on Saturdays.", "Ring back the same day."):
            await add_statement(
                session, held, StatementText(text=text), state=StatementState.PUBLISHED, now=now
            )
        return held


@pytest.fixture
def visitor() -> Callable[..., Visitor]:
    """Makes somebody with a device of their own; the same name is the same device."""

    def make(name: str, *, newcomers: int = 300, limit_ends: datetime | None = None) -> Visitor:
        return Visitor(
            secret=f"device of {name}".encode(),
            master=b"a pseudonym key for tests, long enough",
            network="198.51.100.7",
            newcomers=newcomers,
            limit_ends=limit_ends,
        )

    return make
