"""Who may vote in a consultation by how they came in, and who counts for the headline."""

from collections.abc import Iterable
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from charters.actions import Action
from charters.enforcement import Facts
from charters.states import Attestation
from charters.wording import Words
from deliberation.errors import Invalid
from deliberation.publishing.record import Did
from deliberation.spaces.consultations import Consultation, enter_act, held, require_in

WHO = Words("Choose who may vote.")
OF_THEM = Words("Choose who counts for the headline, of those who may vote.")
CAME_BY = {
    Attestation.OPEN: "anybody",
    Attestation.EMAIL: "a checked e-mail address",
    Attestation.INVITED: "an invitation",
    Attestation.NHS_LOGIN: "an NHS login",
    Attestation.ASSISTED: "a named helper",
    Attestation.STAFF: "staff of a body",
}
"""Each way of coming in, as an act names it."""


def checked_classes(
    attested: Iterable[Attestation], headline: Iterable[Attestation]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Who may vote and who of them counts for the headline, in order. Raises Invalid."""
    may, counts = set(attested), set(headline)
    if not may:
        raise Invalid("attested", WHO)
    if not counts or not counts <= may:
        raise Invalid("headline", OF_THEM)
    return tuple(sorted(one.value for one in may)), tuple(sorted(one.value for one in counts))


async def change_attestation(
    session: AsyncSession,
    consultation_id: int,
    *,
    attested: Iterable[Attestation],
    headline: Iterable[Attestation],
    asking: Facts,
    now: datetime,
) -> Consultation:
    """Say who may vote and who counts for the headline, before the first vote. Raises Refused, Invalid."""
    space, consultation = await held(session, consultation_id)
    await require_in(session, Action.CHANGE_ATTESTATION, space, consultation, asking, now)
    may, counts = checked_classes(attested, headline)
    consultation.attested, consultation.headline = list(may), list(counts)
    words = f"May vote: {_named(may)}. Counted for the headline: {_named(counts)}."
    enter_act(session, Did.ATTESTATION_CHANGED, consultation, words=words, now=now)
    return consultation


def _named(classes: Iterable[str]) -> str:
    return ", ".join(CAME_BY[Attestation(one)] for one in classes)
