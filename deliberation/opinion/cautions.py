"""Cautions: what in a text may point to a person, and words that say somebody may be in danger.

These are hints for the author before posting and for the facilitator after. They refuse nothing, and what
they pass over may still identify somebody. Web addresses and names are left to the reader: most of them in a
statement name places and bodies. Telephone lines of bodies (03, 08, 09) are nobody's own, so they stand.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum, unique
from types import MappingProxyType

from charters.wording import Words
from deliberation.opinion.crisis_words import CRISIS


@unique
class Kind(StrEnum):
    NHS_NUMBER = "nhs-number"
    PHONE = "phone"
    EMAIL = "email"
    CRISIS = "crisis"


NAMES: Mapping[Kind, str] = MappingProxyType(
    {
        Kind.NHS_NUMBER: Words("an NHS number"),
        Kind.PHONE: Words("a phone number"),
        Kind.EMAIL: Words("an e-mail address"),
        Kind.CRISIS: Words("words about harm"),
    }
)
"""Each kind as it stands within a sentence."""
HIDDEN = "[…]"
"""Stands where an identifier was. Shorter than any of them, so a text never grows too long by it."""


@dataclass(frozen=True, slots=True)
class Span:
    """What was found, and where: `text[start:end]`."""

    kind: Kind
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Cautions:
    """Everything found in one text, in its order. Identifiers never overlap one another."""

    spans: tuple[Span, ...] = ()

    @property
    def identifiers(self) -> tuple[Span, ...]:
        """What may point to a person."""
        return tuple(span for span in self.spans if span.kind is not Kind.CRISIS)

    @property
    def urgent(self) -> bool:
        """Whether the words say that somebody may be in danger: such a text is read first."""
        return any(span.kind is Kind.CRISIS for span in self.spans)

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """The kinds of identifier, each once, in the order of the text."""
        return tuple(dict.fromkeys(span.kind for span in self.identifiers))


def cautions_in(text: str) -> Cautions:
    """Find NHS numbers, phone numbers, e-mail addresses and crisis words in a text."""
    spans = [Span(Kind.EMAIL, *found.span()) for found in EMAIL.finditer(text)]
    addresses = list(spans)
    spans += [
        span
        for run in RUN.finditer(text)
        for span in _numbers(run)
        if not any(span.start < other.end and other.start < span.end for other in addresses)
    ]
    spans += [Span(Kind.CRISIS, *found.span()) for found in CRISIS.finditer(text)]
    return Cautions(tuple(sorted(spans, key=lambda span: (span.start, span.end))))


def without_identifiers(text: str) -> str:
    """The text with each identifier hidden. Crisis words stay: they are the person's own, and a call."""
    for span in reversed(cautions_in(text).identifiers):
        text = text[: span.start] + HIDDEN + text[span.end :]
    return text


def is_nhs_number(digits: str) -> bool:
    """Whether ten digits end in the right check digit: eleven less their weighted sum modulo eleven."""
    if len(digits) != 10:
        return False
    *first, check = (int(digit) for digit in digits)
    # A remainder of 1 would need the digit 10, which is none: no such number is given out.
    return (11 - sum(digit * (10 - i) for i, digit in enumerate(first)) % 11) % 11 == check


# The name before the sign is taken whole or not at all, so a long word without a sign is read once.
EMAIL = re.compile(r"(?<![\w.%+'-])[\w.%+'-]{1,64}[@＠][\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
# Digits as people group them: blocks with at most three signs between.
RUN = re.compile(r"[+(]{0,2}\d+(?:[\s.()‐‑–—-]{1,3}\d+)*")
BLOCK = re.compile(r"\d+")
LONGEST_PHONE = 15


def _numbers(run: re.Match[str]) -> Iterator[Span]:
    """The phone and NHS numbers in a run of digits, each made of whole blocks, from left to right."""
    text, offset = run[0], run.start()
    blocks = [(found.start(), found.end()) for found in BLOCK.finditer(text)]
    first = 0
    while first < len(blocks):
        kind, last = _number_at(text, blocks, first)
        if kind is None:
            first += 1
            continue
        start = blocks[first][0]
        while start and text[start - 1] in "+(":
            start -= 1
        yield Span(kind, offset + start, offset + blocks[last][1])
        first = last + 1


def _number_at(text: str, blocks: list[tuple[int, int]], first: int) -> tuple[Kind | None, int]:
    """What begins with this block, and its last block. The longest phone number comes first."""
    abroad = text[: blocks[first][0]].rstrip("(").endswith("+")
    digits = ""
    found: tuple[Kind | None, int] = (None, first)
    for last in range(first, len(blocks)):
        digits += text[slice(*blocks[last])]
        if len(digits) > LONGEST_PHONE + 2:
            break
        if _is_phone(digits, abroad, blocks[first][1] - blocks[first][0]):
            found = Kind.PHONE, last
        elif found[0] is None and not abroad and is_nhs_number(digits):
            found = Kind.NHS_NUMBER, last
    return found


def _is_phone(digits: str, abroad: bool, first_block: int) -> bool:
    """A British number of a person's own, or one that says its country."""
    digits = "".join(str(int(digit)) for digit in digits)
    if not abroad and digits.startswith("00"):
        digits, abroad = digits[2:], True
    if abroad and digits.startswith("44"):
        return len(digits.removeprefix("44").removeprefix("0")) in (9, 10)
    if abroad:
        return 8 <= len(digits) <= LONGEST_PHONE
    # A day such as 01-02-2026 has two digits in front; of telephone codes only 07 is ever written so.
    grouped = first_block > 2 or digits.startswith("07")
    return grouped and len(digits) in (10, 11) and digits[:2] in ("01", "02", "05", "07")
