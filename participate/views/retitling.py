"""The title of a proposal in a form; a clash shows both and loses neither."""

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import ValidationError
from quart import Blueprint, render_template
from quart.typing import ResponseReturnValue

from charters.actions import Action
from charters.terms import proposal_notice
from charters.wording import Words
from deliberation.drafting.proposals import LONGEST_TITLE, Proposal, proposal_numbered
from deliberation.drafting.retitling import TitleMoved, retitle
from deliberation.errors import Invalid
from deliberation.spaces.spaces import Space
from participate.access import here, permits
from participate.current import database, now
from participate.forms import Wrong, typed, wrong_in
from participate.languages import said
from participate.views.beginning import speaking
from participate.views.clauses import arrived, back_to, place_here

pages = Blueprint("retitling", __name__, url_prefix="/spaces/<space>/proposals/<int:proposal>/title")

CALLED = {"title": Words("the title")}


@dataclass(frozen=True, slots=True, kw_only=True)
class TitlePage:
    """`title` is what was typed; `moved` says that somebody else has changed the title meanwhile."""

    space: Space
    proposal: Proposal
    title: str
    notice: str
    moved: bool = False
    wrong: Sequence[Wrong] = ()
    most: int = LONGEST_TITLE


@pages.get("")
@permits(Action.WRITE_CLAUSE)
async def show(space: str, proposal: int) -> ResponseReturnValue:
    """The title as it is, in a form."""
    return await _page(place_here()[1].title)


@pages.post("")
@permits(Action.WRITE_CLAUSE, in_verb=True)
async def changed(space: str, proposal: int) -> ResponseReturnValue:
    """Change it, as long as it is the one that the form was made from."""
    stand, asking = await arrived(space, proposal)
    place, _ = place_here()
    title, shown = await typed("title"), await typed("shown")
    try:
        async with database().transaction() as session:
            speaker = await speaking(session, place, stand.account_id)
            done = await retitle(
                session, place, proposal, title, shown=shown, speaker=speaker, asking=asking, now=now()
            )
    except ValidationError as error:
        return await _page(title, wrong=wrong_in(error, CALLED)), 422
    except Invalid as error:
        return await _page(title, wrong=[Wrong(error.field, said(str(error)))]), 422
    except TitleMoved:
        return await _page(title, moved=True), 409
    return back_to(space, proposal, "titled" if done else "title-same")


async def _page(title: str, *, moved: bool = False, wrong: Sequence[Wrong] = ()) -> str:
    place, found = place_here()
    async with database().reading() as session:
        proposal = await proposal_numbered(session, place.id or 0, found.number)
    page = TitlePage(
        space=place,
        proposal=proposal,
        title=title,
        notice=said(proposal_notice(here().policy).text),
        moved=moved,
        wrong=wrong,
    )
    return await render_template("drafting/title.html", page=page)
