"""What a decision of both sides is about, in a few words: lists of decisions of one kind are told apart."""

from dataclasses import dataclass

from sqlmodel.ext.asyncio.session import AsyncSession

from deliberation.drafting.versions import version_in
from deliberation.spaces.charters import charter_with_id
from deliberation.spaces.consultations import consultation_with_id
from deliberation.spaces.decisions import Decision, candidate_of
from participate.languages import gettext


@dataclass(frozen=True, slots=True)
class Topic:
    """`language` is that of the words, where they have one of their own; `detail` is in the page's."""

    words: str = ""
    language: str = ""
    detail: str = ""


async def topic_of(session: AsyncSession, decision: Decision) -> Topic:
    """The proposal, the consultation, the version of the charter, or who is to be appointed."""
    subject = decision.subject or {}
    if "proposal" in subject:
        return Topic(subject["title"], subject["language"], _version(decision))
    if decision.consultation_id is not None:
        _, consultation = await consultation_with_id(session, decision.consultation_id)
        return Topic(consultation.title, consultation.language)
    if decision.charter_id is not None:
        charter = await charter_with_id(session, decision.charter_id)
        return Topic(gettext("Version %(version)s", version=charter.version))
    candidate = await candidate_of(session, decision.id)
    return Topic(candidate.name if candidate is not None else "")


def _version(decision: Decision) -> str:
    version = version_in(decision)
    return "" if version is None else gettext("Version %(version)s", version=version)
