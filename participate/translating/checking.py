"""What is wrong with a catalogue: sentences that wait, and places that were lost on the way."""

import re
from collections.abc import Iterable, Mapping

from babel.messages.catalog import Message

from participate.translating.gathering import Sentence

PLACE = re.compile(r"%\((\w+)\)s|%%|%")
TAG = re.compile(r"</?[a-z0-9]+[^>]*>")


def waiting(sentences: Iterable[Sentence], held: Mapping[str, Message]) -> list[str]:
    """The sentences that nobody has translated, or whose translation is marked as a guess."""
    return [
        sentence.one
        for sentence in sentences
        if sentence.one not in held
        or held[sentence.one].fuzzy
        or not all(forms(held[sentence.one]))
        or bool(sentence.many) != isinstance(held[sentence.one].string, (list, tuple))
    ]


def forms(message: Message) -> tuple[str, ...]:
    """Every form of a translation."""
    string = message.string
    return tuple(string) if isinstance(string, (list, tuple)) else (str(string),)


def lost(sentence: Sentence, message: Message) -> list[str]:
    """Forms of the translation that have other places or tags than the English; a number may be left out."""
    whole = sentence.many or sentence.one
    return [form for form in forms(message) if not _alike(whole, form, bool(sentence.many))]


def _alike(english: str, form: str, counted: bool) -> bool:
    optional = {"n", "num", "count"} if counted else set()
    ours, theirs = set(_places(english)), set(_places(form))
    tags = sorted(TAG.findall(english)) == sorted(TAG.findall(form))
    return theirs <= ours and ours - theirs <= optional and tags


def _places(text: str) -> list[str]:
    return [found[1] or found[0] for found in PLACE.finditer(text)]
