"""What both sides decide in a space: the open ones with their keys, the ended ones, and answering one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from quart import Blueprint, redirect, render_template, request, url_for
from quart.typing import ResponseReturnValue

from charters.actions import Action
from charters.agreements import Kind
from charters.enforcement import Permitted, Refusal, Refused, decide
from charters.reasons import Reason
from deliberation.errors import EditConflict, Invalid
from deliberation.people.memberships import name_in
from deliberation.spaces.answering import Reply, answer_decision
from deliberation.spaces.charters import policy_in_force
from deliberation.spaces.days import last_moment
from deliberation.spaces.decisions import Decision, decisions_of
from deliberation.spaces.putting_charters import put_founding_charter, put_ratification
from deliberation.spaces.putting_people import put_facilitator
from deliberation.spaces.spaces import Space
from deliberation.spaces.waking import wake_space
from participate.access import arrive, here, permits
from participate.current import database, now
from participate.deciding import TITLES, DecisionShown, own_pseudonym, pending
from participate.forms import Wrong, day_typed, typed
from participate.languages import gettext, said
from participate.topics import Topic, topic_of
from participate.views.decision_page import decision_page

pages = Blueprint("decisions", __name__, url_prefix="/spaces/<space>/decisions")


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionsPage:
    """`may` are the acts to which the page shows a way."""

    space: Space
    open: Sequence[DecisionShown]
    ended: Sequence[tuple[Decision, Topic]]
    may: frozenset[Action]
    done: str
    asleep: bool
    may_appoint: bool
    may_replace: bool
    titles = TITLES


@dataclass(frozen=True, slots=True, kw_only=True)
class FacilitatorPage:
    """The form to propose one; `latest` is the last day that the charter allows."""

    space: Space
    typed: Mapping[str, str]
    latest: datetime
    wrong: Sequence[Wrong] = ()


@pages.get("")
@permits(Action.READ_PAGE)
async def index(space: str) -> ResponseReturnValue:
    place = here().space
    assert place is not None
    assert place.id is not None
    async with database().reading() as session:
        opened = await pending(session)
        known = {one.decision.id for one in opened}
        ended = [one for one in await decisions_of(session, place.id) if one.id not in known]
        told = [(one, await topic_of(session, one)) for one in ended]
    ways = {Action.RATIFY_CHARTER, Action.WAKE_SPACE}
    if not any(one.decision.kind is Kind.ADOPT_CHARTER for one in opened):
        ways.add(Action.FOUND_CHARTER)
    page = DecisionsPage(
        space=place,
        open=opened,
        ended=told,
        may=frozenset(action for action in ways if here().may(action)),
        done=request.args.get("done", ""),
        asleep=bool(here().facts.held.asleep),
        may_appoint=isinstance(_may_appoint(), Permitted),
        may_replace=here().may(Action.FOUND_CHARTER),
    )
    return await render_template("deciding/decisions.html", page=page)


@pages.get("/<int:decision>")
@permits(Action.READ_PAGE)
async def show(space: str, decision: int) -> ResponseReturnValue:
    return await decision_page(decision, done="done" in request.args, said=request.args.get("said", ""))


@pages.post("/<int:decision>")
@permits(Action.ANSWER_DECISION, in_verb=True)
async def answer(space: str, decision: int) -> ResponseReturnValue:
    """Sign or decline. The form carries the hash of what was shown: a text that moved is not signed."""
    stand = await arrive(space=space)
    place = stand.space
    assert place is not None
    assert place.id is not None
    field = f"reason-{decision}"
    reason, was_shown = await typed(field), await typed("shown")
    choice = await typed("answer")
    if choice not in ("yes", "no"):
        return await decision_page(
            decision, reason, [Wrong(field, gettext("Choose one of the two answers."))]
        ), 422
    try:
        async with database().transaction() as session:
            reply = Reply(
                voter=own_pseudonym(),
                yes=choice == "yes",
                shown=was_shown,
                reason=reason,
                name=await name_in(session, stand.account_id, place.id, now=now()),
            )
            await answer_decision(session, place, decision, reply, asking=stand.facts, now=now())
    except Invalid as error:
        return await decision_page(decision, reason, [Wrong(field, str(error))]), 422
    except Refused as error:
        if error.reason is not Reason.TEXT_MOVED:
            raise
        return await decision_page(decision, reason, was_shown=was_shown), 409
    return redirect(url_for(".show", space=space, decision=decision, done=1) + "#decided", 303)


@pages.get("/facilitator")
@permits(Action.READ_PAGE)
async def ask_facilitator(space: str) -> ResponseReturnValue:
    found = _may_appoint()
    if isinstance(found, Refusal):
        raise Refused(found)
    return await _facilitator({})


@pages.post("/facilitator")
@permits(Action.PUT_FACILITATOR, in_verb=True)
async def put_up(space: str) -> ResponseReturnValue:
    """Ask both sides to appoint somebody."""
    stand = await arrive(space=space)
    assert stand.space is not None
    given = {name: await typed(name) for name in ("name", "address", "until", "reason")}
    try:
        until = _until(given["until"])
        async with database().transaction() as session:
            decision = await put_facilitator(
                session,
                stand.space,
                given["address"],
                name=given["name"],
                until=until,
                reason=given["reason"],
                asking=stand.facts,
                now=now(),
            )
    except Invalid as error:
        return await _facilitator(given, [Wrong(error.field, said(str(error)))]), 422
    except Refused as error:
        if error.reason is not Reason.TOO_LONG and error.reason is not Reason.NEEDS_END:
            raise
        return await _facilitator(given, [Wrong("until", said(error.sentence))]), 422
    return redirect(url_for(".show", space=space, decision=decision.id), 303)


def _until(text: str) -> datetime | None:
    try:
        day = day_typed(text)
    except ValueError as error:
        raise Invalid("until", str(error)) from None
    return None if day is None else last_moment(day)


def _may_appoint() -> Permitted | Refusal:
    """Whether who asks may propose a facilitator, once they say until when."""
    soon = replace(here().facts, until=now() + timedelta(days=1))
    return decide(here().policy, Action.PUT_FACILITATOR, soon)


async def _facilitator(given: Mapping[str, str], wrong: Sequence[Wrong] = ()) -> str:
    place = here().space
    assert place is not None
    empty = dict.fromkeys(("name", "address", "until", "reason"), "")
    latest = now() + timedelta(days=here().policy.running.facilitator_days - 1)
    page = FacilitatorPage(space=place, typed={**empty, **given}, latest=latest, wrong=wrong)
    return await render_template("deciding/facilitator.html", page=page)


@pages.post("/found")
@permits(Action.FOUND_CHARTER, in_verb=True)
async def found(space: str) -> ResponseReturnValue:
    """Ask the founders of both sides to sign the first charter, as it was written when they were named."""
    stand = await arrive(space=space)
    assert stand.space is not None
    try:
        async with database().transaction() as session:
            policy = await policy_in_force(session, stand.space, now())
            await put_founding_charter(session, stand.space, policy, asking=stand.facts, now=now())
    except EditConflict:
        pass  # another founder has just asked: the page shows it
    return redirect(url_for(".index", space=space, done="asked"), 303)


@pages.post("/ratify")
@permits(Action.RATIFY_CHARTER, in_verb=True)
async def ratify(space: str) -> ResponseReturnValue:
    """Ask everybody on both sides to ratify the charter."""
    stand = await arrive(space=space)
    assert stand.space is not None
    try:
        async with database().transaction() as session:
            await put_ratification(session, stand.space, asking=stand.facts, now=now())
    except EditConflict:
        pass  # somebody else has just asked: the page shows it
    return redirect(url_for(".index", space=space, done="asked"), 303)


@pages.post("/wake")
@permits(Action.WAKE_SPACE, in_verb=True)
async def wake(space: str) -> ResponseReturnValue:
    """Let people act again in a space that has fallen asleep."""
    stand = await arrive(space=space)
    assert stand.space is not None
    async with database().transaction() as session:
        await wake_space(session, stand.space, asking=stand.facts, now=now())
    return redirect(url_for(".index", space=space, done="woken"), 303)
