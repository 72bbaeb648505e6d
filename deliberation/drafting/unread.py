"""Words that become public without anybody having read them first: they may point to nobody."""

from charters.wording import Words
from deliberation.errors import Invalid
from deliberation.opinion.cautions import cautions_in

POINTING = Words("Leave out what points to a person: nobody reads this beforehand.")


def refuse_pointing(field: str, text: str) -> None:
    """Raises Invalid where a private number or words about harm are in the text."""
    if cautions_in(text).spans:
        raise Invalid(field, POINTING)
