"""A statement looked over before it becomes public: what may point to a person, crisis words, near copies.

It refuses nothing. The author is shown what was found and decides.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from clustering.similarity import near_copies
from deliberation.opinion.cautions import NAMES, Cautions, cautions_in
from deliberation.opinion.statements import Statement, likeness, open_statements
from participate.access import consultation_here
from participate.current import database


@dataclass(frozen=True, slots=True)
class Copy:
    """A published statement that is much like the new one."""

    number: int
    text: str
    language: str


@dataclass(frozen=True, slots=True)
class Found:
    """What was found in a text. `pieces` are the text in parts, each with whether it is an identifier."""

    text: str
    cautions: Cautions
    copies: tuple[Copy, ...]

    @property
    def anything(self) -> bool:
        return bool(self.cautions.spans or self.copies)

    @property
    def urgent(self) -> bool:
        return self.cautions.urgent

    @property
    def identifiers(self) -> list[tuple[str, str]]:
        """What each is called, and how it stands in the text."""
        return [(NAMES[span.kind], self.text[span.start : span.end]) for span in self.cautions.identifiers]

    @property
    def pieces(self) -> list[tuple[str, bool]]:
        parts, at = [], 0
        for span in self.cautions.identifiers:
            parts += [(self.text[at : span.start], False), (self.text[span.start : span.end], True)]
            at = span.end
        return [part for part in [*parts, (self.text[at:], False)] if part[0]]


async def look_over(text: str, *, but: int | None = None) -> Found:
    """Everything that the author should know before adding this; `but` is the statement it replaces."""
    return Found(text, cautions_in(text), await _copies(text, but))


async def _copies(text: str, but: int | None) -> tuple[Copy, ...]:
    """Published statements like this one, the likest first. One that is the same is left to the verb."""
    _, _, consultation_id = consultation_here()
    async with database().reading() as session:
        there = {s.number: s for s in await open_statements(session, consultation_id) if s.number != but}
    if _is_among(text, list(there.values())):
        return ()
    near = near_copies(text, [(s.number, s.text) for s in there.values()])
    return tuple(Copy(number, there[number].text, there[number].language) for number, _ in near)


def _is_among(text: str, statements: Sequence[Statement]) -> bool:
    return any(likeness(statement.text) == likeness(text) for statement in statements)
