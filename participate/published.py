"""What pages other than the map say of the newest published results, kept in memory.

A published result is the same for everybody and never changes, and a long one takes longer to read than all
else on a page. Statements that were removed since are asked for each time.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from quart import current_app
from sqlmodel.ext.asyncio.session import AsyncSession

from clustering.results import Axes
from deliberation.opinion.opinion_map import newest_number, newest_published, published_axes
from deliberation.publishing.likely import Rates, rates_of

MOST = 200


@dataclass(frozen=True, slots=True)
class Published:
    """The parts of a published document that are wanted, and the axes of its picture.

    `participants` is None where too few took part. `statements` has those that a list or a group names.
    """

    number: int
    participants: int | None
    groups: tuple[Mapping[str, Any], ...]
    agree: tuple[int, ...]
    statements: Mapping[int, Mapping[str, Any]]
    picture: Mapping[str, Any]
    axes: Axes | None
    rates: Rates


class Kept:
    """The newest result of each consultation that was asked about lately."""

    def __init__(self) -> None:
        self._results: dict[int, Published] = {}

    async def newest(self, session: AsyncSession, consultation_id: int) -> Published | None:
        """The newest published result; None while there is none."""
        number = await newest_number(session, consultation_id)
        kept = self._results.pop(consultation_id, None)
        if kept is None or kept.number != number:
            kept = await _read(session, consultation_id)
        if kept is not None:
            self._results[consultation_id] = kept
            if len(self._results) > MOST:
                del self._results[next(iter(self._results))]
        return kept


async def newest_result(session: AsyncSession, consultation_id: int) -> Published | None:
    """The newest published result of a consultation."""
    return await cast(Kept, current_app.extensions["published"]).newest(session, consultation_id)


async def _read(session: AsyncSession, consultation_id: int) -> Published | None:
    row = await newest_published(session, consultation_id)
    if row is None:
        return None
    content = row.content
    named = {item["statement"] for group in content["groups"] for item in group["representative"]}
    named.update(content["agree"])
    return Published(
        number=row.number,
        participants=content["participants"],
        groups=tuple(content["groups"]),
        agree=tuple(content["agree"]),
        statements={said["number"]: said for said in content["statements"] if said["number"] in named},
        picture={"size": content["map"]["size"], "hexagons": content["map"]["hexagons"]},
        axes=await published_axes(session, consultation_id),
        rates=rates_of(content),
    )
