"""Who counts for the headline of a consultation, by what was checked about them."""

from typing import Any

from sqlalchemy import or_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from charters.states import Attestation
from deliberation.opinion.statements import Votable
from deliberation.opinion.voting import Vote
from deliberation.people.participants import Participant
from deliberation.spaces.consultations import Consultation
from deliberation.spaces.invitations import Invitation, InvitationEntry
from deliberation.spaces.paper_sheets import PaperSheet


def may_vote(consultation: Consultation) -> frozenset[Attestation]:
    """The classes that may vote."""
    named = consultation.attested
    return frozenset(Attestation) if named is None else frozenset(map(Attestation, named))


def headline_classes(consultation: Consultation) -> frozenset[Attestation]:
    """The classes that count for the headline: all that may vote, unless fewer were settled."""
    admitted = may_vote(consultation)
    named = frozenset(map(Attestation, consultation.headline or ()))
    return named & admitted or admitted


async def people_of_headline(session: AsyncSession, consultation: Consultation) -> frozenset[int] | None:
    """The participants who voted and count for the headline; None where everybody who may vote does."""
    classes = headline_classes(consultation)
    if classes == may_vote(consultation):
        return None
    counts = [col(Participant.attestation).in_([one.value for one in classes])]
    if Attestation.INVITED in classes:
        counts.append(col(Participant.key).in_(_invited(consultation)))
    if Attestation.ASSISTED in classes:
        helped = select(PaperSheet.key).where(PaperSheet.consultation_id == consultation.id)
        counts.append(col(Participant.key).in_(helped))
    query = (
        select(Vote.participant_id)
        .join(Votable, col(Votable.id) == Vote.votable_id)
        .join(Participant, col(Participant.id) == Vote.participant_id)
        .where(Votable.consultation_id == consultation.id, or_(*counts))
        .distinct()
    )
    return frozenset((await session.exec(query)).all())


def _invited(consultation: Consultation) -> Any:
    """The pseudonyms of those who came in by a link that was given to people one by one.

    Somebody may have voted in the space before they were invited here: then another class is stored.
    """
    return (
        select(InvitationEntry.key)
        .join(Invitation, col(Invitation.id) == InvitationEntry.invitation_id)
        .where(Invitation.consultation_id == consultation.id, Invitation.attestation == Attestation.INVITED)
    )
