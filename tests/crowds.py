"""Invented people with opinions: read from tests/data/map, or planted by a seed; moved into a database."""

import json
import random
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from charters.states import Stage, Standing, StatementState
from deliberation.opinion.arrivals import Arrivals
from deliberation.opinion.loading import LoadedVote, load_votes
from deliberation.opinion.statements import Statement, Votable
from deliberation.people.participants import Participant
from deliberation.publishing.said import Said
from deliberation.spaces.consultations import Consultation
from deliberation.spaces.spaces import Space

START = datetime(2026, 3, 2, 9, tzinfo=UTC)


@dataclass
class Crowd:
    """`group_of` each person (None: in none), and `votes` as (person, statement number, value)."""

    statements: list[dict[str, Any]]
    group_of: list[int | None]
    votes: list[tuple[int, int, int]]
    expected: dict[str, Any] = field(default_factory=dict)

    def said(self) -> list[Said]:
        """The statements that an analysis knows; the id of number n is 100 + n."""
        return [
            Said(
                id=100 + s["number"],
                number=s["number"],
                text=s["text"],
                language=s.get("language", "en"),
                state=StatementState(s.get("state", "published")),
                seed=s.get("seed", False),
                meta=s.get("meta", False),
                month="2026-03",
            )
            for s in self.statements
            if s.get("state") != "pending"
        ]

    def came(self) -> dict[str, Any]:
        """That everybody came at the start and it is the same day still, for `result_of`."""
        day = START.date()
        first_days = dict.fromkeys(range(len(self.group_of)), day)
        return {"came": Arrivals(first_days, day), "today": day}


def read_crowd(path: Path) -> Crowd:
    """Within a group those who agree come first, then those who disagree, then those who pass."""
    spec = json.loads(path.read_text(encoding="utf-8"))
    group_of: list[int | None] = []
    first: dict[str, int] = {}
    for number, (name, size) in enumerate(spec["groups"].items()):
        first[name] = len(group_of)
        group_of += [None if name == "none" else number] * size
    votes = [
        (first[name] + place, int(statement), value)
        for statement, groups in spec["answers"].items()
        for name, counts in groups.items()
        for place, value in enumerate(v for v, n in zip((1, -1, 0), counts, strict=True) for _ in range(n))
    ]
    return Crowd(spec["statements"], group_of, votes, spec["expected"])


def planted(sizes: tuple[int, ...], *, statements: int = 12, seed: int = 1) -> Crowd:
    """Groups that each say yes to their share of the statements and no to the rest; all like the first."""
    draw = random.Random(seed)
    group_of: list[int | None] = [group for group, size in enumerate(sizes) for _ in range(size)]
    votes = []
    for person, group in enumerate(group_of):
        for number in range(1, statements + 1):
            if draw.random() < 0.1:
                continue
            likes = number == 1 or number % len(sizes) == group
            value = 1 if draw.random() < (0.88 if likes else 0.1) else -1
            votes.append((person, number, 0 if draw.random() < 0.05 else value))
    texts = [
        {"number": n, "text": f"Statement {n} of the made-up town.", "seed": n < 4}
        for n in range(1, statements + 1)
    ]
    return Crowd(texts, group_of, votes)


async def move_in(
    session: AsyncSession,
    crowd: Crowd,
    *,
    stage: Stage = Stage.VOTING,
    closes_at: datetime | None = None,
    now: datetime = START,
    **about: str,
) -> Consultation:
    """Found the space "town" with the consultation "hall", its statements, and everybody's votes."""
    standing = Standing.ARCHIVE if stage is Stage.ARCHIVED else Standing.TRIAL
    space = Space(
        slug="town",
        title="The town",
        host="Town council",
        standing=standing,
        policy="open-health-space",
        created_at=now,
    )
    session.add(space)
    await session.flush()
    held = Consultation(
        slug="hall", title="The hall", question="What should the hall be for?", space_id=space.id,
        stage=stage, opens_at=now, closes_at=closes_at, created_at=now, **about,
    )  # fmt: skip
    session.add(held)
    await session.flush()
    ids = await _statements(session, held, crowd, now)
    people = await join_in(session, space, len(crowd.group_of), now=now)
    policy = "open-health-space/1"
    votes = [
        LoadedVote(people[person], ids[number], value, now, policy) for person, number, value in crowd.votes
    ]
    await load_votes(session, votes)
    return held


async def join_in(
    session: AsyncSession, space: Space, count: int, *, now: datetime = START, first: int = 0
) -> list[int]:
    """New participants of a space; their ids."""
    assert space.id is not None
    people = [
        Participant(space_id=space.id, key=f"{first + place:064x}", joined_at=now) for place in range(count)
    ]
    session.add_all(people)
    await session.flush()
    return [person.id for person in people if person.id is not None]


async def _statements(
    session: AsyncSession, held: Consultation, crowd: Crowd, now: datetime
) -> dict[int, int]:
    assert held.id is not None
    ids = {}
    for said in crowd.statements:
        votable = Votable(consultation_id=held.id)
        session.add(votable)
        await session.flush()
        assert votable.id is not None
        state = StatementState(said.get("state", "published"))
        session.add(
            Statement(
                id=votable.id, consultation_id=held.id, number=said["number"], text=said["text"],
                language=said.get("language", "en"), state=state,
                removed_for="identifying" if state is StatementState.REMOVED else None,
                seed=said.get("seed", False), meta=said.get("meta", False), created_at=now,
            )
        )  # fmt: skip
        ids[said["number"]] = votable.id
        held.statements_made = max(held.statements_made, said["number"])
    await session.flush()
    return ids
