"""A consultation: one question deliberated in a space, with stages."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from pydantic import ConfigDict
from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from charters.actions import Action
from charters.enforcement import Facts, require
from charters.fairness import Framed, closing_held_by, opening_held_by
from charters.policy import Policy
from charters.states import Phase, Stage, pause_left, phase_at
from charters.wording import Words
from deliberation.columns import SLUG, document, state
from deliberation.errors import Invalid, NotFound
from deliberation.publishing.record import Did, enter
from deliberation.spaces.charters import policy_in_force
from deliberation.spaces.slugs import LONGEST, PAGES, slugs_from
from deliberation.spaces.spaces import Space
from deliberation.spaces.standing import held_of, require_in_space


class ConsultationText(SQLModel):
    """What a facilitator writes, with its limits."""

    model_config = ConfigDict(str_strip_whitespace=True)  # type: ignore[assignment]

    slug: str = Field(
        default="",
        max_length=LONGEST,
        schema_extra={"pattern": f"^$|{SLUG}"},
        description="Made from the title when empty",
    )
    title: str = Field(min_length=3, max_length=200)
    question: str = Field(min_length=5, max_length=500)
    background: str = Field(default="", max_length=20_000, description="Markdown")
    language: str = Field(default="en", min_length=2, max_length=20, description="BCP 47 tag")


class Course(SQLModel):
    """What was promised when it opened, and what has happened to its dates since."""

    kind: str = Field(default="", max_length=40, description="The kind of question; sets the least days")
    nothing_decided: bool = Field(default=False, description="Said publicly when it was opened")
    departures: dict[str, str] | None = document(nullable=True)
    answer_by: datetime | None = Field(default=None, description="The end of the day of the answer")
    answer_plan: str = Field(default="", max_length=1_000, description="What happens with the result")
    paused_at: datetime | None = None
    paused_until: datetime | None = Field(default=None, description="When voting goes on by itself")
    pause_reason: str = Field(default="", max_length=500)
    paused_before: int = Field(default=0, description="Seconds of all pauses but the last")
    closed_at: datetime | None = Field(default=None, description="When it was closed by hand")
    reopen_until: datetime | None = Field(default=None, description="Until when that can be undone")
    notice: str = Field(default="", max_length=2_000, description="Markdown on its pages")
    noticed_at: datetime | None = None


class Provenance(SQLModel):
    """Where an imported conversation came from; empty for one held here."""

    source: str = Field(default="", max_length=500)
    licence: str = Field(default="", max_length=200)
    attribution: str = Field(default="", max_length=1_000)
    source_digest: str | None = Field(
        default=None, max_length=64, description="SHA-256 of the files it was imported from, hex"
    )


class Consultation(ConsultationText, Course, Provenance, table=True):
    __table_args__ = (
        UniqueConstraint("space_id", "slug"),
        CheckConstraint("closes_at IS NULL OR opens_at IS NULL OR closes_at > opens_at", name="dates"),
        CheckConstraint("(paused_at IS NULL) = (paused_until IS NULL)", name="pause"),
        CheckConstraint("closed_at IS NULL OR stage = 'closed'", name="closed"),
    )

    id: int | None = Field(default=None, primary_key=True)
    space_id: int = Field(foreign_key="space.id", index=True)
    stage: Stage = state(Stage, Stage.FRAMING)
    opens_at: datetime | None = None
    closes_at: datetime | None = Field(default=None, description="The end of the last day, Europe/London")
    statements_made: int = Field(default=0, description="The highest statement number given out")
    attested: list[str] | None = document(nullable=True)
    headline: list[str] | None = document(nullable=True)
    arriving: bool = Field(default=False, description="Still being loaded: nobody is shown it yet")
    created_at: datetime

    @property
    def ends_at(self) -> datetime | None:
        """When voting ended or is to end: when it was closed by hand, else the end of its last day."""
        return self.closed_at or self.closes_at


def phase_of(consultation: Consultation, now: datetime) -> Phase:
    """The phase of a consultation at this moment."""
    return phase_at(
        consultation.stage,
        consultation.opens_at,
        consultation.closes_at,
        now,
        consultation.paused_until,
    )


def framed_of(consultation: Consultation) -> Framed:
    """What the gates of fairness look at."""
    return Framed(
        kind=consultation.kind,
        nothing_decided=consultation.nothing_decided,
        background=consultation.background,
        opens_at=consultation.opens_at,
        closes_at=consultation.closes_at,
        answer_by=consultation.answer_by,
        departures=consultation.departures or {},
    )


# What is loaded in many short transactions is shown when the last one is done, or not at all.
_ARRIVED = col(Consultation.arriving).is_(False)


async def consultation_named(session: AsyncSession, space_slug: str, slug: str) -> tuple[Space, Consultation]:
    """Raises NotFound."""
    query = (
        select(Space, Consultation)
        .join(Consultation)
        .where(Space.slug == space_slug, Consultation.slug == slug, _ARRIVED)
    )
    found = (await session.exec(query)).first()
    if found is None:
        raise NotFound(no_consultation(space_slug, slug))
    return found


def no_consultation(space: str, consultation: str) -> Words:
    """What is said where an address names none."""
    return Words(
        "There is no consultation '%(consultation)s' in the space '%(space)s'.",
        consultation=consultation,
        space=space,
    )


async def consultation_with_id(session: AsyncSession, consultation_id: int) -> tuple[Space, Consultation]:
    """Raises NotFound."""
    query = select(Space, Consultation).join(Consultation).where(Consultation.id == consultation_id)
    found = (await session.exec(query)).first()
    if found is None:
        raise NotFound(f"There is no consultation number {consultation_id}.")
    return found


async def consultations_of(session: AsyncSession, space: Space) -> list[Consultation]:
    """A space's consultations, newest first."""
    query = (
        select(Consultation)
        .where(Consultation.space_id == space.id, _ARRIVED)
        .order_by(Consultation.created_at.desc(), Consultation.id.desc())  # type: ignore[attr-defined, union-attr]
    )
    return list((await session.exec(query)).all())


