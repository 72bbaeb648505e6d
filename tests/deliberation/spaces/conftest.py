"""A way to make consultations in the space, and to act on one."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from charters.enforcement import Facts
from deliberation.publishing.record import Act, acts_of
from deliberation.spaces.consultations import (
    Consultation,
    ConsultationText,
    consultation_with_id,
    create_consultation,
)
from deliberation.spaces.opening import open_consultation
from deliberation.spaces.spaces import Space
from participate.db import Database
from tests.framing import BACKGROUND, PROMISE

TEXT = ConsultationText(
    title="Opening hours", question="When should the surgery be open?", background=BACKGROUND
)
WEEK = timedelta(days=7)
Make = Callable[..., Awaitable[Consultation]]
Do = Callable[..., Awaitable[Any]]


@pytest.fixture
def make(database: Database, space: Space, flo: Facts, now: datetime) -> Make:
    """Make a consultation, with these things otherwise."""

    async def make(text: ConsultationText = TEXT, **otherwise: object) -> Consultation:
        given = {"opens_at": None, "closes_at": now + WEEK, "asking": flo, "now": now} | otherwise
        async with database.transaction() as session:
            return await create_consultation(session, space, text, **given)  # type: ignore[arg-type]

    return make


@pytest.fixture
def do(database: Database, flo: Facts, now: datetime) -> Do:
    """Let the facilitator act on a consultation in a transaction: `do(verb, consultation, ...)`."""

    async def do(verb: Do, consultation: Consultation, *values: Any, **otherwise: Any) -> Any:
        async with database.transaction() as session:
            return await verb(session, consultation.id, *values, **({"asking": flo, "now": now} | otherwise))

    return do


@pytest.fixture
async def opened(make: Make, do: Do, now: datetime) -> Consultation:
    """Open, with a day for the answer."""
    consultation = await make(answer_by=now + 6 * WEEK)
    await do(open_consultation, consultation, promise=PROMISE)
    return consultation


@pytest.fixture
def kept(database: Database) -> Callable[[Consultation], Awaitable[Consultation]]:
    """A consultation as the database has it."""

    async def kept(consultation: Consultation) -> Consultation:
        async with database.reading() as session:
            assert consultation.id is not None
            return (await consultation_with_id(session, consultation.id))[1]

    return kept


@pytest.fixture
def acts(database: Database, space: Space) -> Callable[[], Awaitable[list[Act]]]:
    """What the record has, oldest first."""

    async def acts() -> list[Act]:
        async with database.reading() as session:
            assert space.id is not None
            return await acts_of(session, space.id)

    return acts
