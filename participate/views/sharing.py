"""Sharing a consultation: its link, and links of invitation with an end and perhaps a limit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from markupsafe import Markup
from pydantic import ValidationError
from quart import Blueprint, redirect, render_template, request, url_for
from quart.typing import ResponseReturnValue

from charters.actions import Action
from charters.states import Attestation, InvitationState, Phase
from deliberation.errors import Invalid
from deliberation.opinion.exposures import rounded
from deliberation.spaces.consultations import Consultation, phase_of
from deliberation.spaces.days import day_in_london, last_moment
from deliberation.spaces.invitations import (
    MOST_PEOPLE,
    Invitation,
    InvitationText,
    Used,
    end_invitation,
    invitations_of,
    make_invitation,
)
from deliberation.spaces.spaces import Space
from participate.access import arrive, consultation_here, here, permits
from participate.codes import code_for
from participate.current import database, now
from participate.forms import Wrong, day_typed, typed, wrong_in
from participate.security import own_origin
from participate.views.facilitating import consultation_id, link_to

pages = Blueprint("sharing", __name__, url_prefix="/spaces/<space>/<consultation>/facilitate")

CLASSES = {True: Attestation.INVITED, False: Attestation.OPEN}
"""What whoever comes by a link counts as: one by one by those who know them, or by a poster."""
SUGGESTED = timedelta(days=28)


@dataclass(frozen=True, slots=True)
class Made:
    """A link that was made a moment ago. Its secret is shown this once."""

    label: str
    code: str
    link: str
    drawn: Markup


@dataclass(frozen=True, slots=True)
class Row:
    """A link of invitation: by about how many people it was used (None: fewer than ten)."""

    invitation: Invitation
    came: int | None
    state: InvitationState


@dataclass(frozen=True, slots=True)
class Typed:
    label: str = ""
    most: str = ""
    ends: str = ""
    personal: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SharePage:
    space: Space
    consultation: Consultation
    phase: Phase
    link: str
    drawn: Markup
    rows: Sequence[Row]
    may_make: bool
    made: Made | None
    ended: bool
    typed: Typed
    wrong: Sequence[Wrong] = ()


@pages.get("/share")
@permits(Action.READ_QUEUE)
async def show(space: str, consultation: str) -> ResponseReturnValue:
    return await _page(_suggested())


@pages.post("/invitations")
@permits(Action.MAKE_INVITATION)
async def make(space: str, consultation: str) -> ResponseReturnValue:
    """The reply itself shows the link: nothing that is kept could show it again."""
    personal = await typed("personal") == "yes"
    filled = Typed(await typed("label"), await typed("most"), await typed("ends"), personal)
    try:
        text = InvitationText.model_validate(
            {"label": filled.label, "most": _most(filled.most), "attestation": CLASSES[personal]}
        )
        async with database().transaction() as session:
            invitation, code = await make_invitation(
                session,
                consultation_id(),
                text,
                ends_at=_end(filled.ends),
                asking=here().facts,
                now=now(),
            )
    except ValidationError as error:
        return await _page(filled, wrong_in(error, {"label": "whom it is for", "most": "the limit"})), 422
    except Invalid as error:
        return await _page(filled, [Wrong(error.field, str(error))]), 422
    place, held, _ = consultation_here()
    link = invitation_link(place, held, code)
    made = Made(invitation.label, code, link, code_for(link, f"Code for {invitation.label}"))
    return await _page(_suggested(), made=made)


@pages.post("/invitations/<int:invitation>/end")
@permits(Action.END_INVITATION, in_verb=True)
async def end(space: str, consultation: str, invitation: int) -> ResponseReturnValue:
    """Which link it is counts too, so the verb asks."""
    stand = await arrive(space=space, consultation=consultation)
    async with database().transaction() as session:
        await end_invitation(session, consultation_id(), invitation, asking=stand.facts, now=now())
    return redirect(url_for("sharing.show", space=space, consultation=consultation, ended="yes"), 303)


def invitation_link(place: Space, held: Consultation, code: str) -> str:
    """The whole address of a link of invitation."""
    path = url_for("invitations.show", space=place.slug, consultation=held.slug, code=code)
    return f"{own_origin()}{path}"


def _most(text: str) -> int | None:
    """The limit that was typed, None where nothing was. Raises Invalid."""
    plain = text.strip().replace(",", "")
    if not plain:
        return None
    if not (plain.isascii() and plain.isdigit() and len(plain) < 7 and 1 <= int(plain) <= MOST_PEOPLE):
        raise Invalid("most", f"Write a whole number from 1 to {MOST_PEOPLE:,}, or leave it empty.")
    return int(plain)


def _end(text: str) -> datetime:
    try:
        day = day_typed(text)
    except ValueError as error:
        raise Invalid("ends", str(error)) from None
    if day is None:
        raise Invalid("ends", "Choose the last day of the link.")
    return last_moment(day)


def _suggested() -> Typed:
    """The link ends with the voting, or in four weeks."""
    closes = consultation_here()[1].closes_at
    ends = closes if closes is not None and closes > now() else now() + SUGGESTED
    return Typed(ends=day_in_london(ends).isoformat())


def _row(used: Used) -> Row:
    return Row(used.invitation, rounded(used.came), used.state)


async def _page(filled: Typed, wrong: Sequence[Wrong] = (), made: Made | None = None) -> str:
    place, held, held_id = consultation_here()
    async with database().reading() as session:
        links = await invitations_of(session, held_id, now=now())
    link = link_to(place, held)
    page = SharePage(
        space=place,
        consultation=held,
        phase=phase_of(held, now()),
        link=link,
        drawn=code_for(link, "Code for the link"),
        rows=[_row(used) for used in links],
        may_make=here().may(Action.MAKE_INVITATION),
        made=made,
        ended="ended" in request.args,
        typed=filled,
        wrong=wrong,
    )
    return await render_template("facilitating/share.html", page=page)
