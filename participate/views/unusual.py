"""Unusual voting, for the facilitator: what was noticed with the newest result, and the result without it."""

from dataclasses import dataclass

from quart import Blueprint, render_template
from quart.typing import ResponseReturnValue

from charters.actions import Action
from deliberation.opinion.opinion_map import newest_published, removed_numbers
from deliberation.opinion.screenings import screening_of
from deliberation.spaces.consultations import Consultation
from deliberation.spaces.spaces import Space
from participate.access import consultation_here, here, permits
from participate.current import database
from participate.unusual import Unusual, unusual

pages = Blueprint("unusual", __name__, url_prefix="/spaces/<space>/<consultation>/facilitate")


@dataclass(frozen=True, slots=True)
class UnusualPage:
    """`found` is None until a result is published; `smallest` and `round_to` are the profile's."""

    space: Space
    consultation: Consultation
    found: Unusual | None
    smallest: int
    round_to: int


@pages.get("/unusual")
@permits(Action.READ_QUEUE)
async def show(space: str, consultation: str) -> ResponseReturnValue:
    """Made with the newest published result, and no newer: nothing here tells of a vote just cast."""
    place, held, consultation_id = consultation_here()
    async with database().reading() as session:
        screening = await screening_of(session, consultation_id)
        published = await newest_published(session, consultation_id)
        removed = await removed_numbers(session, consultation_id)
    profile = here().policy.publication.profile
    found = None
    if screening is not None and published is not None and screening.number == published.number:
        found = unusual(published.number, screening.content, published.content, profile.smallest, removed)
    page = UnusualPage(place, held, found, profile.smallest, profile.round_to)
    return await render_template("facilitating/unusual.html", page=page)
