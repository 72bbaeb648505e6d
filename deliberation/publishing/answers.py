"""What bodies answer to what people agreed on, by when they owe it, and who is late. All of it is public."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import ConfigDict
from sqlmodel import Field, SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from charters.actions import Action
from charters.due import due_at, overdue
from charters.enforcement import Facts
from charters.policy import Policy
from charters.rules import PartyKind
from charters.sides import WITHOUT_SIDES
from charters.states import Phase, Role, Side
from deliberation.opinion.opinion_map import newest_published
from deliberation.publishing.record import Act, Did, enter
from deliberation.spaces.activity import note_act
from deliberation.spaces.charters import policy_to_read_by
from deliberation.spaces.consultations import Consultation, held, phase_of, require_in
from deliberation.spaces.spaces import Space

DUTY = "answer-consensus-item"
LONGEST = 4_000


class AnswerWords(SQLModel):
    """What a delegate writes for their body, with its limits."""

    model_config = ConfigDict(str_strip_whitespace=True)  # type: ignore[assignment]

    words: str = Field(min_length=20, max_length=LONGEST, description="Markdown")
    language: str = Field(default="en", min_length=2, max_length=20, description="BCP 47 tag")


class BodyAnswer(AnswerWords, table=True):
    """One answer. A later one of the same body stands beside it and takes nothing away."""

    __tablename__ = "body_answer"

    id: int | None = Field(default=None, primary_key=True)
    consultation_id: int = Field(foreign_key="consultation.id", index=True)
    body: str = Field(max_length=40, description="As the charter names it")
    words: str
    language: str = Field(max_length=20)
    given_at: datetime


@dataclass(frozen=True, slots=True)
class Owed:
    """What one body owes: by when, what it has answered (oldest first), and whether the first was late.

    `overdue` says that it is late at this moment, or was late when it answered.
    """

    body: str
    name: str
    due_at: datetime
    answers: tuple[BodyAnswer, ...]
    overdue: bool


async def give_answer(
    session: AsyncSession, consultation_id: int, text: AnswerWords, *, asking: Facts, now: datetime
) -> BodyAnswer:
    """Answer for one's body what people agreed on. Raises Refused, NotFound."""
    space, consultation = await held(session, consultation_id)
    policy = await require_in(session, Action.GIVE_ANSWER, space, consultation, asking, now)
    assert asking.belonging is not None
    body = asking.belonging.body
    assert body is not None
    answer = BodyAnswer(**text.model_dump(), consultation_id=consultation_id, body=body, given_at=now)
    session.add(answer)
    _enter(session, Did.ANSWER_GIVEN, consultation, _name(policy, body), now)
    await note_act(session, consultation.space_id, Side.BODY, now=now)
    await session.flush()
    return answer


async def owed_in(
    session: AsyncSession, space: Space, consultation: Consultation, policy: Policy, *, now: datetime
) -> list[Owed]:
    """What each body of the charter owes, once voting is over and where people agreed on something."""
    ends = consultation.ends_at
    if space.standing in WITHOUT_SIDES or phase_of(consultation, now) is not Phase.CLOSED or ends is None:
        return []
    assert consultation.id is not None
    given = await answers_in(session, consultation.id)
    if not given and not await _agreed_on_something(session, consultation.id):
        return []
    return list(_owed(policy, ends, given, now))


def _owed(policy: Policy, since: datetime, given: list[BodyAnswer], now: datetime) -> Iterable[Owed]:
    for party in policy.parties:
        due = due_at(policy, party.id, DUTY, since) if party.kind is PartyKind.BODY else None
        if due is not None:
            mine = tuple(answer for answer in given if answer.body == party.id)
            done = mine[0].given_at if mine else None
            late = overdue(policy, party.id, DUTY, since, done_at=done, now=now)
            yield Owed(party.id, party.name, due, mine, late)


async def answers_in(session: AsyncSession, consultation_id: int) -> list[BodyAnswer]:
    """The answers to one consultation, oldest first."""
    query = select(BodyAnswer).where(BodyAnswer.consultation_id == consultation_id)
    return list((await session.exec(query.order_by(col(BodyAnswer.id)))).all())


async def mark_overdue(session: AsyncSession, now: datetime) -> int:
    """Enter each body that has become late on the record, once; returns how many. The worker calls it."""
    query = select(Space, Consultation).join(Consultation).where(col(Space.standing).not_in(WITHOUT_SIDES))
    marked = 0
    for space, consultation in (await session.exec(query)).all():
        policy, verifies = await policy_to_read_by(session, space, now)
        if not verifies:
            continue
        owing = await owed_in(session, space, consultation, policy, now=now)
        late = {one.name for one in owing if one.overdue} - await _marked(session, consultation.id)
        for name in sorted(late):
            _enter(session, Did.ANSWER_OVERDUE, consultation, name, now)
        marked += len(late)
    return marked


async def _marked(session: AsyncSession, consultation_id: int | None) -> set[str]:
    query = select(Act.words).where(
        Act.consultation_id == consultation_id, Act.kind == Did.ANSWER_OVERDUE.value
    )
    return set((await session.exec(query)).all())


async def _agreed_on_something(session: AsyncSession, consultation_id: int) -> bool:
    """Whether the newest published result names common ground."""
    published = await newest_published(session, consultation_id)
    content: dict[str, Any] = published.content if published is not None else {}
    return bool(content.get("agree") or content.get("disagree"))


def _name(policy: Policy, body: str) -> str:
    return next((party.name for party in policy.parties if party.id == body), body)


def _enter(session: AsyncSession, kind: Did, consultation: Consultation, name: str, now: datetime) -> None:
    enter(
        session,
        kind,
        space_id=consultation.space_id,
        consultation_id=consultation.id,
        words=name,
        role=Role.DELEGATE,
        now=now,
    )
