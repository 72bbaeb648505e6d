"""Bringing one prepared conversation into the database, step by step, beside whoever else writes."""

from collections import ChainMap
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from deliberation.opinion.importing import Arrival, begin, finish
from deliberation.opinion.incoming import Incoming, people_of, statements_of, votes_of
from deliberation.opinion.loading import load_participants, load_statements, load_votes
from deliberation.people.participants import space_key
from participate.batches import in_batches
from participate.db import Database
from participate.settings import Settings, demo_settings, from_environment


@dataclass(frozen=True, slots=True)
class Imported:
    """Where the conversation stands; `before` when these very files had been imported there already."""

    space: str
    slug: str
    before: bool

    @property
    def path(self) -> str:
        return f"/spaces/{self.space}/{self.slug}"


def database_settings() -> Settings:
    """The environment's settings; where it has no key but a demonstration was made here, that one's.

    So that what `make run` started can be added to by hand. The database tells a wrong key from its own.
    """
    settings = from_environment()
    if settings.secret_key or settings.pseudonym_key or not (Path(settings.var) / "demo-secret").exists():
        return settings
    return demo_settings()


async def bring_in(
    database: Database,
    settings: Settings,
    incoming: Incoming,
    *,
    now: datetime,
    progress: Callable[[float], None] = lambda _share: None,
) -> Imported:
    """Import it, or go on with an import that broke off. Raises Invalid.

    Nobody is shown anything until all of it is there.
    """
    async with database.transaction() as session:
        arrival = await begin(session, incoming, now=now)
    if arrival.done:
        return Imported(incoming.space, arrival.slug, before=True)
    await _load(database, settings, incoming, arrival, progress)
    async with database.transaction() as session:
        slug = await finish(session, incoming, arrival, now=now)
    return Imported(incoming.space, slug, before=False)


async def _load(
    database: Database,
    settings: Settings,
    incoming: Incoming,
    arrival: Arrival,
    progress: Callable[[float], None],
) -> None:
    key = space_key(settings.pseudonym_master, arrival.space_id)
    people = people_of(incoming, key)
    by_key = _joined(
        await in_batches(
            database,
            lambda session, part: load_participants(session, arrival.space_id, part),
            people.values(),
        )
    )
    ids = {who: by_key[person.key] for who, person in people.items()}
    numbers = _joined(
        await in_batches(
            database,
            lambda session, part: load_statements(session, arrival.consultation_id, part),
            statements_of(incoming, ids),
        )
    )
    total = len(incoming.export.votes.values)
    votes = votes_of(incoming, ids, numbers, arrival.policy)
    await in_batches(database, load_votes, votes, tell=lambda written: progress(written / total))


def _joined(parts: list[dict[Any, int]]) -> dict[Any, int]:
    return dict(ChainMap(*parts))
