"""Which parts of a text were found: the databases mark them, and here the marks become pieces of the text."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

LEFT, RIGHT = "\x02", "\x03"
"""What SQLite puts round a word that was found: signs that no text has."""
AROUND = 90
"""How many letters are shown before the first word that was found; and twice as many behind it."""
_CUT = re.compile(r"\s")
_ITEM = re.compile(r"\n+(?:[-+>]|\d+\.) ")
_MARKUP = re.compile(r"[*`#\[]+|\](?:\([^)\s]*\))?")


@dataclass(frozen=True, slots=True)
class Piece:
    """Some of a text, and whether it is what was looked for."""

    text: str
    found: bool = False


def spans(marked: str, left: str, right: str) -> list[tuple[int, int]]:
    """From and to where a text was marked, counted in the text without the marks."""
    found, at, begun = list[tuple[int, int]](), 0, None
    for sign in marked:
        if sign == left:
            begun = at
        elif sign == right and begun is not None:
            found.append((begun, at))
            begun = None
        else:
            at += 1
    return found


def pieces(text: str, found: Sequence[tuple[int, int]]) -> tuple[Piece, ...]:
    """The whole text, in pieces."""
    return _pieces(text, found, 0, len(text))


def excerpt(text: str, found: Sequence[tuple[int, int]]) -> tuple[Piece, ...]:
    """The text about the first word that was found, cut between words."""
    first = found[0][0] if found else 0
    start, end = max(0, first - AROUND), min(len(text), first + 2 * AROUND)
    if start and (cut := _CUT.search(text, start, first)):
        start = cut.end()
    if end < len(text):
        end = next((at for at in range(end, first, -1) if text[at].isspace()), end)
    before, behind = ("… " if start else ""), (" …" if end < len(text) else "")
    made = [Piece(before), *_pieces(text, found, start, end), Piece(behind)]
    return tuple(piece for piece in made if piece.text)


def without_markup(made: Sequence[Piece]) -> tuple[Piece, ...]:
    """The same without the signs by which Markdown says how a text looks."""
    plain = (Piece(_MARKUP.sub("", _ITEM.sub(" – ", piece.text)), piece.found) for piece in made)
    return tuple(piece for piece in plain if piece.text)


def _pieces(text: str, found: Sequence[tuple[int, int]], start: int, end: int) -> tuple[Piece, ...]:
    made, at = list[Piece](), start
    for left, right in found:
        if left < at or left >= end:
            continue
        made += [Piece(text[at:left]), Piece(text[left:right], found=True)]
        at = right
    made.append(Piece(text[at : max(at, end)]))
    return tuple(piece for piece in made if piece.text)
