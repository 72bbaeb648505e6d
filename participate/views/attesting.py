"""Who may vote: set before the first vote, by the facilitator in a trial and by both sides elsewhere."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from quart import Blueprint, redirect, render_template, url_for
from quart.typing import ResponseReturnValue

from charters.actions import Action
from deliberation.errors import Invalid
from deliberation.spaces.attesting import change_attestation
from deliberation.spaces.consultations import Consultation
from deliberation.spaces.putting_consultations import put_attestation
from deliberation.spaces.spaces import Space
from participate.access import arrive, consultation_here, here, permits
from participate.current import database, now
from participate.forms import Wrong, typed
from participate.views.facilitating import back, consultation_id
from participate.who_may_vote import CHOICES, chosen_in, counting_first, headline_chosen

FIELDS = {"attested": "who", "headline": "first"}
"""What the rules call the two choices, and what the form calls them."""
pages = Blueprint("attesting", __name__, url_prefix="/spaces/<space>/<consultation>/facilitate/who")

FIRSTS = {
    "all": "Everybody who may vote",
    "known": "People who are signed in, personally invited, or helped by somebody named",
    "invited": "People personally invited, or helped by somebody named",
}
OFFERED = {
    "everybody": "Anybody",
    "known": "People who are signed in, or personally invited",
    "invited": "Personally invited people alone",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class WhoPage:
    """`sided` says that both sides decide, for which a reason is asked."""

    space: Space
    consultation: Consultation
    sided: bool
    may: bool
    choices: Mapping[str, str]
    firsts: Mapping[str, str]
    who: str
    first: str
    reason: str
    wrong: Sequence[Wrong]


@pages.get("")
@permits(Action.READ_QUEUE)
async def ask(space: str, consultation: str) -> ResponseReturnValue:
    held = consultation_here()[1]
    return await _page(chosen_in(held), counting_first(held))


@pages.post("")
@permits(Action.PUT_ATTESTATION, in_verb=True)
async def do(space: str, consultation: str) -> ResponseReturnValue:
    """The verb asks: it is another act where there are sides."""
    asking = (await arrive(space=space, consultation=consultation)).facts
    who, first, reason = await typed("who"), await typed("first"), await typed("reason")
    classes = {"attested": CHOICES.get(who, frozenset()), "headline": headline_chosen(who, first)}
    try:
        async with database().transaction() as session:
            if _sided():
                decision = await put_attestation(
                    session,
                    consultation_id(),
                    **classes,
                    reason=reason,
                    asking=asking,
                    now=now(),
                )
            else:
                await change_attestation(session, consultation_id(), **classes, asking=asking, now=now())
                decision = None
    except Invalid as error:
        return await _page(who, first, reason, [Wrong(FIELDS.get(error.field, error.field), str(error))]), 422
    if decision is not None:
        return redirect(url_for("decisions.show", space=space, decision=decision.id), 303)
    return back("revised")


def _sided() -> bool:
    return consultation_here()[0].held_by_both


async def _page(who: str, first: str, reason: str = "", wrong: Sequence[Wrong] = ()) -> str:
    place, held, _ = consultation_here()
    page = WhoPage(
        space=place,
        consultation=held,
        sided=_sided(),
        may=here().may(Action.PUT_ATTESTATION if _sided() else Action.CHANGE_ATTESTATION),
        choices=OFFERED,
        firsts=FIRSTS,
        who=who,
        first=first,
        reason=reason,
        wrong=wrong,
    )
    return await render_template("facilitating/who.html", page=page)
