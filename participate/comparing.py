"""Two texts beside each other, word by word; and what was found in one of them. Never by colour alone."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from deliberation.opinion.cautions import Cautions, Kind


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words of a text. `kind` says what they are: empty for words like any other."""

    words: str
    kind: str = ""

    @property
    def name(self) -> str:
        """What is read out before marked words."""
        return MARKS[Kind(self.kind)]


ONLY_HERE = "only-here"


def word_by_word(mine: str, theirs: str) -> tuple[list[Piece], list[Piece]]:
    """Both texts in pieces, of which some stand in one of them only.

    Words are the same when they differ in capitals or in the signs round them alone.
    """
    left, right = mine.split(), theirs.split()
    matcher = SequenceMatcher(None, [_bare(w) for w in left], [_bare(w) for w in right], autojunk=False)
    pieces: tuple[list[Piece], list[Piece]] = ([], [])
    for change, first, last, start, end in matcher.get_opcodes():
        kind = "" if change == "equal" else ONLY_HERE
        for side, words in zip(pieces, (left[first:last], right[start:end]), strict=True):
            if words:
                side.append(Piece(" ".join(words), kind))
    return pieces


def _bare(word: str) -> str:
    return "".join(sign for sign in word.casefold() if sign.isalnum()) or word


def marked(text: str, cautions: Cautions) -> Sequence[Piece]:
    """The text in pieces, with what was found in it marked by its kind."""
    return tuple(_marked(text, cautions))


def _marked(text: str, cautions: Cautions) -> Iterator[Piece]:
    done = 0
    for span in cautions.spans:
        if span.end <= done:
            continue  # within what is marked already
        start = max(span.start, done)
        if text[done:start]:
            yield Piece(text[done:start])
        yield Piece(text[start : span.end], span.kind.value)
        done = span.end
    if text[done:]:
        yield Piece(text[done:])


MARKS = {
    Kind.NHS_NUMBER: "NHS number",
    Kind.PHONE: "phone number",
    Kind.EMAIL: "e-mail address",
    Kind.CRISIS: "words about harm",
}
"""What was found, as it is named to a facilitator."""
