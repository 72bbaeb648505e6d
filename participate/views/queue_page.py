"""A facilitator's queue put together: one statement large, what is wrong with it, and what comes next."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from babel.dates import format_timedelta
from quart import request
from sqlmodel.ext.asyncio.session import AsyncSession

from charters.policy import Policy
from charters.states import StatementState
from deliberation.opinion.cautions import Cautions, Kind
from deliberation.opinion.in_line import InLine, act_here, copies_of, in_line, last_act
from deliberation.opinion.moderation import REASONS, RemovalReason, in_words
from deliberation.opinion.reports import WHY, Report, open_reports
from deliberation.opinion.statements import Statement, statement_if_any
from deliberation.people.accounts import has_one_key_acts
from deliberation.people.memberships import serves_until
from deliberation.publishing.record import Act, Did
from deliberation.spaces.consultations import Consultation
from deliberation.spaces.spaces import Space
from participate.access import consultation_here, here
from participate.ballot import joined, numbers
from participate.comparing import MARKS, Piece, marked, word_by_word
from participate.current import database, now
from participate.forms import Wrong

SHOWN_NEXT = 5
# The most used rules come first. Being a duplicate has a key of its own, since it names another statement.
RULES = (
    RemovalReason.IDENTIFYING,
    RemovalReason.ABUSIVE,
    RemovalReason.SEVERAL_IDEAS,
    RemovalReason.OFF_TOPIC,
    RemovalReason.UNLAWFUL,
    RemovalReason.NOT_A_STATEMENT,
)


BECAME = {
    StatementState.PENDING: "it waits to be read",
    StatementState.PUBLISHED: "it is published",
    StatementState.REMOVED: "it is taken out",
}


@dataclass(frozen=True, slots=True)
class Rule:
    key: str
    code: str
    words: str


@dataclass(frozen=True, slots=True)
class Tag:
    """Something to know about a statement at a glance, in words and with an icon."""

    words: str
    icon: str = "warning"
    tone: str = "warn"


@dataclass(frozen=True, slots=True)
class Copy:
    """A statement very like the one that is judged. `mine` are the words of that one beside these."""

    statement: Statement
    published: bool
    mine: Sequence[Piece]
    theirs: Sequence[Piece]


@dataclass(frozen=True, slots=True)
class Told:
    """What somebody reported."""

    why: str
    words: str
    ago: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """The statement that is judged, and everything that helps to judge it."""

    statement: Statement
    pieces: Sequence[Piece]
    tags: Sequence[Tag]
    waits: str
    reports: Sequence[Told]
    due: datetime | None
    overdue: bool
    danger: bool
    unlawful: bool
    hides: str
    copies: Sequence[Copy]
    may_publish: bool
    may_keep: bool
    may_remove: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One of those that come next."""

    statement: Statement
    tags: Sequence[Tag]
    waits: str


@dataclass(frozen=True, slots=True)
class Undo:
    """The act that can be undone, named as it was done."""

    act_id: int
    number: int
    words: str


@dataclass(frozen=True, slots=True)
class Judging:
    """What was typed for the statement that is judged, when something in it was wrong."""

    note: str = ""
    same_as: str = ""
    wrong: Sequence[Wrong] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuePage:
    """`later` are the numbers left for later, as the address has them; `left` says how many still wait."""

    space: Space
    consultation: Consultation
    policy: Policy
    count: int
    left: int
    later: str
    card: Card | None
    coming: Sequence[Line]
    rules: Sequence[Rule]
    undo: Undo | None
    done: str
    one_key: bool
    question: Sequence[Told]
    question_due: datetime | None
    judging: Judging
    until: datetime | None


def rules() -> list[Rule]:
    """The rules by which a statement is taken out, each with its key."""
    return [Rule(str(key), code.value, REASONS[code]) for key, code in enumerate(RULES, start=1)]


async def queue_page() -> QueuePage:
    """Read everything in one look. What the address asks for counts only where the database says it too."""
    space, consultation, consultation_id = consultation_here()
    later = numbers(request.args.get("later", ""))
    async with database().reading() as session:
        waiting = await in_line(session, consultation_id)
        chosen, coming = _chosen(waiting, later, request.args.get("statement", type=int))
        question = [one for one in await open_reports(session, consultation_id) if one.statement_id is None]
        page = QueuePage(
            space=space,
            consultation=consultation,
            policy=here().policy,
            count=len(waiting),
            left=sum(one.statement.number in later for one in waiting),
            later=joined(later),
            card=await card(session, chosen) if chosen is not None else None,
            coming=[line(one) for one in coming[:SHOWN_NEXT]],
            rules=rules(),
            undo=await undo_now(session, consultation_id),
            done=await _done(session, consultation_id, waiting),
            one_key=await has_one_key_acts(session, here().account_id or 0),
            question=[_told(one) for one in question],
            question_due=min((one.due_at for one in question), default=None),
            judging=Judging(),
            until=await serves_until(session, here().account_id, space.id, now=now()),
        )
    return page


