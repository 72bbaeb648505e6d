"""The operator's emergency act: hiding a statement for hours, on a legal ground, in public."""

from dataclasses import dataclass

from quart import Blueprint, redirect, render_template, url_for
from quart.typing import ResponseReturnValue

from charters.actions import Action
from charters.policy import Policy
from deliberation.errors import Invalid
from deliberation.opinion.hiding import CONFIRMABLE, hide_statement
from deliberation.opinion.moderation import in_public
from deliberation.opinion.statements import Statement
from deliberation.spaces.consultations import Consultation
from deliberation.spaces.reasons import LONGEST
from deliberation.spaces.spaces import Space
from participate.access import arrive, consultation_here, here, permits
from participate.current import database, now
from participate.forms import Wrong, typed

pages = Blueprint(
    "hiding", __name__, url_prefix="/spaces/<space>/<consultation>/statements/<int:statement>/hide"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class HidingPage:
    """`confirmable`: whether the space has sides that can confirm it."""

    space: Space
    consultation: Consultation
    policy: Policy
    statement: Statement
    confirmable: bool
    hours: int
    most: int
    ground: str
    wrong: list[Wrong]


@pages.get("")
@permits(Action.READ_OPERATING)
async def ask(space: str, consultation: str, statement: int) -> ResponseReturnValue:
    return await _page()


@pages.post("")
@permits(Action.HIDE_STATEMENT, in_verb=True)
async def hide(space: str, consultation: str, statement: int) -> ResponseReturnValue:
    """Without a ground nothing is hidden, and what was typed is kept."""
    stand = await arrive(space=space, consultation=consultation, statement=statement)
    assert stand.statement is not None
    ground = await typed("ground")
    try:
        async with database().transaction() as session:
            await hide_statement(session, stand.statement.id, ground, asking=stand.facts, now=now())
    except Invalid as error:
        return await _page(ground, [Wrong(error.field, str(error))]), 422
    return redirect(url_for("record.show", space=space), 303)


async def _page(ground: str = "", wrong: list[Wrong] | None = None) -> str:
    (space, consultation, _), statement = consultation_here(), here().statement
    assert statement is not None
    in_public(statement)
    page = HidingPage(
        space=space,
        consultation=consultation,
        policy=here().policy,
        statement=statement,
        confirmable=space.standing in CONFIRMABLE,
        hours=here().policy.running.hide_hours,
        most=LONGEST,
        ground=ground,
        wrong=wrong or [],
    )
    return await render_template("moderating/hide.html", page=page)
