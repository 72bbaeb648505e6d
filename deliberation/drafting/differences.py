"""What differs between two texts, word by word: for a page to strike out and underline."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum, unique
from itertools import groupby

_TOKEN = re.compile(r"\s+|\S+")


@unique
class Mark(StrEnum):
    """What a part is: in both texts, in the earlier alone, in the later alone."""

    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class Part:
    """Some words with the blanks between them, as they stand in their text."""

    words: str
    mark: Mark = Mark.SAME


def differences(before: str, after: str) -> Sequence[Part]:
    """The parts of both texts in reading order.

    Those that are not added make up `before`, those that are not removed `after`, letter by letter.
    """
    old, new = _TOKEN.findall(before), _TOKEN.findall(after)
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    found: list[Part] = []
    for change, first, last, start, end in matcher.get_opcodes():
        if change == "equal":
            found.append(Part("".join(old[first:last])))
            continue
        found.append(Part("".join(old[first:last]), Mark.REMOVED))
        found.append(Part("".join(new[start:end]), Mark.ADDED))
    return _joined([part for part in found if part.words])


def _joined(parts: Sequence[Part]) -> list[Part]:
    """Where only a blank is the same between two changes, both read as one."""
    done: list[Part] = []
    at = 0
    while at < len(parts):
        run = at
        while run < len(parts) and (parts[run].mark is not Mark.SAME or _bridges(parts, run)):
            run += 1
        if run == at:
            done.append(parts[at])
            at += 1
            continue
        changed = parts[at:run]
        for mark in (Mark.REMOVED, Mark.ADDED):
            words = "".join(one.words for one in changed if one.mark in (mark, Mark.SAME))
            if words:
                done.append(Part(words, mark))
        at = run
    return done


def _bridges(parts: Sequence[Part], at: int) -> bool:
    """Whether this is a blank between two changes."""
    inside = 0 < at < len(parts) - 1 and not parts[at].words.strip()
    return inside and all(parts[one].mark is not Mark.SAME for one in (at - 1, at + 1))


def is_same(parts: Sequence[Part]) -> bool:
    """Whether nothing differs."""
    return all(mark is Mark.SAME for mark, _ in groupby(parts, key=lambda one: one.mark))
