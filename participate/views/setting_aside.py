"""Setting a statement aside, in public and with a reason: it becomes no clause of a proposal."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from quart import Blueprint, redirect, render_template, url_for
from quart.typing import ResponseReturnValue

from charters.actions import Action
from charters.enforcement import require
from deliberation.drafting.sources import SetAside, set_aside, set_aside_for
from deliberation.errors import Invalid
from deliberation.opinion.statements import Statement, statement_numbered
from deliberation.spaces.consultations import Consultation
from deliberation.spaces.spaces import Space
from participate.access import arrive, consultation_here, here, permits
from participate.current import database, now
from participate.forms import Wrong, typed
from participate.languages import said
from participate.views.proposals import asking_now

pages = Blueprint("setting_aside", __name__, url_prefix="/spaces/<space>/<consultation>/statements")


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAsidePage:
    """The form. `before` is what was said when it was set aside, if it was."""

    space: Space
    consultation: Consultation
    statement: Statement
    before: SetAside | None
    reason: str
    wrong: Sequence[Wrong] = ()


@pages.get("/<int:statement>/set-aside")
@permits(Action.SET_ASIDE)
async def show(space: str, consultation: str, statement: int) -> ResponseReturnValue:
    """The form, with the reason that stands."""
    return await _page()


@pages.post("/<int:statement>/set-aside")
@permits(Action.SET_ASIDE, in_verb=True)
async def keep(space: str, consultation: str, statement: int) -> ResponseReturnValue:
    """Set it aside, or open that again."""
    stand = await arrive(space=space, consultation=consultation, statement=statement)
    asking = asking_now(stand.facts)
    require(stand.policy, Action.SET_ASIDE, asking)
    place, _, held_id = consultation_here()
    reason, back = await typed("reason"), bool(await typed("back"))
    try:
        async with database().transaction() as session:
            one = await statement_numbered(session, held_id, statement)
            await set_aside(
                session, place, one, reason, back=back, asking=replace(asking, stage=None), now=now()
            )
    except Invalid as error:
        return await _page(reason, [Wrong(error.field, said(str(error)))]), 422
    address = url_for("statements.statement", space=space, consultation=consultation, statement=statement)
    return redirect(f"{address}#became", 303)


async def _page(reason: str = "", wrong: Sequence[Wrong] = ()) -> str:
    place, held, _ = consultation_here()
    one = here().statement
    assert one is not None
    async with database().reading() as session:
        before = await set_aside_for(session, one.id)
    page = SetAsidePage(
        space=place,
        consultation=held,
        statement=one,
        before=before,
        reason=reason or (before.reason if before is not None and not wrong else ""),
        wrong=wrong,
    )
    return await render_template("sources/set_aside.html", page=page)
