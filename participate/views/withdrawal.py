"""Asking both sides to withdraw a proposal: why, in public, and what follows."""

from collections.abc import Sequence
from dataclasses import dataclass

from quart import Blueprint, redirect, render_template, url_for
from quart.typing import ResponseReturnValue

from charters.actions import Action
from charters.wording import Words
from deliberation.drafting.proposals import Proposal, about_proposal
from deliberation.drafting.withdrawing import put_withdrawal
from deliberation.errors import EditConflict, Invalid
from deliberation.spaces.spaces import Space
from participate.access import arrive, here, permits
from participate.current import database, now
from participate.deciding import DecisionShown, pending
from participate.forms import Wrong, typed
from participate.languages import said
from participate.network import visitor
from participate.views.proposals import asking_now, what_it_needs
from participate.views.versions import place_and_proposal

pages = Blueprint("withdrawal", __name__, url_prefix="/spaces/<space>/proposals/<int:proposal>")


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawalPage:
    """`decisions` are those that are open about it; `typed` is the reason as it was typed."""

    space: Space
    proposal: Proposal
    decisions: Sequence[DecisionShown]
    needs: Words
    typed: str = ""
    wrong: Sequence[Wrong] = ()

    @property
    def asked(self) -> bool:
        """Whether both sides are asked to withdraw it already."""
        return any(one.decision.kind == "withdraw-proposal" for one in self.decisions)


@pages.get("/withdrawal")
@permits(Action.PUT_WITHDRAWAL)
async def show(space: str, proposal: int) -> ResponseReturnValue:
    return await _page()


@pages.post("/withdrawal")
@permits(Action.PUT_WITHDRAWAL, in_verb=True)
async def asked(space: str, proposal: int) -> ResponseReturnValue:
    """Ask both sides."""
    stand = await arrive(space=space, proposal=proposal)
    assert stand.space is not None
    key, reason = visitor().pseudonym(stand.space.id or 0), await typed("reason")
    try:
        async with database().transaction() as session:
            decision = await put_withdrawal(
                session,
                stand.space,
                proposal,
                reason,
                key=key,
                asking=asking_now(stand.facts),
                now=now(),
            )
            number = decision.id
    except Invalid as error:
        return await _page(reason, [Wrong(error.field, said(str(error)))]), 422
    except EditConflict:
        return await _page(reason), 409  # both sides are asked already: the page shows it
    return redirect(url_for("decisions.show", space=space, decision=number), 303)


async def _page(reason: str = "", wrong: Sequence[Wrong] = ()) -> str:
    place, found = place_and_proposal()
    async with database().reading() as session:
        decisions = await pending(session, subject=about_proposal(found.id))
    page = WithdrawalPage(
        space=place,
        proposal=found,
        decisions=decisions,
        needs=what_it_needs(here().policy.adoption),
        typed=reason,
        wrong=wrong,
    )
    return await render_template("versions/withdrawal.html", page=page)
