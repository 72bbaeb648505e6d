"""Where this person stands among the published groups: for them alone, on their own page, stored nowhere."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from charters.actions import Action
from deliberation.opinion.opinion_map import removed_numbers
from participate.access import here
from participate.ballot import Part
from participate.own_place import how_surely, own_place_of
from participate.pictures.marks import badge
from participate.published import Published
from participate.results.answers import row_in_words

MOST_SAID = 2


@dataclass(frozen=True, slots=True)
class Saying:
    """A statement that marks the group out, and what the group says to it in words."""

    number: int
    text: str
    language: str
    words: str


@dataclass(frozen=True, slots=True)
class Standpoint:
    """The group that this person votes most like. `group` is empty where no groups are claimed.

    Or how many `more` of the `needed` votes it takes to tell.
    """

    more: int
    needed: int
    group: str = ""
    surely: str = ""
    badge: str = ""
    size: int = 0
    says: tuple[Saying, ...] = ()


async def standpoint(
    session: AsyncSession, consultation_id: int, part: Part, result: Published | None, asked: int | None
) -> Standpoint | None:
    """Where this person stands; None where no published result could show it.

    Of what the group says, statements come first that this person has answered, and the one that is
    `asked` now never: whoever answers must not know what others say.
    """
    if result is None or part.participant is None or not here().may(Action.READ_OWN_PLACE):
        return None
    own = await own_place_of(
        session, consultation_id, part.participant, result.picture, result.axes, result.rates
    )
    if own is None:
        return None
    group = next((one for one in result.groups if one["id"] == own.group), None)
    if own.more or group is None:
        return Standpoint(own.more, own.needed)
    hidden = {*await removed_numbers(session, consultation_id), asked}
    named = [item["statement"] for item in group["representative"] if item["statement"] not in hidden]
    named.sort(key=lambda number: number not in part.mine)
    says = _says([result.statements[number] for number in named[:MOST_SAID]], group["id"])
    return Standpoint(
        0, own.needed, group["id"], how_surely(own.tenths), badge(group["id"]), group["size"], says
    )


def _says(statements: Sequence[Mapping[str, Any]], group: str) -> tuple[Saying, ...]:
    profile = here().policy.publication.profile
    return tuple(
        Saying(said["number"], said["text"], said["language"], row_in_words(said["groups"][group], profile))
        for said in statements
    )
