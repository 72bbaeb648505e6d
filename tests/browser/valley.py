"""The demonstration with its maps in one SQLite file, made once per run and copied for whoever changes it."""

import asyncio
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from math import cos, sin
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from clustering.matrix import VoteMatrix
from deliberation.drafting.proposals import Proposal
from deliberation.drafting.tallying import stale_proposals
from deliberation.running import jobs
from deliberation.spaces.consultations import consultations_of
from deliberation.spaces.spaces import space_named
from participate import analysing, tallying
from participate.db import Database
from participate.demonstration.making import make
from participate.settings import Settings
from tests.databases import migrated_database
from tests.people import ANSWERING, Clock


def settings_for(database_url: str, folder: Path, *, public_url: str = "http://127.0.0.1") -> Settings:
    """An installation with keys of its own."""
    return Settings(
        database_url=database_url,
        public_url=public_url,
        secret_key="a secret key for tests, long enough",
        pseudonym_key="a pseudonym key for tests, long enough",
        var=str(folder / "var"),
        **ANSWERING,
    )


def make_valley(file: Path) -> None:
    """Make the demonstration in this file and analyse its consultations."""
    url = migrated_database("sqlite")
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, _make(settings_for(url, file.parent))).result()
    shutil.copy(url.removeprefix("sqlite:///"), file)


def copy_of(file: Path, folder: Path) -> str:
    """The address of a copy."""
    return f"sqlite:///{shutil.copy(file, folder / 'copy.db')}"


async def analyse(database: Database, settings: Settings, consultation_id: int, now: datetime) -> None:
    """What the worker does, in this process and with a landscape that takes no time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(analysing, "run_limited", _in_this_process)
        patch.setattr("clustering.landscape.landscape", _quick_landscape)
        patch.setattr("clustering.landscape.statement_landscape", _quick_statements)
        await analysing.analyse_consultation(database, settings, consultation_id, clock=lambda: now)


async def tally(database: Database, settings: Settings, now: datetime) -> None:
    """What the worker does about votes on clauses, in this process."""
    await tallying.look_for_votes(database, now)
    async with database.reading() as session:
        waiting = await stale_proposals(session, now=now)
        proposals = (await session.exec(select(Proposal.id))).all()
    assert waiting == [], "they are asked for"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tallying, "run_limited", _in_this_process)
        for proposal in proposals:
            await tallying.tally_proposal(database, settings, proposal or 0, now=now)


async def _make(settings: Settings) -> None:
    database, now = Database(settings.database_url), Clock()()
    async with database.transaction() as session:
        await make(session, master=settings.pseudonym_master, now=now)
    async with database.reading() as session:
        held = [
            one
            for slug in ("avonmere", "harbour-reach")
            for one in await consultations_of(session, await space_named(session, slug))
        ]
    for consultation in held:
        assert consultation.id is not None
        await analyse(database, settings, consultation.id, now)
    await tally(database, settings, now)
    async with database.transaction() as session:
        await jobs.beat(session, "worker", now=now)
    await database.close()


async def _in_this_process(function: Callable[..., Any], *arguments: Any, **limits: Any) -> Any:
    return function(*arguments)


def _quick_statements(votes: VoteMatrix, **_: Any) -> dict[Any, tuple[float, float]]:
    """Places that take no time: a loose spiral."""
    names = sorted(votes.statement_ids)
    return {name: (n**0.5 * cos(2.4 * n), n**0.5 * sin(2.4 * n)) for n, name in enumerate(names)}


def _quick_landscape(votes: VoteMatrix, **_: Any) -> dict[Any, tuple[float, float]]:
    """Places that take no time: three heaps."""
    return {person: (float(row % 3), 0.0) for row, person in enumerate(votes.participant_ids)}
