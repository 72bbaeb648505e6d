"""Invitations: links to one consultation with an end and perhaps a limit, for a letter, a ward, a meeting.

The link holds a random secret of which only a SHA-256 is kept, so nobody can read a link out of the database.
Whoever comes in by one is counted once, by their pseudonym in the space; who was sent it is never known here.
"""

import secrets
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any

from pydantic import ConfigDict
from sqlalchemy import CheckConstraint
from sqlmodel import Field, SQLModel, col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from charters.actions import Action
from charters.enforcement import Facts
from charters.states import Attestation, InvitationState, invitation_at
from deliberation.columns import state
from deliberation.errors import Invalid
from deliberation.people.participants import account_pseudonym, device_pseudonym, space_key
from deliberation.publishing.record import Did
from deliberation.spaces.consultations import consultation_named, enter_act, held, require_in
from deliberation.spaces.days import named_day

# No letter or digit that is taken for another: 20 of 31 are 99 bits.
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
LENGTH, TOGETHER = 20, 5
MOST_PEOPLE = 100_000


class InvitationText(SQLModel):
    """What a facilitator writes about a link, with its limits; only facilitators see it."""

    model_config = ConfigDict(str_strip_whitespace=True)  # type: ignore[assignment]

    label: str = Field(min_length=2, max_length=80, description="Whom it is for, or where it hangs")
    most: int | None = Field(default=None, ge=1, le=MOST_PEOPLE, description="How many may come in by it")
    attestation: Attestation = Attestation.OPEN


class Invitation(SQLModel, table=True):
    __table_args__ = (CheckConstraint("most IS NULL OR most > 0", name="most"),)

    id: int | None = Field(default=None, primary_key=True)
    consultation_id: int = Field(foreign_key="consultation.id", index=True)
    label: str = Field(max_length=80)
    code_hash: str = Field(max_length=64, unique=True, description="SHA-256 of the link's secret, hex")
    most: int | None = None
    ends_at: datetime
    ended_at: datetime | None = None
    attestation: Attestation = state(Attestation, Attestation.OPEN)
    made_at: datetime


class InvitationEntry(SQLModel, table=True):
    """Somebody has come in by a link; when is not kept."""

    __tablename__ = "invitation_entry"

    invitation_id: int = Field(primary_key=True, foreign_key="invitation.id")
    key: str = Field(primary_key=True, max_length=64, description="A pseudonym in the space")


@dataclass(frozen=True, slots=True)
class Used:
    """A link, by how many people it was used, and what it is now."""

    invitation: Invitation
    came: int
    state: InvitationState


@dataclass(frozen=True, slots=True, kw_only=True)
class Entering:
    """Somebody with a device who presses the button of a link. `space` and `consultation` are slugs.

    `secret` is the device's, `master` the installation's pseudonym key: neither is stored. `account_id` is
    there for somebody who is signed in.
    """

    space: str
    consultation: str
    code: str
    secret: bytes = field(repr=False)
    master: bytes = field(repr=False)
    limit_ends: datetime | None = None
    account_id: int | None = None
    now: datetime

    def pseudonym(self, space_id: int) -> str:
        key = space_key(self.master, space_id)
        if self.account_id is not None:
            return account_pseudonym(key, self.account_id)
        return device_pseudonym(key, self.secret)


def new_code() -> str:
    """A secret that can be read out and typed: `ab3de-fghjk-mnpqr-stuvw`."""
    letters = "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
    return "-".join(letters[start : start + TOGETHER] for start in range(0, LENGTH, TOGETHER))


def hash_of(code: str) -> str:
    """What is kept of a secret, however it was typed: capitals, blanks and lines between do not count."""
    return sha256("".join(letter for letter in code.lower() if letter in LETTERS).encode()).hexdigest()