async def everywhere(session: AsyncSession) -> list[tuple[Space, Consultation]]:
    """Every consultation with its space, newest first."""
    query = (
        select(Space, Consultation)
        .join(Consultation)
        .where(_ARRIVED)
        .order_by(Consultation.created_at.desc(), Consultation.id.desc())  # type: ignore[attr-defined, union-attr]
    )
    return list((await session.exec(query)).all())


async def create_consultation(
    session: AsyncSession,
    space: Space,
    text: ConsultationText,
    *,
    opens_at: datetime | None,
    closes_at: datetime | None,
    answer_by: datetime | None = None,
    kind: str = "",
    words: str = "",
    asking: Facts,
    now: datetime,
) -> Consultation:
    """Make a consultation in the stage of framing: nobody can vote before it is opened.

    `asking` says who asks, `words` what the record says of it. Raises Refused, and Invalid for dates or a
    slug that cannot be.
    """
    await require_in_space(session, Action.CREATE_CONSULTATION, space, asking, now)
    assert space.id is not None
    check_dates(opens_at, closes_at, answer_by, now)
    slug = await _free_slug(session, space.id, text)
    consultation = Consultation(
        **text.model_dump(exclude={"slug"}),
        slug=slug,
        space_id=space.id,
        opens_at=opens_at,
        closes_at=closes_at,
        answer_by=answer_by,
        kind=kind,
        created_at=now,
    )
    session.add(consultation)
    await session.flush()  # the id goes into the record and into the first statements
    enter_act(session, Did.CONSULTATION_MADE, consultation, words=words, now=now)
    return consultation


def enter_act(
    session: AsyncSession, kind: Did, consultation: Consultation, *, words: str = "", now: datetime
) -> None:
    """Enter an act of a facilitator on a whole consultation."""
    enter(
        session,
        kind,
        space_id=consultation.space_id,
        consultation_id=consultation.id,
        words=words,
        now=now,
    )


async def held(session: AsyncSession, consultation_id: int) -> tuple[Space, Consultation]:
    """As `consultation_with_id`, holding the row, so that of two simultaneous acts one sees the other.

    Raises NotFound.
    """
    query = select(Consultation).where(Consultation.id == consultation_id).with_for_update()
    consultation = (await session.exec(query)).first()
    if consultation is None:
        raise NotFound(f"There is no consultation number {consultation_id}.")
    space = await session.get(Space, consultation.space_id)
    assert space is not None
    return space, consultation


async def require_in(
    session: AsyncSession,
    action: Action,
    space: Space,
    consultation: Consultation,
    asking: Facts,
    now: datetime,
    **more: Any,
) -> Policy:
    """Ask whether something may be done in a consultation, as the database has it now.

    `more` are facts that the verb knows. Returns the policy in force. Raises Refused.
    """
    policy = await policy_in_force(session, space, now)
    held = await held_of(session, space, policy, now)
    facts = facts_of(replace(asking, held=held), policy, space, consultation, now)
    require(policy, action, replace(facts, **more))
    return policy


def facts_of(asking: Facts, policy: Policy, space: Space, consultation: Consultation, now: datetime) -> Facts:
    """Who asks, together with where they ask, as the database has it now."""
    fairness, framed = policy.fairness, framed_of(consultation)
    return replace(
        asking,
        now=now,
        standing=space.standing,
        stage=consultation.stage,
        opens_at=consultation.opens_at,
        closes_at=consultation.closes_at,
        paused_until=consultation.paused_until,
        opening_held_by=opening_held_by(fairness, framed, now),
        closing_held_by=closing_held_by(framed, now),
        pause_left=pause_left(
            timedelta(hours=fairness.pause_hours),
            timedelta(seconds=consultation.paused_before),
            consultation.paused_at,
            consultation.paused_until,
            now,
        ),
        reopen_ends=consultation.reopen_until,
    )


def check_dates(
    opens_at: datetime | None, closes_at: datetime | None, answer_by: datetime | None, now: datetime
) -> None:
    """Raises Invalid, naming the date that cannot be."""
    if closes_at is not None and closes_at <= now:
        raise Invalid("closes", "The closing day has passed. Choose today or a later day.")
    if closes_at is not None and opens_at is not None and closes_at <= opens_at:
        raise Invalid("closes", "The closing day is before the opening day. Choose a later day.")
    if closes_at is not None and answer_by is not None and answer_by <= closes_at:
        raise Invalid("answer", "The answer would come before voting ends. Choose a later day.")


async def _free_slug(session: AsyncSession, space_id: int, text: ConsultationText) -> str:
    """The slug that was asked for, or one made from the title that nobody has. Raises Invalid."""
    # Whoever makes another consultation in this space at the same moment waits here.
    await session.exec(select(Space.id).where(Space.id == space_id).with_for_update())
    used = set(await session.exec(select(Consultation.slug).where(Consultation.space_id == space_id)))
    used |= PAGES
    if text.slug:
        if text.slug in used:
            raise Invalid("slug", f"The address {text.slug!r} is taken in this space. Choose another.")
        return text.slug
    return next(slug for slug in slugs_from(text.title) if slug not in used)
