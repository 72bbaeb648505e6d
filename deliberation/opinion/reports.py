"""Reports: somebody asks a facilitator to look at a contribution. Each is a timed case, open until decided.

A report is about a statement, or, without one, about the words of the question: what facilitators write. It
changes nothing by itself: were it to hide what it is about, few people could silence many.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum, unique
from types import MappingProxyType
from typing import Any

from sqlalchemy import CheckConstraint, Connection, Index, text
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlmodel import Field, SQLModel, col, func, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from charters.actions import Action
from charters.enforcement import Reason, Refused, refusal
from charters.wording import Words
from deliberation.columns import state as state_column
from deliberation.columns import table_of
from deliberation.errors import Invalid
from deliberation.opinion.taking_part import NO_NUMBER, Place, Visitor, place, require_act
from deliberation.people.participants import Participant
from deliberation.running.limits import count_newcomer

LONGEST_WORDS = 500
MOST_OPEN = 30
"""How many open reports one device may have in a space."""


@unique
class ReportReason(StrEnum):
    """Why somebody reports; also the code by which a decision is counted."""

    IDENTIFYING = "identifying"
    ABUSIVE = "abusive"
    DANGER = "danger"
    UNLAWFUL = "unlawful"
    OFF_TOPIC = "off-topic"
    OTHER = "other"


WHY: Mapping[ReportReason, Words] = MappingProxyType(
    {
        ReportReason.IDENTIFYING: Words("It names or points to a person"),
        ReportReason.ABUSIVE: Words("It attacks a person or a group"),
        ReportReason.DANGER: Words("Somebody may come to harm"),
        ReportReason.UNLAWFUL: Words("It may be against the law"),
        ReportReason.OFF_TOPIC: Words("It is not about this question"),
        ReportReason.OTHER: Words("Something else"),
    }
)


@unique
class ReportState(StrEnum):
    OPEN = "open"
    DECIDED = "decided"


@unique
class Decision(StrEnum):
    """What became of what was reported."""

    KEPT = "kept"
    REMOVED = "removed"


_OPEN = text("state = 'open'")


class Report(SQLModel, table=True):
    __table_args__ = (
        CheckConstraint("(state = 'decided') = (decided_at IS NOT NULL)", name="decided"),
        # One open report for each device and thing, also when two presses arrive at one moment.
        Index(
            "uq_report_open",
            "consultation_id",
            "about",
            "by",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    consultation_id: int = Field(foreign_key="consultation.id")
    statement_id: int | None = Field(default=None, foreign_key="statement.id", index=True)
    about: int = Field(description="The statement's number, 0 for the words of the question")
    reason: ReportReason = state_column(ReportReason, ReportReason.OTHER)
    words: str = Field(default="", max_length=LONGEST_WORDS, description="Personal; erased with `by`")
    by: str = Field(max_length=64, description="Personal: the device's pseudonym within the space")
    made_at: datetime
    due_at: datetime
    state: ReportState = state_column(ReportState, ReportState.OPEN)
    decided_at: datetime | None = None
    decision: str | None = Field(default=None, max_length=20)
    act_id: int | None = Field(default=None, foreign_key="act.id", description="The act that decided it")


@dataclass(frozen=True, slots=True)
class ReportText:
    """What somebody wrote, checked."""

    reason: ReportReason
    words: str = ""


def _too_long(count: int) -> Words:
    return Words(
        "You wrote %(count)s characters. Shorten it to %(most)s or fewer.", count=count, most=LONGEST_WORDS
    )


def report_text(code: str, words: str) -> ReportText:
    """The checked report. Raises Invalid for no reason, too many words, or none where they are needed."""
    words = words.strip()
    try:
        reason = ReportReason(code)
    except ValueError:
        raise Invalid("reason", Words("Choose what is wrong with it.")) from None
    if len(words) > LONGEST_WORDS:
        raise Invalid("words", _too_long(len(words)))
    if reason is ReportReason.OTHER and not words:
        raise Invalid("words", Words("Write what is wrong with it, so that it can be understood."))
    return ReportText(reason, words)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reporting:
    """Who reports what. `number` is a statement's, None for the words of the question."""

    visitor: Visitor
    space: str
    consultation: str
    number: int | None
    text: ReportText
    now: datetime


async def report(session: AsyncSession, reporting: Reporting) -> None:
    """Open a report; a second one of the same device about the same thing changes nothing.

    Raises Refused, NotFound.
    """
    await session.run_sync(lambda plain: _report(plain.connection(), reporting))


_reports, _participants = table_of(Report), table_of(Participant)


