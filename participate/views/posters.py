"""A poster for one sheet: the question, the days, a code to scan, and how to take part without a phone.

People read it, so it is in the language that the facilitator chooses for it.
"""

from dataclasses import dataclass

from markupsafe import Markup
from quart import Blueprint, render_template
from quart.typing import ResponseReturnValue

from charters.actions import Action
from charters.policy import Policy
from charters.states import Phase
from deliberation.spaces.consultations import Consultation
from deliberation.spaces.invitations import Invitation, invitation_with
from deliberation.spaces.spaces import Space
from participate.access import consultation_here, here, permits
from participate.codes import code_for
from participate.current import database, now, settings
from participate.forms import typed
from participate.languages import gettext
from participate.views.facilitating import link_to
from participate.views.sharing import invitation_link
from participate.views.voting_page import phase_of

pages = Blueprint("posters", __name__, url_prefix="/spaces/<space>/<consultation>/facilitate/poster")


@dataclass(frozen=True, slots=True, kw_only=True)
class PosterPage:
    """`invitation` is None for the open link. `contact` and `phone` are the installation's, or empty."""

    space: Space
    consultation: Consultation
    policy: Policy
    phase: Phase
    link: str
    drawn: Markup
    invitation: Invitation | None
    contact: str
    phone: str


@pages.get("")
@permits(Action.READ_QUEUE)
async def for_all(space: str, consultation: str) -> ResponseReturnValue:
    place, held, _ = consultation_here()
    return await _page(link_to(place, held), None)


@pages.post("")
@permits(Action.READ_QUEUE)
async def for_some(space: str, consultation: str) -> ResponseReturnValue:
    """For a link of invitation, whose secret the form brings along; that of no link gives the open one."""
    place, held, held_id = consultation_here()
    code = await typed("code")
    async with database().reading() as session:
        used = await invitation_with(session, held_id, code, now=now())
    if used is None:
        return await _page(link_to(place, held), None)
    return await _page(invitation_link(place, held, code), used.invitation)


async def _page(link: str, invitation: Invitation | None) -> str:
    place, held, _ = consultation_here()
    page = PosterPage(
        space=place,
        consultation=held,
        policy=here().policy,
        phase=phase_of(place, held),
        link=link,
        drawn=code_for(link, gettext("A code that a phone's camera reads")),
        invitation=invitation,
        contact=settings().contact,
        phone=settings().phone,
    )
    return await render_template("inviting/poster.html", page=page)
