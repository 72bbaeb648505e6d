"""How plain the words are: `python -m participate.translating.plainness` reports each page's reading index.

The automated readability index counts letters in a word and words in a sentence; its figure is about the
number of years at school that a reader needs. It judges no meaning, so it is told and never a pass mark.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from participate.translating.gathering import Sentence, gathered

LONGEST = 20
"""Words that a sentence on a page may have."""
END = re.compile(r"(?<=[.?:])[\"”’)]*\s+")
MARKUP = re.compile(r"</?[a-z][^>]*>")
PLACE = re.compile(r"%\(\w+\)s")
WORD = re.compile(r"[^\W_]+(?:['’.@/-][^\W_]+)*")


@dataclass(frozen=True, slots=True)
class Plainness:
    """Of the whole sentences in some texts: how many, the words of the longest, and the reading index."""

    sentences: int
    longest: int
    index: float


def sentences_of(text: str) -> list[str]:
    """The sentences of a text, without markup; a place to be filled counts as one short word."""
    plain = PLACE.sub("ten", MARKUP.sub("", text)).replace("%%", "%")
    return [part for part in END.split(plain) if part.strip()]


def words_of(sentence: str) -> list[str]:
    return WORD.findall(sentence)


def plainness(texts: Iterable[str]) -> Plainness:
    """What is no sentence, such as a heading or the words on a button, is not counted."""
    whole = [said for text in texts for said in sentences_of(text) if said.rstrip('"”’) ')[-1:] in ".?"]
    words = [words_of(said) for said in whole]
    count = sum(map(len, words))
    if not count:
        return Plainness(0, 0, 0.0)
    letters = sum(len(word) for said in words for word in said)
    index = 4.71 * letters / count + 0.5 * count / len(whole) - 21.43
    return Plainness(len(whole), max(map(len, words)), round(index, 1))


def report(sentences: Iterable[Sentence]) -> str:
    """A line for each page and module, the hardest first, and one for all of them."""
    places: dict[str, list[str]] = {}
    for sentence in sentences:
        for place in sentence.places:
            places.setdefault(place, []).append(sentence.many or sentence.one)
    rows = [(plainness(texts), place) for place, texts in places.items()]
    rows.sort(key=lambda row: (-row[0].index, row[1]))
    everything = plainness({text for texts in places.values() for text in texts})
    return "\n".join(
        f"{one.index:6.1f}  {one.longest:3} words at most  {one.sentences:4} sentences  {place}"
        for one, place in [*(row for row in rows if row[0].sentences), (everything, "everything")]
    )


if __name__ == "__main__":
    print(report(gathered().values()))  # noqa: T201
