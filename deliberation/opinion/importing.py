"""Importing a conversation that was held with Polis: one consultation, an archive or a trial to vote on.

`incoming.prepare` reads and checks everything before a row is written. `begin` makes a consultation that
nobody is shown, the verbs of `loading` fill it in short batches, and `finish` shows it. A run that breaks
off leaves nothing to be seen; the same import again goes on from there, for each verb passes over what it
finds done.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from charters.states import Role, Stage, Standing
from deliberation.errors import Invalid
from deliberation.opinion.analyses import Cause, ask_for_analysis
from deliberation.opinion.incoming import Incoming, statement_numbers
from deliberation.opinion.polis_export import PolisExport
from deliberation.publishing.record import Did, enter
from deliberation.spaces.charters import given_under, policy_in_force
from deliberation.spaces.consultations import Consultation
from deliberation.spaces.slugs import PAGES, slugs_from
from deliberation.spaces.spaces import Space, SpaceText, found, space_if_any

POLICY = "open-health-space"
"""The template under which a space is made for an import."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """Where a conversation is loaded to; `done` when these very files had been imported there before.

    `policy` is the name and version that its votes are kept under.
    """

    space_id: int
    consultation_id: int
    policy: str
    slug: str
    done: bool


async def begin(session: AsyncSession, incoming: Incoming, *, now: datetime) -> Arrival:
    """Make the space if there is none, and a consultation that is not shown yet, or find those of before.

    Raises Invalid where the conversation cannot go there.
    """
    space = await space_if_any(session, incoming.space) or await _found(session, incoming, now)
    _check_space(space, incoming)
    assert space.id is not None
    # Whoever imports into this space at the same moment waits here.
    await session.exec(select(Space.id).where(Space.id == space.id).with_for_update())
    consultation = await _of_these_files(session, space.id, incoming.digest)
    if consultation is None:
        await _refuse_changed(session, space.id, incoming)
        consultation = await _make(session, space.id, incoming, now)
    assert consultation.id is not None
    done = not consultation.arriving
    under = given_under(await policy_in_force(session, space, now))
    return Arrival(space.id, consultation.id, under, consultation.slug, done)


async def _found(session: AsyncSession, incoming: Incoming, now: datetime) -> Space:
    title = incoming.space.replace("-", " ").capitalize()
    text = SpaceText(
        slug=incoming.space,
        title=title if len(title) > 2 else f"Space {title}",
        purpose="Conversations that were held elsewhere, kept here with their sources.",
        host="Imported",
    )
    standing = Standing.TRIAL if incoming.open else Standing.ARCHIVE
    return await found(session, text, standing=standing, policy=POLICY, now=now)


def _check_space(space: Space, incoming: Incoming) -> None:
    if space.made_up:
        raise Invalid(
            "space",
            f"The space {space.slug!r} says on every page that nothing in it is real. Name another --space.",
        )
    if incoming.open and space.standing is Standing.ARCHIVE:
        raise Invalid(
            "space",
            f"The space {space.slug!r} is an archive, where nobody can vote. "
            "Leave --open out, or name another --space.",
        )


async def _of_these_files(session: AsyncSession, space_id: int, digest: str) -> Consultation | None:
    query = select(Consultation).where(
        Consultation.space_id == space_id, Consultation.source_digest == digest
    )
    return (await session.exec(query)).first()


async def _refuse_changed(session: AsyncSession, space_id: int, incoming: Incoming) -> None:
    """Other files under the same title are another state of the same conversation. Raises Invalid."""
    query = select(Consultation).where(
        Consultation.space_id == space_id,
        Consultation.title == incoming.text.title,
        col(Consultation.arriving).is_(False),
    )
    other = (await session.exec(query)).first()
    if other is not None:
        raise Invalid(
            "title",
            f"The space {incoming.space!r} has {other.title!r} already, from other files, at {other.slug!r}: "
            "what was published is never changed. Give this one another --title or --space.",
        )


async def _make(session: AsyncSession, space_id: int, incoming: Incoming, now: datetime) -> Consultation:
    consultation = Consultation(
        **incoming.text.model_dump(exclude={"slug"}),
        **incoming.provenance.model_dump(),
        slug=f"arriving-{incoming.digest[:40]}",  # the address that people see is free until the end
        space_id=space_id,
        stage=Stage.FRAMING,
        arriving=True,
        statements_made=max(statement_numbers(incoming.export), default=0),
        created_at=now,
    )
    session.add(consultation)
    await session.flush()  # statements and votes are loaded into it
    return consultation


async def finish(session: AsyncSession, incoming: Incoming, arrival: Arrival, *, now: datetime) -> str:
    """Show the conversation, enter it on the record and ask for its map; returns its slug.

    Call it when everything is loaded. A second call changes nothing. Raises Invalid.
    """
    query = select(Consultation).where(Consultation.id == arrival.consultation_id).with_for_update()
    # It may have been read by `begin` in this session already, and be finished by somebody else since.
    consultation = (await session.exec(query.execution_options(populate_existing=True))).one()
    if not consultation.arriving:
        return consultation.slug
    await session.exec(select(Space.id).where(Space.id == arrival.space_id).with_for_update())
    await _refuse_changed(session, arrival.space_id, incoming)
    used = set(await session.exec(select(Consultation.slug).where(Consultation.space_id == arrival.space_id)))
    consultation.slug = next(s for s in slugs_from(consultation.title) if s not in used | PAGES)
    consultation.arriving = False
    consultation.stage = Stage.VOTING if incoming.open else Stage.ARCHIVED
    consultation.opens_at, consultation.closes_at = (now, None) if incoming.open else _held(incoming.export)
    await session.flush()  # the record and the job follow the change they speak of
    enter(
        session,
        Did.CONSULTATION_IMPORTED,
        space_id=arrival.space_id,
        consultation_id=arrival.consultation_id,
        role=Role.OPERATOR,
        now=now,
    )
    await ask_for_analysis(session, arrival.consultation_id, cause=Cause.IMPORT, now=now)
    return consultation.slug


def _held(export: PolisExport) -> tuple[datetime | None, datetime | None]:
    """When the first and the last of the votes were cast."""
    times = export.votes.cast_at
    if not times or times[0] == times[-1]:
        return (times[0] if times else None), None
    return times[0], times[-1]
