"""Votes on clauses: what the worker does for a job "tally", and how it notices that one is wanted.

They are counted in a process of their own, and a result is published in one short transaction.
"""

import hmac
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from deliberation.drafting.clause_questions import unasked_versions
from deliberation.drafting.clause_support import support_of
from deliberation.drafting.tallying import (
    Outcome,
    Tally,
    ask_about_older,
    ask_for_tally,
    read_tally,
    record_tally,
    stale_proposals,
)
from deliberation.people.participants import space_key
from deliberation.publishing.ballots import ballot_digests, changed_since, extended, least_change
from participate.db import Database
from participate.processes import Progress, run_limited
from participate.settings import Settings


async def tally(
    database: Database, settings: Settings, payload: Mapping[str, Any], _progress: Progress
) -> None:
    """The handler of jobs "tally": `{"proposal_id": ...}`."""
    await tally_proposal(database, settings, payload["proposal_id"], now=datetime.now(UTC))


async def tally_proposal(database: Database, settings: Settings, proposal_id: int, *, now: datetime) -> None:
    """Count the votes on a proposal's clauses as they are; publish the result if it is due.

    Raises ProcessFailed.
    """
    async with database.reading() as session:
        task = await read_tally(session, proposal_id, now)
    key = hmac.digest(space_key(settings.pseudonym_master, task.space_id), b"clause ballots", "sha256")
    outcome = await run_limited(
        count,
        task,
        key,
        hmac.digest(key, b"lot" + secrets.token_bytes(32), "sha256"),
        seconds=settings.analysis_seconds,
        megabytes=settings.analysis_megabytes,
        var=settings.var,
    )
    async with database.transaction() as session:
        await record_tally(session, task, outcome, now=now)


def count(task: Tally, key: bytes, lot: bytes) -> Outcome:
    """What may be published, and what stands behind it. Runs in a process of its own."""
    ballots = ballot_digests(task.votes, key)
    after = len(task.earlier)
    changed = changed_since(task.history, ballots, after)
    content = support_of(
        task.votes,
        task.counted,
        task.groups,
        task.publication,
        earlier=list(zip(task.earlier, changed, strict=True)),
        lot=lot,
    )
    return Outcome(
        content=content,
        participants=task.votes.shape[0],
        changed=least_change(changed),
        history=extended(task.history, ballots, after + 1),
    )


async def look_for_votes(database: Database, now: datetime) -> int:
    """Ask for a tally wherever votes on clauses are newer than the last one; says for how many proposals."""
    async with database.reading() as session:
        stale, unasked = await stale_proposals(session, now=now), await unasked_versions(session)
    if unasked:
        async with database.transaction() as session:
            await ask_about_older(session)
    for proposal_id in stale:
        async with database.transaction() as session:
            await ask_for_tally(session, proposal_id, now=now)
    return len(stale)
