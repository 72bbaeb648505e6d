"""What follows from an agreed proposal: each body's answer, promises of both sides, what became of them."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from pydantic import ConfigDict
from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel, col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from charters.actions import Action
from charters.commitments import Kept, bodies_owing, state_after
from charters.enforcement import Facts
from charters.states import Side
from charters.terms import Policy
from charters.wording import Words
from deliberation.columns import state as state_column
from deliberation.drafting.agreed import agreed_under
from deliberation.drafting.co_authoring import acted, entered
from deliberation.drafting.commenting import Speaker
from deliberation.drafting.comments import Comment, Form
from deliberation.drafting.proposals import Proposal, held_proposal
from deliberation.drafting.spoken import Spoken, say, words_with
from deliberation.drafting.unread import refuse_pointing
from deliberation.drafting.writing import writing
from deliberation.errors import Invalid, NotFound
from deliberation.publishing.record import Did
from deliberation.spaces.days import day_in_london
from deliberation.spaces.spaces import Space

LONGEST, LONGEST_ANSWER = 500, 2000


class PromiseText(SQLModel):
    """What a person writes, with its limits."""

    model_config = ConfigDict(str_strip_whitespace=True)  # type: ignore[assignment]

    words: str = Field(min_length=10, max_length=LONGEST)
    language: str = Field(default="en", min_length=2, max_length=20, description="BCP 47 tag")


class AnswerText(PromiseText):
    """As `PromiseText`, at more length: what a body says to a proposal."""

    words: str = Field(min_length=10, max_length=LONGEST_ANSWER)


class Commitment(SQLModel, table=True):
    """What a side promised when a proposal was agreed; of the bodies' side, which body."""

    __table_args__ = (
        UniqueConstraint("proposal_id", "number"),
        CheckConstraint("(state = 'open') = (reported_at IS NULL)", name="reported"),
    )

    id: int | None = Field(default=None, primary_key=True)
    proposal_id: int = Field(foreign_key="proposal.id", index=True)
    number: int = Field(description="1 for the first of the proposal")
    side: Side = state_column(Side, Side.PEOPLE)
    body: str | None = Field(default=None, max_length=40)
    words: str = Field(max_length=LONGEST, description="As said before it could be reported; else empty")
    language: str = Field(max_length=20)
    words_id: int | None = Field(default=None, foreign_key="comment.id", description="What it says")
    due_on: date
    made_at: datetime
    state: Kept = state_column(Kept, Kept.OPEN)
    report: str = Field(default="", max_length=LONGEST)
    report_language: str = Field(default="", max_length=20)
    report_id: int | None = Field(default=None, foreign_key="comment.id", description="What became of it")
    reported_at: datetime | None = None

    def overdue(self, now: datetime) -> bool:
        """Whether its day is over and nobody has told what became of it."""
        return self.state is Kept.OPEN and self.due_on < day_in_london(now)


class ProposalAnswer(SQLModel, table=True):
    """What a body says to a proposal that both sides have agreed."""

    __tablename__ = "proposal_answer"

    proposal_id: int = Field(primary_key=True, foreign_key="proposal.id")
    body: str = Field(primary_key=True, max_length=40)
    words: str = Field(max_length=LONGEST_ANSWER, description="As said before it could be reported")
    language: str = Field(max_length=20)
    words_id: int | None = Field(default=None, foreign_key="comment.id")
    at: datetime


class EarlierAnswer(SQLModel, table=True):
    """What a body said to a proposal before it said something else: kept, and shown to everybody."""

    __tablename__ = "earlier_answer"

    id: int | None = Field(default=None, primary_key=True)
    proposal_id: int = Field(foreign_key="proposal.id", index=True)
    body: str = Field(max_length=40)
    words: str = Field(max_length=LONGEST_ANSWER, description="As said before it could be reported")
    language: str = Field(max_length=20)
    words_id: int | None = Field(default=None, foreign_key="comment.id")
    at: datetime