def _chosen(
    waiting: Sequence[InLine], later: Sequence[int], asked: int | None
) -> tuple[InLine | None, list[InLine]]:
    """The one to judge now, and those after it; one left for later comes up only where it is asked for."""
    ready = [one for one in waiting if one.statement.number not in later]
    chosen = next((one for one in waiting if one.statement.number == asked), ready[0] if ready else None)
    return chosen, [one for one in ready if one is not chosen]


async def card(session: AsyncSession, one: InLine) -> Card:
    """Everything about one statement, in line or not."""
    statement, published = one.statement, one.statement.state is StatementState.PUBLISHED
    removed = statement.state is StatementState.REMOVED
    near = [] if removed else await copies_of(session, statement)
    waits = one.unread or one.due is not None
    return Card(
        statement=statement,
        pieces=marked(statement.text, one.cautions),
        tags=tags(one),
        waits=f"Waiting for {span(one.since)}." if waits else "",
        reports=[_told(report) for report in one.reports],
        due=one.due,
        overdue=one.due is not None and one.due < now(),
        danger=one.danger,
        unlawful=one.unlawful,
        hides="" if published else _hiding(one.cautions),
        copies=[_copy(statement, other) for other in near],
        may_publish=statement.state is StatementState.PENDING,
        may_keep=published and waits,
        may_remove=not removed,
    )


def tags(one: InLine) -> list[Tag]:
    """At a glance: what was found in it, who reported it, and whether people see it already."""
    found = [Tag(f"Has {_a(kind)}") for kind in one.cautions.kinds]
    if one.cautions.urgent:
        found.insert(0, Tag("Speaks of harm", tone="bad"))
    if one.reports:
        count = len(one.reports)
        found.append(Tag(f"{count} {'report' if count == 1 else 'reports'}", "flag", "bad"))
    if one.statement.state is StatementState.PUBLISHED:
        found.append(Tag("People see it already", "eye", "quiet"))
    return found


def _a(kind: Kind) -> str:
    return f"{'an' if MARKS[kind][0] in 'aeN' else 'a'} {MARKS[kind]}"


def _hiding(cautions: Cautions) -> str:
    """What the button that hides says; empty where there is nothing to hide."""
    match cautions.kinds:
        case ():
            return ""
        case (Kind.EMAIL,):
            return "Hide the address, then publish"
        case (_,) if len(cautions.identifiers) == 1:
            return "Hide the number, then publish"
    return "Hide them all, then publish"


def _copy(statement: Statement, other: Statement) -> Copy:
    mine, theirs = word_by_word(statement.text, other.text)
    return Copy(other, other.state is StatementState.PUBLISHED, mine, theirs)


def _told(report: Report) -> Told:
    return Told(WHY[report.reason], report.words, span(report.made_at))


def line(one: InLine) -> Line:
    return Line(one.statement, tags(one), span(one.since))


def span(since: datetime) -> str:
    """How long it is since then, in words: `3 hours`."""
    passed = max(now() - since, timedelta(minutes=1))
    return format_timedelta(passed, granularity="minute", threshold=1, locale="en_GB")


async def undo_now(session: AsyncSession, consultation_id: int) -> Undo | None:
    """The newest act here that can still be undone."""
    found = await last_act(session, consultation_id, now())
    return undo_of(*found) if found is not None else None


def undo_of(act: Act, statement: Statement) -> Undo:
    assert act.id is not None
    number = statement.number
    match act.kind:
        case Did.STATEMENT_PUBLISHED:
            words = f"Publish {number}"
        case Did.STATEMENT_REDACTED:
            words = f"Hide and publish {number}"
        case Did.STATEMENT_KEPT:
            words = f"Leave {number} as it is"
        case _ if statement.same_as is not None:
            words = f"{number} same as {statement.same_as}"
        case _:
            words = f"Take out {number}"
    return Undo(act.id, number, words)


async def _done(session: AsyncSession, consultation_id: int, waiting: Sequence[InLine]) -> str:
    """What has just been done, as the record has it, and how many wait now."""
    asked = request.args.get
    number = asked("left", type=int)
    if any(one.statement.number == number for one in waiting):
        return f"Statement {number} is left for later."
    if asked("question") == "kept":
        return "The reports about the question are closed."
    beaten = await statement_if_any(session, consultation_id, asked("beaten", 0, type=int))
    if beaten is not None:
        done = f"Nothing was done now. Statement {beaten.number} was dealt with already"
        return f"{done}: {BECAME[beaten.state]}."
    found = await act_here(session, consultation_id, asked("act", 0, type=int))
    return act_in_words(*found) if found is not None else ""


def act_in_words(act: Act, statement: Statement) -> str:
    """An act on a statement as a sentence."""
    this = f"Statement {statement.number}"
    match act.kind:
        case Did.STATEMENT_PUBLISHED:
            return f"{this} is published."
        case Did.STATEMENT_REDACTED:
            return f"{this} is published, with what pointed to a person hidden."
        case Did.STATEMENT_KEPT:
            return f"{this} stays as it is."
        case Did.STATEMENT_REMOVED:
            return f"{this} is taken out. Rule: {in_words(act.reason or '')}."
    return f"Undone. {this} is as it was before."
