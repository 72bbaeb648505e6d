"""The letter that tells founders of a space that they were named, in English and Welsh."""

from charters.states import Side
from deliberation.running.outbox import Mail
from deliberation.spaces.founding import Founder
from deliberation.spaces.spaces import Space
from participate.settings import Settings


def founding_mail(settings: Settings, founder: Founder, space: Space, origin: str) -> Mail:
    """It has no sign-in link: whoever reads a founder's mail later shall find no way in by it."""
    address = f"{origin}/spaces/{space.slug}"
    english = "the people's side" if founder.side is Side.PEOPLE else "your organisation"
    welsh = "ochr y bobl" if founder.side is Side.PEOPLE else "eich sefydliad"
    parts = [
        f"You are named as a founder of the space “{space.title}”, for {english}.",
        address,
        f"One founder of each side signs its charter. To sign in: {origin}/sign-in",
        "Were you not asked? Tell us, or sign in and leave your side: your name then goes from the page.",
        "---",
        f"Rydych wedi'ch enwi'n sylfaenydd y gofod “{space.title}”, dros {welsh}.",
        address,
        f"Mae un sylfaenydd o bob ochr yn llofnodi ei siarter. I fewngofnodi: {origin}/sign-in",
        "Oni ofynnwyd i chi? Rhowch wybod i ni, neu mewngofnodwch a gadewch eich ochr: bydd eich enw "
        "wedyn yn mynd oddi ar y dudalen.",
    ]
    if settings.contact:
        parts.append(settings.contact)
    return Mail(founder.address, f"{space.title}: founder, sylfaenydd", "\n\n".join(parts) + "\n")