@dataclass(frozen=True, slots=True)
class Following:
    """All that has followed from a proposal, promises in the order they were made.

    `answers` are those that stand, by the body, `earlier` all that it said before, the newest first. `said`
    are the words of all of them by their id, in every state.
    """

    answers: Mapping[str, ProposalAnswer]
    promises: list[Commitment]
    earlier: Mapping[str, list[EarlierAnswer]]
    said: Mapping[int | None, Comment]


async def following(session: AsyncSession, proposal_id: int | None) -> Following:
    """What has followed from a proposal."""
    answers = select(ProposalAnswer).where(ProposalAnswer.proposal_id == proposal_id)
    promises = select(Commitment).where(Commitment.proposal_id == proposal_id)
    before = select(EarlierAnswer).where(EarlierAnswer.proposal_id == proposal_id)
    earlier: dict[str, list[EarlierAnswer]] = defaultdict(list)
    for one in (await session.exec(before.order_by(col(EarlierAnswer.id).desc()))).all():
        earlier[one.body].append(one)
    given = (await session.exec(answers.order_by(col(ProposalAnswer.body)))).all()
    made = list((await session.exec(promises.order_by(col(Commitment.number)))).all())
    ids = [one.words_id for one in given] + [one.words_id for one in made] + [one.report_id for one in made]
    ids += [one.words_id for every in earlier.values() for one in every]
    return Following({one.body: one for one in given}, made, earlier, await words_with(session, ids))


async def promises_open(session: AsyncSession, space_id: int, body: str) -> list[tuple[Proposal, Commitment]]:
    """The promises of a body in a space of which nobody has told, by their day."""
    query = (
        select(Proposal, Commitment)
        .join(Commitment, col(Commitment.proposal_id) == Proposal.id)
        .where(Proposal.space_id == space_id, Commitment.body == body, Commitment.state == Kept.OPEN)
        .order_by(col(Commitment.due_on), col(Commitment.id))
    )
    return [(proposal, made) for proposal, made in await session.exec(query)]


async def answer_proposal(
    session: AsyncSession,
    space: Space,
    number: int,
    text: AnswerText,
    *,
    speaker: Speaker,
    asking: Facts,
    now: datetime,
) -> ProposalAnswer:
    """Say for one's body what it does with an agreed proposal; its newest words stand, the others are kept.

    The same words again change nothing. Raises Refused, NotFound, Invalid.
    """
    proposal, policy = await writing(session, space, number, asking, now, Action.ANSWER_PROPOSAL)
    refuse_pointing("words", text.words)
    assert asking.belonging is not None
    assert asking.belonging.body is not None
    body = asking.belonging.body
    found = await session.get(ProposalAnswer, (proposal.id, body), populate_existing=True)
    if found is not None and await _says(session, found, text):
        return found
    if found is not None:
        session.add(EarlierAnswer(**found.model_dump()))
    else:
        found = ProposalAnswer(proposal_id=proposal.id or 0, body=body, words="", language="", at=now)
        session.add(found)
    found.words_id = await _say(session, proposal, Form.ANSWER, text, speaker, policy, asking, now)
    found.words, found.language, found.at = "", text.language, now
    entered(session, Did.PROPOSAL_ANSWERED, proposal, asking, now, f"Proposal {proposal.number}.")
    await _go_on(session, space, proposal, policy, asking, now)
    return found


