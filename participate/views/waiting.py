"""What waits for a body in a space, on one page: decisions, appeals, answers it owes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from quart import Blueprint, render_template
from quart.typing import ResponseReturnValue
from sqlmodel.ext.asyncio.session import AsyncSession

from charters.actions import Action
from charters.commitments import bodies_owing
from charters.drafting import PROMISED, WRITTEN
from charters.states import Side
from charters.wording import Words
from deliberation.drafting.agreed import agreed_under
from deliberation.drafting.commitments import Commitment, following, promises_open
from deliberation.drafting.proposals import Proposal, proposals_of
from deliberation.drafting.suggestions import Suggested, suggestions_waiting
from deliberation.opinion.appealing import answers_due, waiting_appeals
from deliberation.people.organisations import Organisation, organisation_coded
from deliberation.publishing.answers import Owed, owed_in
from deliberation.spaces.consultations import Consultation, consultations_of
from deliberation.spaces.decisions import Decision, answers_to, open_decisions
from deliberation.spaces.spaces import Space
from participate.access import here, permits
from participate.current import database, now
from participate.deciding import TITLES
from participate.follows import SpokenShown, spoken_shown
from participate.topics import Topic, topic_of

pages = Blueprint("waiting", __name__, url_prefix="/spaces/<space>/waiting")


@dataclass(frozen=True, slots=True)
class Deciding:
    """An open decision that the body has not answered yet."""

    decision: Decision
    title: Words
    topic: Topic


@dataclass(frozen=True, slots=True)
class Owing:
    """An answer that the body owes to what people agreed on."""

    consultation: Consultation
    owed: Owed


@dataclass(frozen=True, slots=True)
class Promised:
    """A promise of the body of which nobody has told what became of it."""

    proposal: Proposal
    made: Commitment
    words: SpokenShown
    overdue: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingPage:
    """`appeals_due` is until when the first of the `appeals` waits for somebody of the body's side."""

    space: Space
    body: Organisation
    decisions: Sequence[Deciding]
    appeals: int
    appeals_due: datetime | None
    owing: Sequence[Owing]
    suggestions: Sequence[tuple[Proposal, Suggested]]
    agreed: Sequence[Proposal]
    promised: Sequence[Promised]

    @property
    def nothing(self) -> bool:
        asked = self.decisions or self.appeals or self.owing
        return not (asked or self.suggestions or self.agreed or self.promised)


@pages.get("")
@permits(Action.INVITE_DELEGATE)
async def show(space: str) -> ResponseReturnValue:
    place, belonging = here().space, here().facts.belonging
    assert place is not None
    assert belonging is not None
    assert belonging.body is not None
    async with database().reading() as session:
        body = await organisation_coded(session, belonging.body.removeprefix("ods:"))
        assert body is not None
        appeals = await _appeals(session, place)
        proposals = await proposals_of(session, place.id or 0)
        written = [one for one in proposals if one.state in WRITTEN]
        page = WaitingPage(
            space=place,
            body=body,
            decisions=await _decisions(session, place, belonging.body),
            appeals=len(appeals),
            appeals_due=min(appeals, default=None),
            owing=await _owing(session, place, belonging.body),
            suggestions=await suggestions_waiting(session, written, Side.BODY),
            agreed=await _agreed(session, place, proposals, belonging.body),
            promised=await _promised(session, place, belonging.body),
        )
    return await render_template("sides/waiting.html", page=page)


async def _decisions(session: AsyncSession, space: Space, body: str) -> list[Deciding]:
    assert space.id is not None
    waiting = []
    for one in await open_decisions(session, space.id):
        assert one.id is not None
        given = await answers_to(session, one.id)
        # An answer to a text that has moved since is none any more.
        if not any(answer.body == body and answer.text == one.text for answer in given):
            waiting.append(Deciding(one, TITLES[one.kind], await topic_of(session, one)))
    return waiting


async def _promised(session: AsyncSession, space: Space, body: str) -> list[Promised]:
    """The promises of a body of which nobody has told what became of them."""
    waiting = []
    for proposal, made in await promises_open(session, space.id or 0, body):
        so_far = await following(session, proposal.id)
        words = await spoken_shown(session, so_far, made.words_id, made.words, made.language)
        waiting.append(Promised(proposal, made, words, made.overdue(now())))
    return waiting


async def _agreed(
    session: AsyncSession, space: Space, proposals: Sequence[Proposal], body: str
) -> list[Proposal]:
    """What both sides have agreed and this body owes an answer to."""
    policy = here().policy
    return [
        one
        for one in proposals
        if one.state in PROMISED
        and body not in (await following(session, one.id)).answers
        and body in bodies_owing(await agreed_under(session, space, one, policy), policy)
    ]


async def _appeals(session: AsyncSession, space: Space) -> list[datetime]:
    """Until when each appeal waits on which nobody of the body's side has said anything."""
    assert space.id is not None
    return [
        answers_due(here().policy, case.removal)
        for case in await waiting_appeals(session, space.id)
        if Side.BODY not in case.answered
    ]


async def _owing(session: AsyncSession, space: Space, body: str) -> list[Owing]:
    return [
        Owing(consultation, owed)
        for consultation in await consultations_of(session, space)
        for owed in await owed_in(session, space, consultation, here().policy, now=now())
        if owed.body == body and not owed.answers
    ]
