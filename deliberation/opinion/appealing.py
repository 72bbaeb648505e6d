"""Appealing against a removal, and deciding that: one from each side, neither of whom removed the text.

Until it is settled the record has the appeal alone, so that no decider is led by the other. Then it has what
each side said, with its reason, and what came of it. The silence of a side settles it too.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from charters import facts
from charters.actions import Action
from charters.appeals import AppealState, Verdict, appeal_ends, appeal_state, decision_due
from charters.enforcement import Facts, Reason, Refused, refusal
from charters.policy import Policy
from charters.states import Role, Side, StatementState
from charters.wording import Words
from deliberation.errors import Invalid
from deliberation.opinion.appeals import (
    LONGEST_APPEAL,
    AppealVerdict,
    CommentRemoval,
    CommentVerdict,
    Removal,
    removal_of,
    verdicts_on,
)
from deliberation.opinion.own_words import OwnWords
from deliberation.opinion.statements import Statement, statement_numbered
from deliberation.people.participants import Participant, participant_if_any
from deliberation.publishing.record import Act, Did, enter
from deliberation.spaces.activity import note_act
from deliberation.spaces.charters import policy_to_read_by
from deliberation.spaces.consultations import (
    Consultation,
    consultation_named,
    consultation_with_id,
    require_in,
)
from deliberation.spaces.spaces import Space

ENDS = {
    AppealState.UPHELD: Did.APPEAL_UPHELD,
    AppealState.RESTORED: Did.APPEAL_RESTORED,
    AppealState.SEALED: Did.APPEAL_SEALED,
}
STANDS, BACK = "stands", "back"
ROLES = {Side.PEOPLE: Role.MEMBER, Side.BODY: Role.DELEGATE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Deciding:
    """What somebody says for their side, "stands" or "back", and why. `decider`: their pseudonym here."""

    decider: str
    answer: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """An appeal that waits: what was removed where, by which role, and which sides have answered."""

    statement: Statement
    consultation: Consultation
    removal: Removal
    role: Role
    answered: frozenset[Side]
    author: str


async def appeal(session: AsyncSession, own: OwnWords, words: str) -> Removal:
    """Let the author of a removed statement ask both sides to look again, saying why.

    Raises Refused where there are no sides, it is not theirs, or too late; Invalid for no or too many words.
    """
    space, consultation = await consultation_named(session, own.space, own.consultation)
    assert consultation.id is not None
    assert space.id is not None
    statement = await statement_numbered(session, consultation.id, own.number)
    removal = await removal_of(session, statement.id)
    person = await participant_if_any(session, space.id, own.visitor.pseudonym(space.id))
    await require_in(
        session,
        Action.APPEAL,
        space,
        consultation,
        Facts(now=own.now, has_device=True),
        own.now,
        statement=statement.state,
        is_author=person is not None and person.id == statement.author_id,
        removal=fact_of(removal) if removal is not None else None,
    )
    assert removal is not None
    removal.words, removal.appealed_at, removal.state = (
        appeal_words(words, "words"),
        own.now,
        AppealState.OPEN,
    )
    _enter(session, Did.APPEAL_MADE, statement, space.id, Role.PARTICIPANT, own.now)
    return removal


def may_appeal_until(policy: Policy, removal: Removal | CommentRemoval) -> datetime:
    """Until when the author may appeal."""
    return appeal_ends(policy.moderation, removal.removed_at)


def answers_due(policy: Policy, removal: Removal | CommentRemoval) -> datetime:
    """When the silence of a side counts as its answer. The removal is under appeal."""
    assert removal.appealed_at is not None
    return decision_due(policy.moderation, removal.appealed_at)


def judging(asking: Facts, author: str, removal: Removal | CommentRemoval, decider: str) -> Facts:
    """The facts about somebody who would decide whether a text of this author stays removed."""
    own = author == decider and bool(decider)
    return replace(asking, is_author=own, removal=fact_of(removal, decider))


def appeal_words(words: str, field: str) -> str:
    """The words without blanks at their ends. Raises Invalid for none or too many."""
    words = words.strip()
    if not words:
        raise Invalid(field, Words("Write why, so that others can understand it."))
    if len(words) > LONGEST_APPEAL:
        most = Words(
            "You wrote %(count)s characters. Shorten it to %(most)s or fewer.",
            count=len(words),
            most=LONGEST_APPEAL,
        )
        raise Invalid(field, most)
    return words


def fact_of(removal: Removal | CommentRemoval, decider: str = "") -> facts.Removal:
    """What the rules ask about a removal."""
    return facts.Removal(
        removed_at=removal.removed_at,
        removed_by_me=bool(decider) and removal.removed_by == decider,
        appealed_at=removal.appealed_at,
        decided=removal.decided_at is not None,
    )


def chosen(deciding: Deciding) -> tuple[bool, str]:
    """Whether the removal stands, and why. Raises Invalid without an answer or a reason."""
    if deciding.answer not in (STANDS, BACK):
        raise Invalid("answer", Words("Choose whether it stays removed or comes back."))
    return deciding.answer == STANDS, appeal_words(deciding.reason, "reason")


def ended(
    policy: Policy,
    removal: Removal | CommentRemoval,
    verdicts: Sequence[AppealVerdict | CommentVerdict],
    *,
    removed_for: str | None,
    author: str,
    now: datetime,
) -> AppealState:
    """What an appeal has come to by now."""
    assert removal.appealed_at is not None
    return appeal_state(
        policy,
        [Verdict(one.decider, one.side, one.stands, one.at) for one in verdicts],
        removed_for=removed_for or "",
        removed_by=removal.removed_by,
        author=author,
        appealed_at=removal.appealed_at,
        now=now,
    )


async def decide_appeal(
    session: AsyncSession, statement_id: int, deciding: Deciding, *, asking: Facts, now: datetime
) -> AppealState:
    """Say for one's side whether a removal stands; what it comes to is stored when both have.

    Raises Refused, also where the side has answered already, and Invalid without an answer or a reason.
    """
    removal = await removal_of(session, statement_id)
    statement = (await session.exec(select(Statement).where(Statement.id == statement_id))).one()
    space, consultation = await consultation_with_id(session, statement.consultation_id)
    author = await _author(session, statement)
    policy = await require_in(
        session,
        Action.DECIDE_APPEAL,
        space,
        consultation,
        asking,
        now,
        is_author=author == deciding.decider,
        removal=fact_of(removal, deciding.decider) if removal is not None else None,
    )
    assert removal is not None
    assert asking.side is not None
    if asking.side in {verdict.side for verdict in await verdicts_on(session, statement_id)}:
        raise Refused(refusal(policy, Action.DECIDE_APPEAL, "appeals", Reason.SIDE_ANSWERED))
    stands, reason = chosen(deciding)
    session.add(
        AppealVerdict(
            statement_id=statement_id,
            side=asking.side,
            decider=deciding.decider,
            stands=stands,
            reason=reason,
            at=now,
        )
    )
    assert space.id is not None
    await note_act(session, space.id, asking.side, now=now)
    await session.flush()  # it is settled by what the table has
    return await _settle(session, space, policy, statement, removal, now)


async def settle_appeals(session: AsyncSession, now: datetime) -> int:
    """Settle the appeals on which a side was silent to the end; how many. The worker calls it."""
    query = select(Removal).where(col(Removal.state) == AppealState.OPEN).order_by(col(Removal.statement_id))
    settled = 0
    for removal in (await session.exec(query.with_for_update())).all():
        statement = await session.get(Statement, removal.statement_id)
        assert statement is not None
        space, _ = await consultation_with_id(session, statement.consultation_id)
        policy, verifies = await policy_to_read_by(session, space, now)
        if not verifies:
            continue  # nobody knows by which rules
        state = await _settle(session, space, policy, statement, removal, now)
        settled += state is not AppealState.OPEN
    return settled


async def _settle(
    session: AsyncSession,
    space: Space,
    policy: Policy,
    statement: Statement,
    removal: Removal,
    now: datetime,
) -> AppealState:
    """Store what an appeal has come to, if it has; then it never changes."""
    assert space.id is not None
    verdicts = await verdicts_on(session, statement.id)
    author = await _author(session, statement)
    state = ended(policy, removal, verdicts, removed_for=statement.removed_for, author=author, now=now)
    if state is AppealState.OPEN:
        return state
    removal.state, removal.decided_at = state, now
    for one in verdicts:
        said = {"reason": STANDS if one.stands else BACK, "words": one.reason}
        _enter(session, Did.APPEAL_ANSWERED, statement, space.id, ROLES[one.side], now, **said)
    _enter(session, ENDS[state], statement, space.id, Role.VISITOR, now)
    if state is AppealState.RESTORED:
        _restore(statement, now)
    await session.flush()  # lines of the record keep the order in which they were entered
    return state


def _restore(statement: Statement, now: datetime) -> None:
    statement.state, statement.read_at = StatementState.PUBLISHED, now
    statement.removed_for, statement.removed_note, statement.same_as = None, "", None


def _enter(
    session: AsyncSession,
    kind: Did,
    statement: Statement,
    space_id: int,
    role: Role,
    now: datetime,
    *,
    reason: str | None = None,
    words: str = "",
) -> None:
    enter(
        session,
        kind,
        space_id=space_id,
        consultation_id=statement.consultation_id,
        statement_id=statement.id,
        reason=reason,
        was=statement.state,
        words=words,
        role=role,
        now=now,
    )


async def _author(session: AsyncSession, statement: Statement) -> str:
    """The author's pseudonym; empty where nobody took part as one, or has withdrawn from it."""
    query = select(Participant.key).where(Participant.id == statement.author_id)
    return (await session.exec(query)).first() or ""


async def waiting_appeals(session: AsyncSession, space_id: int) -> list[Case]:
    """The appeals of a space that are not settled, oldest first. Their texts are for those who may decide."""
    query = (
        select(Statement, Consultation, Removal, Act.role)
        .join(Removal, col(Removal.statement_id) == Statement.id)
        .join(Act, col(Act.id) == Removal.act_id)
        .join(Consultation, col(Consultation.id) == Statement.consultation_id)
        .where(Consultation.space_id == space_id, Removal.state == AppealState.OPEN)
        .order_by(col(Removal.appealed_at))
    )
    rows = (await session.exec(query)).all()
    return [
        Case(
            statement=statement,
            consultation=consultation,
            removal=removal,
            role=Role(role),
            answered=frozenset(one.side for one in await verdicts_on(session, statement.id)),
            author=await _author(session, statement),
        )
        for statement, consultation, removal, role in rows
    ]
