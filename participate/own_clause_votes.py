"""What whoever asks has answered to the clauses of a proposal: for them alone."""

from collections.abc import Sequence

from sqlmodel.ext.asyncio.session import AsyncSession

from deliberation.drafting.clause_questions import Asked
from deliberation.drafting.clause_votes import OwnVote, own_clause_votes
from deliberation.people.participants import participant_if_any
from deliberation.spaces.spaces import Space
from participate.access import here
from participate.current import device
from participate.network import visitor


async def own_votes_here(session: AsyncSession, place: Space, asked: Sequence[Asked]) -> dict[int, OwnVote]:
    """What whoever asks has answered, by the id of the question."""
    person = None
    if device() is not None and here().looking is None:
        person = await participant_if_any(session, place.id or 0, visitor().pseudonym(place.id or 0))
    return await own_clause_votes(session, asked, person.id if person is not None else None)
