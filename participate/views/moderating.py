"""The queue of a consultation: what waits, one act for each, undo; and what became of every statement."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from quart import Blueprint, redirect, render_template, request, url_for
from quart.typing import ResponseReturnValue

from charters.actions import Action
from charters.enforcement import Reason, Refused
from charters.policy import Policy
from charters.states import StatementState
from deliberation.errors import Invalid
from deliberation.opinion.cautions import cautions_in
from deliberation.opinion.in_line import InLine, acts_on, in_line, statements_in
from deliberation.opinion.moderation import (
    UNDO,
    UNDOABLE,
    in_words,
    keep_question,
    keep_statement,
    publish_statement,
    removal_reason,
    remove_statement,
    undo_act,
)
from deliberation.opinion.reports import open_reports
from deliberation.opinion.statements import Statement
from deliberation.people.accounts import set_one_key_acts
from deliberation.publishing.record import Act
from deliberation.spaces.consultations import Consultation
from deliberation.spaces.spaces import Space
from participate.access import arrive, consultation_here, here, permits
from participate.ballot import joined, numbers
from participate.current import database, now
from participate.forms import Wrong, typed
from participate.network import visitor
from participate.views.queue_page import (
    Card,
    Judging,
    Line,
    Rule,
    Undo,
    act_in_words,
    card,
    line,
    queue_page,
    rules,
    undo_of,
)

pages = Blueprint("moderating", __name__, url_prefix="/spaces/<space>/<consultation>/moderation")

# Where two facilitators read at once, the second one's act finds the statement changed.
BEATEN = frozenset(
    {
        Reason.STATEMENT_PENDING,
        Reason.STATEMENT_PUBLISHED,
        Reason.STATEMENT_REMOVED,
        Reason.CANNOT_UNDO,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementPage:
    """One statement in any state: what can be done with it, and what was done; `acts` are (words, day)."""

    space: Space
    consultation: Consultation
    policy: Policy
    card: Card
    rules: Sequence[Rule]
    undo: Undo | None
    acts: Sequence[tuple[str, Act]]
    removed_for: str
    later: str
    judging: Judging


@dataclass(frozen=True, slots=True, kw_only=True)
class AllPage:
    """Every statement of the consultation, by what became of it."""

    space: Space
    consultation: Consultation
    waiting: Sequence[Line]
    published: Sequence[Statement]
    removed: Sequence[tuple[Statement, str]]


@pages.get("")
@permits(Action.READ_QUEUE)
async def show(space: str, consultation: str) -> ResponseReturnValue:
    return await render_template("moderating/queue.html", page=await queue_page())


@pages.get("/all")
@permits(Action.READ_QUEUE)
async def all_(space: str, consultation: str) -> ResponseReturnValue:
    place, held, consultation_id = consultation_here()
    async with database().reading() as session:
        waiting = await in_line(session, consultation_id)
        published = await statements_in(session, consultation_id, StatementState.PUBLISHED)
        removed = await statements_in(session, consultation_id, StatementState.REMOVED)
    page = AllPage(
        space=place,
        consultation=held,
        waiting=[line(one) for one in waiting],
        published=published,
        removed=[(one, in_words(one.removed_for or "")) for one in removed],
    )
    return await render_template("moderating/all.html", page=page)


@pages.get("/<int:statement>")
@permits(Action.READ_QUEUE)
async def look(space: str, consultation: str, statement: int) -> ResponseReturnValue:
    return await _statement_page(Judging())


@pages.post("/<int:statement>/publish")
@permits(Action.PUBLISH_STATEMENT, in_verb=True)
async def publish(space: str, consultation: str, statement: int) -> ResponseReturnValue:
    return await _act(publish_statement, space, consultation, statement)


@pages.post("/<int:statement>/hide")
@permits(Action.PUBLISH_STATEMENT, in_verb=True)
async def hide(space: str, consultation: str, statement: int) -> ResponseReturnValue:
    return await _act(publish_statement, space, consultation, statement, hiding=True)


@pages.post("/<int:statement>/keep")
@permits(Action.KEEP_STATEMENT, in_verb=True)
async def keep(space: str, consultation: str, statement: int) -> ResponseReturnValue:
    return await _act(keep_statement, space, consultation, statement)


@pages.post("/<int:statement>/remove")
@permits(Action.REMOVE_STATEMENT, in_verb=True)
async def remove(space: str, consultation: str, statement: int) -> ResponseReturnValue:
    """Without a rule nothing is taken out, and what was typed is kept."""
    judging = Judging(note=await typed("note"), same_as=await typed("same_as"))
    stand = await arrive(space=space, consultation=consultation, statement=statement)
    assert stand.space is not None
    try:
        return await _act(
            remove_statement,
            space,
            consultation,
            statement,
            reason=removal_reason(await typed("reason")),
            note=judging.note,
            same_as=int(judging.same_as) if _is_number(judging.same_as) else None,
            by=visitor().pseudonym(stand.space.id or 0),
        )
    except Invalid as error:
        wrong = [Wrong(error.field, str(error))]
        return await _statement_page(replace(judging, wrong=wrong)), 422


@pages.post("/<int:statement>/undo")
@permits(Action.UNDO_MODERATION, in_verb=True)
async def undo(space: str, consultation: str, statement: int) -> ResponseReturnValue:
    act = await typed("act")
    return await _act(undo_act, space, consultation, statement, act_id=int(act) if _is_number(act) else 0)


@pages.post("/question/keep")
@permits(Action.KEEP_QUESTION)
async def keep_words(space: str, consultation: str) -> ResponseReturnValue:
    """Close the reports about the words of the question."""
    _, _, consultation_id = consultation_here()
    async with database().transaction() as session:
        await keep_question(session, consultation_id, asking=here().facts, now=now())
    return await _to_queue(space, consultation, question="kept")


@pages.post("/keys")
@permits(Action.READ_QUEUE)
async def keys(space: str, consultation: str) -> ResponseReturnValue:
    """Turn one-key acts on or off, on every device of this facilitator."""
    async with database().transaction() as session:
        await set_one_key_acts(session, here().account_id or 0, await typed("one_key") == "on")
    return await _to_queue(space, consultation)


async def _act(
    verb: Callable[..., Awaitable[Act]], space: str, consultation: str, number: int, **values: Any
) -> ResponseReturnValue:
    """Do one act on one statement, and show the next one. What an undo gives back is shown again."""
    stand = await arrive(space=space, consultation=consultation, statement=number)
    assert stand.statement is not None
    try:
        async with database().transaction() as session:
            act = await verb(session, stand.statement.id, asking=stand.facts, now=now(), **values)
    except Refused as refused:
        if refused.reason not in BEATEN:
            raise
        return await _to_queue(space, consultation, beaten=number)
    again = {"statement": number} if verb is undo_act else {}
    return await _to_queue(space, consultation, act=act.id, **again)


async def _to_queue(space: str, consultation: str, **said: Any) -> ResponseReturnValue:
    later = joined(numbers(await typed("later")))
    if later:
        said["later"] = later
    return redirect(url_for("moderating.show", space=space, consultation=consultation, **said), 303)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 10


async def _statement_page(judging: Judging) -> str:
    (place, held, consultation_id), statement = consultation_here(), here().statement
    assert statement is not None
    async with database().reading() as session:
        acts = await acts_on(session, statement.id)
        reports = [r for r in await open_reports(session, consultation_id) if r.statement_id == statement.id]
        page = StatementPage(
            space=place,
            consultation=held,
            policy=here().policy,
            card=await card(session, InLine(statement, cautions_in(statement.text), tuple(reports))),
            rules=rules(),
            undo=_undo(acts, statement),
            acts=[(act_in_words(act, statement), act) for act in acts],
            removed_for=in_words(statement.removed_for) if statement.removed_for else "",
            later=joined(numbers(await typed("later") or request.args.get("later", ""))),
            judging=judging,
        )
    return await render_template("moderating/statement.html", page=page)


def _undo(acts: Sequence[Act], statement: Statement) -> Undo | None:
    """The last act on this statement, where it can still be undone."""
    if not acts or acts[-1].kind not in UNDOABLE or acts[-1].at + UNDO <= now():
        return None
    return undo_of(acts[-1], statement)
