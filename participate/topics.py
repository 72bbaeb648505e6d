"""What a decision of both sides is about, in a few words: lists of decisions of one kind are told apart."""

from dataclasses import dataclass

from sqlmodel.ext.asyncio.session import AsyncSession

from deliberation.spaces.charters import charter_with_id
from deliberation.spaces.consultations import consultation_with_id
from deliberation.spaces.decisions import Decision, candidate_of
from participate.languages import gettext


@dataclass(frozen=True, slots=True)
class Topic:
    """`language` is that of the words, where they are in one of their own."""

    words: str = ""
    language: str = ""


async def topic_of(session: AsyncSession, decision: Decision) -> Topic:
    """The consultation, the version of the charter, or who is to be appointed."""
    if decision.consultation_id is not None:
        _, consultation = await consultation_with_id(session, decision.consultation_id)
        return Topic(consultation.title, consultation.language)
    if decision.charter_id is not None:
        charter = await charter_with_id(session, decision.charter_id)
        return Topic(gettext("Version %(version)s", version=charter.version))
    candidate = await candidate_of(session, decision.id)
    return Topic(candidate.name if candidate is not None else "")
