"""What a facilitator sees first: a space's consultations, and all there is to do in one. No tally."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from quart import Blueprint, redirect, render_template, request, url_for
from quart.typing import ResponseReturnValue
from sqlmodel.ext.asyncio.session import AsyncSession

from charters.actions import Action
from charters.agreements import Kind
from charters.enforcement import Reason, Refused, refusal
from charters.states import Phase, StatementState
from deliberation.drafting.judging_comments import comments_waiting
from deliberation.opinion.exposures import exposures
from deliberation.opinion.in_line import counts_by_state, counts_in_line
from deliberation.opinion.opinion_map import newest_published
from deliberation.people.memberships import serves_until
from deliberation.publishing.record import acts_in
from deliberation.spaces.consultations import Consultation, consultations_of, phase_of
from deliberation.spaces.decisions import Decision, open_decisions
from deliberation.spaces.spaces import Space, spaces_run_by
from participate.access import consultation_here, here, permits
from participate.current import database, now
from participate.deeds import Deed, deeds
from participate.readiness import Readiness, readiness
from participate.results.over_time import OverTime, over_time
from participate.security import own_origin

pages = Blueprint("facilitating", __name__)

DONE = {
    "made": "The consultation is made. Nobody can vote until it is open.",
    "revised": "Your changes are kept.",
    "opened": "The consultation is open.",
    "asked": "Both sides are asked now.",
    "paused": "Voting is paused.",
    "resumed": "Voting goes on.",
    "moved": "The last day is moved.",
    "closed": "The consultation is closed.",
    "reopened": "The close is undone. People can vote again.",
    "answer": "The day of the answer is announced.",
    "notice": "The notice is changed.",
    "handed": "They can facilitate this space now. The operator gives out their sign-in link.",
}


@dataclass(frozen=True, slots=True)
class Held:
    """One consultation of the space, and how many statements wait to be read in it.

    `asked` is the decision in which both sides are asked to open it.
    """

    consultation: Consultation
    phase: Phase
    waiting: int
    asked: Decision | None


@dataclass(frozen=True, slots=True)
class SpacePage:
    """`together`: both sides hold the space, and appoint who facilitates it."""

    space: Space
    held: Sequence[Held]
    until: datetime | None
    may_create: bool
    together: bool
    done: str
    comments: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RunPage:
    """`people` is the published number; `may` names the actions that are permitted now.

    `asked` is the decision in which both sides are asked to open it.
    """

    space: Space
    consultation: Consultation
    phase: Phase
    asked: Decision | None
    counts: Counter[StatementState]
    waiting: int
    answers: int | None
    readiness: Readiness
    people: int | None
    over_time: OverTime | None
    deeds: Sequence[Deed]
    link: str
    until: datetime | None
    may: frozenset[Action]
    done: str


@pages.get("/facilitate")
@permits(Action.READ_PAGE)
async def index() -> ResponseReturnValue:
    """The spaces that somebody runs; straight to it where there is one."""
    account_id = here().account_id
    if account_id is None:
        raise Refused(refusal(here().policy, Action.READ_QUEUE, "facilitator", Reason.NEEDS_FACILITATOR))
    async with database().reading() as session:
        spaces = await spaces_run_by(session, account_id, now=now())
    if len(spaces) == 1:
        return redirect(url_for("facilitating.space", space=spaces[0].slug), 303)
    return await render_template("facilitating/index.html", spaces=spaces)


@pages.get("/spaces/<space>/facilitate")
@permits(Action.READ_QUEUE)
async def space(space: str) -> ResponseReturnValue:
    place = here().space
    assert place is not None
    async with database().reading() as session:
        held = await consultations_of(session, place)
        waiting = await counts_in_line(session, [c.id for c in held if c.id is not None])
        until = await serves_until(session, here().account_id, place.id, now=now())
        asked = await _asked(session, place)
        comments = await comments_waiting(session, place.id or 0)
    page = SpacePage(
        space=place,
        held=[Held(c, phase_of(c, now()), waiting[c.id], asked.get(c.id)) for c in held if c.id is not None],
        until=until,
        may_create=here().may(Action.CREATE_CONSULTATION),
        together=place.held_by_both,
        done=_done(),
        comments=comments,
    )
    return await render_template("facilitating/space.html", page=page)


@pages.get("/spaces/<space>/<consultation>/facilitate")
@permits(Action.READ_QUEUE)
async def run(space: str, consultation: str) -> ResponseReturnValue:
    place, held, consultation_id = consultation_here()
    async with database().reading() as session:
        counts = (await counts_by_state(session, [consultation_id]))[consultation_id]
        waiting = (await counts_in_line(session, [consultation_id]))[consultation_id]
        exposed = await exposures(session, consultation_id)
        published = await newest_published(session, consultation_id)
        acts = await acts_in(session, consultation_id)
        until = await serves_until(session, here().account_id, place.id, now=now())
        asked = await _asked(session, place)
    people = published.content["participants"] if published is not None else None
    page = RunPage(
        space=place,
        consultation=held,
        phase=phase_of(held, now()),
        asked=asked.get(consultation_id),
        counts=counts,
        waiting=waiting,
        answers=exposed.answers,
        readiness=readiness(
            here().policy,
            held,
            now(),
            published=counts[StatementState.PUBLISHED],
            people=people,
            exposures=exposed,
        ),
        people=people,
        over_time=over_time(published.content) if published is not None else None,
        deeds=deeds(acts),
        link=link_to(place, held),
        until=until,
        may=frozenset(action for action in Action if here().may(action)),
        done=_done(),
    )
    return await render_template("facilitating/run.html", page=page)


async def _asked(session: AsyncSession, place: Space) -> dict[int, Decision]:
    """By consultation, the open decision in which both sides are asked to open it."""
    assert place.id is not None
    return {
        one.consultation_id: one
        for one in await open_decisions(session, place.id)
        if one.kind is Kind.OPEN_CONSULTATION and one.consultation_id is not None
    }


def link_to(place: Space, held: Consultation) -> str:
    """The whole address that people are sent."""
    return f"{own_origin()}{url_for('voting.show', space=place.slug, consultation=held.slug)}"


def back(done: str) -> ResponseReturnValue:
    """To the consultation's page, which says what was done."""
    place, held, _ = consultation_here()
    address = url_for("facilitating.run", space=place.slug, consultation=held.slug, done=done)
    return redirect(address, 303)


def consultation_id() -> int:
    """The consultation of the address, which `permits` has loaded."""
    return consultation_here()[2]


def _done() -> str:
    return DONE.get(request.args.get("done", ""), "")
