"""Who may vote in a consultation by how they came in, and who counts for the headline."""

from collections.abc import Iterable
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from charters.actions import Action
from charters.enforcement import Facts
from charters.states import Attestation
from deliberation.publishing.record import Did
from deliberation.spaces.consultations import Consultation, enter_act, held, require_in


async def change_attestation(
    session: AsyncSession,
    consultation_id: int,
    *,
    attested: Iterable[Attestation],
    headline: Iterable[Attestation],
    asking: Facts,
    now: datetime,
) -> Consultation:
    """Say who may vote, before the first vote. Raises Refused."""
    space, consultation = await held(session, consultation_id)
    await require_in(session, Action.CHANGE_ATTESTATION, space, consultation, asking, now)
    consultation.attested = sorted(one.value for one in attested)
    consultation.headline = sorted(one.value for one in headline)
    words = f"May vote: {', '.join(consultation.attested)}. Counted for the headline: " + (
        f"{', '.join(consultation.headline)}." if consultation.headline else "everybody."
    )
    enter_act(session, Did.ATTESTATION_CHANGED, consultation, words=words, now=now)
    return consultation
