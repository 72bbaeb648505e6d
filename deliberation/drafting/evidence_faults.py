"""What is wrong with a piece of evidence as it was typed, all of it at once: one sentence for each field."""

from datetime import date, datetime

from charters.wording import Words
from deliberation.drafting.unread import POINTING
from deliberation.opinion.cautions import cautions_in
from deliberation.spaces.days import day_in_london


def evidence_faults(
    *, title: str, publisher: str, published_on: date | None, address: str, filed: bool, now: datetime
) -> dict[str, Words]:
    """The faults by the name of their field. `filed` says that a file comes with it."""
    faults = {
        name: POINTING
        for name, words in (("title", title), ("publisher", publisher))
        if cautions_in(words).spans
    }
    if published_on is None:
        faults["published_on"] = Words("Say when it was published.")
    elif published_on > day_in_london(now):
        faults["published_on"] = Words("That day is still to come. Say when it was published.")
    if bool(address.strip()) == filed:
        faults["address"] = Words("Give its address, or send its file: one of the two.")
    elif address.strip() and not address.strip().startswith("https://"):
        faults["address"] = Words("Write the whole address. It begins with https://.")
    return faults
