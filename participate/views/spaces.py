"""A space's own page: purpose, the two sides, who hosts, the rules, what is held here."""

from dataclasses import dataclass

from quart import Blueprint, render_template
from quart.typing import ResponseReturnValue

from charters.actions import Action
from charters.panels import members_told
from charters.policy import Policy
from charters.states import Phase, Side
from charters.wording import Words
from deliberation.errors import NotFound
from deliberation.following.following import Place
from deliberation.spaces.consultations import consultations_of, everywhere
from deliberation.spaces.sides import Sides, sides_of
from deliberation.spaces.spaces import Space, all_spaces
from participate.access import here, look, permits
from participate.current import database, now
from participate.deciding import DecisionShown, pending
from participate.following import FollowShown, follow_shown
from participate.listing import Entry, entry, with_results

pages = Blueprint("spaces", __name__, url_prefix="/spaces")


@dataclass(frozen=True, slots=True)
class Listed:
    """A space in the list of all: how many consultations it has held, and how many are open."""

    space: Space
    held: int
    open: int


@dataclass(frozen=True, slots=True)
class SpacePage:
    """`side` is where the reader stands.

    `members` of the people's side are to the nearest ten; None for fewer than ten.
    """

    space: Space
    policy: Policy
    sides: Sides
    members: int | None
    side: Side | None
    entries: list[Entry]
    may_facilitate: bool
    advises: bool
    decisions: list[DecisionShown]
    may_look: bool
    follow: FollowShown

    @property
    def sided(self) -> bool:
        """Whether two sides hold it."""
        return self.space.held_by_both


@pages.get("/")
@permits(Action.READ_PAGE)
async def index() -> ResponseReturnValue:
    moment = now()
    async with database().reading() as session:
        spaces = await all_spaces(session)
        entries = [entry(space, consultation, moment) for space, consultation in await everywhere(session)]
    return await render_template("spaces/index.html", spaces=[_listed(space, entries) for space in spaces])


@pages.get("/<space>")
@permits(Action.READ_PAGE)
async def space(space: str) -> ResponseReturnValue:
    return await _space_page()


@pages.get("/<space>/look-as/<who>")
@permits(Action.LOOK_AS)
async def look_as(space: str, who: str) -> ResponseReturnValue:
    """The page as anybody on one side sees it. It has no form, and nothing that is somebody's own."""
    if who not in LOOKERS:
        raise NotFound(Words("There is no such view of this space."))
    look(LOOKERS[who])
    return await _space_page()


LOOKERS = {"member": Side.PEOPLE, "delegate": Side.BODY}


async def _space_page() -> str:
    place = here().space
    assert place is not None
    may_look = here().looking is None and here().may(Action.LOOK_AS)
    async with database().reading() as session:
        sides = await sides_of(session, place.id or 0, now=now())
        held = await consultations_of(session, place)
        entries = await with_results(session, [entry(place, one, now()) for one in held])
        decisions = await pending(session)
        follow = await follow_shown(session, Place(space=place))
    page = SpacePage(
        space=place,
        policy=here().policy,
        sides=sides,
        members=members_told(sides.members, here().policy.publication),
        side=here().facts.side,
        entries=sorted(entries, key=_order),
        may_facilitate=here().may(Action.READ_QUEUE),
        advises=here().may(Action.STOP_ADVISING),
        decisions=decisions,
        may_look=may_look,
        follow=follow,
    )
    return await render_template("spaces/space.html", page=page)


ORDER = {Phase.OPEN: 0, Phase.PAUSED: 1, Phase.NOT_OPEN: 2, Phase.CLOSED: 3, Phase.ARCHIVED: 4}
NEVER = 10**6


def _order(one: Entry) -> tuple[int, int]:
    """What is open comes first, and of that what closes first; the rest as it came."""
    left = NEVER if one.days_left is None else one.days_left
    return ORDER[one.phase], left if one.phase is Phase.OPEN else 0


def _listed(space: Space, entries: list[Entry]) -> Listed:
    held = [one for one in entries if one.space.id == space.id]
    return Listed(space, len(held), sum(one.phase is Phase.OPEN for one in held))
