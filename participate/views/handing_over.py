"""Handing a space over to another facilitator, or sharing the work with one."""

from dataclasses import dataclass

from quart import Blueprint, redirect, render_template, url_for
from quart.typing import ResponseReturnValue

from charters.actions import Action
from deliberation.errors import Invalid
from deliberation.spaces.handing_over import hand_over
from deliberation.spaces.spaces import Space
from participate.access import here, permits
from participate.current import database, now
from participate.forms import Wrong, typed

pages = Blueprint("handing_over", __name__, url_prefix="/spaces/<space>/facilitate/hand-over")


@dataclass(frozen=True, slots=True)
class HandOverPage:
    space: Space
    address: str = ""
    stays: str = ""
    wrong: tuple[Wrong, ...] = ()


@pages.get("")
@permits(Action.APPOINT_FACILITATOR)
async def ask(space: str) -> ResponseReturnValue:
    return await render_template("facilitating/hand_over.html", page=HandOverPage(_space()))


@pages.post("")
@permits(Action.APPOINT_FACILITATOR)
async def do(space: str) -> ResponseReturnValue:
    address, stays = await typed("address"), await typed("stays")
    account_id = here().account_id
    assert account_id is not None
    try:
        if stays not in ("yes", "no"):
            raise Invalid("stays", "Choose whether you go on.")
        async with database().transaction() as session:
            await hand_over(
                session,
                _space(),
                account_id,
                address,
                stays=stays == "yes",
                asking=here().facts,
                now=now(),
            )
    except Invalid as error:
        page = HandOverPage(_space(), address, stays, (Wrong(error.field, str(error)),))
        return await render_template("facilitating/hand_over.html", page=page), 422
    if stays == "yes":
        return redirect(url_for("facilitating.space", space=space, done="handed"), 303)
    return redirect(url_for("spaces.space", space=space), 303)


def _space() -> Space:
    place = here().space
    assert place is not None
    return place
