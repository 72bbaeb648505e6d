"""A look at a consultation as people will see it: the voting page's own pieces, with idle buttons."""

from dataclasses import dataclass

from charters.policy import Policy, notice
from deliberation.spaces.consultations import Consultation
from participate.ballot import Card


@dataclass(frozen=True, slots=True)
class Look:
    """`card` is None where there is no statement yet."""

    consultation: Consultation
    card: Card | None
    vote_notice: str


def look_at(
    consultation: Consultation, policy: Policy, first: tuple[str, str] | None, published: int
) -> Look:
    """With its first statement, as (text, language), of so many. The consultation may be one not yet made."""
    card = None
    if first is not None:
        card = Card(
            space="",
            consultation="",
            number=1,
            text=first[0],
            language=first[1],
            exposure="",
            place=1,
            published=published,
        )
    return Look(consultation, card, notice(policy, "vote").text)
