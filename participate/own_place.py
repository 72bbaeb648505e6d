"""Where somebody stands on the published picture, and which group their votes are most like.

It is worked out for the one who asks, goes into one reply alone, and is stored nowhere.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from clustering.place import place
from clustering.results import Axes
from deliberation.opinion.opinion_map import PublishedMap, ballot_of, numbered_ballot, published_axes
from deliberation.people.participants import participant_if_any
from deliberation.publishing.likely import SUREST, Rates, likely_group
from deliberation.publishing.map_parts import own_place
from deliberation.spaces.spaces import Space
from participate.languages import gettext, number
from participate.network import visitor

VOTES_FOR_A_PLACE = 7


@dataclass(frozen=True, slots=True)
class Own:
    """Where the viewer stands, no finer than the published hexagons; or how many more votes that takes.

    `needed` is how many votes it takes in all: seven, or fewer where there are fewer statements. `tenths`:
    how sure the group is, as in `deliberation.publishing.likely`.
    """

    point: tuple[float, float] | None
    group: str | None
    more: int
    needed: int = VOTES_FOR_A_PLACE
    tenths: int = 0


async def own_place_on(
    session: AsyncSession, space: Space, consultation_id: int, published: PublishedMap | None, rates: Rates
) -> Own | None:
    """The viewer's place on the published picture, from their votes as they are now.

    None where there is no picture, or they have not taken part. Raises CookiesBlocked where no cookie came.
    """
    if published is None or space.id is None:
        return None
    participant = await participant_if_any(session, space.id, visitor().pseudonym(space.id))
    if participant is None or participant.id is None:
        return None
    axes = await published_axes(session, consultation_id)
    return await own_place_of(session, consultation_id, participant.id, published.content["map"], axes, rates)


async def own_place_of(
    session: AsyncSession,
    consultation_id: int,
    participant_id: int,
    picture: Mapping[str, Any],
    axes: Axes | None,
    rates: Rates,
) -> Own | None:
    """Where this person's ballot stands; None where there is no picture to stand on."""
    if axes is None or not picture["hexagons"]:
        return None
    there = set(axes.statement_ids)
    ballot = await ballot_of(session, consultation_id, participant_id)
    known = {statement: value for statement, value in ballot.items() if statement in there}
    needed = min(VOTES_FOR_A_PLACE, len(there))
    if len(known) < needed:
        return Own(None, None, needed - len(known), needed)
    likely = likely_group(await numbered_ballot(session, consultation_id, participant_id), rates)
    point = own_place(place(axes, known), picture)
    if likely is None:
        return Own(point, None, 0, needed)
    return Own(point, likely.group, 0, needed, likely.tenths)


def how_surely(tenths: int) -> str:
    """`about 8 in 10`."""
    if tenths >= SUREST:
        return gettext("more than 9 in 10")
    return gettext("about %(tenths)s in 10", tenths=number(tenths))
