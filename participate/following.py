"""The control by which a page lets somebody follow what it shows."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from urllib.parse import urlencode

from quart import request, url_for
from sqlmodel.ext.asyncio.session import AsyncSession

from charters.wording import Words
from deliberation.following.following import FOLLOWED, Place, is_following
from deliberation.publishing.record import newest_act
from participate.access import here
from participate.current import account_id
from participate.languages import language

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
    """`path` names the thing in the form, `back` is this page, `feed` its news, `stream` its news
    as it happens; empty where there is none.

    Whoever looks as another has no control.
    """

    path: str
    back: str
    feed: str
    stream: str
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
        stream=await _stream(session, place) if here().looking is None else "",
        feed="" if place.clause is not None else f"{address_of(place)}/feed.atom",
        signed_in=mine is not None,
        follows=follows,
        words=words[which],
        looking=here().looking is not None,
    )


async def _stream(session: AsyncSession, place: Place) -> str:
    """Where a page hears what is done after what it shows."""
    if place.consultation is not None or place.clause is not None:
        return ""
    since = await newest_act(session)
    return f"{address_of(place)}/news?{urlencode({'since': since, 'lang': language()})}"


def address_of(place: Place) -> str:
    """The page of what is followed."""
    slug = place.space.slug
    if place.clause is not None and place.proposal is not None:
        return url_for(
            "clause_history.show", space=slug, proposal=place.proposal.number, clause=place.clause.number
        )
    if place.proposal is not None:
        return url_for("proposals.show", space=slug, proposal=place.proposal.number)
    if place.consultation is not None:
        return url_for("voting.show", space=slug, consultation=place.consultation.slug)
    return url_for("spaces.space", space=slug)
