"""Analyses: what the worker does for a job "analyse", and how it notices that one is wanted.

The votes are read, worked on in a process of their own, and stored in one short transaction; that is also
where a result becomes public, when the charter's rule says so. The landscape takes longest: a later job.
This module alone (with its command) may use the engines; the web process never imports it.
"""

import hmac
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from charters.states import StatementState
from charters.terms import Publication
from clustering.matrix import VoteMatrix
from clustering.results import OpinionAnalysis
from deliberation.opinion.analyses import (
    analysed_statements,
    ask_for_analysis,
    is_settled,
    signature_of,
    stale_consultations,
)
from deliberation.opinion.arrivals import Arrivals, arrivals, first_votes
from deliberation.opinion.frozen import freeze_groups
from deliberation.opinion.headline import headline_classes, may_vote, people_of_headline
from deliberation.opinion.opinion_map import (
    Working,
    newest_published,
    previous_of,
    published_basis,
    record_working,
    removed_numbers,
    working_map,
    working_of,
)
from deliberation.opinion.promised import protecting_policy
from deliberation.opinion.routed import Routing, routing_of
from deliberation.opinion.statements import Statement
from deliberation.opinion.voting import vote_matrix
from deliberation.people.participants import space_key
from deliberation.publishing.attestation import Headline, compared
from deliberation.publishing.ballots import (
    History,
    ballot_digests,
    changed_since,
    commitment_to,
    extended,
    least_change,
)
from deliberation.publishing.map_parts import published_groups
from deliberation.publishing.releases import (
    Candidate,
    add_landscape,
    all_published,
    landscape_before,
    publish_if_due,
)
from deliberation.publishing.results import result_of
from deliberation.publishing.said import Said, dated
from deliberation.running import jobs
from deliberation.spaces.consultations import consultation_with_id
from deliberation.spaces.days import day_in_london
from participate.db import Database
from participate.landscapes import Drawn, draw_landscapes
from participate.processes import Progress, run_limited
from participate.routed import routing_noted, tell_of_routing
from participate.screening import screened
from participate.settings import Settings

SEED = 0
LANDSCAPE = "landscape"


@dataclass(frozen=True)
class Task:
    """Everything an analysis needs, as it goes to a process of its own."""

    votes: VoteMatrix
    statements: tuple[Said, ...]
    publication: Publication
    came: Arrivals
    today: date
    previous: OpinionAnalysis | None
    earlier: tuple[dict[str, Any], ...]
    history: History
    key: bytes
    salt: str
    signature: str
    closed: bool
    headline: Headline | None = None
    kinds: History | None = None
    first_votes: Mapping[int, float] = field(default_factory=dict)
    groups: dict[str, int] | None = None


def _now() -> datetime:
    return datetime.now(UTC)


async def analyse(
    database: Database, settings: Settings, payload: Mapping[str, Any], progress: Progress
) -> None:
    """The handler of jobs "analyse": `{"consultation_id": ...}`.

    The second picture is a job of its own, which the worker takes only when no analysis is due anywhere. One
    that is being drawn is finished first: an analysis then waits for `analysis_seconds` at most.
    """
    consultation_id = payload["consultation_id"]
    await analyse_consultation(
        database, settings, consultation_id, clock=_now, landscape=False, progress=progress
    )
    async with database.transaction() as session:
        again, now = {"consultation_id": consultation_id}, _now()
        await jobs.enqueue(session, LANDSCAPE, str(consultation_id), payload=again, run_at=now, now=now)


async def draw(
    database: Database, settings: Settings, payload: Mapping[str, Any], _progress: Progress
) -> None:
    """The handler of jobs "landscape": `{"consultation_id": ...}`. Draws nothing once votes have changed."""
    async with database.reading() as session:
        task = await read_task(session, settings, payload["consultation_id"], _now())
    await _add_landscape(database, settings, payload["consultation_id"], task)


async def analyse_consultation(
    database: Database,
    settings: Settings,
    consultation_id: int,
    *,
    clock: Callable[[], datetime],
    landscape: bool = True,
    progress: Progress | None = None,
) -> None:
    """Analyse the votes as they are; publish the result if it is due when it is ready.

    Raises ProcessFailed, NotFound.
    """
    tell = progress or (lambda share: None)
    async with database.reading() as session:
        task = await read_task(session, settings, consultation_id, clock())
    working, candidate = await limited(settings, work_out, task)
    tell(0.5)
    async with database.transaction() as session:
        now = clock()  # in here: the work may have waited for the write lock too
        before = await routing_of(session, consultation_id)
        await record_working(session, consultation_id, working, now=now)
        await _publish(session, consultation_id, task, candidate, now)
        await freeze_groups(session, consultation_id)
    tell_of_routing(consultation_id, before, Routing(working.content["routing"]))
    if landscape:
        await _add_landscape(database, settings, consultation_id, task)
    tell(1.0)


async def _publish(
    session: AsyncSession, consultation_id: int, task: Task, candidate: Candidate, now: datetime
) -> None:
    """Publish the result if it is due now and the consultation is still as it was when the task was read.

    The work takes minutes. A statement that was removed meanwhile must not be published, and a close that
    came meanwhile makes a result of votes up to the close; either asks for another analysis by itself.
    """
    space, consultation = await consultation_with_id(session, consultation_id)
    removed = {said.number for said in task.statements if said.state is StatementState.REMOVED}
    if (
        await removed_numbers(session, consultation_id) != removed
        or is_settled(consultation, now) != task.closed
    ):
        return
    policy = await protecting_policy(session, space, consultation_id, now)
    await publish_if_due(session, space, consultation, policy, candidate, now=now)


