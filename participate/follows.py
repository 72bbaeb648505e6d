"""What follows from an agreed proposal as pages show it: promises, answers, and words that are not there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from charters.commitments import Kept, bodies_owing
from charters.states import StatementState
from deliberation.drafting.agreed import agreed_under
from deliberation.drafting.commitments import (
    Commitment,
    EarlierAnswer,
    Following,
    ProposalAnswer,
    following,
)
from deliberation.drafting.proposals import Proposal
from deliberation.opinion.moderation import in_words
from participate.access import here
from participate.drafts import SIDE_NAMES
from participate.languages import said
from participate.saying import wrote


@dataclass(frozen=True, slots=True, kw_only=True)
class SpokenShown:
    """Words for whoever asks. `number` is their public id; 0 for those that have none yet.

    `gone` says why they are not there, `waits` that a facilitator reads them first, `mine` that the reader
    said them. What waits is for its author alone.
    """

    number: int
    text: str
    language: str
    gone: str = ""
    waits: bool = False
    mine: bool = False


async def spoken_shown(
    session: AsyncSession, so_far: Following, words_id: int | None, text: str, language: str
) -> SpokenShown:
    """The words with this id; `text` are those of a time before words had one."""
    words, place = so_far.said.get(words_id), here().space
    assert place is not None
    if words is None:
        return SpokenShown(number=0, text=text, language=language)
    waits, removed = words.state is StatementState.PENDING, words.state is StatementState.REMOVED
    mine = (waits or removed) and await wrote(session, place.id or 0, words)
    return SpokenShown(
        number=words.id or 0,
        text="" if removed or (waits and not mine) else words.text,
        language=words.language,
        gone=said(in_words(words.removed_for)) if words.removed_for else "",
        waits=waits,
        mine=mine,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseShown:
    """A promise, who made it, and whether the reader can tell what became of it."""

    made: Commitment
    words: SpokenShown
    told: SpokenShown | None
    who: str
    overdue: bool
    mine: bool


@dataclass(frozen=True, slots=True)
class AnswerShown:
    """What a body has said, and when."""

    words: SpokenShown
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyShown:
    """A body that owes an answer or has given one, with all that it said before."""

    name: str
    answer: AnswerShown | None
    earlier: Sequence[AnswerShown]


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowsShown:
    """What follows from an agreed proposal."""

    promises: Sequence[PromiseShown]
    bodies: Sequence[BodyShown]


async def follows(session: AsyncSession, proposal: Proposal, moment: datetime) -> FollowsShown:
    """What has followed from a proposal, for whoever asks."""
    so_far, place, policy = await following(session, proposal.id), here().space, here().policy
    assert place is not None
    then = await agreed_under(session, place, proposal, policy)
    named = {party.id: party.name for party in (*then.parties, *policy.parties)}
    return FollowsShown(
        promises=[await _promise(session, so_far, one, named, moment) for one in so_far.promises],
        bodies=[
            await _body(session, so_far, one, named.get(one, one))
            for one in sorted({*bodies_owing(then, policy), *so_far.answers})
        ],
    )


async def _promise(
    session: AsyncSession, so_far: Following, made: Commitment, named: Mapping[str, str], moment: datetime
) -> PromiseShown:
    facts = here().facts
    body = facts.belonging.body if facts.belonging is not None else None
    told = None
    if made.reported_at is not None:
        told = await spoken_shown(session, so_far, made.report_id, made.report, made.report_language)
    return PromiseShown(
        made=made,
        words=await spoken_shown(session, so_far, made.words_id, made.words, made.language),
        told=told,
        who=named.get(made.body or "", said(SIDE_NAMES[made.side])),
        overdue=made.overdue(moment),
        mine=made.state is Kept.OPEN and facts.side is made.side and made.body in (None, body),
    )


async def _body(session: AsyncSession, so_far: Following, body: str, name: str) -> BodyShown:
    answer = so_far.answers.get(body)
    return BodyShown(
        name=name,
        answer=await _answer(session, so_far, answer) if answer is not None else None,
        earlier=[await _answer(session, so_far, one) for one in so_far.earlier.get(body, [])],
    )


async def _answer(
    session: AsyncSession, so_far: Following, one: ProposalAnswer | EarlierAnswer
) -> AnswerShown:
    return AnswerShown(await spoken_shown(session, so_far, one.words_id, one.words, one.language), one.at)
