"""The place of a clause in its draft: moving it, taking it out, putting it back."""

from collections.abc import Sequence
from dataclasses import dataclass

from quart import Blueprint, render_template
from quart.typing import ResponseReturnValue

from charters.actions import Action
from charters.states import StatementState
from deliberation.drafting.clauses import Clause, clause_numbered, revisions_of, standing_of
from deliberation.drafting.differences import Part, differences
from deliberation.drafting.proposals import Proposal
from deliberation.drafting.writing import Clash, move_clause, put_back_clause, take_out_clause
from deliberation.spaces.spaces import Space
from participate.access import permits
from participate.current import database, now
from participate.drafts import ClauseCard, clause_card
from participate.forms import typed
from participate.views.beginning import speaking
from participate.views.clauses import arrived, back_to, place_here
from participate.wording import as_one

pages = Blueprint("clause_places", __name__, url_prefix="/spaces/<space>/proposals/<int:proposal>/clauses")


@dataclass(frozen=True, slots=True, kw_only=True)
class TakingOutPage:
    """The last question before a clause is taken out. `moved`: it has changed since that was asked before."""

    space: Space
    proposal: Proposal
    clause: Clause
    now: ClauseCard
    moved: bool
    parts: Sequence[Part] = ()
    notice: str = ""


@pages.post("/<int:clause>/move")
@permits(Action.WRITE_CLAUSE, in_verb=True)
async def moved(space: str, proposal: int, clause: int) -> ResponseReturnValue:
    """Let it change places with the clause above or below."""
    stand, asking = await arrived(space, proposal)
    place, _ = place_here()
    up = await typed("way") != "down"
    try:
        async with database().transaction() as session:
            speaker = await speaking(session, place, stand.account_id)
            done = await move_clause(
                session, place, proposal, clause, up=up, speaker=speaker, asking=asking, now=now()
            )
    except Clash:
        return back_to(space, proposal, "gone")
    already = "first" if up else "last"
    return back_to(space, proposal, "moved" if done else already, clause)


@pages.get("/<int:clause>/take-out")
@permits(Action.WRITE_CLAUSE)
async def ask(space: str, proposal: int, clause: int) -> ResponseReturnValue:
    """Show what would be taken out, and ask."""
    return await _page(clause)


@pages.post("/<int:clause>/take-out")
@permits(Action.WRITE_CLAUSE, in_verb=True)
async def taken_out(space: str, proposal: int, clause: int) -> ResponseReturnValue:
    """Take it out, as long as it says what was shown."""
    stand, asking = await arrived(space, proposal)
    place, _ = place_here()
    shown = await typed("shown")
    try:
        async with database().transaction() as session:
            speaker = await speaking(session, place, stand.account_id)
            await take_out_clause(
                session, place, proposal, clause, shown=shown, speaker=speaker, asking=asking, now=now()
            )
    except Clash:
        return await _page(clause, shown), 409
    return back_to(space, proposal, "out")


@pages.post("/<int:clause>/put-back")
@permits(Action.WRITE_CLAUSE, in_verb=True)
async def put_back(space: str, proposal: int, clause: int) -> ResponseReturnValue:
    """Put one back that was taken out."""
    stand, asking = await arrived(space, proposal)
    place, _ = place_here()
    async with database().transaction() as session:
        speaker = await speaking(session, place, stand.account_id)
        await put_back_clause(session, place, proposal, clause, speaker=speaker, asking=asking, now=now())
    return back_to(space, proposal, "back", clause)


async def _page(number: int, shown: str | None = None) -> str:
    place, proposal = place_here()
    async with database().reading() as session:
        clause = await clause_numbered(session, proposal, number)
        standing = await standing_of(session, clause)
        history = await revisions_of(session, clause)
    before = next((words for one, words in history if one.hash == shown), None)
    parts: Sequence[Part] = ()
    if before is not None and before.state is StatementState.PUBLISHED and standing.words is not None:
        parts = differences(as_one(before), as_one(standing.words))
    page = TakingOutPage(
        space=place,
        proposal=proposal,
        clause=clause,
        now=clause_card(standing, proposal),
        moved=shown is not None,
        parts=parts,
    )
    return await render_template("drafting/take_out.html", page=page)
