"""The letters of a demonstration, which sends none. Elsewhere there is no such page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from quart import Blueprint, abort, render_template
from quart.typing import ResponseReturnValue

from charters.actions import Action
from deliberation.running.outbox import Letter, last_letters
from participate.access import permits
from participate.current import database, settings
from participate.letters import Part, parts_of

pages = Blueprint("outbox", __name__)


@dataclass(frozen=True, slots=True)
class ShownLetter:
    """A letter in parts, so that its links can be followed."""

    address: str
    subject: str
    language: str
    queued_at: datetime
    parts: Sequence[Part]


@dataclass(frozen=True, slots=True)
class OutboxPage:
    letters: Sequence[ShownLetter]


@pages.get("/outbox")
@permits(Action.READ_PAGE)
async def show() -> ResponseReturnValue:
    if not settings().demo:
        abort(404)
    async with database().reading() as session:
        letters = await last_letters(session)
    return await render_template("signing_in/outbox.html", page=OutboxPage([_shown(one) for one in letters]))


def _shown(letter: Letter) -> ShownLetter:
    return ShownLetter(
        letter.address, letter.subject, letter.language, letter.queued_at, parts_of(letter.text)
    )
