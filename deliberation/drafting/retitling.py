"""Giving a proposal another title while it is being written."""

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from charters.enforcement import Facts
from charters.wording import Words
from deliberation.drafting.co_authoring import acted, entered, joined
from deliberation.drafting.commenting import Speaker
from deliberation.drafting.proposals import ProposalText
from deliberation.drafting.unread import refuse_pointing
from deliberation.drafting.writing import writing
from deliberation.errors import EditConflict
from deliberation.publishing.record import Did
from deliberation.spaces.spaces import Space


class TitleMoved(EditConflict):
    """Somebody else has changed the title since the form was made."""

    def __init__(self) -> None:
        super().__init__(Words("Somebody else has changed the title since you opened it."))


async def retitle(
    session: AsyncSession,
    space: Space,
    number: int,
    title: str,
    *,
    shown: str,
    speaker: Speaker,
    asking: Facts,
    now: datetime,
) -> bool:
    """Give it this title; False where it has it already. `shown` is the one that the form was made from.

    Versions that are sealed keep theirs, and what is signed stays signed. Raises Refused, NotFound, Invalid,
    ValidationError for a title beyond its limits, TitleMoved.
    """
    proposal, _ = await writing(session, space, number, asking, now)
    text = ProposalText(title=title, language=proposal.language)
    refuse_pointing("title", text.title)
    if proposal.title == text.title:
        return False
    if proposal.title != shown:
        raise TitleMoved
    proposal.title = text.title
    await joined(session, proposal, speaker, asking, now)
    entered(session, Did.TITLE_CHANGED, proposal, asking, now, f"Proposal {proposal.number}.")
    await acted(session, proposal, asking, now)
    return True
