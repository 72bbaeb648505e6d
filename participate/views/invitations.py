"""Coming in by a link of invitation: what it leads to, or why it does not."""

from dataclasses import dataclass

from quart import Blueprint, redirect, render_template, url_for
from quart.typing import ResponseReturnValue

from charters.actions import Action
from charters.enforcement import SENTENCES, Reason, Refused
from charters.states import InvitationState, Phase
from charters.steering import INVITATIONS
from charters.wording import Words
from deliberation.errors import NotFound
from deliberation.spaces.consultations import Consultation
from deliberation.spaces.invitations import (
    Entering,
    Invitation,
    enter_by_invitation,
    invitation_with,
)
from deliberation.spaces.spaces import Space
from participate.access import arrive, consultation_here, permits
from participate.current import database, now, remember_device
from participate.network import acting
from participate.views.voting_page import phase_of

pages = Blueprint("invitations", __name__, url_prefix="/spaces/<space>/<consultation>/invite")


@dataclass(frozen=True, slots=True)
class InvitationPage:
    """`why` is None where the link is good; a good one opens nothing that is not open."""

    space: Space
    consultation: Consultation
    invitation: Invitation
    phase: Phase
    state: InvitationState
    why: Words | None


@pages.get("/<code>")
@permits(Action.READ_PAGE)
async def show(space: str, consultation: str, code: str) -> ResponseReturnValue:
    """Reading counts nobody: an address is looked at by machines too."""
    return await _page(code)


@pages.post("/<code>")
@permits(Action.ENTER_BY_INVITATION, in_verb=True)
async def enter(space: str, consultation: str, code: str) -> ResponseReturnValue:
    who = acting()
    entering = Entering(
        space=space,
        consultation=consultation,
        code=code,
        secret=who.secret,
        master=who.master,
        limit_ends=who.limit_ends,
        account_id=who.account_id,
        now=now(),
    )
    try:
        await database().grouped(enter_by_invitation, entering)
    except Refused as refused:
        if refused.reason not in INVITATIONS.values():
            raise
        await arrive(space=space, consultation=consultation)
        return await _page(code, refused.reason)
    return redirect(url_for("voting.show", space=space, consultation=consultation), 303)


async def _page(code: str, reason: Reason | None = None) -> ResponseReturnValue:
    """Raises NotFound for a secret that no link has."""
    place, held, held_id = consultation_here()
    async with database().reading() as session:
        used = await invitation_with(session, held_id, code, now=now())
    if used is None:
        raise NotFound(SENTENCES[Reason.NO_INVITATION])
    if reason is None and used.state is not InvitationState.USABLE:
        reason = INVITATIONS[used.state]
    remember_device()
    page = InvitationPage(
        space=place,
        consultation=held,
        invitation=used.invitation,
        phase=phase_of(place, held),
        state=used.state,
        why=SENTENCES[reason] if reason is not None else None,
    )
    html = await render_template("inviting/invitation.html", page=page)
    return html, 200 if page.why is None else 410