async def limited(settings: Settings, function: Any, *args: Any) -> Any:
    """The result of `function(*args)` from a process of its own, within the settings' limits."""
    return await run_limited(
        function,
        *args,
        seconds=settings.analysis_seconds,
        megabytes=settings.analysis_megabytes,
        var=settings.var,
    )


async def read_task(session: AsyncSession, settings: Settings, consultation_id: int, now: datetime) -> Task:
    """Everything an analysis needs, in one look at the database."""
    space, consultation = await consultation_with_id(session, consultation_id)
    policy = await protecting_policy(session, space, consultation_id, now)
    # Read before the votes: a vote in between makes the analysis look older than it is, never newer.
    signature = await signature_of(session, consultation_id)
    statements = tuple(
        said_of(one, policy.publication.time_grain)
        for one in await analysed_statements(session, consultation_id)
    )
    votes = await vote_matrix(session, consultation_id, on={said.id for said in statements})
    working = await working_map(session, consultation_id)
    basis = await published_basis(session, consultation_id)
    first = await people_of_headline(session, consultation)
    assert space.id is not None
    return Task(
        votes=votes,
        statements=statements,
        publication=policy.publication,
        came=await arrivals(session, consultation_id),
        today=day_in_london(now),
        previous=previous_of(working) if working is not None else None,
        earlier=tuple(row.content for row in await all_published(session, consultation_id)),
        history=basis.history if basis is not None else {},
        key=hmac.digest(space_key(settings.pseudonym_master, space.id), b"published ballots", "sha256"),
        salt=secrets.token_hex(32),
        signature=signature,
        closed=is_settled(consultation, now),
        headline=None
        if first is None
        else Headline(
            tuple(sorted(headline_classes(consultation))), tuple(sorted(may_vote(consultation))), first
        ),
        kinds=basis.kinds if basis is not None else None,
        first_votes=await first_votes(session, consultation_id),
        groups=basis.groups if basis is not None else None,
    )


def said_of(statement: Statement, grain: str) -> Said:
    return Said(
        id=statement.id,
        number=statement.number,
        text=statement.text,
        language=statement.language,
        state=statement.state,
        seed=statement.seed,
        meta=statement.meta,
        month=dated(statement.created_at, grain),
    )


# What follows runs in a process of its own.


def work_out(task: Task) -> tuple[Working, Candidate]:
    """The analysis as it is stored, and what would be published of it."""
    from clustering import analyse as engine

    def analysis_of(votes: VoteMatrix) -> OpinionAnalysis:
        return engine(votes, seed=SEED, options=_options(task), previous=task.previous)

    analysis = analysis_of(task.votes)
    ballots = ballot_digests(task.votes, task.key)
    after = len(task.earlier)
    changed = changed_since(task.history, ballots, after)
    headline, kinds = compared(task.headline, ballots, task.history, task.kinds, after)
    result = result_of(
        analysis,
        task.votes,
        task.statements,
        task.publication,
        came=task.came,
        today=task.today,
        over=task.closed,
        earlier=list(zip(task.earlier, changed, strict=True)),
        lot=hmac.digest(task.key, b"lot" + task.salt.encode(), "sha256"),
        headline=headline,
        before=task.groups,
    )
    commitment = commitment_to(task.votes, task.salt)
    working = working_of(
        analysis,
        votes=task.votes.n_votes,
        signature=task.signature,
        closed=task.closed,
        commitment=commitment,
        routing=routing_noted(analysis.priorities, task.votes, task.statements, over=task.closed),
    )
    return working, Candidate(
        content={**result, "commitment": commitment},
        participants=task.votes.shape[0],
        after=after,
        changed=least_change(changed),
        history=extended(task.history, ballots, after + 1),
        place={"axes": analysis.axes.to_document()},
        salt=task.salt,
        kinds=kinds,
        screening=screened(task, analysis, again=analysis_of),
        groups={str(p): group for p, group in published_groups(result, working.membership).items()},
    )


def _options(task: Task) -> Any:
    from clustering import Options

    return Options(
        moderated_out=tuple(s.id for s in task.statements if s.state is StatementState.REMOVED),
        meta=tuple(s.id for s in task.statements if s.meta),
    )


# The worker again.


async def _add_landscape(database: Database, settings: Settings, consultation_id: int, task: Task) -> None:
    """Give the newest published result its second picture, if it is made of these very votes."""
    async with database.reading() as session:
        published = await newest_published(session, consultation_id)
        basis = await published_basis(session, consultation_id)
        working = await working_map(session, consultation_id)
        before = await landscape_before(session, consultation_id)
    if published is None or basis is None or working is None or published.landscape is not None:
        return
    ballots = ballot_digests(task.votes, task.key)
    if changed_since(basis.history, ballots, basis.number)[-1] > 0:
        return
    # The newest analysis is of the same ballots, so its groups are those that were published.
    group_of = published_groups(published.content, working.membership)
    landscape = await limited(
        settings,
        draw_landscapes,
        Drawn(
            task.votes, task.statements, task.publication, group_of, published.content, basis.place, before
        ),
    )
    assert published.id is not None
    async with database.transaction() as session:
        await add_landscape(session, published.id, landscape)


async def look_for_changes(database: Database, now: datetime) -> int:
    """Ask for an analysis wherever votes, removals or a close are newer than the last one; says how many.

    The worker calls this every few seconds. Nothing is done for it when a vote is cast.
    """
    async with database.reading() as session:
        stale = await stale_consultations(session, now=now)
    for consultation_id, cause in stale:
        async with database.transaction() as session:
            await ask_for_analysis(session, consultation_id, cause=cause, now=now)
    return len(stale)
