"""The shared text of a clause, in which simultaneous changes find together: a heading and its words.

It knows no database. Updates may come in any order and more than once; all who have seen the same ones
read the same text. What was deleted leaves no letters behind in it.
"""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from pycrdt import Doc, Text, merge_updates

MOST_LETTERS = 6_000
"""So far a text may grow while it is written; a clause is saved with 2,000."""
MOST_BYTES = 256 * 1024


class Unfit(ValueError):
    """An update that cannot be read, or that makes the text too long."""


@dataclass(frozen=True, slots=True)
class Written:
    """What stands in a document at a moment."""

    heading: str
    text: str


class Document:
    """One shared text."""

    def __init__(self, parts: Iterable[bytes] = ()) -> None:
        # Browsers name themselves by 32 bits, so this does too.
        self._doc: Doc[Text] = Doc(client_id=secrets.randbits(32))
        self._heading = self._doc.get("heading", type=Text)
        self._text = self._doc.get("text", type=Text)
        for part in parts:
            self.take(part)

    @property
    def written(self) -> Written:
        """What it says."""
        return Written(str(self._heading), str(self._text))

    @property
    def whole(self) -> bytes:
        """All of it, as one update."""
        return self._doc.get_update()

    @property
    def vector(self) -> bytes:
        """How much it has seen of whom."""
        return self._doc.get_state()

    def since(self, vector: bytes) -> bytes:
        """What somebody who has seen so much lacks. Raises Unfit."""
        try:
            return self._doc.get_update(vector)
        except ValueError as error:
            raise Unfit from error

    def take(self, update: bytes) -> None:
        """Take an update in. Raises Unfit."""
        try:
            self._doc.apply_update(update)
        except ValueError as error:
            raise Unfit from error

    def put(self, written: Written) -> bytes:
        """Let it say this, changing no more than differs; the update that does it."""
        before = self.vector
        with self._doc.transaction():
            _change(self._heading, written.heading)
            _change(self._text, written.text)
        return self._doc.get_update(before)

    def refuse_unfit(self, updates: Sequence[bytes]) -> None:
        """Try them on a copy. Raises Unfit where one of them does not fit."""
        copy = Document([self.whole, *updates])
        said = copy.written
        if len(said.heading) + len(said.text) > MOST_LETTERS or len(copy.whole) > MOST_BYTES:
            raise Unfit


def joined_updates(updates: Sequence[bytes]) -> bytes:
    """Several updates as one."""
    return updates[0] if len(updates) == 1 else merge_updates(*updates)


def _change(text: Text, wanted: str) -> None:
    now = str(text)
    changes = SequenceMatcher(None, now, wanted, autojunk=False).get_opcodes()
    for kind, start, end, from_, to in reversed(changes):
        if kind == "equal":
            continue
        # Its places are counted in bytes.
        first, last = len(now[:start].encode()), len(now[:end].encode())
        if last > first:
            del text[first:last]
        if to > from_:
            text.insert(first, wanted[from_:to])
