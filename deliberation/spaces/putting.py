"""Putting a decision to both sides: one at a time about one thing, open to the end of a day in London."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from charters.agreements import Agreement, Kind, State, begin, earliest_close, text_of
from charters.enforcement import Facts
from charters.sides import SIDE_ROLES
from charters.states import Role, Side
from charters.terms import Policy
from charters.wording import Words
from deliberation.errors import EditConflict
from deliberation.publishing.record import Did, enter
from deliberation.spaces.activity import note_act
from deliberation.spaces.days import day_in_london, last_moment
from deliberation.spaces.decisions import Decision, DecisionText, terms_of
from deliberation.spaces.spaces import Space

BEING_DECIDED = Words("Both sides are deciding about this already. Wait until that has ended.")

NAMES: Mapping[Kind, str] = {
    Kind.ADOPT_CHARTER: "Sign the founding charter",
    Kind.RATIFY_CHARTER: "Ratify the charter",
    Kind.AMEND_CHARTER: "Change the charter",
    Kind.OPEN_CONSULTATION: "Open a consultation",
    Kind.EXTEND_CONSULTATION: "Move the last day of a consultation",
    Kind.CLOSE_EARLY: "Close a consultation early",
    Kind.CHANGE_ATTESTATION: "Change how people may come in",
    Kind.AGREE_PROPOSAL: "Agree a proposal",
    Kind.WITHDRAW_PROPOSAL: "Withdraw a proposal",
    Kind.PUBLISH_OUTCOME: "Publish an outcome",
    Kind.APPOINT_FACILITATOR: "Appoint a facilitator",
    Kind.CONFIRM_HIDING: "Confirm that a statement is hidden",
}
"""What the record calls each kind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """What is put: the one thing it is about, and the text that is signed.

    `subject` is that text where it is no charter; `words` say in public why it is asked.
    """

    kind: Kind
    about: str
    text: str
    subject: Mapping[str, Any] | None = None
    words: str = ""
    consultation_id: int | None = None
    charter_id: int | None = None
    statement_id: int | None = None


def matter(kind: Kind, about: str, subject: Mapping[str, Any], **more: Any) -> Matter:
    """What is put where it is no charter: its subject is what is signed."""
    return Matter(kind=kind, about=about, text=text_of(kind, subject), subject=subject, **more)


async def put(
    session: AsyncSession,
    space: Space,
    policy: Policy,
    what: Matter,
    *,
    latest: datetime | None = None,
    asking: Facts,
    now: datetime,
) -> Decision:
    """Begin a decision, on the record. Whether `asking` may is asked before.

    It closes at the end of a day, or at `latest` where that is earlier and the rule allows it.
    Raises EditConflict where the same thing is being decided.
    """
    assert space.id is not None
    await _refuse_second(session, space.id, what)
    put_now = begin(policy, what.kind, what.text, now=now, closes_at=None)
    decision = Decision(
        space_id=space.id,
        consultation_id=what.consultation_id,
        charter_id=what.charter_id,
        statement_id=what.statement_id,
        kind=what.kind,
        about=what.about,
        subject=dict(what.subject) if what.subject is not None else None,
        text=what.text,
        terms=terms_of(put_now),
        words=what.words,
        put_by=asking.side,
        opened_at=now,
        closes_at=closing_moment(put_now, now, latest),
    )
    session.add(decision)
    await session.flush()  # its text, its answers and the record name it by its id
    remember_text(session, decision, now)
    enter_decision(session, Did.DECISION_PUT, decision, role=_role(asking), now=now)
    if asking.side is not None:
        await note_act(session, space.id, asking.side, now=now)
    return decision


def closing_moment(agreement: Agreement, now: datetime, latest: datetime | None = None) -> datetime:
    """The end of the London day on which the rule lets it end; hiding ends to the hour."""
    if agreement.kind is Kind.CONFIRM_HIDING:
        return agreement.closes_at
    least = earliest_close(agreement.rule, now)
    end = last_moment(day_in_london(least))
    # Two decisions of the same second must not end at their own beginning.
    end = end if end >= least else least
    return end if latest is None else min(end, max(least, latest))


def remember_text(session: AsyncSession, decision: Decision, now: datetime) -> None:
    """Keep what is signed as it stands, so that a signer can be shown what moved."""
    assert decision.id is not None
    session.add(
        DecisionText(
            decision_id=decision.id,
            text=decision.text,
            since=now,
            charter_id=decision.charter_id,
            subject=decision.subject,
        )
    )


def enter_decision(
    session: AsyncSession,
    did: Did,
    decision: Decision,
    *,
    role: Role = Role.MEMBER,
    words: str = "",
    now: datetime,
) -> None:
    """Enter what became of a decision: what is decided, never who decided it."""
    said = " ".join(part for part in (f"{NAMES[decision.kind]}.", _which(decision), words) if part)
    enter(
        session,
        did,
        space_id=decision.space_id,
        consultation_id=decision.consultation_id,
        statement_id=decision.statement_id,
        proposal_id=decision.proposal_id,
        words=said,
        role=role,
        now=now,
    )


def _which(decision: Decision) -> str:
    """Which proposal it is about, and which version of it; empty for anything else."""
    subject = decision.subject or {}
    if "proposal" not in subject:
        return ""
    version = f", version {subject['version']}" if "version" in subject else ""
    return f"Proposal {subject['proposal']}{version}."


def role_of(side: Side) -> Role:
    """The role in which a side acts."""
    return next(role for role, its in SIDE_ROLES.items() if its is side)


def _role(asking: Facts) -> Role:
    if Role.FACILITATOR in asking.roles:
        return Role.FACILITATOR
    return Role.OPERATOR if asking.side is None else role_of(asking.side)


async def _refuse_second(session: AsyncSession, space_id: int, what: Matter) -> None:
    # Whoever puts something in this space at the same moment waits here.
    await session.exec(select(Space.id).where(Space.id == space_id).with_for_update())
    same = [col(Decision.about) == what.about]
    if what.about != CHARTER:
        same.append(col(Decision.kind) == what.kind)
    query = select(Decision.id).where(Decision.space_id == space_id, Decision.state == State.OPEN, *same)
    if (await session.exec(query)).first() is not None:
        raise EditConflict(BEING_DECIDED)


CHARTER = "charter"
"""What every decision about the charter is about: one at a time, whichever it is."""