async def make_invitation(
    session: AsyncSession,
    consultation_id: int,
    text: InvitationText,
    *,
    ends_at: datetime,
    asking: Facts,
    now: datetime,
) -> tuple[Invitation, str]:
    """Make a link; the secret is returned this once and kept nowhere. Raises Refused, Invalid."""
    space, consultation = await held(session, consultation_id)
    await require_in(session, Action.MAKE_INVITATION, space, consultation, asking, now)
    if ends_at <= now:
        raise Invalid("ends", "This day has passed. Choose today or a later day.")
    code = new_code()
    invitation = Invitation(
        **text.model_dump(),
        consultation_id=consultation_id,
        code_hash=hash_of(code),
        ends_at=ends_at,
        made_at=now,
    )
    session.add(invitation)
    limit = f"for {text.most:,} at most, " if text.most is not None else ""
    counts = " Whoever comes by it counts as invited." if text.attestation is Attestation.INVITED else ""
    words = f"A link {limit}until {named_day(ends_at)}.{counts}"
    enter_act(session, Did.INVITATION_MADE, consultation, words=words, now=now)
    await session.flush()  # the page names it by its id
    return invitation, code


async def end_invitation(
    session: AsyncSession, consultation_id: int, invitation_id: int, *, asking: Facts, now: datetime
) -> Invitation:
    """Let nobody more come in by a link. Raises Refused, NotFound."""
    space, consultation = await held(session, consultation_id)
    used = await _used(session, _one(consultation_id, Invitation.id == invitation_id), now)
    found = used.state if used is not None else None
    await require_in(session, Action.END_INVITATION, space, consultation, asking, now, invitation=found)
    assert used is not None
    used.invitation.ended_at = now
    enter_act(session, Did.INVITATION_ENDED, consultation, now=now)
    return used.invitation


async def invitations_of(session: AsyncSession, consultation_id: int, *, now: datetime) -> list[Used]:
    """A consultation's links, newest first."""
    query = select(Invitation).where(Invitation.consultation_id == consultation_id)
    rows = await session.exec(query.order_by(col(Invitation.id).desc()))
    return [await _with_use(session, invitation, now) for invitation in rows.all()]


async def invitation_with(
    session: AsyncSession, consultation_id: int, code: str, *, now: datetime
) -> Used | None:
    """The link with this secret, as it is now; None where there is none."""
    return await _used(session, _one(consultation_id, Invitation.code_hash == hash_of(code)), now)


async def enter_by_invitation(session: AsyncSession, entering: Entering) -> None:
    """Count somebody who comes in by a link, once. Whoever came before comes in again, whatever its limit.

    Raises Refused, NotFound.
    """
    space, consultation = await consultation_named(session, entering.space, entering.consultation)
    assert space.id is not None
    assert consultation.id is not None
    code_is = Invitation.code_hash == hash_of(entering.code)
    used = await _used(session, _one(consultation.id, code_is).with_for_update(), entering.now)
    key = entering.pseudonym(space.id)
    state = used.state if used is not None else None
    known = used is not None and await _has_come(session, used.invitation, key)
    if known and state is InvitationState.SPENT:
        state = InvitationState.USABLE
    asking = Facts(
        now=entering.now,
        has_device=True,
        limit_reached=entering.limit_ends is not None,
        limit_ends=entering.limit_ends,
        invitation=state,
    )
    await require_in(session, Action.ENTER_BY_INVITATION, space, consultation, asking, entering.now)
    if used is not None and used.invitation.id is not None and not known:
        session.add(InvitationEntry(invitation_id=used.invitation.id, key=key))
        await session.flush()  # two who come at one moment are told apart here


def _one(consultation_id: int, which: Any) -> Any:
    return select(Invitation).where(Invitation.consultation_id == consultation_id, which)


async def _used(session: AsyncSession, query: Any, now: datetime) -> Used | None:
    invitation = (await session.exec(query)).first()
    return await _with_use(session, invitation, now) if invitation is not None else None


async def _with_use(session: AsyncSession, invitation: Invitation, now: datetime) -> Used:
    count = select(func.count()).where(InvitationEntry.invitation_id == invitation.id)
    came = (await session.exec(count)).one()
    state = invitation_at(
        ends_at=invitation.ends_at, ended_at=invitation.ended_at, most=invitation.most, came=came, now=now
    )
    return Used(invitation, came, state)


async def _has_come(session: AsyncSession, invitation: Invitation, key: str) -> bool:
    return await session.get(InvitationEntry, (invitation.id, key)) is not None
