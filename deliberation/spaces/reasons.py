"""Reasons that everybody can read, for what a facilitator does alone and for what is put to both sides."""

from charters.wording import Words
from deliberation.errors import Invalid

SHORTEST, LONGEST = 10, 500


def public_reason(text: str, field: str = "reason") -> str:
    """The reason without blanks at its ends. Raises Invalid where it is missing, too short or too long."""
    reason = text.strip()
    if not reason:
        raise Invalid(field, Words("Write the reason: everybody can read it."))
    if len(reason) < SHORTEST:
        raise Invalid(field, Words("Say why in a sentence: everybody can read it."))
    if len(reason) > LONGEST:
        too_long = Words(
            "The reason has %(count)s characters. Shorten it to %(most)s or fewer.",
            count=f"{len(reason):,}",
            most=LONGEST,
        )
        raise Invalid(field, too_long)
    return reason
