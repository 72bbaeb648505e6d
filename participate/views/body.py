"""A body's own page: its delegates, and the links by which they invite others to speak for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import ValidationError
from quart import Blueprint, redirect, render_template, request, url_for
from quart.typing import ResponseReturnValue

from charters.actions import Action
from charters.states import Role
from charters.wording import Words
from deliberation.errors import Invalid
from deliberation.people.memberships import Membership
from deliberation.people.organisations import Organisation, organisation_coded
from deliberation.spaces.days import day_in_london, last_moment
from deliberation.spaces.joining import end_delegate, membership_here
from deliberation.spaces.side_invitations import (
    SideInvitation,
    SideInvitationText,
    end_side_invitation,
    invite_to_side,
    side_invitations_of,
)
from deliberation.spaces.sides import sides_of
from deliberation.spaces.spaces import Space
from participate.access import here, permits
from participate.compression import keep_plain
from participate.current import database, now
from participate.forms import Wrong, day_typed, typed, wrong_in
from participate.languages import said
from participate.security import own_origin
from participate.views.joining import changed_roles, voter_of

pages = Blueprint("body", __name__, url_prefix="/spaces/<space>/body")

SUGGESTED = timedelta(days=14)
CALLED = {"label": Words("whom it is for"), "most": Words("the limit")}
NO_NUMBER = Words("Write a whole number from 1 to 20.")
NO_DAY = Words("Choose the last day of the link.")
DONE = {
    "ended": Words("They speak for your body no longer."),
    "link-ended": Words("The link is ended. Nobody more can come in by it."),
}


@dataclass(frozen=True, slots=True)
class Row:
    """A link, and what it is at this moment."""

    invitation: SideInvitation
    state: str


@dataclass(frozen=True, slots=True)
class Typed:
    label: str = ""
    most: str = "1"
    ends: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyPage:
    """`made` is the address of a link that was made a moment ago; it is shown this once."""

    space: Space
    body: Organisation
    delegates: Sequence[Membership]
    mine: int | None
    rows: Sequence[Row]
    made: str
    typed: Typed
    wrong: Sequence[Wrong]
    done: str


@pages.get("")
@permits(Action.INVITE_DELEGATE)
async def show(space: str) -> ResponseReturnValue:
    return await _page(suggested())


@pages.post("/invitations")
@permits(Action.INVITE_DELEGATE)
async def invite(space: str) -> ResponseReturnValue:
    """The reply itself shows the link: nothing that is kept could show it again."""
    filled = Typed(await typed("label"), await typed("most"), await typed("ends"))
    try:
        text, ends_at = invitation_typed(filled.label, filled.most, filled.ends)
        async with database().transaction() as session:
            body = await organisation_coded(session, _code())
            _, code = await invite_to_side(
                session,
                _space(),
                text,
                role=Role.DELEGATE,
                organisation=body,
                ends_at=ends_at,
                asking=here().facts,
                now=now(),
            )
    except ValidationError as error:
        return await _page(filled, wrong_in(error, CALLED)), 422
    except Invalid as error:
        return await _page(filled, [Wrong(error.field, said(str(error)))]), 422
    keep_plain()
    return await _page(suggested(), made=link_of(_space(), code))


@pages.post("/invitations/<int:invitation>/end")
@permits(Action.INVITE_DELEGATE)
async def end_link(space: str, invitation: int) -> ResponseReturnValue:
    async with database().transaction() as session:
        body = await organisation_coded(session, _code())
        await end_side_invitation(
            session,
            _space(),
            invitation,
            role=Role.DELEGATE,
            organisation=body,
            asking=here().facts,
            now=now(),
        )
    return redirect(url_for("body.show", space=space, done="link-ended"), 303)


@pages.post("/delegates/<int:membership>/end")
@permits(Action.INVITE_DELEGATE)
async def end(space: str, membership: int) -> ResponseReturnValue:
    place = _space()
    async with database().transaction() as session:
        other = await membership_here(session, place, membership, Role.DELEGATE, now=now())
        voter = voter_of(place, other.account_id)
        await end_delegate(session, place, other, voter, asking=here().facts, now=now())
        await changed_roles(session, other.account_id)
    return redirect(url_for("body.show", space=space, done="ended"), 303)


def invitation_typed(label: str, most: str, ends: str) -> tuple[SideInvitationText, datetime]:
    """What a form says of a link. Raises ValidationError, Invalid."""
    if not (most.strip().isascii() and most.strip().isdigit() and 1 <= int(most[:9]) <= 20):
        raise Invalid("most", said(NO_NUMBER))
    text = SideInvitationText.model_validate({"label": label, "most": int(most)})
    try:
        day = day_typed(ends)
    except ValueError as error:
        raise Invalid("ends", str(error)) from None
    if day is None:
        raise Invalid("ends", said(NO_DAY))
    return text, last_moment(day)


def link_of(space: Space, code: str) -> str:
    """The whole address of a link to a side."""
    return f"{own_origin()}{url_for('joining.invited', space=space.slug, code=code)}"


def rows_of(links: Sequence[SideInvitation]) -> list[Row]:
    return [Row(one, one.state_at(now()).value) for one in links]


def _code() -> str:
    """The code of the body that the reader speaks for."""
    belonging = here().facts.belonging
    assert belonging is not None
    assert belonging.body is not None
    return belonging.body.removeprefix("ods:")


def suggested() -> Typed:
    return Typed(ends=day_in_london(now() + SUGGESTED).isoformat())


async def _page(filled: Typed, wrong: Sequence[Wrong] = (), made: str = "") -> str:
    place = _space()
    async with database().reading() as session:
        body = await organisation_coded(session, _code())
        assert body is not None
        links = await side_invitations_of(session, place, Role.DELEGATE, body)
        sides = await sides_of(session, place.id or 0, now=now())
    delegates = next((one.delegates for one in sides.bodies if one.organisation.id == body.id), ())
    page = BodyPage(
        space=place,
        body=body,
        delegates=delegates,
        mine=next((one.id for one in delegates if one.account_id == here().account_id), None),
        rows=rows_of(links),
        made=made,
        typed=filled,
        wrong=wrong,
        done=said(DONE[done]) if (done := request.args.get("done", "")) in DONE else "",
    )
    return await render_template("sides/body.html", page=page)


def _space() -> Space:
    place = here().space
    assert place is not None
    return place
