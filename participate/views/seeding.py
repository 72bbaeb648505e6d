"""The statements for the facilitator: which are answered, which nobody has seen; and adding some.

What people think of a statement stands here only as it was published.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from quart import Blueprint, redirect, render_template, request, url_for
from quart.typing import ResponseReturnValue

from charters.actions import Action
from deliberation.opinion.exposures import Seen, seen_by_statement
from deliberation.opinion.opinion_map import newest_published
from deliberation.opinion.seeds import Seed, SeedsRefused, add_seeds, pointing_in, waiting_among
from deliberation.spaces.consultations import Consultation
from deliberation.spaces.spaces import Space
from participate.access import consultation_here, here, permits
from participate.current import database, now
from participate.forms import Wrong, pointing_out, seeds_typed, typed
from participate.views.facilitating import consultation_id

pages = Blueprint("seeding", __name__, url_prefix="/spaces/<space>/<consultation>/facilitate")


@dataclass(frozen=True, slots=True)
class Row:
    """A statement, how often it was answered, and its published agreement in words; empty before one is."""

    seen: Seen
    agreement: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementsPage:
    """`unseen` and `seldom` are first statements that nobody, or hardly anybody, has answered.

    `waiting` of those just `added` stand in the queue. `pointing`: an identifier is in what was typed.
    """

    space: Space
    consultation: Consultation
    rows: Sequence[Row]
    unseen: int
    seldom: int
    may_add: bool
    added: int | None
    waiting: int
    typed: str
    pointing: bool
    wrong: Sequence[Wrong] = ()


@pages.get("/statements")
@permits(Action.READ_QUEUE)
async def show(space: str, consultation: str) -> ResponseReturnValue:
    return await _page()


@pages.post("/seeds")
@permits(Action.ADD_SEED)
async def add(space: str, consultation: str) -> ResponseReturnValue:
    """All or none: a wrong line adds nothing, and what was typed is kept. So does an identifier unseen."""
    seeds: list[Seed] = []
    try:
        seeds = await seeds_typed(consultation_here()[1].language)
        if not seeds:
            raise SeedsRefused(["Write a statement, or choose a file."])
        if pointing := pointing_out(seeds, kept=bool(await typed("keep"))):
            return await _page(pointing, seeds), 422
        async with database().transaction() as session:
            added = await add_seeds(session, consultation_id(), seeds, asking=here().facts, now=now())
    except SeedsRefused as error:
        wrong = [Wrong("seeds", problem) for problem in error.problems]
        return await _page(wrong, seeds), 422
    waiting = waiting_among(seeds)
    shown = url_for("seeding.show", space=space, consultation=consultation, added=added, waiting=waiting)
    return redirect(shown, 303)


async def _page(wrong: Sequence[Wrong] = (), seeds: Sequence[Seed] = ()) -> str:
    place, held, held_id = consultation_here()
    async with database().reading() as session:
        seen = await seen_by_statement(session, held_id)
        published = await newest_published(session, held_id)
    said = {one["number"]: one for one in published.content["statements"]} if published is not None else {}
    page = StatementsPage(
        space=place,
        consultation=held,
        rows=[Row(one, agreement(said.get(one.number))) for one in sorted(seen, key=_fewest_first)],
        unseen=sum(one.seed and one.answers == 0 for one in seen),
        seldom=sum(one.seed and one.answers is None for one in seen),
        may_add=here().may(Action.ADD_SEED),
        added=request.args.get("added", type=int),
        waiting=request.args.get("waiting", 0, type=int),
        typed=await typed("seeds"),
        pointing=bool(pointing_in(seeds)),
        wrong=wrong,
    )
    return await render_template("facilitating/statements.html", page=page)


def _fewest_first(seen: Seen) -> tuple[int, int]:
    """What nobody has answered stands at the top, then what fewer than ten have."""
    return (1 if seen.answers is None else seen.answers, seen.number)


def agreement(published: Mapping[str, Any] | None) -> str:
    """How many agree with a statement, as the newest result has it."""
    row = published["totals"] if published is not None else None
    if row is None:
        return ""
    if row["share_word"] is not None:
        return f"{str(row['share_word']).capitalize()} agree"
    return f"{row['share']}% agree" if row["share"] is not None else "Too few to say"
