"""The front page: a question to answer at once, what else is open, how it works, what came of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from quart import Blueprint, render_template
from quart.typing import ResponseReturnValue
from sqlmodel.ext.asyncio.session import AsyncSession

from charters.actions import Action
from charters.policy import notice
from charters.sides import WITHOUT_SIDES
from charters.states import Phase
from deliberation.opinion.headline import may_vote
from deliberation.publishing.answers import Owed, owed_in
from deliberation.spaces.charters import policy_to_read_by
from deliberation.spaces.consultations import everywhere
from deliberation.spaces.standing import held_of
from participate.access import permits
from participate.ballot import Card, card_of, draw, part_in
from participate.current import database, now, remember_device
from participate.listing import Entry, entry, with_results
from participate.who_may_vote import EVERYBODY

pages = Blueprint("front", __name__)

MOST_LOOKED_THROUGH = 10
"""Open consultations, before nothing is said to be left for somebody who has answered much."""
MOST_LISTED = 6
MOST_ENDED = 3
LATE = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Question:
    """An open consultation with a statement that this person has not answered yet."""

    entry: Entry
    card: Card
    notice: str


@dataclass(frozen=True, slots=True)
class Promised:
    """What a body has answered to a consultation, or owes and is late with."""

    entry: Entry
    owed: Owed


@dataclass(frozen=True, slots=True)
class FrontPage:
    """`answered_all` says that something is open; `more` is how many of what is open are not listed.

    `promised`: the newest answers of bodies, then what is overdue.
    """

    question: Question | None
    answered_all: bool
    listed: list[Entry]
    more: int
    ended: list[Entry]
    archived: list[Entry]
    promised: list[Promised]


@pages.get("/")
@permits(Action.READ_PAGE)
async def front() -> ResponseReturnValue:
    moment = now()
    async with database().reading() as session:
        entries = [entry(space, consultation, moment) for space, consultation in await everywhere(session)]
        opened = sorted(_in(entries, Phase.OPEN), key=lambda one: one.consultation.closes_at or LATE)
        for_all = [one for one in opened if may_vote(one.consultation) == EVERYBODY]
        question = await _question(session, for_all[:MOST_LOOKED_THROUGH])
        others = [one for one in opened if question is None or one is not question.entry]
        others += _in(entries, Phase.PAUSED)
        others += sorted(_in(entries, Phase.NOT_OPEN), key=lambda one: one.consultation.opens_at or LATE)
        ended = sorted(
            _in(entries, Phase.CLOSED), key=lambda one: one.consultation.closes_at or LATE, reverse=True
        )
        page = FrontPage(
            question=question,
            answered_all=bool(for_all),
            listed=await with_results(session, others[:MOST_LISTED]),
            more=len(others[MOST_LISTED:]),
            ended=await with_results(session, ended[:MOST_ENDED]),
            archived=_in(entries, Phase.ARCHIVED),
            promised=await _promised(session, ended[:MOST_LOOKED_THROUGH]),
        )
    return await render_template("front/front.html", page=page)


async def _question(session: AsyncSession, opened: Sequence[Entry]) -> Question | None:
    """The one that closes first and has something left to answer for this person."""
    for one in opened:
        policy, verifies = await policy_to_read_by(session, one.space, now())
        if not verifies or (await held_of(session, one.space, policy, now())).asleep:
            continue
        part = await part_in(session, one.space, one.consultation)
        drawn = draw(part)
        if drawn is not None:
            remember_device()
            card = await card_of(session, one.space, one.consultation, part, drawn)
            return Question(one, card, notice(policy, "vote").text)
    return None


async def _promised(session: AsyncSession, ended: Sequence[Entry]) -> list[Promised]:
    found = []
    for one in ended:
        if one.space.standing in WITHOUT_SIDES:
            continue
        policy, verifies = await policy_to_read_by(session, one.space, now())
        if not verifies:
            continue
        owing = await owed_in(session, one.space, one.consultation, policy, now=now())
        found += [Promised(one, owed) for owed in owing]
    given = [one for one in found if one.owed.answers]
    given.sort(key=lambda one: one.owed.answers[-1].given_at, reverse=True)
    late = [one for one in found if one.owed.overdue and not one.owed.answers]
    return [*given[:MOST_ENDED], *late[:MOST_ENDED]]


def _in(entries: Sequence[Entry], phase: Phase) -> list[Entry]:
    return [one for one in entries if one.phase is phase]