def _report(on: Connection, reporting: Reporting) -> None:
    who, now = reporting.visitor, reporting.now
    number = NO_NUMBER if reporting.number is None else reporting.number
    where = place(on, reporting.space, reporting.consultation, number, now=now)
    action = Action.REPORT_QUESTION if reporting.number is None else Action.REPORT_STATEMENT
    require_act(action, where, who, now=now)
    by = who.pseudonym(where.space_id)
    _require_few(on, action, where, who, by, now)
    insert = insert_sqlite if on.dialect.name == "sqlite" else insert_postgresql
    made = insert(_reports).values(
        consultation_id=where.consultation_id,
        statement_id=where.votable_id,
        about=reporting.number or 0,
        reason=reporting.text.reason,
        words=reporting.text.words,
        by=by,
        made_at=now,
        due_at=now + timedelta(days=where.policy.moderation.report_days),
        state=ReportState.OPEN,
    )
    on.execute(
        made.on_conflict_do_nothing(index_elements=["consultation_id", "about", "by"], index_where=_OPEN)
    )


def _require_few(on: Connection, action: Action, where: Place, who: Visitor, by: str, now: datetime) -> None:
    """A device reports only so much at once, and a device that nobody knows counts for its network."""
    mine = select(func.count()).select_from(_reports).where(_reports.c.by == by)
    still_open = on.execute(mine.where(_reports.c.state == ReportState.OPEN)).scalar_one()
    if still_open >= MOST_OPEN:
        raise Refused(refusal(where.policy, action, "fair-limits", Reason.TOO_MANY_REPORTS))
    here_before = select(_participants.c.id).where(
        _participants.c.space_id == where.space_id, _participants.c.key == by
    )
    if on.execute(mine).scalar_one() == 0 and on.execute(here_before).first() is None:
        ends = count_newcomer(on, who.network, who.newcomers, now=now)
        if ends is not None:
            raise Refused(refusal(where.policy, action, "fair-limits", Reason.TOO_MANY_NEWCOMERS, ends))


async def latest_report(
    session: AsyncSession, consultation_id: int, number: int | None, by: str
) -> Report | None:
    """What this device last reported about a statement, or about the question's words: for them alone."""
    query = (
        select(Report)
        .where(Report.consultation_id == consultation_id, Report.about == (number or 0), Report.by == by)
        .order_by(col(Report.id).desc())
    )
    return (await session.exec(query)).first()


async def open_reports(session: AsyncSession, consultation_id: int) -> list[Report]:
    """A consultation's open reports, oldest first: for its facilitators alone."""
    query = (
        select(Report)
        .where(Report.consultation_id == consultation_id, Report.state == ReportState.OPEN)
        .order_by(col(Report.made_at), col(Report.id))
    )
    return list((await session.exec(query)).all())


async def decide_reports(
    session: AsyncSession, statement_id: int, decision: Decision, *, act_id: int, now: datetime
) -> int:
    """Close the open reports about a statement by the act that decided them; how many there were."""
    return await _change(
        session,
        [Report.statement_id == statement_id, Report.state == ReportState.OPEN],
        {"state": ReportState.DECIDED, "decided_at": now, "decision": decision.value, "act_id": act_id},
    )


async def decide_question_reports(
    session: AsyncSession, consultation_id: int, *, act_id: int, now: datetime
) -> int:
    """As `decide_reports`, for the words of the question, which stay."""
    return await _change(
        session,
        [
            Report.consultation_id == consultation_id,
            col(Report.statement_id).is_(None),
            Report.state == ReportState.OPEN,
        ],
        {"state": ReportState.DECIDED, "decided_at": now, "decision": Decision.KEPT.value, "act_id": act_id},
    )


async def reopen_reports(session: AsyncSession, act_id: int) -> int:
    """Open again what an undone act had decided; where the device has reported anew, the new one stays."""
    decided = list((await session.exec(select(Report).where(Report.act_id == act_id))).all())
    again = select(Report.about, Report.by).where(
        col(Report.consultation_id).in_({one.consultation_id for one in decided}),
        Report.state == ReportState.OPEN,
    )
    taken = set((await session.exec(again)).all())
    reopened = [one.id for one in decided if (one.about, one.by) not in taken]
    return await _change(
        session,
        [col(Report.id).in_(reopened)],
        {"state": ReportState.OPEN, "decided_at": None, "decision": None, "act_id": None},
    )


async def forget_reporters(session: AsyncSession, consultation_ids: Iterable[int], before: datetime) -> int:
    """Erase who reported, and their words, where the decision is older than `before`; the times stay."""
    return await _change(
        session,
        [
            col(Report.consultation_id).in_(list(consultation_ids)),
            col(Report.decided_at) < before,
            col(Report.by) != "",
        ],
        {"by": "", "words": ""},
    )


async def _change(session: AsyncSession, where: list[Any], values: Mapping[str, Any]) -> int:
    done = await session.exec(update(Report).where(*where).values(**values))
    return int(done.rowcount)
