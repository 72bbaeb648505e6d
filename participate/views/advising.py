"""A facilitator's page about advisers: links by which they come, and who they are."""

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import ValidationError
from quart import Blueprint, redirect, render_template, request, url_for
from quart.typing import ResponseReturnValue

from charters.actions import Action
from charters.states import Role
from deliberation.errors import Invalid
from deliberation.people.memberships import Membership
from deliberation.spaces.joining import end_adviser, membership_here
from deliberation.spaces.side_invitations import end_side_invitation, invite_to_side, side_invitations_of
from deliberation.spaces.sides import sides_of
from deliberation.spaces.spaces import Space
from participate.access import here, permits
from participate.compression import keep_plain
from participate.current import database, now
from participate.forms import Wrong, typed, wrong_in
from participate.views.body import CALLED, Row, Typed, invitation_typed, link_of, rows_of, suggested
from participate.views.joining import changed_roles

pages = Blueprint("advising", __name__, url_prefix="/spaces/<space>/facilitate/advisers")

DONE = {
    "ended": "They advise here no longer.",
    "link-ended": "The link is ended. Nobody more can come in by it.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AdvisersPage:
    """`made` is the address of a link that was made a moment ago; it is shown this once."""

    space: Space
    advisers: Sequence[Membership]
    rows: Sequence[Row]
    made: str
    typed: Typed
    wrong: Sequence[Wrong]
    done: str


@pages.get("")
@permits(Action.INVITE_ADVISER)
async def show(space: str) -> ResponseReturnValue:
    return await _page(suggested())


@pages.post("/invitations")
@permits(Action.INVITE_ADVISER)
async def invite(space: str) -> ResponseReturnValue:
    """The reply itself shows the link: nothing that is kept could show it again."""
    filled = Typed(await typed("label"), await typed("most"), await typed("ends"))
    try:
        text, ends_at = invitation_typed(filled.label, filled.most, filled.ends)
        async with database().transaction() as session:
            _, code = await invite_to_side(
                session, _space(), text, role=Role.ADVISER, ends_at=ends_at, asking=here().facts, now=now()
            )
    except ValidationError as error:
        return await _page(filled, wrong_in(error, CALLED)), 422
    except Invalid as error:
        return await _page(filled, [Wrong(error.field, str(error))]), 422
    keep_plain()
    return await _page(suggested(), made=link_of(_space(), code))


@pages.post("/invitations/<int:invitation>/end")
@permits(Action.INVITE_ADVISER)
async def end_link(space: str, invitation: int) -> ResponseReturnValue:
    async with database().transaction() as session:
        await end_side_invitation(
            session, _space(), invitation, role=Role.ADVISER, asking=here().facts, now=now()
        )
    return redirect(url_for("advising.show", space=space, done="link-ended"), 303)


@pages.post("/<int:membership>/end")
@permits(Action.INVITE_ADVISER)
async def end(space: str, membership: int) -> ResponseReturnValue:
    async with database().transaction() as session:
        adviser = await membership_here(session, _space(), membership, Role.ADVISER, now=now())
        await end_adviser(session, _space(), adviser, asking=here().facts, now=now())
        await changed_roles(session, adviser.account_id)
    return redirect(url_for("advising.show", space=space, done="ended"), 303)


async def _page(filled: Typed, wrong: Sequence[Wrong] = (), made: str = "") -> str:
    place = _space()
    async with database().reading() as session:
        links = await side_invitations_of(session, place, Role.ADVISER)
        sides = await sides_of(session, place.id or 0, now=now())
    page = AdvisersPage(
        space=place,
        advisers=sides.advisers,
        rows=rows_of(links),
        made=made,
        typed=filled,
        wrong=wrong,
        done=DONE.get(request.args.get("done", ""), ""),
    )
    return await render_template("facilitating/advisers.html", page=page)


def _space() -> Space:
    place = here().space
    assert place is not None
    return place
