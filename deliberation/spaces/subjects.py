"""What both sides sign where it is no charter: what is to be done, in full, as it stands at a moment."""

from datetime import datetime
from typing import Any

from charters.canonical import composed
from deliberation.spaces.consultations import Consultation


def about(consultation_id: int | None) -> str:
    """How a decision names a consultation."""
    return f"consultation/{consultation_id}"


def opening_of(consultation: Consultation) -> dict[str, Any]:
    """Opening a consultation: all its words, its days, and what is promised with it."""
    return _whole(
        {
            "consultation": consultation.id,
            "title": consultation.title,
            "question": consultation.question,
            "background": consultation.background,
            "language": consultation.language,
            "kind": consultation.kind,
            "opens": _day(consultation.opens_at),
            "closes": _day(consultation.closes_at),
            "answer": _day(consultation.answer_by),
            "nothing_decided": consultation.nothing_decided,
            "departures": dict(consultation.departures or {}),
            "attested": consultation.attested,
            "headline": consultation.headline,
        }
    )


def moving_of(consultation: Consultation, closes_at: datetime, reason: str) -> dict[str, Any]:
    """Moving the last day, from the one that stands now."""
    last = {"before": _day(consultation.closes_at), "closes": _day(closes_at)}
    return _whole({"consultation": consultation.id, **last, "reason": reason})


def closing_of(consultation: Consultation, reason: str) -> dict[str, Any]:
    """Ending the voting before its last day."""
    return _whole({"consultation": consultation.id, "before": _day(consultation.closes_at), "reason": reason})


def attestation_of(
    consultation: Consultation, attested: list[str], headline: list[str], reason: str
) -> dict[str, Any]:
    """Saying anew how people may come in, and who counts for the headline."""
    told = {"attested": sorted(attested), "headline": sorted(headline), "reason": reason}
    return _whole({"consultation": consultation.id, **told})


def _whole(subject: dict[str, Any]) -> dict[str, Any]:
    # One form of the letters, whatever a keyboard made of them: a hash is taken of it.
    found: dict[str, Any] = composed(subject)
    return found


def _day(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
