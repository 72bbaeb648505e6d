"""What is decided, line by line in words, from the text that both sides sign."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from charters.states import Attestation
from charters.wording import Words
from deliberation.spaces.decisions import Decision, candidate_of

NAMES: Mapping[str, Words] = MappingProxyType(
    {
        "title": Words("Title"),
        "question": Words("Question"),
        "background": Words("Background"),
        "language": Words("Language"),
        "kind": Words("Kind of question"),
        "opens": Words("First day"),
        "closes": Words("Last day"),
        "before": Words("Last day now"),
        "answer": Words("Day of the answer"),
        "nothing_decided": Words("Nothing is decided yet"),
        "departures": Words("Why it is fair all the same"),
        "attested": Words("Who may vote"),
        "headline": Words("Who counts for the headline"),
        "name": Words("Who"),
        "until": Words("Until"),
        "statement": Words("Statement"),
        "ground": Words("Legal ground"),
    }
)
"""How the parts of a subject are called; what is missing here is not said line by line."""
CAME: Mapping[Attestation, Words] = MappingProxyType(
    {
        Attestation.OPEN: Words("anybody"),
        Attestation.EMAIL: Words("an e-mail address that was checked"),
        Attestation.INVITED: Words("an invitation"),
        Attestation.NHS_LOGIN: Words("an NHS login"),
        Attestation.ASSISTED: Words("with the help of a named person"),
        Attestation.STAFF: Words("staff of a body"),
    }
)
DAYS = frozenset({"opens", "closes", "before", "answer", "until"})
IN_FULL = (
    "question",
    "opens",
    "before",
    "closes",
    "answer",
    "departures",
    "attested",
    "headline",
    "until",
    "statement",
    "ground",
)
"""What a panel says, in this order; the rest stands on the page of the consultation."""
OWN_WORDS = frozenset({"title", "question", "background", "departures", "ground"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One part: what it is called, what it says now. `before` is what it said, where it has moved.

    `own` says that the words are in the language of the consultation, not of the page.
    """

    name: Words
    words: Sequence[str] = ()
    day: datetime | None = None
    before: Sequence[str] = ()
    day_before: datetime | None = None
    own: bool = False


async def lines_of(session: AsyncSession, decision: Decision) -> list[Line]:
    """What is decided, in full; empty for a charter, which has a page of its own."""
    if decision.subject is None:
        return []
    found = list(_lines(decision.subject))
    candidate = await candidate_of(session, decision.id)
    if candidate is not None:
        found.insert(0, Line(name=NAMES["name"], words=(candidate.name,)))
    return found


def moved_lines(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Line]:
    """What has moved between two texts, with what stood there."""
    return [
        Line(
            name=NAMES[part],
            words=_words(part, after.get(part)),
            day=_day(part, after.get(part)),
            before=_words(part, before.get(part)),
            day_before=_day(part, before.get(part)),
            own=part in OWN_WORDS,
        )
        for part in NAMES
        if before.get(part) != after.get(part)
    ]


def _lines(subject: Mapping[str, Any]) -> Iterator[Line]:
    for part in IN_FULL:
        value = subject.get(part)
        if value:
            words, day = _words(part, value), _day(part, value)
            yield Line(name=NAMES[part], words=words, day=day, own=part in OWN_WORDS)


def _words(part: str, value: Any) -> Sequence[str]:
    if part in DAYS or not value:
        return ()
    if part in ("attested", "headline"):
        return tuple(CAME[Attestation(one)] for one in value)
    if isinstance(value, Mapping):
        return tuple(value.values())
    return (Words("Yes"),) if value is True else (str(value),)


def _day(part: str, value: Any) -> datetime | None:
    return datetime.fromisoformat(value) if part in DAYS and value else None
