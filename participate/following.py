"""The control by which a page lets somebody follow what it shows."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from quart import request
from sqlmodel.ext.asyncio.session import AsyncSession

from charters.wording import Words
from deliberation.following.following import FOLLOWED, Place, is_following
from participate.access import here
from participate.current import account_id

BEGIN: Mapping[str, Words] = MappingProxyType(
    {
        "space_id": Words("Follow this space"),
        "consultation_id": Words("Follow this consultation"),
        "proposal_id": Words("Follow this proposal"),
        "clause_id": Words("Follow this clause"),
    }
)
FOLLOWS: Mapping[str, Words] = MappingProxyType(
    {
        "space_id": Words("You follow this space."),
        "consultation_id": Words("You follow this consultation."),
        "proposal_id": Words("You follow this proposal."),
        "clause_id": Words("You follow this clause."),
    }
)
SIGN_IN: Mapping[str, Words] = MappingProxyType(
    {
        "space_id": Words("Sign in to follow this space"),
        "consultation_id": Words("Sign in to follow this consultation"),
        "proposal_id": Words("Sign in to follow this proposal"),
        "clause_id": Words("Sign in to follow this clause"),
    }
)
assert set(FOLLOWED) == set(BEGIN) == set(FOLLOWS) == set(SIGN_IN)


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowShown:
    """`path` names the thing in the form, `back` is this page. Whoever looks as another has no control."""

    path: str
    back: str
    signed_in: bool
    follows: bool
    words: Words
    looking: bool


async def follow_shown(session: AsyncSession, place: Place) -> FollowShown:
    """The control for whoever asks."""
    mine = account_id()
    follows = mine is not None and await is_following(session, mine, place)
    (which,) = place.which
    words = FOLLOWS if follows else BEGIN if mine is not None else SIGN_IN
    return FollowShown(
        path=place.path,
        back=request.path,
        signed_in=mine is not None,
        follows=follows,
        words=words[which],
        looking=here().looking is not None,
    )
