"""Databases to measure on: one open consultation, with statements, and people and votes if wanted."""

import asyncio
import random
from datetime import UTC, datetime, timedelta

from charters.states import Stage, Standing
from deliberation.opinion.loading import (
    LoadedParticipant,
    LoadedStatement,
    LoadedVote,
    load_participants,
    load_statements,
    load_votes,
)
from deliberation.running.installation import hold_to_key
from deliberation.spaces.consultations import Consultation
from deliberation.spaces.spaces import SpaceText, found
from participate.batches import in_batches
from participate.db import Database
from tests.databases import migrated_database

SPACE, CONSULTATION = "bench", "one-question"
POLICY = "open-health-space"


def place(kind: str, *, statements: int, people: int = 0, votes_each: int = 0, seed: int = 0) -> str:
    """The address of a migrated database of this kind, filled."""
    url = migrated_database(kind)
    asyncio.run(_fill(url, statements, people, votes_each, seed))
    return url


async def _fill(url: str, statements: int, people: int, votes_each: int, seed: int) -> None:
    from benchmarks.serving import SECRET

    database, now = Database(url), datetime.now(UTC)
    async with database.transaction() as session:
        await hold_to_key(session, SECRET.encode())
        text = SpaceText(slug=SPACE, title="A space to measure in", host="Nobody")
        space = await found(session, text, standing=Standing.TRIAL, policy=POLICY, now=now)
        consultation = Consultation(
            slug=CONSULTATION,
            title="One question",
            question="What does a vote cost?",
            space_id=space.id,
            stage=Stage.VOTING,
            opens_at=now - timedelta(days=1),
            closes_at=now + timedelta(days=30),
            statements_made=statements,
            created_at=now,
        )
        session.add(consultation)
        await session.flush()
        said = [
            LoadedStatement(
                number=n, text=f"Statement {n} of those to vote on here.", language="en", created_at=now
            )
            for n in range(1, statements + 1)
        ]
        assert consultation.id is not None
        assert space.id is not None
        ids = await load_statements(session, consultation.id, said)
    await _crowd(database, space.id, list(ids.values()), people, votes_each, now, seed)
    await database.close()


async def _crowd(
    database: Database, space_id: int, votables: list[int], people: int, each: int, now: datetime, seed: int
) -> None:
    draw = random.Random(seed)
    crowd = [LoadedParticipant(f"{n:064x}", now) for n in range(people)]
    made = await in_batches(database, lambda session, part: load_participants(session, space_id, part), crowd)
    ids = [number for part in made for number in part.values()]
    leanings = [[draw.random() for _ in votables] for _ in range(2)]
    votes = [
        LoadedVote(person, votables[j], _vote(draw, leanings[i % 2][j]), now, f"{POLICY}/1")
        for i, person in enumerate(ids)
        for j in draw.sample(range(len(votables)), min(each, len(votables)))
    ]
    await in_batches(database, load_votes, votes)


def _vote(draw: random.Random, agree: float) -> int:
    return 0 if draw.random() < 0.15 else (1 if draw.random() < agree else -1)