async def promise(
    session: AsyncSession,
    space: Space,
    number: int,
    text: PromiseText,
    due_on: date,
    *,
    speaker: Speaker,
    asking: Facts,
    now: datetime,
) -> Commitment:
    """Promise something for one's side, or for one's body, by a day.

    Where the proposal was done it is answered again: nobody is shut out by what the others have told.
    Raises Refused, NotFound, Invalid for a day that is over.
    """
    proposal, policy = await writing(session, space, number, asking, now, Action.MAKE_COMMITMENT)
    refuse_pointing("words", text.words)
    if due_on <= day_in_london(now):
        raise Invalid("due_on", Words("Choose a day that is still to come."))
    assert asking.side is not None
    newest = select(func.coalesce(func.max(Commitment.number), 0))
    newest = newest.where(Commitment.proposal_id == proposal.id)
    made = Commitment(
        proposal_id=proposal.id or 0,
        number=int((await session.exec(newest)).one()) + 1,
        side=asking.side,
        body=asking.belonging.body if asking.belonging is not None else None,
        words="",
        language=text.language,
        words_id=await _say(session, proposal, Form.PROMISE, text, speaker, policy, asking, now),
        due_on=due_on,
        made_at=now,
    )
    session.add(made)
    entered(session, Did.PROMISE_MADE, proposal, asking, now, _named(proposal, made))
    await _go_on(session, space, proposal, policy, asking, now)
    return made


async def report_promise(
    session: AsyncSession,
    space: Space,
    number: int,
    promise_number: int,
    text: PromiseText,
    *,
    kept: bool,
    speaker: Speaker,
    asking: Facts,
    now: datetime,
) -> Commitment:
    """Tell what became of a promise of one's side, of one's body: kept or not, in words, once.

    Raises Refused, NotFound.
    """
    found = await held_proposal(session, space.id or 0, number)
    made = await commitment_numbered(session, found, promise_number)
    body = asking.belonging.body if asking.belonging is not None else None
    own = asking.side is made.side and (made.body is None or made.body == body)
    proposal, policy = await writing(
        session,
        space,
        number,
        asking,
        now,
        Action.REPORT_COMMITMENT,
        own_promise=own,
        promise_open=made.state is Kept.OPEN,
    )
    refuse_pointing("words", text.words)
    made.state, made.reported_at = Kept.KEPT if kept else Kept.NOT_KEPT, now
    made.report_id = await _say(session, proposal, Form.TELLING, text, speaker, policy, asking, now)
    made.report_language = text.language
    did = Did.PROMISE_KEPT if kept else Did.PROMISE_NOT_KEPT
    entered(session, did, proposal, asking, now, _named(proposal, made))
    await _go_on(session, space, proposal, policy, asking, now)
    return made


async def _say(
    session: AsyncSession,
    proposal: Proposal,
    form: Form,
    text: PromiseText,
    speaker: Speaker,
    policy: Policy,
    asking: Facts,
    now: datetime,
) -> int:
    spoken = Spoken(form=form, words=text.words, language=text.language, speaker=speaker)
    return await say(session, proposal, spoken, policy, asking, now)


async def _says(session: AsyncSession, answer: ProposalAnswer, text: AnswerText) -> bool:
    """Whether this is what the body says already."""
    words = (await words_with(session, [answer.words_id])).get(answer.words_id)
    said = words.text if words is not None else answer.words
    return (said, answer.language) == (text.words, text.language)


async def commitment_numbered(session: AsyncSession, proposal: Proposal, number: int) -> Commitment:
    """Raises NotFound."""
    query = select(Commitment).where(Commitment.proposal_id == proposal.id, Commitment.number == number)
    found = (await session.exec(query.execution_options(populate_existing=True))).first()
    if found is None:
        raise NotFound(Words("There is no promise %(number)s in this proposal.", number=f"{number}"))
    return found


async def _go_on(
    session: AsyncSession, space: Space, proposal: Proposal, policy: Policy, asking: Facts, now: datetime
) -> None:
    await acted(session, proposal, asking, now)
    so_far = await following(session, proposal.id)
    owing = bodies_owing(await agreed_under(session, space, proposal, policy), policy)
    proposal.state = state_after(owing, so_far.answers, [one.state for one in so_far.promises])
    await session.flush()


def _named(proposal: Proposal, made: Commitment) -> str:
    return f"Proposal {proposal.number}, promise {made.number}."
