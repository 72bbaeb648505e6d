"""Sheets to print: the statements with boxes, what becomes public, and six words for each person.

People read them, so they are in the language that the facilitator chooses for them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from quart import Blueprint, render_template, request
from quart.typing import ResponseReturnValue

from charters.actions import Action
from charters.policy import notice
from deliberation.opinion.paper import sheet_words
from deliberation.opinion.statements import Statement, open_statements
from deliberation.spaces.consultations import Consultation
from deliberation.spaces.spaces import Space
from participate.access import consultation_here, here, permits
from participate.current import database, settings
from participate.forms import Wrong
from participate.security import own_origin
from participate.views.paper import MOST_COPIES, paper_page

pages = Blueprint(
    "paper_sheets", __name__, url_prefix="/spaces/<space>/<consultation>/facilitate/paper/sheets"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetsPage:
    """`codes` has the words of each sheet, which stand in this reply and nowhere else."""

    space: Space
    consultation: Consultation
    statements: Sequence[Statement]
    codes: Sequence[str]
    vote_notice: str
    address: str
    contact: str
    phone: str


@pages.get("")
@permits(Action.READ_QUEUE)
async def show(space: str, consultation: str) -> ResponseReturnValue:
    """Nothing is kept of what is printed, so a page that is loaded again shows other words."""
    place, held, held_id = consultation_here()
    copies = request.args.get("copies", "1").strip()
    if not (copies.isascii() and copies.isdigit() and len(copies) < 3 and 1 <= int(copies) <= MOST_COPIES):
        wrong = Wrong("copies", f"Write a whole number from 1 to {MOST_COPIES}.")
        return await paper_page(wrong=[wrong], copies=copies), 422
    async with database().reading() as session:
        statements = await open_statements(session, held_id)
    page = SheetsPage(
        space=place,
        consultation=held,
        statements=statements,
        codes=[sheet_words(settings().pseudonym_master, held_id) for _ in range(int(copies))],
        vote_notice=notice(here().policy, "vote").text,
        address=f"{own_origin()}/me/code/use",
        contact=settings().contact,
        phone=settings().phone,
    )
    return await render_template("inviting/sheets.html", page=page)
